/**
 * What a scan is made of: sources give items (a file, a blob, a log), the content scanner gives what is in one item. Places are
 * bytes and lines here; which commit brought a blob is asked only for what was found.
 */
import type { RawMatch } from "../detect/types.ts";
import type { ByteSource } from "../formats/types.ts";
import type { Lines } from "./lines.ts";

/** One thing to read. */
export interface Item {
  /** Relative to the scanned root, with `/`; `-` for standard input. */
  readonly path: string;
  readonly source: ByteSource;
}

/** A match with its place in the item; the value in it belongs to the receiver, who zeroes it. */
export interface Found {
  readonly match: RawMatch;
  /** 1-based, columns in bytes; inside the entry when there is one. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Byte offset in the item, of the outermost container where the bytes themselves are not in it. */
  readonly offset: number;
  /** Path inside an archive, archives in archives joined with `!`. */
  readonly entry?: string;
  readonly within?: string;
  /** What stands beside it, for allow comments; made while the bytes are at hand, zeroed once judged. */
  readonly lines?: Lines;
}

export interface Unread {
  readonly path: string;
  readonly reason: string;
}

/** Finds in bytes, formats and archives included. Made once a thread. */
export interface ContentScanner {
  /** Whether a format must look at it: when false, `plain` finds everything. `head`: the first 512 bytes or all. */
  needsFormat(path: string, head: Uint8Array): boolean;
  /** Bytes at hand, as they are, without formats; `unread` hears why something in them was not read. */
  plain(bytes: Uint8Array, unread?: (reason: string) => void): Found[];
  /** Everything, streaming, in bounded memory. */
  scan(item: Item): Promise<{ readonly found: Found[]; readonly bytes: number; readonly unread: Unread[] }>;
}
