/**
 * AWS trust policies: statements that allow `sts:AssumeRoleWithWebIdentity` to a federated OIDC provider, with IAM's own rules: blocks and
 * keys are all asked, values any of them, negated operators none of them; an absent key fails a positive operator, satisfies a negated
 * one, one with `IfExists`, and `ForAllValues`. Source: IAM user guide, "Condition operators" and "Multivalued context keys".
 */
import type { Json } from "../../core/json-bytes.ts";
import { type Fields, isFields, listOf } from "./fields.ts";
import { all, any, claimTest, not, unknown } from "./formula.ts";
import type { Formula, PolicyProblem, TestOperator, TrustPolicy, TrustStatement } from "./types.ts";

const ACTION = "sts:assumerolewithwebidentity";

/** IAM's elements are named without regard to case in some tools' output; AWS itself wants them exact. */
const element = (fields: Fields, name: string): Json | undefined =>
  fields[name] ?? Object.entries(fields).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

/** Whether a document is a trust policy at all: a permission policy has no principal. */
export function isAwsTrust(value: Json): boolean {
  return (
    isFields(value) &&
    listOf(element(value, "Statement")).some(
      (one) =>
        isFields(one) &&
        (element(one, "Principal") !== undefined || element(one, "NotPrincipal") !== undefined),
    )
  );
}

/** Statements about other principals (services, accounts) are left out: no job comes in by them. */
export function awsPolicy(value: Json, target: string | null = null, place = ""): TrustPolicy {
  const statements: TrustStatement[] = [];
  const problems: PolicyProblem[] = [];
  const raw = isFields(value) ? listOf(element(value, "Statement")) : [];
  raw.forEach((one, index) => {
    const at = `${place}/Statement${Array.isArray((value as Fields).Statement) ? `/${index}` : ""}`;
    if (!isFields(one)) problems.push({ place: at, text: "a statement is no object" });
    else {
      const read = statement(one, at, problems);
      if (read !== null) statements.push(read);
    }
  });
  return { system: "aws", target, statements, problems };
}

function statement(fields: Fields, place: string, problems: PolicyProblem[]): TrustStatement | null {
  const effect = element(fields, "Effect");
  const actions = listOf(element(fields, "Action")).map((one) => String(one).toLowerCase());
  const others = listOf(element(fields, "NotAction")).map((one) => String(one).toLowerCase());
  const covers = (list: readonly string[]): boolean => list.some((one) => wildcard(one, ACTION));
  const about = actions.length > 0 ? covers(actions) : others.length > 0 && !covers(others);
  if (!about) return null;
  if (element(fields, "NotPrincipal") !== undefined) {
    problems.push({ place: `${place}/NotPrincipal`, text: "NotPrincipal is not read" });
    return null;
  }
  const principal = element(fields, "Principal");
  const conditions = element(fields, "Condition");
  const issuers = isAnybody(principal) ? null : (issuersOf(principal) ?? providersOf(conditions));
  if (issuers !== null && issuers.length === 0) return null;
  const parts = isFields(conditions) ? blocks(conditions, `${place}/Condition`, issuers) : [];
  return { effect: effect === "Deny" ? "deny" : "allow", issuers, formula: all(parts), place };
}

function wildcard(pattern: string, text: string): boolean {
  return new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(text);
}

const federated = (principal: Json | undefined): readonly Json[] =>
  isFields(principal) ? listOf(element(principal, "Federated")) : [];
const isAnybody = (principal: Json | undefined): boolean =>
  principal === "*" || federated(principal).includes("*");

/** `arn:aws:iam::123456789012:oidc-provider/HOST/PATH` gives `https://HOST/PATH`; null where a reference is not resolved. */
function issuersOf(principal: Json | undefined): readonly string[] | null {
  const issuers: string[] = [];
  for (const one of federated(principal)) {
    const host = /(?:^|:)oidc-provider\/(.+)$/.exec(String(one))?.[1];
    if (host !== undefined) issuers.push(`https://${host}`);
    else if (typeof one !== "string" || one.includes("${"))
      return null; // Terraform, CloudFormation: known when it is made
    else if (!one.startsWith("arn:")) issuers.push(`https://${one}`);
  }
  return issuers;
}

