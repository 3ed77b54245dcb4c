/** What trust is made of: claims that an issuer signs, conditions that a role puts on them, findings where the two leave a gap. */
import type { Json } from "../core/json-bytes.ts";

export type Claims = Readonly<Record<string, Json>>;

/** What a claim tells about a job. `origin`: whose copy of the repository; `scope`: what an issuer without branches offers instead. */
export type Dimension = "repository" | "ref" | "workflow" | "environment" | "event" | "origin";

/** One condition: the claim (a name, or a JSON pointer when it begins with `/`) is any of the values. Several conditions must all hold. */
export interface Condition {
  readonly claim: string;
  readonly operator: OperatorName;
  /** Any of them. None: never satisfied. */
  readonly values: readonly Json[];
}

export type OperatorName = "equals" | "glob" | "like";

/** What a role, or another system's trust policy, asks of a token. */
export interface TrustRule {
  /** Any of them; empty: not asked. */
  readonly audiences: readonly string[];
  readonly conditions: readonly Condition[];
}

export type BroadKind =
  | "audience"
  | "subject"
  | "repository"
  | "organization"
  | "ref"
  | "workflow"
  | "pull-request"
  | "environment"
  | "fork";

export interface TrustFinding {
  readonly kind: BroadKind;
  /** The claim that is missing, or whose condition is too wide. */
  readonly claim: string;
  /** One sentence, lower case, no full stop: who else gets in. */
  readonly message: string;
  /** The line to add or put in place, as a role's JSON and in `bulkhead.yaml`. */
  readonly roleLine: string;
  readonly manifestLine: string;
}

/** The neutral names under which a job's facts stand in token metadata and audit entries. */
export type FactName = "repository" | "workflow" | "job" | "run" | "commit" | "ref" | "actor" | "environment";

/** What one value of a condition leaves open. */
export interface Reading {
  /** Settled by this value. */
  readonly pins: readonly Dimension[];
  /** Who gets in through it that should not, whatever else is asked. */
  readonly opens?: readonly { readonly kind: BroadKind; readonly why: string }[];
}

/** A value as a condition has it: `fixed` is all that is certain (everything before the first wildcard). */
export interface Pattern {
  readonly text: string;
  readonly fixed: string;
  readonly open: boolean;
}

export interface ClaimRow {
  readonly read: (pattern: Pattern) => Reading;
  readonly description: string;
}

/** A claim's condition that a subject holds: `repo:a/b:ref:…` says both repository and ref. */
export interface SubjectPart {
  readonly claim: string;
  readonly pattern: Pattern;
}

export interface Need {
  readonly dimension: Dimension;
  readonly kind: BroadKind;
  /** Claim and value of the line to add. */
  readonly claim: string;
  readonly example: string;
  /** The word in `bulkhead.yaml`, if it is not the claim's name. */
  readonly word?: string;
  /** Who gets in without it. */
  readonly without: string;
  /** Only where a condition on this claim is there (a branch's name says nothing without its type). */
  readonly given?: string;
}

export interface Issuer {
  readonly id: string;
  readonly title: string;
  /** `iss` of the service everybody uses, for configuration; null: each installation has its own. */
  readonly issuer: string | null;
  /** Whether an `iss` is one of this platform's. */
  readonly recognizes: (issuer: string) => boolean;
  /** Claims that identify; others settle nothing. */
  readonly claims: Readonly<Record<string, ClaimRow>>;
  /** A subject, or a pattern of one, taken apart; null: not of this issuer's form. */
  readonly subject: (pattern: Pattern) => readonly SubjectPart[] | null;
  /** A subject put together; undefined parts are left out. Null when they make none. */
  readonly buildSubject: (parts: Readonly<Record<string, string>>) => string | null;
  /** What a role must settle. */
  readonly needs: readonly Need[];
  /** Audience that tokens have when nobody asks for one, in words. */
  readonly audience: string;
  /** Defaults of a role with this preset. */
  readonly userClaim: string;
  /** Claims every token of this issuer carries. */
  readonly required: readonly string[];
  /** Fact → claim (a name or a JSON pointer). */
  readonly facts: Readonly<Partial<Record<FactName, string>>>;
  /** Words of `bulkhead.yaml` → the claims they stand for. Words that are no key here name their claim. */
  readonly words: Readonly<Record<string, string>>;
  /** Further conditions that follow from the words together. */
  readonly derive?: (
    words: Readonly<Record<string, readonly string[]>>,
  ) => Readonly<Record<string, readonly string[]>>;
}
