/** Every trust policy of a repository: files' documents, policies inside infrastructure, declared publishers, identities of bulkhead.yaml. */
import { existsSync } from "node:fs";
import type { Json } from "../../core/json-bytes.ts";
import { type Manifest, FILE_NAMES, parseManifest } from "../../manifest/index.ts";
import { issuerById, issuerOf, ruleOf } from "../../trust/index.ts";
import {
  type ClaimTest,
  type Formula,
  type TrustPolicy,
  policyOf,
  publisherPolicy,
} from "../../trust/policies/index.ts";
import { openFolder } from "../folder.ts";
import type { PolicyFile, Repository, Slug, SourceFile, Span, Value } from "../model.ts";
import { sourceFile } from "../spans.ts";
import { jsonOf, placeIn } from "../yaml/value.ts";
import { parseYaml } from "../yaml/parse.ts";
import { valueOf } from "../yaml/value.ts";

export interface LocatedPolicy {
  readonly policy: TrustPolicy;
  readonly file: SourceFile;
  /** Of the document. */
  readonly span: Span;
  /** Of what a JSON pointer of the policy names. */
  readonly place: (pointer: string) => Span;
  /** The document as it stands; null of a declared identity. */
  readonly document: Json;
}

/** In the order of the files. What is no policy is left out; publishers that cannot be read are given in `problems`. */
export function policiesOf(repository: Repository): {
  readonly policies: readonly LocatedPolicy[];
  readonly problems: readonly { readonly text: string; readonly span: Span }[];
} {
  const problems: { text: string; span: Span }[] = [];
  const policies = repository.policies.flatMap((file): LocatedPolicy[] =>
    file.kind === "publisher"
      ? publishers(file, problems)
      : within(file.file, file.value, file.target ?? null),
  );
  const issued = policies.map((one) => ({ ...one, policy: withIssuer(one.policy, repository.slug) }));
  return { policies: [...issued, ...identities(repository.root)], problems };
}

const MOST_DEPTH = 60;

/** The document itself, or policies inside it: of resources, and as text that holds JSON. */
function within(file: SourceFile, value: Value, target: string | null, depth = 0): LocatedPolicy[] {
  if (depth > MOST_DEPTH) return [];
  if (value.kind === "list") return value.items.flatMap((one) => within(file, one, target, depth + 1));
  if (value.kind === "text") return embedded(file, value, target);
  if (value.kind !== "map") return [];
  const document = jsonOf(value);
  const name = named(value) ?? target;
  const policy = policyOf(document, name);
  if (policy !== null && policy.statements.length > 0)
    return [{ policy, file, span: value.span, place: (pointer) => placeIn(value, pointer), document }];
  return value.entries.flatMap(({ key, value: one }) =>
    within(file, one, name ?? (one.kind === "map" && !GENERIC.test(key) ? key : null), depth + 1),
  );
}

/** A Vault role does not say whose tokens its mount takes: its claims do, and of GitLab the repository's own host. */
function withIssuer(policy: TrustPolicy, slug: Slug | null): TrustPolicy {
  if (policy.system !== "vault") return policy;
  const statements = policy.statements.map((one) => {
    if (one.issuers !== null) return one;
    const tests = testsOf(one.formula);
    const id = SIGNS.find(([, claims, subject]) =>
      tests.some(
        ({ claim, values }) =>
          claims.includes(claim) ||
          (claim === "sub" && values.some((value) => String(value).startsWith(subject))),
      ),
    )?.[0];
    const issuer = id === undefined ? null : issuerHere(id, slug);
    return issuer === null ? one : { ...one, issuers: [issuer] };
  });
  return { ...policy, statements };
}

function issuerHere(id: string, slug: Slug | null): string | null {
  const own = id === "gitlab" && slug !== null && !/(?:^|\.)github\.com$|\.ghe\.com$/.test(slug.host);
  return own ? `https://${slug.host}` : (issuerById(id)?.issuer ?? null);
}

/** Claims that one issuer alone has, and how its subjects begin. */
const SIGNS: readonly (readonly [string, readonly string[], string])[] = [
  [
    "github",
    [
      "repository",
      "repository_id",
      "repository_owner",
      "repository_owner_id",
      "workflow_ref",
      "job_workflow_ref",
    ],
    "repo:",
  ],
  [
    "gitlab",
    ["project_path", "project_id", "namespace_path", "namespace_id", "ci_config_ref_uri"],
    "project_path:",
  ],
];