/** A provider that is made by the same program has no name yet; the conditions' keys say which one is meant. */
function providersOf(conditions: Json | undefined): readonly string[] | null {
  if (!isFields(conditions)) return null;
  const keys = Object.values(conditions).flatMap((one) => (isFields(one) ? Object.keys(one) : []));
  const hosts = new Set(
    keys.map((key) => key.slice(0, key.lastIndexOf(":"))).filter((host) => host.includes(".")),
  );
  return hosts.size === 1 ? [...hosts].map((host) => `https://${host}`) : null;
}

interface OperatorRow {
  readonly operator: TestOperator;
  readonly negated?: true;
}
const OPERATORS: Readonly<Record<string, OperatorRow>> = {
  stringequals: { operator: "equals" },
  stringnotequals: { operator: "equals", negated: true },
  stringequalsignorecase: { operator: "equals-any-case" },
  stringnotequalsignorecase: { operator: "equals-any-case", negated: true },
  stringlike: { operator: "like" },
  stringnotlike: { operator: "like", negated: true },
  arnequals: { operator: "like" },
  arnlike: { operator: "like" },
  arnnotequals: { operator: "like", negated: true },
  arnnotlike: { operator: "like", negated: true },
  numericequals: { operator: "equals" },
  bool: { operator: "equals-any-case" },
};

function blocks(conditions: Fields, place: string, issuers: readonly string[] | null): Formula[] {
  return Object.entries(conditions).flatMap(([name, keys]) => {
    if (!isFields(keys)) return [unknown(`${name} is no object`, `${place}/${name}`)];
    return Object.entries(keys).map(([key, values]) =>
      condition(name, key, listOf(values), `${place}/${escaped(name)}/${escaped(key)}`, issuers),
    );
  });
}

const escaped = (part: string): string => part.replaceAll("~", "~0").replaceAll("/", "~1");

function condition(
  name: string,
  key: string,
  values: readonly Json[],
  place: string,
  issuers: readonly string[] | null,
): Formula {
  const [, set = "", bare = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/i.exec(name) ?? [];
  const claim = claimOf(key, issuers);
  const written = `${name} ${key}: ${values.map((one) => JSON.stringify(one)).join(", ")}`;
  if (claim === null) return unknown(written, place);
  if (bare.toLowerCase() === "null") {
    const present = claimTest({ claim, operator: "present", values: [], place });
    return any(values.map((one) => (String(one).toLowerCase() === "true" ? not(present) : present)));
  }
  const row = Object.hasOwn(OPERATORS, bare.toLowerCase()) ? OPERATORS[bare.toLowerCase()] : undefined;
  if (row === undefined) return unknown(written, place);
  const texts = values.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  if (texts.some((one) => one.includes("${"))) return unknown(written, place);
  const forAll = set.toLowerCase() === "forallvalues";
  const forAny = set.toLowerCase() === "foranyvalue";
  const lenient = ifExists !== undefined;
  const parts = { claim, operator: row.operator, values: texts, place };
  if (row.negated !== true)
    return claimTest({ ...parts, quantifier: forAll ? "all" : "any", absent: forAll || lenient });
  // None of the values: for ForAllValues of no element, for ForAnyValue of at least one, and true of an absent key but for ForAnyValue.
  return not(claimTest({ ...parts, quantifier: forAny ? "all" : "any", absent: forAny && !lenient }));
}

/** `token.actions.githubusercontent.com:sub` is the claim `sub`. A key of another provider, or of AWS itself, says nothing about claims. */
function claimOf(key: string, issuers: readonly string[] | null): string | null {
  const at = key.lastIndexOf(":");
  if (at <= 0) return null;
  const [provider, claim] = [key.slice(0, at), key.slice(at + 1)];
  if (/^aws$|^sts$/i.test(provider)) return null;
  if (
    issuers !== null &&
    !issuers.some((one) => one.replace("https://", "").toLowerCase() === provider.toLowerCase())
  )
    return null;
  return claim;
}
