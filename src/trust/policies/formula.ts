/** Formulas over claims: made, simplified, decided. Three values: what was not understood is neither true nor false. */
import type { Json } from "../../core/json-bytes.ts";
import { claimAt, shownClaim } from "../claims.ts";
import { wild } from "../conditions.ts";
import type { Claims } from "../types.ts";
import type { ClaimTest, Decision, Formula, TestOperator, TrustPolicy, Verdict } from "./types.ts";

export const all = (of: readonly Formula[]): Formula => ({ kind: "all", of });
export const any = (of: readonly Formula[]): Formula => ({ kind: "any", of });
export const not = (of: Formula): Formula => ({ kind: "not", of });
export const unknown = (text: string, place: string): Formula => ({
  kind: "unknown",
  text: text.slice(0, 200),
  place,
});

type TestParts = Pick<ClaimTest, "claim" | "operator" | "values" | "place"> & Partial<ClaimTest>;
export const claimTest = (parts: TestParts): ClaimTest => ({
  kind: "test",
  quantifier: "any",
  absent: false,
  ...parts,
});

const COMPARE: Readonly<Record<TestOperator, (wanted: Json, given: Json) => boolean>> = {
  equals: (wanted, given) => wanted === given || (typeof wanted === "string" && asText(given) === wanted),
  "equals-any-case": (wanted, given) => fold(wanted) === fold(given),
  like: (wanted, given) => wild(asText(wanted), asText(given), true),
  "like-any-case": (wanted, given) => wild(fold(wanted), fold(given), true),
  glob: (wanted, given) => wild(asText(wanted), asText(given), false),
  prefix: (wanted, given) => asText(given).startsWith(asText(wanted)),
  suffix: (wanted, given) => asText(given).endsWith(asText(wanted)),
  contains: (wanted, given) => asText(given).includes(asText(wanted)),
  matches: () => false, // see decide: it is not decided here
  present: () => true,
};

const asText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
const fold = (value: Json): string => asText(value).toLowerCase();

/** Kleene's logic. `matches` is decided for expressions without any special character only. */
export function decide(formula: Formula, claims: Claims): Verdict {
  switch (formula.kind) {
    case "unknown":
      return null;
    case "not": {
      const inner = decide(formula.of, claims);
      return inner === null ? null : !inner;
    }
    case "all":
    case "any": {
      const wanted = formula.kind === "any";
      let open = false;
      for (const one of formula.of) {
        const verdict = decide(one, claims);
        if (verdict === wanted) return wanted;
        open ||= verdict === null;
      }
      return open ? null : !wanted;
    }
    case "test":
      return decideTest(formula, claims);
  }
}

function decideTest({ claim, operator, values, quantifier, absent }: ClaimTest, claims: Claims): Verdict {
  const received = claimAt(claims, claim);
  if (received === undefined || received === null) return absent;
  const given: readonly Json[] = Array.isArray(received) ? received : [received];
  if (given.length === 0) return quantifier === "all" || absent;
  if (operator === "present") return true;
  if (operator === "matches") return decideExpression(values, given);
  const one = (value: Json): boolean => values.some((wanted) => COMPARE[operator](wanted, value));
  return quantifier === "all" ? given.every(one) : given.some(one);
}

/** A regular expression without special characters but an anchor at either end is text; any other is left open. */
function decideExpression(values: readonly Json[], given: readonly Json[]): Verdict {
  const verdicts = given.map((value): Verdict => {
    const tests = values.map((wanted) => plainExpression(asText(wanted), asText(value)));
    return tests.includes(true) ? true : tests.includes(null) ? null : false;
  });
  return verdicts.includes(true) ? true : verdicts.includes(null) ? null : false;
}

function plainExpression(expression: string, text: string): Verdict {
  const [, start = "", body = "", end = ""] = /^(\^?)(.*?)(\$?)$/s.exec(expression) ?? [];
  const literal = body.replaceAll(/\\([^A-Za-z0-9])/g, "$1");
  if (/(?<!\\)[.*+?()[\]{}|^$]|\\[A-Za-z0-9]/.test(body)) return null;
  if (start !== "" && end !== "") return text === literal;
  return start !== ""
    ? text.startsWith(literal)
    : end !== ""
      ? text.endsWith(literal)
      : text.includes(literal);
}

const sameIssuer = (a: string, b: string): boolean => a.replace(/\/$/, "") === b.replace(/\/$/, "");