export function testsOf(formula: Formula): ClaimTest[] {
  if (formula.kind === "test") return [formula];
  if (formula.kind === "not") return testsOf(formula.of);
  return formula.kind === "unknown" ? [] : formula.of.flatMap(testsOf);
}

/** Keys that name a part and no thing. */
const GENERIC =
  /^(?:resource|resources|properties|data|oidc|assume_?role_?policy(?:_?document)?|statement|aws_\w+|google_\w+|azure\w+|vault_\w+)$/i;
const NAMES = ["RoleName", "name", "Name", "role_name", "display_name"];

function named(value: Extract<Value, { kind: "map" }>): string | null {
  for (const wanted of NAMES) {
    const found = value.entries.find(({ key }) => key === wanted)?.value;
    if (found?.kind === "text") return found.text.value;
  }
  return null;
}

function embedded(
  file: SourceFile,
  value: Extract<Value, { kind: "text" }>,
  target: string | null,
): LocatedPolicy[] {
  const text = value.text.value.trim();
  if (!text.startsWith("{") || !/Federated|issuer|bound_/i.test(text)) return [];
  const [document] = parseYaml(sourceFile(file.path, text)).documents;
  if (document === null || document === undefined) return [];
  // Its own places are in a text of their own: the whole text stands for them.
  return within(file, valueOf(document), target).map((one) => ({
    ...one,
    file,
    span: value.span,
    place: () => value.span,
  }));
}

function publishers({ file, value }: PolicyFile, problems: { text: string; span: Span }[]): LocatedPolicy[] {
  const list = value.kind === "map" ? value.entries.find(({ key }) => key === "publishers")?.value : value;
  if (list?.kind !== "list") {
    problems.push({ text: "`publishers` is a list", span: value.span });
    return [];
  }
  return list.items.flatMap((one) => {
    const document = jsonOf(one);
    const policy = publisherPolicy(document);
    if (typeof policy === "string") {
      problems.push({ text: policy, span: one.span });
      return [];
    }
    return [{ policy, file, span: one.span, place: (pointer: string) => placeIn(one, pointer), document }];
  });
}

/** `identities:` as the roles that `apply` makes of them. */
function identities(root: string): LocatedPolicy[] {
  if (!existsSync(root)) return []; // a model that outlived its folder
  const { open } = openFolder(root, () => {});
  const file = FILE_NAMES.map((name) => open(name)).find((one) => one !== null) ?? null;
  const manifest: Manifest | null = file === null ? null : parseManifest(file.text, file.path).manifest;
  if (file === null || manifest === null) return [];
  return manifest.identities.map(({ stage, environment, method, claims, at }) => {
    const known = issuerById(method);
    const { rule, issuer } = ruleOf(known, claims);
    const tests = [
      { claim: "aud", operator: "equals" as const, values: rule.audiences },
      ...rule.conditions,
    ].map(
      ({ claim, operator, values }): ClaimTest => ({
        kind: "test",
        claim,
        operator,
        values,
        quantifier: "any",
        absent: false,
        place: `/${claim}`,
      }),
    );
    const start = lineStart(file.text, at.line) + at.column - 1;
    const span = { file, start, end: start + 1 };
    return {
      policy: {
        system: "bulkhead",
        target: `${manifest.project}.${stage}.${environment}`,
        statements: [
          {
            effect: "allow",
            issuers: issuer === null ? null : [issuer],
            formula: { kind: "all", of: tests },
            place: "",
          },
        ],
        problems: [],
      },
      file,
      span,
      place: () => span,
      document: null,
    };
  });
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let left = line - 1; left > 0; left--) at = text.indexOf("\n", at) + 1;
  return at;
}

/** Whether a policy is about tokens of a CI system that is known. */
export const isAboutCi = ({ system, statements }: TrustPolicy): boolean =>
  statements.some(({ issuers }) =>
    issuers === null ? system === "aws" : issuers.some((one) => CI.has(issuerOf(one)?.id ?? "")),
  );
const CI = new Set(["github", "gitlab", "circleci", "buildkite", "bitbucket", "azure-devops"]);
