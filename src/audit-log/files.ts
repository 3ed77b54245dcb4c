/**
 * The files of a log folder: `0001.00001.jsonl` is the first part of segment 0001; reading lines forwards, and the last one from
 * behind. A part that is complete may have been compressed (`0001.00001.jsonl.gz`).
 */
import { closeSync, createReadStream, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

const PART = /^(\d{4,})\.(\d{5,})\.jsonl(\.gz)?$/;
const CHUNK_BYTES = 256 * 1024;
/** No entry is as long: what goes on without a newline is no log, and is not gathered up in memory. */
const MOST_LINE = 16 * 1024 * 1024;

export const partName = (segment: string, part: number): string =>
  `${segment}.${String(part).padStart(5, "0")}.jsonl`;

export const segmentName = (number: number): string => String(number).padStart(4, "0");

export interface Segment {
  readonly segment: string;
  /** Part numbers, ascending. */
  readonly parts: readonly number[];
  readonly compressed: ReadonlySet<number>;
}

export const noSegment = (segment: string): Segment => ({ segment, parts: [], compressed: new Set() });

/** All segments in the folder, ascending. */
export function segmentsOf(folder: string): Segment[] {
  const found = new Map<string, { plain: Set<number>; compressed: Set<number> }>();
  for (const name of readdirSync(folder)) {
    const match = PART.exec(name);
    if (match?.[1] === undefined) continue;
    const files = found.get(match[1]) ?? { plain: new Set(), compressed: new Set() };
    (match[3] === undefined ? files.plain : files.compressed).add(Number(match[2]));
    found.set(match[1], files);
  }
  return [...found]
    .map(([segment, { plain, compressed }]) => ({
      segment,
      parts: [...new Set([...plain, ...compressed])].sort((a, b) => a - b),
      // while gzip is at it the whole file is still there
      compressed: new Set([...compressed].filter((part) => !plain.has(part))),
    }))
    .sort((a, b) => Number(a.segment) - Number(b.segment));
}

/** The file's name as it is on disk. */
export const partFile = ({ segment, compressed }: Segment, part: number): string =>
  `${partName(segment, part)}${compressed.has(part) ? ".gz" : ""}`;

export interface Tail {
  /** Without its newline; null when the file has no whole line. */
  readonly line: Buffer | null;
  /** Where the last whole line ends. */
  readonly end: number;
  /** What stands behind it. */
  readonly rest: Buffer;
}

/** Reads from behind, so that opening a large log costs no more than opening a small one. */
export function tailOf(folder: string, name: string): Tail {
  const file = openSync(join(folder, name), "r");
  try {
    const { size } = fstatSync(file);
    let bytes = Buffer.alloc(0);
    for (let length = Math.min(size, 8192); ; length = Math.min(size, length * 8)) {
      bytes = Buffer.alloc(length);
      for (let at = 0; at < length; ) {
        const read = readSync(file, bytes, at, length - at, size - length + at);
        if (read === 0) break;
        at += read;
      }
      const last = bytes.lastIndexOf(10);
      const before = last <= 0 ? -1 : bytes.lastIndexOf(10, last - 1);
      if (length < size && before < 0) continue;
      const line = last < 0 ? null : bytes.subarray(before + 1, last);
      return { line, end: size - length + last + 1, rest: bytes.subarray(last + 1) };
    }
  } finally {
    closeSync(file);
  }
}

export interface LineChunk {
  /** Whole lines, without their newlines. */
  readonly lines: readonly Buffer[];
  /** Where the last of them ends in the file (in its content, when it is compressed). */
  readonly end: number;
}

export interface ReadOptions {
  /** Not for compressed files. */
  readonly from?: number;
  /** Told what stands behind the last newline. */
  readonly onRest?: (rest: Buffer) => void;
}

/** Whole lines, a chunk at a time. What stands behind the last newline is not among them. */
export async function* readLines(path: string, options: ReadOptions = {}): AsyncGenerator<LineChunk> {
  const { from = 0, onRest } = options;
  let rest: Buffer[] = [];
  let waiting = 0;
  let end = from;
  for await (const bytes of path.endsWith(".gz") ? inflated(path) : chunks(path, from)) {
    const last = bytes.lastIndexOf(10);
    if (last < 0) {
      rest.push(bytes);
      waiting += bytes.length;
      if (waiting > MOST_LINE) throw Object.assign(new Error("no end of line"), { code: "ELINETOOLONG" });
      continue;
    }
    const whole = Buffer.concat([...rest, bytes.subarray(0, last + 1)]);
    rest = last + 1 < bytes.length ? [bytes.subarray(last + 1)] : [];
    waiting = bytes.length - last - 1;
    end += whole.length;
    yield { lines: split(whole), end };
  }
  onRest?.(Buffer.concat(rest));
}

async function* chunks(path: string, from: number): AsyncGenerator<Buffer> {
  const { open } = await import("node:fs/promises"); // those that only write need not load it
  const file = await open(path, "r");
  try {
    for (let at = from; ; ) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* inflated(path: string): AsyncGenerator<Buffer> {
  const { createGunzip } = await import("node:zlib");
  const { pipeline } = await import("node:stream");
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(createReadStream(path), gunzip, () => undefined); // its error is the reader's
  for await (const chunk of gunzip) yield chunk as Buffer;
}

function split(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(10, from);
    lines.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return lines;
}
