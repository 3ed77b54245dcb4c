/**
 * Findings: what scan, run and the CI audit report. A `Finding` is one place, a `FoundSecret` one secret with all its places. Neither
 * carries the value or a plain hash of it, from which a weak value could be guessed.
 */
export type Severity = "critical" | "high" | "medium" | "low" | "info";

export interface Place {
  /** Path relative to the scanned root, with `/`; `-` for standard input. */
  readonly path: string;
  /** 1-based; columns count bytes from 1. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Byte offset in the file, 0-based. */
  readonly offset: number;
  /** A human place inside the file: `cell 3, output 1`. */
  readonly within?: string;
  /** Path inside an archive, archives in archives joined with `!`; line and column count inside the entry. */
  readonly entry?: string;
  /** The commit that brought it, for what was found in a history. */
  readonly commit?: CommitRef;
  /** The last commit in which it stood there, and whether a branch, a tag or HEAD has it now. */
  readonly last?: CommitRef;
  readonly current?: boolean;
  /** In how many versions of the file it stands. */
  readonly versions?: number;
  /** How it stood there, outermost first: `["gzip", "base64"]`; line and column are those of the encoded text. */
  readonly decoded?: readonly string[];
  /** Something to say of this place: an allow comment that gives no reason. */
  readonly note?: string;
}

export interface CommitRef {
  /** Full object id. */
  readonly id: string;
  readonly author: string;
  readonly email: string;
  /** Author date, ISO 8601. */
  readonly date: string;
}

export interface Finding {
  /** Rule id, e.g. `openai-api-key`, `private-key`, `generic-assignment`. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** Provider id from the catalogue, where the rule belongs to one. */
  readonly provider?: string;
  /** Credential kind (see `core/kinds.ts`). */
  readonly kind?: string;
  /** What its compromise enables, one sentence. */
  readonly opens?: string;
  readonly place: Place;
  /** Half of a credential alone, and what is missing: `a secret access key`. Its severity is low. */
  readonly incomplete?: string;
  /** What the value says about itself, where it does (a JWT's claims): `role service_role, expires 2033-01-01`. */
  readonly says?: string;
  /** The value as shown to people: first characters and length only, never whole. */
  readonly preview: string;
  /** Keyed with the salt of a baseline or an allow file (docs/spec/baseline.md); absent where there is none. */
  readonly fingerprint?: string;
  /** Filled by identify: which stored secret this is. */
  readonly stored?: StoredSecretRef;
}

/** One secret and everywhere it was seen. */
export interface FoundSecret extends Omit<Finding, "place"> {
  /** In the order of paths and lines; at least one. */
  readonly places: readonly Place[];
  /** Places beyond those that are kept. */
  readonly morePlaces: number;
  /** Of the places' commits, by date; absent where nothing was found in a history. */
  readonly first?: CommitRef;
  readonly last?: CommitRef;
  /** Why it is not reported. */
  readonly allowed?: Allowed;
}

export interface Allowed {
  readonly reason: string;
  /** `bulkhead:allow`, `.gitleaksignore` */
  readonly source: string;
}

export interface StoredSecretRef {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly field: string;
  readonly path: string;
  readonly version: number;
  /** False when a newer version took its place. */
  readonly current: boolean;
  /** Of the environment. */
  readonly production: boolean;
  /** Stages that are declared to use it, sorted. */
  readonly stages: readonly string[];
  readonly owner?: string;
  readonly purpose?: string;
}
