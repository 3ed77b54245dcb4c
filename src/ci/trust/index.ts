/** Jobs joined with the roles that they can assume: the question that neither the workflow nor the policy answers alone. */
import type { Claims } from "../../trust/types.ts";
import { type Breadth, admits, breadthOf } from "../../trust/policies/index.ts";
import type { Json } from "../../core/json-bytes.ts";
import type { JobTokenScope, Repository, Span } from "../model.ts";
import { type JobToken, tokensOf } from "./claims.ts";
import { narrowest } from "./narrow.ts";
import { type LocatedPolicy, policiesOf, testsOf } from "./policies.ts";

export { isAboutCi, policiesOf, type LocatedPolicy } from "./policies.ts";
export { type JobToken, tokensOf } from "./claims.ts";
export { plainTrust } from "./render.ts";

export interface Admission extends JobToken {
  /** Null: it depends on what is not known, or was not understood. */
  readonly admitted: boolean | null;
  readonly reason: string;
  /** What was taken for granted: a repository's number that no file tells. */
  readonly assumes: readonly string[];
}

export interface PolicyAnswer {
  readonly located: LocatedPolicy;
  /** Every job with claims, on every trigger and shape of ref. */
  readonly jobs: readonly Admission[];
  /** Who else gets in. */
  readonly breadth: readonly Breadth[];
  /** In the system's own format; null where no job of this repository is admitted. */
  readonly narrow: Json | null;
}

export interface TrustAnswer {
  readonly policies: readonly PolicyAnswer[];
  readonly problems: readonly { readonly text: string; readonly span: Span }[];
  /** False where nothing says which repository this is: then no claims can be made. */
  readonly named: boolean;
  /** Whose CI_JOB_TOKEN gets in here; null where nobody asked the host, or it has none. */
  readonly jobToken: JobTokenScope | null;
}

export function trustOf(repository: Repository): TrustAnswer {
  const { policies, problems } = policiesOf(repository);
  const tokens = tokensOf(repository);
  return {
    problems,
    named: repository.slug !== null,
    jobToken: repository.host?.jobToken ?? null,
    policies: policies.map((located) => {
      const jobs = tokens.map((token) => admission(located, token));
      return { located, jobs, breadth: breadthHere(located, repository), narrow: narrowest(located, jobs) };
    }),
  };
}

/** What the host's rules settle is no finding: an environment that only one branch may use. */
export function breadthHere({ policy }: LocatedPolicy, { host }: Repository): Breadth[] {
  return breadthOf(policy).filter(({ environment }) => {
    const rules = host?.environments?.find(({ name }) => name === environment)?.branches ?? null;
    return environment === undefined || rules === null;
  });
}

const NUMBERS = ["repository_id", "repository_owner_id", "project_id", "namespace_id"];

/** The job asks for whatever audience a policy wants, and its numbers are what the policy says, as far as nobody can tell otherwise. */
function admission({ policy }: LocatedPolicy, token: JobToken): Admission {
  const tests = policy.statements.flatMap(({ formula }) => testsOf(formula));
  const wanted = (claim: string): Json[] =>
    tests.filter((one) => one.claim === claim).flatMap(({ values }) => [...values]);
  const [audience = "sts.amazonaws.com"] = wanted("aud");
  const assumes: string[] = [];
  const claims: Record<string, Json> = { ...token.claims, aud: audience };
  for (const name of NUMBERS) {
    const [number] = wanted(name);
    if (number === undefined || Object.hasOwn(token.claims, name)) continue;
    claims[name] = number;
    assumes.push(`\`${name}\` is ${String(number)}`);
  }
  const usual = admits(policy, claims);
  if (usual.admitted !== false)
    return { ...token, ...usual, admitted: verdictOf(usual.admitted, assumes), assumes };
  for (const form of token.subjects) {
    const sub = form.includes("@*") ? withNumbers(form, wanted("sub").map(String)) : form;
    if (sub === null) continue;
    const numbered: Claims = { ...claims, sub };
    const decision = admits(policy, numbered);
    if (decision.admitted !== false)
      return {
        ...token,
        claims: numbered,
        ...decision,
        admitted: null,
        assumes: [...assumes, `its subject is ${sub}`],
      };
  }
  return { ...token, ...usual, admitted: false, assumes: [] };
}

const verdictOf = (admitted: boolean | null, assumes: readonly string[]): boolean | null =>
  assumes.length > 0 ? null : admitted;

/** The numbers that a policy names for these names; null where it names none. */
function withNumbers(form: string, subjects: readonly string[]): string | null {
  const [, owner = "", name = "", context = ""] = /^repo:([^@]+)@\*\/([^@]+)@\*:(.*)$/.exec(form) ?? [];
  for (const subject of subjects) {
    const [, a, b, c, d] = /^repo:([^@]+)@(\d+)\/([^@]+)@(\d+):/.exec(subject) ?? [];
    if (a === owner && c === name && b !== undefined && d !== undefined)
      return `repo:${owner}@${b}/${name}@${d}:${context}`;
  }
  return null;
}
