/** The files of a log folder: `0001.00001.jsonl` is the first part of segment 0001; reading lines forwards, and the last one from behind. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

const PART = /^(\d{4,})\.(\d{5,})\.jsonl$/;
const CHUNK_BYTES = 256 * 1024;

export const partName = (segment: string, part: number): string =>
  `${segment}.${String(part).padStart(5, "0")}.jsonl`;

export const segmentName = (number: number): string => String(number).padStart(4, "0");

export interface Segment {
  readonly segment: string;
  /** Part numbers, ascending. */
  readonly parts: readonly number[];
}

/** All segments in the folder, ascending. */
export function segmentsOf(folder: string): Segment[] {
  const parts = new Map<string, number[]>();
  for (const name of readdirSync(folder)) {
    const match = PART.exec(name);
    if (match?.[1] === undefined) continue;
    const list = parts.get(match[1]) ?? [];
    list.push(Number(match[2]));
    parts.set(match[1], list);
  }
  return [...parts]
    .map(([segment, numbers]) => ({ segment, parts: numbers.sort((a, b) => a - b) }))
    .sort((a, b) => Number(a.segment) - Number(b.segment));
}

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
  /** Where the last of them ends in the file. */
  readonly end: number;
}

/** Whole lines from `from` on, a chunk at a time. What stands behind the last newline is not among them. */
export async function* readLines(path: string, from = 0): AsyncGenerator<LineChunk> {
  const { open } = await import("node:fs/promises"); // those that only write need not load it
  const file = await open(path, "r");
  try {
    let rest: Buffer[] = [];
    let at = from;
    let end = from;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      const bytes = chunk.subarray(0, bytesRead);
      const last = bytes.lastIndexOf(10);
      if (last < 0) {
        rest.push(bytes);
        continue;
      }
      const whole = Buffer.concat([...rest, bytes.subarray(0, last + 1)]);
      rest = last + 1 < bytes.length ? [bytes.subarray(last + 1)] : [];
      end += whole.length;
      yield { lines: split(whole), end };
    }
  } finally {
    await file.close();
  }
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
