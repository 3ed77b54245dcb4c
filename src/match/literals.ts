/**
 * Every occurrence of many literals, ASCII letters in either case, in one pass of WebAssembly with SIMD (Node 24 always has it).
 * This file lays out the module's memory: header, pairs of the anchors' bytes, tables of hashed anchors, literals, guards, the list
 * of hits, and the input, into which callers may read files directly. A matcher belongs to one thread.
 */
import { PAIR_TABLE, planAnchors, type Anchor, type Plan } from "./anchors.ts";
import { encodeGuard, encodeLeft, statesBehind, type Guard } from "./guard.ts";
import { instantiate } from "./wasm/instantiate.ts";
import { wasm } from "./wasm/literals.ts";

export const SHORTEST_LITERAL = 3;

export interface LiteralPattern {
  /** At least three bytes; equal literals are all reported. */
  readonly literal: Uint8Array;
  /** Hits that it rules out are not reported. */
  readonly guard?: Guard;
}

export interface MatcherOptions {
  /** Bytes of `input`. */
  readonly capacity: number;
  /** Hits that are listed at once; for tests. */
  readonly hits?: number;
}

/** `pattern` is the index in the list given, `start` the offset in `input` at which its literal begins. */
export type OnHit = (pattern: number, start: number) => void;

export interface LiteralMatcher {
  /** For the caller to fill; what is beyond the `end` of a call is not looked at. */
  readonly input: Uint8Array;
  readonly longest: number;
  /**
   * Reports the literals whose anchor, a stretch inside them, begins in [from, to), not ordered by their start. A literal that does
   * not lie in [0, end) whole is not reported, so while more text is to come `to` is at most `end - longest`.
   */
  find(range: { readonly from: number; readonly to: number; readonly end: number }, onHit: OnHit): void;
}

// The header and the tables of fixed size; the module has the same numbers.
const PAIRS = 64;
const BITS4 = PAIRS + PAIR_TABLE;
const BITS3 = BITS4 + 8192;
const HEADS4 = BITS3 + 8192;
const HEADS3 = HEADS4 + 16384;
const TABLES_END = HEADS3 + 4096;
const ENTRY = 48;
/** The fast pass reads blocks of eight bytes, up to two beyond the end. */
const SLACK = 64;

/** The tables of some literals, ready to be put into a matcher's memory: they can be made once and kept. */
export interface MatcherImage {
  /** The module's memory from its beginning up to the list of hits. */
  readonly bytes: Uint8Array;
  readonly patterns: number;
  /** Bytes of the longest literal. */
  readonly longest: number;
}

export const NO_PATTERNS: MatcherImage = {
  bytes: new Uint8Array(TABLES_END).fill(0xff, PAIRS, BITS4),
  patterns: 0,
  longest: 0,
};

/** The indexes of `patterns` go on after those of `base`. Throws a TypeError for a literal of less than three bytes. */
export function layOut(patterns: readonly LiteralPattern[], base: MatcherImage = NO_PATTERNS): MatcherImage {
  if (patterns.length === 0) return base;
  const layout = new Layout(base.bytes.length);
  const plan = planFor(patterns, base.bytes.subarray(PAIRS, BITS4));
  const entries = patterns.map((pattern, index) =>
    entryOf({ ...pattern, index: base.patterns + index, anchor: plan.anchors[index] }, layout),
  );
  const bytes = new Uint8Array(layout.reserve(0));
  const words = new DataView(bytes.buffer);
  bytes.set(base.bytes);
  layout.write(bytes);
  bytes.set(plan.pairs, PAIRS);
  for (const entry of entries) link(entry, bytes, words);
  return {
    bytes,
    patterns: base.patterns + patterns.length,
    longest: patterns.reduce((most, { literal }) => Math.max(most, literal.length), base.longest),
  };
}

/** As `matcherOf` the tables of these patterns. */
export const createLiteralMatcher = (
  patterns: readonly LiteralPattern[],
  options: MatcherOptions,
): LiteralMatcher => matcherOf(layOut(patterns), options);

export function matcherOf(image: MatcherImage, options: MatcherOptions): LiteralMatcher {
  const layout = new Layout(image.bytes.length);
  const longestChain = image.patterns + 1;
  const hits = Math.max(options.hits ?? 4096, 0) + longestChain;
  const hitsAt = layout.reserve(hits * 8);
  const inputAt = layout.reserve(SLACK) + SLACK;
  const instance = instantiate<Exports>(wasm, inputAt + options.capacity + SLACK);
  const memory = instance.memory();
  const { scan, resume } = instance.exports;
  const bytes = new Uint8Array(memory);
  const words = new DataView(memory);
  bytes.set(image.bytes);
  [hitsAt, hits, longestChain, inputAt].forEach((word, i) => words.setUint32(4 * i, word, true));

  const list = new Uint32Array(memory, hitsAt, hits * 2);
  return {
    input: bytes.subarray(inputAt, inputAt + options.capacity),
    longest: image.longest,
    find({ from, to, end }, onHit) {
      for (let at = from; at < to; at = resume.value - inputAt) {
        const found = scan(at + inputAt, to + inputAt, end + inputAt);
        for (let i = 0; i < found; i++) onHit(list[2 * i] as number, list[2 * i + 1] as number);
      }
    },
  };
}

