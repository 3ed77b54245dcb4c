/**
 * Where a stream of bytes may hold one of many known strings: a filter that reads a few bytes in nine and says where to look, many
 * times faster than an automaton that reads all. A string of sixteen bytes or more covers a window of eight bytes at one of any nine
 * places in a row, so that windows nine apart, looked up in a table of those with which the strings begin, miss none. Shorter ones
 * have windows of four bytes, closer together, in passes of their own. A last pass finds what is broken up: see `findBreak`.
 * WebAssembly with SIMD (Node 24 always has it). A filter belongs to one thread.
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
   * begins at most `REACH` before the place, one with breaks at most that much before its first break, which is the place. Not seen
   * are the last `REACH` bytes, unless a break is near.
   */
  find(pass: number, from: number, end: number): number;
}

export const REACH = 15;

/** See `wasm/assembly/windows.ts`; addresses and sizes in bytes. */
interface Exports {
  plant(table: number, shift: number, from: number, count: number, mask: bigint): void;
  find8(table: number, shift: number, from: number, end: number): number;
  find4(table: number, shift: number, from: number, end: number, stride: number): number;
  setBreaks(six: number, shiftOfSix: number, four: number, shiftOfFour: number): void;
  findBreak(from: number, end: number): number;
}

/** The strings of some lengths, and their windows. */
interface PassKind {
  readonly shortest: number;
  readonly longest: number;
  /** Bytes of a window. */
  readonly width: number;
  readonly stride: number;
}
const PASSES: readonly PassKind[] = [
  { shortest: 16, longest: Infinity, width: 8, stride: 9 },
  { shortest: 8, longest: 15, width: 4, stride: 5 },
  { shortest: SHORTEST_KNOWN, longest: 7, width: 4, stride: 3 },
];
/** A string with a break has one byte before it and five behind, or the other way round; a short one one and three. */
const STRETCHES = [
  { shortest: 10, longest: Infinity, width: 6 },
  { shortest: SHORTEST_KNOWN, longest: 9, width: 4 },
] as const;

/** The module reads up to this much before and behind the input. */
const SLACK = 64;
/** A window takes about this many bits of a table of 2^17 bytes or more: one look in a hundred passes at most. */
const BITS_A_WINDOW = 64;
const LEAST_BITS = 20;
const MOST_BITS = 27;

interface Table {
  readonly at: number;
  readonly bytes: number;
  readonly shift: number;
  readonly width: number;
  /** Windows of each string, from its beginning. */
  readonly windows: (length: number) => number;
  readonly strings: readonly Uint8Array[];
}

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
  let end = SLACK;
  const table = (width: number, of: readonly Uint8Array[], windows: Table["windows"]): Table => {
    const count = of.reduce((sum, { length }) => sum + windows(length), 0);
    const wanted = Math.ceil(Math.log2(Math.max(1, count * BITS_A_WINDOW)));
    const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, wanted));
    const at = end;
    end += 2 ** (bits - 3);
    return { at, bytes: 2 ** (bits - 3), shift: 64 - bits, width, windows, strings: of };
  };
  const kinds = PASSES.filter((kind) => between(kind).length > 0);
  const passTables = kinds.map((kind) => table(kind.width, between(kind), () => kind.stride));
  const stretches = STRETCHES.map((kind) =>
    breaks && between(kind).length > 0
      ? table(kind.width, between(kind), (length) => length - kind.width + 1)
      : null,
  );
  const inputAt = end + SLACK;
  const longest = strings.reduce((most, { length }) => Math.max(most, length), 0);
  const instance = instantiate<Exports>(wasm, inputAt + Math.max(capacity, longest) + SLACK);
  const module = instance.exports;
  const all = Buffer.from(instance.memory());
  for (const one of [...passTables, ...stretches]) if (one !== null) plantAll(one, module, all, inputAt);
  const [six, four] = stretches;
  module.setBreaks(six?.at ?? 0, six?.shift ?? 0, four?.at ?? 0, four?.shift ?? 0);

  const finders = kinds.map(({ width, stride }, index) => {
    const { at, shift } = passTables[index] as Table;
    return width === 8
      ? (from: number, to: number) => module.find8(at, shift, from, to)
      : (from: number, to: number) => module.find4(at, shift, from, to, stride);
  });
  if (breaks && strings.length > 0) finders.push((from, to) => module.findBreak(from, to));
  return {
    input: all.subarray(inputAt, inputAt + capacity),
    passes: finders.length,
    find: (pass, from, to) =>
      (finders[pass] as (from: number, to: number) => number)(inputAt + from, inputAt + to) - inputAt,
  };
}

/** The strings go through the input, and leave nothing there. */
function plantAll(
  { at, shift, width, windows, strings }: Table,
  module: Exports,
  all: Buffer,
  input: number,
): void {
  const mask = (1n << BigInt(8 * width)) - 1n;
  for (const string of strings) {
    all.set(string, input);
    module.plant(at, shift, input, windows(string.length), mask);
    all.fill(0, input, input + string.length);
  }
}
