/**
 * The one evaluator of conditions over claims: logins ask it whether a token satisfies a role, the audit of CI files whether a job
 * could assume one. An operator is a row: how it compares one value, which characters are wildcards in it. Everything that is not
 * surely satisfied is not: an absent claim, an object, an empty list on either side.
 */
import type { Json } from "../core/json-bytes.ts";
import { claimAt } from "./claims.ts";
import type { Claims, Condition, OperatorName, Pattern } from "./types.ts";

interface Operator {
  readonly matches: (wanted: Json, given: Json) => boolean;
  /** Characters that stand for others; empty: every value is literal. */
  readonly wildcards: string;
}

type Scalar = string | number | boolean;
const isScalar = (value: Json): value is Scalar => value !== null && typeof value !== "object";

/** `*` any run of characters, `?` (where it is one) any one; linear in pattern and text but for the last star. */
export function wild(pattern: string, text: string, one: boolean): boolean {
  let [p, t, star, resume] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (pattern[p] === text[t] || (one && pattern[p] === "?")) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

const isBlurred = (value: Scalar): boolean =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);

const bothText = (wanted: Json, given: Json, test: (a: string, b: string) => boolean): boolean =>
  typeof wanted === "string" && typeof given === "string" && test(wanted, given);

export const OPERATORS: Readonly<Record<OperatorName, Operator>> = {
  /** Same type and value. Integers too large to be told apart are none. */
  equals: {
    matches: (wanted, given) => isScalar(wanted) && wanted === given && !isBlurred(wanted),
    wildcards: "",
  },
  /** Vault's `bound_claims_type: glob`. */
  glob: { matches: (wanted, given) => bothText(wanted, given, (a, b) => wild(a, b, false)), wildcards: "*" },
  /** AWS `StringLike`. */
  like: { matches: (wanted, given) => bothText(wanted, given, (a, b) => wild(a, b, true)), wildcards: "*?" },
};

export type Outcome =
  | { readonly held: true }
  | { readonly held: false; readonly condition: Condition; readonly received: Json | undefined };

/** The first condition that does not hold. A claim that is a list satisfies one when any of its elements does. */
export function evaluate(conditions: readonly Condition[], claims: Claims): Outcome {
  for (const condition of conditions) {
    const received = claimAt(claims, condition.claim);
    if (!holds(condition, received)) return { held: false, condition, received };
  }
  return { held: true };
}

function holds({ operator, values }: Condition, received: Json | undefined): boolean {
  if (received === undefined) return false;
  const given: readonly Json[] = Array.isArray(received) ? received : [received as Json];
  const { matches } = OPERATORS[operator];
  return given.some((one) => isScalar(one) && values.some((wanted) => matches(wanted, one)));
}

export function patternOf(value: Json, operator: OperatorName): Pattern {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const { wildcards } = OPERATORS[operator];
  const at = [...text].findIndex((char) => wildcards.includes(char));
  const open = at >= 0;
  return { text, fixed: open ? [...text].slice(0, at).join("") : text, open };
}
