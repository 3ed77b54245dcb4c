/**
 * Lines of a segment from where reading stood, each only where it follows the line before it: what somebody put in between ends the
 * reading, so that it is evidence of nothing.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { type Segment, partFile, readLines } from "../files.ts";

export interface Position {
  readonly part: number;
  /** Bytes of that part (of its content, when it is compressed). */
  readonly offset: number;
  readonly seq: number;
  /** Of the last line read. */
  readonly hash: string;
}

export interface ReadLine {
  readonly line: Buffer;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly position: Position;
}

const DOMAIN = "bulkhead.audit.v1\0";
const SUFFIX = 75;
const HEAD = /^\{"seq":(\d{1,15}),"time":"([^"]{24})","prev":"([0-9a-f]{64})"/;

/** Says why a line is none of this chain. */
export class Broken extends Error {
  readonly seq: number;
  constructor(seq: number) {
    super("does not follow the entry before it");
    this.seq = seq;
  }
}

/** Whether the line that was read last still stands there, with the same hash. False: the log is another's. */
export function stillThere(folder: string, segment: Segment, { part, offset, hash }: Position): boolean {
  const last = segment.parts.at(-1);
  if (last === undefined || last < part) return false;
  // Compressed or removed since: the next line's `prev` says it, or there is no next line.
  if (!segment.parts.includes(part) || segment.compressed.has(part)) return true;
  const bytes = Buffer.alloc(SUFFIX + 1);
  const file = openSync(join(folder, partFile(segment, part)), "r");
  try {
    const read = offset < bytes.length ? 0 : readSync(file, bytes, 0, bytes.length, offset - bytes.length);
    return read === bytes.length && bytes.toString("latin1") === `,"hash":"${hash}"}\n`;
  } finally {
    closeSync(file);
  }
}

/** From `from`, or from the first part there is. Throws `Broken`. */
export async function* linesFrom(
  folder: string,
  segment: Segment,
  from: Position | null,
): AsyncGenerator<ReadLine[]> {
  let state = from === null ? null : { seq: from.seq, hash: from.hash };
  for (const part of segment.parts.filter((one) => from === null || one >= from.part)) {
    const skipped = part === from?.part ? from.offset : 0;
    const compressed = segment.compressed.has(part);
    const path = join(folder, partFile(segment, part));
    let at = compressed ? 0 : skipped;
    for await (const { lines } of readLines(path, compressed ? {} : { from: skipped })) {
      const read: ReadLine[] = [];
      for (const line of lines) {
        at += line.length + 1;
        if (at <= skipped) continue;
        const next = follow(state, line);
        if (next === null) {
          if (read.length > 0) yield read;
          throw new Broken((state?.seq ?? 0) + 1);
        }
        state = next;
        read.push({
          line,
          time: next.time,
          position: { part, offset: at, seq: next.seq, hash: next.hash },
        });
      }
      if (read.length > 0) yield read;
    }
  }
}

/** null: it does not follow. `before` null: the first line that is kept, whatever its number. */
function follow(
  before: { readonly seq: number; readonly hash: string } | null,
  line: Buffer,
): { seq: number; hash: string; time: number } | null {
  const body = line.length - SUFFIX;
  const head = body > 0 ? HEAD.exec(line.toString("latin1", 0, Math.min(140, body))) : null;
  if (head === null) return null;
  const [, number = "", time = "", prev = ""] = head;
  const seq = Number(number);
  if (before !== null && (seq !== before.seq + 1 || prev !== before.hash)) return null;
  const hash = createHash("sha256").update(DOMAIN).update(line.subarray(0, body)).digest("hex");
  if (line.toString("latin1", body) !== `,"hash":"${hash}"}`) return null;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : { seq, hash, time: ms };
}
