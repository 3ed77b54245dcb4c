/**
 * Where a stream of bytes may hold one of many known strings: a filter that reads a few bytes in many and says where to look, many
 * times faster than an automaton that reads all. A string of sixteen bytes covers a window of eight bytes at one of any nine places in
 * a row, so that windows nine apart, looked up in a table of those with which the strings begin, miss none; the longer the shortest of
 * the strings, the further apart. Shorter ones have narrower windows, closer together, in passes of their own. A last pass finds what is
 * broken up: see `findBreak`. WebAssembly with SIMD (Node 24 always has it). A filter belongs to one thread.
 */
import { instantiate } from "./wasm/instantiate.ts";
import { wasm } from "./wasm/windows.ts";

/** No string may be shorter. */
export const SHORTEST_KNOWN = 6;

/**
 * A break: what may stand inside a string without being part of it. Control sequences of terminals, and line ends with a backslash
 * before and white space behind them. The module and `mask/fold.ts` have the same definition.
 */
export interface FilterOptions {
  /** Bytes of `input`. */
  readonly capacity: number;
  /** Also look for strings with breaks inside. */
  readonly breaks: boolean;
}

export interface WindowFilter {
  /** For the caller to fill; what is beyond the `end` of a call is not looked at. */
  readonly input: Buffer;
  /** Calls of `find` that each look for other strings: `0` up to this, exclusive. */
  readonly passes: number;
  /**
   * The first place in [from, end) where a string that begins at `from` or later may be, `end` for none. A string without breaks
   * begins at most `reach` before the place, one with breaks at most that much before its first break, which is the place. Not seen
   * are the last `reach` bytes, unless a break is near.
   */
  find(pass: number, from: number, end: number): number;
  /** Bytes, at most 31. */
  readonly reach: number;
}

/** See `wasm/assembly/windows.ts`; addresses and sizes in bytes. */
interface Exports {
  plant(table: number, from: number, count: number, mask: bigint): void;
  find8(table: number, from: number, end: number, stride: number): number;
  find(table: number, from: number, end: number, stride: number, width: number, mask: bigint): number;
  setBreaks(six: number, four: number, room: number): void;
  findBreak(from: number, end: number): number;
}

/** The strings of some lengths share a pass. */
const PASSES = [
  { shortest: 16, longest: Infinity },
  { shortest: 8, longest: 15 },
  { shortest: SHORTEST_KNOWN, longest: 7 },
] as const;
/** Bytes of a window, by the shortest string: the wider, the less of other text is in the table; the narrower, the further apart. */
const WIDTHS = [
  { shortest: 16, width: 8 },
  { shortest: 10, width: 6 },
  { shortest: SHORTEST_KNOWN, width: 4 },
] as const;
const MOST_STRIDE = 25;
/** A string with a break has one byte before it and five behind, or the other way round; a short one one and three. */
const STRETCHES = [
  { shortest: 10, longest: Infinity, width: 6 },
  { shortest: SHORTEST_KNOWN, longest: 9, width: 4 },
] as const;

/** What the module writes down of a stretch of text. */
const ROOM = 4 * 4100;
/** The module reads up to this much before and behind the input. */
const SLACK = 64;
/**
 * How many bits of an index a table's levels have. One look in a few dozens is to pass the first, as long as that stays in a core's own
 * cache; beyond, a look that has to wait for memory costs more than one that passes. One of a thousand of those passes the second.
 */
const FIRST = { bits: 48, near: 20, bitsBeyond: 12 };
const SECOND = { bits: 64 };
const LEAST_BITS = 15;
const MOST_BITS = 27;
const indexBits = (windows: number): number =>
  Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(Math.max(1, windows)))));
/** Of the four words that say where a table's levels are, with room to align the next. */
const HEAD = 16;

interface Table {
  readonly at: number;
  readonly width: number;
  /** Windows of each string, from its beginning. */
  readonly windows: (length: number) => number;
  readonly strings: readonly Uint8Array[];
}

const maskOf = (width: number): bigint => (1n << BigInt(8 * width)) - 1n;

/** Throws a TypeError for a string of less than six bytes. */
export function createWindowFilter(
  strings: readonly Uint8Array[],
  { capacity, breaks }: FilterOptions,
): WindowFilter {
  const short = strings.find((one) => one.length < SHORTEST_KNOWN);
  if (short !== undefined)
    throw new TypeError(`a string has at least ${SHORTEST_KNOWN} bytes, not ${short.length}`);
  const between = ({ shortest, longest }: { shortest: number; longest: number }) =>
    strings.filter(({ length }) => length >= shortest && length <= longest);
  const heads: number[] = [];
  const room = SLACK + HEAD * (PASSES.length + STRETCHES.length);
  let end = room + ROOM;
  const level = (bits: number): void => {
    heads.push(end, 64 - bits);
    end += 2 ** (bits - 3);
  };
  const table = (width: number, of: readonly Uint8Array[], windows: Table["windows"]): Table => {
    const count = of.reduce((sum, { length }) => sum + windows(length), 0);
    const at = SLACK + 4 * heads.length;
    level(Math.max(Math.min(FIRST.near, indexBits(FIRST.bits * count)), indexBits(FIRST.bitsBeyond * count)));
    level(indexBits(SECOND.bits * count));
    return { at, width, windows, strings: of };
  };
  const passes = PASSES.flatMap((kind) => {
    const some = between(kind);
    if (some.length === 0) return [];
    const shortest = some.reduce((least, { length }) => Math.min(least, length), Infinity);
    const width = WIDTHS.find((one) => shortest >= one.shortest)?.width ?? 0;
    const stride = Math.min(MOST_STRIDE, shortest - width + 1);
    return [{ stride, reach: stride + width - 2, ...table(width, some, () => stride) }];
  });
  const [six, four] = STRETCHES.map((kind) => {
    const some = breaks ? between(kind) : [];
    return some.length > 0 ? table(kind.width, some, (length) => length - kind.width + 1) : null;
  });
  const inputAt = end + SLACK;
  const longest = strings.reduce((most, { length }) => Math.max(most, length), 0);
  const instance = instantiate<Exports>(wasm, inputAt + Math.max(capacity, longest) + SLACK);
  const module = instance.exports;
  new Uint32Array(instance.memory(), SLACK, heads.length).set(heads);
  const all = Buffer.from(instance.memory());
  for (const one of [...passes, six, four]) if (one) plantAll(one, module, all, inputAt);
  module.setBreaks(six?.at ?? 0, four?.at ?? 0, room);

  const finders = passes.map(({ at, width, stride }) => {
    if (width === 8) return (from: number, to: number) => module.find8(at, from, to, stride);
    const mask = maskOf(width);
    return (from: number, to: number) => module.find(at, from, to, stride, width, mask);
  });
  if (breaks && strings.length > 0) finders.push((from, to) => module.findBreak(from, to));
  return {
    input: all.subarray(inputAt, inputAt + capacity),
    passes: finders.length,
    find: (pass, from, to) =>
      (finders[pass] as (from: number, to: number) => number)(inputAt + from, inputAt + to) - inputAt,
    reach: passes.reduce((most, { reach }) => Math.max(most, reach), 0),
  };
}

/** The strings go through the input, and leave nothing there. */
function plantAll({ at, width, windows, strings }: Table, module: Exports, all: Buffer, input: number): void {
  const mask = maskOf(width);
  for (const string of strings) {
    all.set(string, input);
    module.plant(at, input, windows(string.length), mask);
    all.fill(0, input, input + string.length);
  }
}
