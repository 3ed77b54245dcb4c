/** The audit log's shapes. See index.ts for the purpose of this folder and docs/spec/audit.md for the bytes. */
import type { KeyObject } from "node:crypto";
import type { Clock } from "../core/clock.ts";

/** Whose folder a log lies in (node.ts). */
export interface NodeIdentity {
  /** 16 hex digits. */
  readonly node: string;
  readonly host: string;
  /** Absolute. */
  readonly folder: string;
}

/**
 * Where a segment stood: `seq` entries so far, the last of which has the chain value `hash` (64 hex digits). An anchor that names no
 * node holds for every folder.
 */
export interface Anchor extends Partial<NodeIdentity> {
  /** Four digits or more, such as `0001`. */
  readonly segment: string;
  readonly seq: number;
  readonly hash: string;
}

export interface CheckpointSigner {
  /** Key name of the note's signature: no space, no `+`, for example `bulkhead.example.com/audit`. */
  readonly name: string;
  /** Ed25519 private key. */
  readonly key: KeyObject;
}

export interface AuditLogOptions {
  /** Made (0700) when missing; its files are 0600. */
  readonly folder: string;
  readonly clock?: Clock;
  /** `batch` (default): one write a turn of the event loop, no fdatasync (survives a killed process). `always`: fdatasync before it resolves (survives a lost machine). */
  readonly sync?: "batch" | "always";
  /** Bytes after which a segment goes on in a further file. Default 64 MiB. */
  readonly maxFileBytes?: number;
  /** Milliseconds after which it does so too (counted from the part's first entry of this process). Default: never. */
  readonly maxFileAge?: number;
  /** Bytes kept free for the entries of answers whose requests were carried out already; 0: none. Default 256 KiB. */
  readonly reserveBytes?: number;
  /** For `checkpoint()`. */
  readonly signer?: CheckpointSigner;
}

export interface AuditLog {
  /**
   * Resolves when the line is written; all appends of one turn are one write. `entry` is JSON data; the names `seq`, `time`,
   * `prev` and `hash` are the log's own (TypeError). Rejects with `audit.unwritable` when the line can't be written: the caller
   * refuses its request. A later append tries again. `mayUseReserve`: the entry of an answer whose request was carried out; on a
   * full disk the space kept for that is given up for it.
   */
  append(entry: object, options?: { readonly mayUseReserve?: boolean }): Promise<void>;
  /** Where this writer's segment stands now (written entries only); null before its first entry. */
  anchor(): Anchor | null;
  /**
   * Where this writer found the segment when it claimed it (`seq` 0 when it was empty): what the entries since then go on from. It
   * changes when the segment was lost and another claimed. null while none is held.
   */
  claimed(): Anchor | null;
  /** A signed note over the anchor (docs/spec/audit.md); null before the first entry. Throws TypeError without `signer`. */
  checkpoint(): string | null;
  /** Writes what is queued and gives the segment free for the next process. */
  close(): Promise<void>;
}

/** An entry as it stands in the log. */
export interface AuditRecord {
  readonly segment: string;
  readonly seq: number;
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  /** What was given to `append`. */
  readonly entry: Readonly<Record<string, unknown>>;
}

export interface AuditProblem {
  /** File name in the folder. */
  readonly file: string;
  /** 1-based; 0 when the whole file is meant. */
  readonly line: number;
  readonly what: string;
}

export interface SegmentReport {
  readonly segment: string;
  readonly ok: boolean;
  /** Entries that verified before the first problem. */
  readonly entries: number;
  readonly problem: AuditProblem | null;
  /** An unfinished last line, as a killed writer leaves it; the next writer cuts and records it. Not a problem. */
  readonly unfinished: boolean;
}

/** What another node's folder holds, as far as the anchors say. */
export interface ElsewhereReport extends NodeIdentity {
  readonly segments: readonly string[];
  /** At least so many entries. */
  readonly entries: number;
}

export interface FolderReport {
  readonly folder: string;
  /** null: the folder does not say. */
  readonly node: string | null;
  /** There are anchors, and none is this folder's: a cut end would not show. */
  readonly unknown: boolean;
  readonly segments: readonly SegmentReport[];
}

export interface LogReport {
  readonly folders: readonly FolderReport[];
  /** Segments that the anchors know of and that belong to no folder given. */
  readonly elsewhere: readonly ElsewhereReport[];
}

export interface AuditFilter {
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number;
  /** Exclusive. */
  readonly until?: number;
  readonly where?: (record: AuditRecord) => boolean;
  /** Goes on with what is written later, until `signal` aborts. */
  readonly follow?: boolean;
  /** Milliseconds between looks at the files while following. Default 250. */
  readonly interval?: number;
  readonly signal?: AbortSignal;
}

/** A byte of a segment's part (of its content, when it is compressed). */
export interface AuditPlace {
  readonly part: number;
  readonly offset: number;
}

/** Up to where a segment was read: `seq` is the last entry taken, `offset` at or before the next. JSON. */
export interface AuditMark extends AuditPlace {
  readonly seq: number;
}