/** See `assembly/literals.ts`; addresses in bytes. */
interface Exports {
  scan(from: number, to: number, end: number): number;
  readonly resume: { readonly value: number };
}

/** Data of variable size, placed one after the other; equal data once. */
class Layout {
  readonly #placed = new Map<string, number>();
  readonly #data: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  readonly #guards = new Map<Guard, number>();
  #end: number;

  constructor(start: number) {
    this.#end = start;
  }

  reserve(size: number): number {
    const at = (this.#end + 15) & ~15;
    this.#end = at + size;
    return at;
  }

  place(bytes: Uint8Array): number {
    const key = Buffer.from(bytes).toString("latin1");
    const known = this.#placed.get(key);
    if (known !== undefined) return known;
    const at = this.reserve(bytes.length);
    this.#placed.set(key, at);
    this.#data.push({ at, bytes });
    return at;
  }

  guard(guard: Guard): number {
    let at = this.#guards.get(guard);
    if (at === undefined) {
      const left = encodeLeft(guard.left);
      at = this.place(encodeGuard(guard, left === null ? 0 : this.place(left)));
      this.#guards.set(guard, at);
    }
    return at;
  }

  write(memory: Uint8Array): void {
    for (const { at, bytes } of this.#data) memory.set(bytes, at);
  }
}

interface Entry {
  readonly at: number;
  readonly key: number;
  readonly words: readonly number[];
  /** Its length: four bytes, or three. */
  readonly four: boolean;
}

interface Placed extends LiteralPattern {
  readonly index: number;
  readonly anchor: Anchor | undefined;
}

function entryOf({ literal, guard, index, anchor }: Placed, layout: Layout): Entry {
  const { offset, length } = anchor ?? { offset: 0, length: SHORTEST_LITERAL };
  const compare = comparisonOf(literal);
  const guardAt = guard === undefined ? 0 : layout.guard(guard);
  // The module folds the anchor by one `or`, which more than letters answer to: the comparison is exact.
  const key = literal
    .subarray(offset, offset + length)
    .reduce((sum, byte, i) => (sum | ((byte | 0x20) << (8 * i))) >>> 0, 0);
  return {
    at: layout.reserve(ENTRY),
    key,
    four: length === 4,
    words: [
      ...[key, 0, index, offset | (literal.length << 16), layout.place(compare), compare.length, guardAt],
      ...behind(guard, literal),
    ],
  };
}

/** Bytes of the literal that the guard need not follow, and its states behind them. */
function behind(guard: Guard | undefined, literal: Uint8Array): [number, number, number] {
  const states = guard === undefined || guard.start !== 0 ? null : statesBehind(guard, literal);
  return states === null ? [0, 0, 0] : [literal.length, states.low, states.high];
}

/** Equal literals share one anchor. */
function planFor(patterns: readonly LiteralPattern[], pairs: Uint8Array): Plan {
  const places = new Map<string, number>();
  const unique: Uint8Array[] = [];
  const index = patterns.map(({ literal }) => {
    if (literal.length < SHORTEST_LITERAL)
      throw new TypeError(`a literal has at least ${SHORTEST_LITERAL} bytes, not ${literal.length}`);
    const name = Buffer.from(literal).toString("latin1").toLowerCase();
    const place = places.get(name) ?? unique.push(literal) - 1;
    places.set(name, place);
    return place;
  });
  const plan = planAnchors(unique, pairs);
  return { anchors: index.map((place) => plan.anchors[place] as Anchor), pairs: plan.pairs };
}

/** For each sixteen bytes: the literal in lower case, the bit that makes a letter lower case, and which bytes count. */
function comparisonOf(literal: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(literal.length / 16) * 48);
  literal.forEach((byte, i) => {
    const at = (i >> 4) * 48 + (i & 15);
    const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    bytes[at] = letter ? byte | 0x20 : byte;
    bytes[at + 16] = letter ? 0x20 : 0;
    bytes[at + 32] = 0xff;
  });
  return bytes;
}

/** Into the tables of anchors: the bit that says there is one, and the head of the chain of entries. */
function link({ at, key, words: entry, four }: Entry, bytes: Uint8Array, words: DataView): void {
  const hash = (Math.imul(four ? key : key << 8, 0x9e3779b1) >>> 16) & 0xffff;
  const bit = (four ? BITS4 : BITS3) + (hash >> 3);
  bytes[bit] = (bytes[bit] ?? 0) | (1 << (hash & 7));
  const head = four ? HEADS4 + (hash >> 4) * 4 : HEADS3 + (hash >> 6) * 4;
  entry.forEach((word, i) => words.setUint32(at + 4 * i, word, true));
  words.setUint32(at + 4, words.getUint32(head, true), true);
  words.setUint32(head, at, true);
}
