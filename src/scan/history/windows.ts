/**
 * What of a version must be read when its base was: the bytes that a delta inserts, the seams where two copies meet that were not
 * neighbours in the base (a deletion joins text), and what stands around them. A token that an edge would cut is taken whole.
 */
import type { Operations } from "./delta.ts";

/** Bytes on both sides of a change. Rules that reach further are in one unbroken token, or between marks: see `MARKS`. */
export const CONTEXT = 512;
/** Kept beyond a token's end: the name that stands beside it. */
const BESIDE = 192;
/** A longer token means that the version is read whole. */
const MOST_TOKEN = 16 << 10;
/**
 * Values of many lines begin with one of these. A blob that has one is read with `AROUND_MARKS` on both sides of a change, so that
 * a change inside a value is seen together with the value's beginning.
 */
export const MARKS: readonly Buffer[] = ["-----BEGIN", "PuTTY-User-Key-File-"].map((text) =>
  Buffer.from(text),
);
export const AROUND_MARKS = 12_800;

export const hasMark = (bytes: Buffer): boolean => MARKS.some((mark) => bytes.indexOf(mark) !== -1);

/** Characters of tokens, encoded or not, also over line ends (wrapped base64) and escapes. */
const TOKEN = new Uint8Array(256);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_.~%-\\\r\n")
  TOKEN[char.charCodeAt(0)] = 1;

/** Pairs of edges, ascending, apart from each other; null when the whole version is to be read. */
export function windowsOf(
  { ops, count, resultSize }: Operations,
  baseSize: number,
  bytes: Buffer,
  context: number,
): number[] | null {
  const edges: number[] = [];
  const add = (from: number, to: number): void => {
    const start = Math.max(0, from - context);
    const last = edges.length - 1;
    if (last > 0 && start <= (edges[last] as number))
      edges[last] = Math.max(edges[last] as number, to + context);
    else edges.push(start, to + context);
  };
  let expected = 0; // where in the base a copy here would join nothing
  for (let i = 0; i < count; i++) {
    const from = ops[3 * i] as number;
    const at = ops[3 * i + 1] as number;
    const length = ops[3 * i + 2] as number;
    if (from < 0) add(at, at + length);
    else if (from !== expected) add(at, at);
    expected = from < 0 ? -1 : from + length;
  }
  if (expected !== baseSize) add(resultSize, resultSize);
  return widen(edges, bytes.subarray(0, resultSize));
}

/** No edge inside a token; windows that meet become one. */
function widen(edges: number[], bytes: Buffer): number[] | null {
  const out: number[] = [];
  for (let i = 0; i < edges.length; i += 2) {
    const from = outwards(bytes, edges[i] as number, -1);
    const to = outwards(bytes, Math.min(bytes.length, edges[i + 1] as number), 1);
    if (from === null || to === null) return null;
    const last = out.length - 1;
    if (last > 0 && from <= (out[last] as number) + 64) out[last] = Math.max(out[last] as number, to);
    else out.push(from, to);
  }
  return out;
}

function outwards(bytes: Buffer, edge: number, step: 1 | -1): number | null {
  let at = edge;
  const outside = step === 1 ? 0 : -1;
  const inside = -1 - outside;
  if (TOKEN[bytes[at + inside] ?? 0] === 0) return edge;
  while (at + outside >= 0 && at + outside < bytes.length && TOKEN[bytes[at + outside] as number] === 1) {
    at += step;
    if (Math.abs(at - edge) > MOST_TOKEN) return null;
  }
  if (at === edge) return edge;
  return step === 1 ? Math.min(bytes.length, at + BESIDE) : Math.max(0, at - BESIDE);
}
