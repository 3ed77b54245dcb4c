/**
 * A large file in parts, so that threads can share it. A part is scanned by itself; lines are counted from its beginning, and put
 * together once the parts before it are known. Where a terminal's control sequences stand, text is no longer found at its own offsets:
 * from there on the file is read in one go.
 */
import { closeSync, constants, openSync, readSync } from "node:fs";
import type { Detector } from "../detect/types.ts";
import { HEAD } from "../formats/source.ts";
import { countNewlines } from "../match/newlines.ts";
import { Cuts } from "./cuts.ts";
import { foundOf, type Span, spanOf } from "./content.ts";
import { isText, ShownStream } from "./shown.ts";
import { fileSource } from "./sources/file.ts";
import type { Batch } from "./sources/paths.ts";
import { reasonOf } from "./sources/walk.ts";
import type { ContentScanner, Found } from "./types.ts";

/** Bytes [from, to) of a file of this size. */
export interface FilePart {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** Whether control sequences mean something in it. */
  readonly text: boolean;
  /** The rest of the file, with whatever stands in it. */
  readonly rest: boolean;
}

/** How many lines end in a part, and the bytes behind the last of these ends. */
export interface PartLines {
  readonly ends: number;
  readonly behind: number;
}

export interface FoundInPart {
  /** Lines and columns as if the part were the whole file. */
  readonly found: readonly Found[];
  readonly lines: PartLines;
  /** What the decoders left of it, in words. */
  readonly unread: readonly string[];
}

const ESC = 0x1b;
const CHUNK = 1 << 20;
/** Not through a link that appeared since the walk, and not waiting on a pipe that did. */
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface SplitOptions {
  readonly scanner: ContentScanner;
  readonly maxFileSize?: number;
}

/** What can be told from a file's beginning; null where it is to be read as a whole. */
export function splitFile(
  absolute: Buffer,
  path: string,
  { scanner, maxFileSize = Number.POSITIVE_INFINITY }: SplitOptions,
): Pick<FilePart, "size" | "text"> | null {
  try {
    const fd = openSync(absolute, OPEN);
    try {
      const { size, read } = fileSource(fd);
      if (size === null || read === undefined || size > maxFileSize) return null;
      const head = read(0, HEAD);
      return scanner.needsFormat(path, head) ? null : { size, text: isText(head) };
    } finally {
      closeSync(fd);
    }
  } catch {
    return null; // who reads it says why not
  }
}

/** Null where the part cannot be scanned by itself: it is then to be read with all that follows. */
export async function scanPart(
  detector: Detector,
  { absolute, path }: { readonly absolute: Buffer; readonly path: string },
  part: FilePart,
): Promise<FoundInPart | null> {
  const { before, behind } = detector.parts ?? { before: 0, behind: 0 };
  const fd = openSync(absolute, OPEN);
  try {
    const { read } = fileSource(fd);
    if (read === undefined) throw new Error("it has no size any more");
    const cuts = new Cuts();
    const stream = new ShownStream(detector, { text: part.text, part, cut: cuts.add });
    const spans: Span[] = [];
    const take = ({ matches, offsetOf }: ReturnType<ShownStream["end"]>): void => {
      for (const match of matches) spans.push(spanOf(match, offsetOf));
    };
    const lines = { ends: 0, behind: 0 };
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    const end = Math.min(part.size, part.to + behind);
    for (let at = Math.max(0, part.from - before); at < end; ) {
      const chunk = buffer.subarray(0, readSync(fd, buffer, 0, Math.min(CHUNK, end - at), at));
      if (chunk.length === 0) break;
      if (part.text && !part.rest && chunk.includes(ESC)) return null;
      take(stream.push(chunk));
      count(chunk.subarray(Math.max(0, part.from - at), Math.max(0, part.to - at)), lines);
      at += chunk.length;
    }
    take(stream.end());
    // A long member is read on by whoever reads the whole file.
    if (cuts.members.length > 0 && !part.rest) return null;
    for (const { offset, reason } of cuts.members) cuts.note(offset, reason);
    const source = { size: part.size, read, chunks: () => chunksOf(read, part) };
    const found = await foundOf({ path, source, spans, from: part.from });
    return { found, lines, unread: [...cuts.reasons()] };
  } finally {
    closeSync(fd);
  }
}

function count(bytes: Buffer, lines: { ends: number; behind: number }): void {
  const ends = countNewlines(bytes);
  lines.behind = ends === 0 ? lines.behind + bytes.length : bytes.length - 1 - bytes.lastIndexOf(0x0a);
  lines.ends += ends;
}

function* chunksOf(
  read: (offset: number, length: number) => Uint8Array,
  { from, size }: FilePart,
): Generator<Uint8Array> {
  for (let at = from; at < size; ) {
    const chunk = read(at, CHUNK);
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}

/** Parts one after the other: gives each part's findings the lines that they have in the file. */
export class PartsInOrder {
  /** For whoever takes the parts: that one could not be read is known. */
  unread = false;
  #ends = 0;
  #behind = 0;

  next({ found, lines }: Omit<FoundInPart, "unread">): readonly Found[] {
    const placed = found.map((one) => ({
      ...one,
      line: one.line + this.#ends,
      column: one.column + (one.line === 1 ? this.#behind : 0),
      endLine: one.endLine + this.#ends,
      endColumn: one.endColumn + (one.endLine === 1 ? this.#behind : 0),
    }));
    this.#ends += lines.ends;
    this.#behind = lines.behind + (lines.ends === 0 ? this.#behind : 0);
    return placed;
  }
}

export interface PartBatch {
  readonly batch: Batch;
  readonly lines: PartLines;
}

/** A part as threads hand it over; a file that cannot be read is named. Null as `scanPart`. */
export async function scanPartOf(
  detector: Detector,
  root: string,
  relative: Uint8Array,
  part: FilePart,
): Promise<PartBatch | null> {
  const path = Buffer.from(relative).toString("utf8");
  try {
    const absolute = Buffer.concat([Buffer.from(`${root}/`), relative]);
    const result = await scanPart(detector, { absolute, path }, part);
    if (result === null) return null;
    const found = result.found.length === 0 ? [] : [{ path, found: result.found }];
    const files = part.to === part.size ? 1 : 0;
    const unread = result.unread.map((reason) => ({ path, reason }));
    return { batch: { files, bytes: part.to - part.from, found, unread }, lines: result.lines };
  } catch (error) {
    const unread = [{ path, reason: reasonOf(error) }];
    return { batch: { files: 0, bytes: 0, found: [], unread }, lines: { ends: 0, behind: 0 } };
  }
}
