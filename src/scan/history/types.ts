/** What a history scan takes and gives. */
import type { CommitRef } from "../../core/finding.ts";
import type { Rule } from "../../detect/types.ts";
import type { Shard } from "../shard.ts";
import type { ContentScanner, Found, Unread } from "../types.ts";

/** Made once a thread. */
export interface HistoryScanner {
  readonly scanner: ContentScanner;
  /** Every rule that a match may name. */
  readonly rules: readonly Rule[];
  /**
   * Whether a format may want a file of this name, whatever is in it: such blobs are looked at again when git has told their names.
   * Formats that go by the first bytes alone need not be named here.
   */
  mayNeedFormat(path: string): boolean;
}

/**
 * Which versions: everything that refs and HEAD reach when empty. `revisions` are words of `git rev-list` (`A..B`, a branch, `^C`);
 * words that begin with `-` are refused.
 */
export interface HistoryRange {
  readonly revisions?: readonly string[];
  /** Commits after it, in any form that git reads. */
  readonly since?: string;
}

/**
 * Blobs that earlier scans have read whole and found nothing in, so that they are not read again. What has findings is read each time:
 * so each scan reports all of them, also one that goes on where another was interrupted, and nobody keeps what was found. Ids are hex.
 */
export interface SeenBlobs {
  has(blob: string): boolean;
  /** Called again and again while the scan goes on. */
  add(blobs: readonly string[]): void | Promise<void>;
}

export interface ScanHistoryOptions {
  readonly root: string;
  /** For this thread. */
  readonly scanner: () => HistoryScanner;
  /** The file that starts a thread (see `serveThread`); without it everything is done in this one. */
  readonly worker?: { readonly file: URL | string; readonly data?: unknown };
  /** Default: one for each core. */
  readonly threads?: number;
  readonly range?: HistoryRange;
  /** Every object of the store, also what no ref reaches. */
  readonly unreachable?: boolean;
  /** How versions are read; the findings are the same. Default `deltas`. */
  readonly mode?: "deltas" | "blobs";
  readonly seen?: SeenBlobs;
  /** Only the blobs that fall to this shard. */
  readonly shard?: Shard;
  readonly onProgress?: (summary: HistorySummary) => void;
}

export interface HistorySummary {
  readonly commits: number;
  /** Versions of files, each counted once. */
  readonly blobs: number;
  /** Of all blobs. */
  readonly bytes: number;
  /** Of these, what was looked at: the rest stands unchanged in another version. */
  readonly bytesScanned: number;
  /** Blobs left out because `seen` has them. */
  readonly skipped: number;
  /** Findings of a range that stood there before it, and are left out. */
  readonly before: number;
  /** The history is incomplete when there is one; `path` is an object's id, a file of the store, or a path in a commit. */
  readonly unread: readonly Unread[];
  /** True when the repository holds only the newest part of its history. */
  readonly shallow: boolean;
}

/** One value at one path, over all versions of the file. */
export interface HistoryFinding {
  /** Where it stands in `blob`; the value belongs to the receiver. */
  readonly found: Found;
  /** Hex id of the first version that has it. */
  readonly blob: string;
  /** Empty for a blob that no commit has. */
  readonly path: string;
  /** All versions at this path that have it. */
  readonly blobs: number;
  /** The commit that brought it, and the last in which it stood. */
  readonly first?: CommitRef;
  readonly last?: CommitRef;
  /** Whether a branch, a tag or HEAD has it now. */
  readonly current: boolean;
}

export interface HistoryScan extends AsyncIterable<HistoryFinding> {
  readonly summary: HistorySummary;
}