/** Whether the policy admits a token with these claims, `iss` among them, and why. */
export function admits(policy: TrustPolicy, claims: Claims): Decision {
  const about = policy.statements.filter(
    ({ issuers }) => issuers === null || issuers.some((one) => sameIssuer(one, String(claims.iss ?? ""))),
  );
  const denied = about
    .filter(({ effect }) => effect === "deny")
    .map((one) => ({ one, verdict: decide(one.formula, claims) }));
  if (denied.some(({ verdict }) => verdict === true))
    return { admitted: false, reason: "a statement denies it" };
  const allowed = about
    .filter(({ effect }) => effect === "allow")
    .map((one) => ({ one, verdict: decide(one.formula, claims) }));
  if (allowed.length === 0)
    return { admitted: false, reason: `no statement is about tokens of ${shownClaim("iss", claims.iss)}` };
  const open = denied.some(({ verdict }) => verdict === null);
  const found = allowed.find(({ verdict }) => verdict === true);
  if (found !== undefined)
    return open
      ? { admitted: null, reason: "a denying statement was not understood" }
      : { admitted: true, reason: `${found.one.place || "the policy"} allows it` };
  const unclear = allowed.find(({ verdict }) => verdict === null);
  if (unclear !== undefined)
    return {
      admitted: null,
      reason: `${unclear.one.place || "the policy"} holds a condition that was not understood`,
    };
  return { admitted: false, reason: allowed.map(({ one }) => failure(one.formula, claims)).join("; ") };
}

/** The first part that is false, in words. */
function failure(formula: Formula, claims: Claims): string {
  if (formula.kind === "all") {
    const first = formula.of.find((one) => decide(one, claims) === false);
    return first === undefined ? "it does not hold" : failure(first, claims);
  }
  if (formula.kind === "any")
    return formula.of.length === 0
      ? "nothing satisfies it"
      : formula.of.map((one) => failure(one, claims)).join(", and ");
  if (formula.kind === "not") return `it must not be that ${described(formula.of)}`;
  if (formula.kind === "unknown") return "it was not understood";
  const received = claimAt(claims, formula.claim);
  return `\`${formula.claim}\` is ${received === undefined ? "absent" : shownClaim(formula.claim, received)}, and ${described(formula)} is asked`;
}

const WORDS: Readonly<Record<TestOperator, string>> = {
  equals: "",
  "equals-any-case": "in any case ",
  like: "like ",
  "like-any-case": "like, in any case, ",
  glob: "like ",
  prefix: "beginning with ",
  suffix: "ending with ",
  contains: "containing ",
  matches: "matching ",
  present: "any value",
};

/** A formula in words, as short as it can be. */
export function described(formula: Formula): string {
  if (formula.kind === "unknown") return formula.text;
  if (formula.kind === "not") return `not (${described(formula.of)})`;
  if (formula.kind === "test") return `${WORDS[formula.operator]}${formula.values.map(asText).join(" or ")}`;
  return formula.of.map(described).join(formula.kind === "all" ? " and " : " or ");
}

const MOST_WAYS = 256;

/** One way for a token to satisfy a formula: all of these tests hold, none of those does; `open` where a part was not understood. */
export interface Way {
  readonly holds: readonly ClaimTest[];
  readonly fails: readonly ClaimTest[];
  readonly open: boolean;
}

/** Its disjunctive form, negations pushed down. Null where it has more than 256 ways: a policy that nobody can read. */
export function waysOf(formula: Formula, negated = false): readonly Way[] | null {
  switch (formula.kind) {
    case "unknown":
      return [{ holds: [], fails: [], open: true }];
    case "not":
      return waysOf(formula.of, !negated);
    case "test":
      return [
        negated ? { holds: [], fails: [formula], open: false } : { holds: [formula], fails: [], open: false },
      ];
    case "all":
    case "any": {
      const parts: (readonly Way[])[] = [];
      for (const one of formula.of) {
        const ways = waysOf(one, negated);
        if (ways === null) return null;
        parts.push(ways);
      }
      const joins = (formula.kind === "all") !== negated;
      if (!joins) return parts.reduce((sum, one) => sum + one.length, 0) > MOST_WAYS ? null : parts.flat();
      return product(parts);
    }
  }
}

function product(parts: readonly (readonly Way[])[]): readonly Way[] | null {
  let ways: readonly Way[] = [{ holds: [], fails: [], open: false }];
  for (const part of parts) {
    if (ways.length * part.length > MOST_WAYS) return null;
    ways = ways.flatMap((a) =>
      part.map((b) => ({
        holds: [...a.holds, ...b.holds],
        fails: [...a.fails, ...b.fails],
        open: a.open || b.open,
      })),
    );
  }
  return ways;
}
