/**
 * Whom a policy lets in beside the job that was meant: each of its ways in is linted as a role of ours would be. What pins a branch and a
 * repository is asked everywhere; the workflow's file only of systems that can name it without effort.
 */
import { issuerOf } from "../issuers/index.ts";
import { lint } from "../lint.ts";
import type { BroadKind, Condition, Issuer, TrustRule } from "../types.ts";
import { type Way, waysOf } from "./formula.ts";
import type { ClaimTest, TrustPolicy, TrustStatement } from "./types.ts";

export type BreadthKind =
  | BroadKind
  | "absent-claim"
  | "literal-wildcard"
  | "any-issuer"
  | "not-understood"
  | "name-not-number";

export interface Breadth {
  readonly kind: BreadthKind;
  readonly claim: string;
  /** One sentence, lower case, no full stop. */
  readonly message: string;
  /** JSON pointer into the document. */
  readonly place: string;
  /** It admits nobody, rather than too many. */
  readonly broken?: true;
  /** The deployment environment whose rules on the host decide; files do not show them. */
  readonly environment?: string;
  /** A matter of taste and care. */
  readonly pedantic?: true;
}

/** In the order of the document, each once. */
export function breadthOf(policy: TrustPolicy): readonly Breadth[] {
  const found = new Map<string, Breadth>();
  for (const statement of policy.statements)
    if (statement.effect === "allow")
      for (const one of ofStatement(policy, statement))
        found.set(`${one.kind} ${one.claim} ${one.place}`, one);
  return [...found.values()];
}

function ofStatement({ system }: TrustPolicy, { issuers, formula, place }: TrustStatement): Breadth[] {
  if (issuers === null && system === "aws")
    return [{ kind: "any-issuer", claim: "iss", message: "it does not say whose tokens it takes", place }];
  const ways = waysOf(formula);
  if (ways === null)
    return [
      {
        kind: "not-understood",
        claim: "",
        message: "its conditions have more ways in than anybody can read",
        place,
      },
    ];
  return (issuers ?? [""]).flatMap((url) => {
    const issuer = issuerOf(url);
    return ways.flatMap((way) => {
      const strange = odd(way, issuer, system);
      // Who admits nobody admits nobody too many.
      const broken = strange.filter((one) => one.broken === true);
      return broken.length > 0 ? broken : [...ofWay(way, issuer, system, place), ...strange];
    });
  });
}

function ofWay(
  way: Way,
  issuer: Issuer | undefined,
  system: TrustPolicy["system"],
  place: string,
): Breadth[] {
  if (way.open) return []; // what was not understood may narrow it
  const rule = ruleOf(way, system);
  const environment = environmentOf(rule, issuer);
  return lint(rule, { issuer })
    .filter(({ kind }) => kind !== "workflow" || system === "vault" || system === "bulkhead")
    .map(({ kind, claim, message }) => ({
      kind,
      claim,
      message,
      place: placeOf(way, claim) ?? place,
      ...(kind === "ref" && environment !== null && { environment }),
    }));
}

/** The test that speaks of a claim; `sub` speaks of several. */
const placeOf = ({ holds }: Way, claim: string): string | undefined =>
  (holds.find((one) => one.claim === claim) ?? holds.find((one) => one.claim === "sub"))?.place;

/** Tests that are true without the claim settle nothing; what must not be, neither. */
function ruleOf({ holds }: Way, system: TrustPolicy["system"]): TrustRule {
  const firm = holds.filter(({ absent }) => !absent);
  const audiences = firm.filter(({ claim }) => claim === "aud").flatMap(({ values }) => values.map(String));
  // A Google provider takes those of its list or, without one, its own name only.
  const own = system === "google" ? ["the provider's own name"] : audiences;
  return { audiences: own, conditions: firm.filter(({ claim }) => claim !== "aud").flatMap(conditionOf) };
}

function conditionOf({ claim, operator, values }: ClaimTest): Condition[] {
  const texts = values.map(String);
  switch (operator) {
    case "equals":
    case "equals-any-case":
      return [{ claim, operator: "equals", values: texts }];
    case "glob":
      return [{ claim, operator: "glob", values: texts }];
    case "like":
    case "like-any-case":
      return [{ claim, operator: "like", values: texts }];
    case "prefix":
      return [{ claim, operator: "glob", values: texts.map((text) => `${text}*`) }];
    case "suffix":
      return [{ claim, operator: "glob", values: texts.map((text) => `*${text}`) }];
    case "contains":
      return [{ claim, operator: "glob", values: texts.map((text) => `*${text}*`) }];
    case "matches":
      return [{ claim, operator: "glob", values: texts.map(fixedPart) }];
    case "present":
      return [];
  }
}

/** What a regular expression fixes at its beginning, then anything; without an anchor it may stand anywhere. */
function fixedPart(expression: string): string {
  if (!expression.startsWith("^")) return "*";
  const body = expression.slice(1);
  const literal = /^(?:[^\\.*+?()[\]{}|^$]|\\[^A-Za-z0-9])*/.exec(body)?.[0] ?? "";
  // a character that may be repeated or left out is not fixed
  const kept = /[*?{]/.test(body[literal.length] ?? "") ? literal.replace(/(?:\\.|.)$/s, "") : literal;
  const text = kept.replaceAll(/\\(.)/g, "$1");
  if (/\|/.test(body.replaceAll(/\\.|\([^()]*\)/g, ""))) return "*";
  return body.slice(literal.length) === "$" ? text : `${text}*`;
}

function environmentOf({ conditions }: TrustRule, issuer: Issuer | undefined): string | null {
  for (const { claim, operator, values } of conditions) {
    const [value, ...more] = values.map(String);
    if (value === undefined || more.length > 0) continue;
    const open = operator !== "equals" && /[*?]/.test(value);
    if (open) continue;
    if (claim === "environment") return value;
    if (claim !== "sub" || issuer === undefined) continue;
    const part = issuer
      .subject({ text: value, fixed: value, open: false })
      ?.find((one) => one.claim === "environment");
    if (part !== undefined) return part.pattern.text;
  }
  return null;
}

/** Tests that do not do what they look like. */
function odd({ holds }: Way, issuer: Issuer | undefined, system: TrustPolicy["system"]): Breadth[] {
  return holds.flatMap((test): Breadth[] => {
    const { claim, operator, values, quantifier, absent, place } = test;
    if (absent)
      return [
        {
          kind: "absent-claim",
          claim,
          message: `${quantifier === "all" ? "`ForAllValues`" : "`IfExists`"} is true of a token without \`${claim}\``,
          place,
        },
      ];
    const plain = operator === "equals" || operator === "equals-any-case";
    const star = plain ? values.map(String).find((one) => one.includes("*")) : undefined;
    if (star !== undefined)
      return [
        {
          kind: "literal-wildcard",
          claim,
          message: `\`*\` in \`${star}\` is taken literally here: nobody is let in`,
          place,
          broken: true,
        },
      ];
    if (
      system === "google" &&
      issuer?.id === "github" &&
      plain &&
      ["repository", "repository_owner"].includes(claim)
    )
      return [
        {
          kind: "name-not-number",
          claim,
          message: `\`${claim}\` is a name, which somebody else may take once it is free; \`${claim}_id\` is not`,
          place,
          pedantic: true,
        },
      ];
    return [];
  });
}
