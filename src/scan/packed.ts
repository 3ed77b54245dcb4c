/**
 * What threads say to each other about files: plain data, with names and values in one block of memory of its own that changes hands
 * and is zeroed. A pooled buffer would be copied with all that lies beside it.
 */
import type { Rule } from "../detect/types.ts";
import type { Batch, FoundInFile } from "./sources/paths.ts";
import type { Found } from "./types.ts";

type Block = Uint8Array<ArrayBuffer>;

export interface PackedBatch extends Omit<Batch, "found"> {
  readonly found: readonly { readonly path: string; readonly found: readonly PackedFound[] }[];
  /** Values and lines, one after the other, as the findings name their lengths. */
  readonly block: Block;
}

interface PackedFound extends Omit<Found, "match" | "lines"> {
  readonly match: Omit<Found["match"], "rule" | "value">;
  /** Its place among the detector's rules. */
  readonly rule: number;
  readonly value: number;
  readonly lines?: { readonly line: number; readonly at: number; readonly above: number };
}

/** Takes the values over: they are zeroed. */
export function packBatch(batch: Batch, numbers: ReadonlyMap<Rule, number>): PackedBatch {
  const parts: Buffer[] = [];
  const lengthOf = (part: Buffer): number => {
    parts.push(part);
    return part.length;
  };
  const pack = ({ match: { rule, value, ...match }, lines, ...place }: Found): PackedFound => {
    const number = numbers.get(rule);
    if (number === undefined) throw new Error(`a match by a rule that is none of the detector's: ${rule.id}`);
    return {
      ...place,
      match,
      rule: number,
      value: lengthOf(value),
      ...(lines && { lines: { line: lengthOf(lines.line), at: lines.at, above: lengthOf(lines.above) } }),
    };
  };
  const found = batch.found.map(({ path, found: all }) => ({ path, found: all.map(pack) }));
  return { ...batch, found, block: joined(parts, true) };
}

/** Copies the values out, which are the receiver's, and zeroes the block. */
export function unpackBatch(packed: PackedBatch, rules: readonly Rule[]): Batch {
  const { block, found: files, ...batch } = packed;
  let at = 0;
  const next = (length: number): Buffer => {
    const part = Buffer.alloc(length);
    part.set(block.subarray(at, at + length));
    at += length;
    return part;
  };
  const unpack = ({ match, rule: number, value, lines, ...place }: PackedFound): Found => {
    const rule = rules[number];
    if (rule === undefined) throw new Error("a match by a rule that is not known here");
    return {
      ...place,
      match: { ...match, rule, value: next(value) },
      ...(lines && { lines: { line: next(lines.line), at: lines.at, above: next(lines.above) } }),
    };
  };
  const found: FoundInFile[] = files.map((file) => ({ path: file.path, found: file.found.map(unpack) }));
  block.fill(0);
  return { ...batch, found };
}

/** No path holds a zero byte. */
export const packPaths = (paths: readonly Uint8Array[]): Block =>
  joined(paths.flatMap((path) => [path, ZERO]));
const ZERO = Uint8Array.of(0);

export function* unpackPaths(block: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(0, from);
    yield block.subarray(from, end);
    from = end + 1;
  }
}

function joined(parts: readonly Uint8Array[], wipe = false): Block {
  const block = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    block.set(part, at);
    at += part.length;
    if (wipe) part.fill(0);
  }
  return block;
}
