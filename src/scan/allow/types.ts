/** What allows a finding: a comment beside it, or an entry of a file. One kind a file; `index.ts` is the registry. */
import type { Sighting } from "../finding.ts";

/** `reason` null: the directive is there and says nothing why, so that it does not count. */
export interface Directive {
  readonly source: string;
  readonly reason: string | null;
}

/** Allowed, or reported with a remark, or (null) nothing to say. */
export type Verdict =
  | { readonly allowed: true; readonly reason: string; readonly source: string }
  | { readonly allowed: false; readonly note: string }
  | null;

export interface AllowList {
  /** Entries that cannot be used, each a sentence; what they were to allow is reported. */
  readonly problems: readonly string[];
  /** `path`: the finding's, relative to the folder the list stands in. `source`: how messages call the list. */
  judge(sighting: Sighting, at: JudgedAt): Verdict | Promise<Verdict>;
  /** Under the list's own salt; absent where it has none. */
  print?(sighting: Sighting): Promise<string | undefined>;
}

export interface JudgedAt {
  readonly path: string;
  readonly source: string;
  /** `2026-11-21`, UTC. */
  readonly today: string;
}

export interface AllowKind {
  readonly id: string;
  /** Latin-1 text of the line (without the value) and of the line above. */
  readonly inline?: (line: string, above: string) => Directive | null;
  readonly file?: {
    /** Where it stands in a repository. */
    readonly path: string;
    /** Throws `allow.invalid` when it is no such file at all. */
    read(text: string, source: string): AllowList;
  };
}
