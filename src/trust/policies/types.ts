/**
 * Trust policies of other systems, as one formula each: who signs the token, and what its claims must say. A policy is a list of
 * statements; a token is admitted by any that allows it and by none that denies it.
 */
import type { Json } from "../../core/json-bytes.ts";

export type PolicySystem = "aws" | "google" | "azure" | "npm" | "pypi" | "vault" | "bulkhead";

/** What a part of a policy file says; `place` is its JSON pointer, for whoever knows where that stands. */
export interface TrustStatement {
  readonly effect: "allow" | "deny";
  /** Issuers whose tokens it is about, as URLs; null: not said, any that the system knows. */
  readonly issuers: readonly string[] | null;
  readonly formula: Formula;
  readonly place: string;
}

export interface TrustPolicy {
  readonly system: PolicySystem;
  /** The role, service account, application or package; null where the document does not name it. */
  readonly target: string | null;
  readonly statements: readonly TrustStatement[];
  /** What was not understood: nothing is concluded from it. */
  readonly problems: readonly PolicyProblem[];
}

export interface PolicyProblem {
  readonly place: string;
  /** Lower case, no full stop. */
  readonly text: string;
}

export type Formula =
  | { readonly kind: "all"; readonly of: readonly Formula[] }
  | { readonly kind: "any"; readonly of: readonly Formula[] }
  | { readonly kind: "not"; readonly of: Formula }
  | ClaimTest
  /** Not understood, as written. */
  | { readonly kind: "unknown"; readonly text: string; readonly place: string };

export interface ClaimTest {
  readonly kind: "test";
  /** A name, or a JSON pointer. */
  readonly claim: string;
  readonly operator: TestOperator;
  readonly values: readonly Json[];
  /** `all`: every value of the claim (true of none: AWS's ForAllValues); `any`: one of them. */
  readonly quantifier: "any" | "all";
  /** What it says of a token without the claim. */
  readonly absent: boolean;
  readonly place: string;
}

/** `prefix`, `suffix`, `contains`: plain text. `matches`: RE2 over the whole text or part of it, see `anchored`. `absent`: only whether it is there. */
export type TestOperator =
  | "equals"
  | "equals-any-case"
  | "like"
  | "like-any-case"
  | "glob"
  | "prefix"
  | "suffix"
  | "contains"
  | "matches"
  | "present";

/** Null: it depends on what was not understood. */
export type Verdict = boolean | null;

export interface Decision {
  readonly admitted: Verdict;
  /** One sentence: the statement that admits, or what each that could does not find. */
  readonly reason: string;
}
