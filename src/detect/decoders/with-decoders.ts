/**
 * A detector that also sees what is encoded: base64, hex, escapes, UTF-16, compressed members, one in another. Input is taken in
 * windows that begin at fixed places of it and see enough beyond their borders; so findings do not depend on how it arrived,
 * and memory does not grow with it. An encoded stretch is read whole up to 1 MiB, and window by window beyond.
 */
import { looksText } from "./classes.ts";
import { decoders as allDecoders } from "./index.ts";
import { FastScout } from "./scout.ts";
import type { Budget, Decoder, Span, Stretch } from "./types.ts";
import type { Cut, Detector, RawMatch } from "../types.ts";
import { type Window, type Windows, WindowStream } from "./window-stream.ts";

export interface DecoderOptions {
  readonly decoders?: readonly Decoder[];
  /** How many decoders may follow one another. */
  readonly depth?: number;
  /** Bytes of a window; for tests, findings do not depend on it. */
  readonly blockSize?: number;
}

const DEPTH = 4;
/** What a window sees beyond its end: the longest stretch. */
const AHEAD = (1 << 20) + 65_536;
const BEHIND = 65_536;
/** Windows of a part: what parts read of their neighbours is little beside it. */
const PART_BLOCKS = 8;
/** Decoded bytes of one window: so many times its length, and this many for what is compressed well. */
const GROWTH = 16;
const FREE = 16 << 20;

export function withDecoders(detector: Detector, options: DecoderOptions = {}): Detector {
  const windows: Windows = {
    block: options.blockSize ?? 1 << 21,
    behind: Math.max(BEHIND, 4 * detector.longest),
    ahead: AHEAD,
    matches: windowMatches,
  };
  const { block, behind } = windows;
  const context = {
    detector,
    decoders: options.decoders ?? allDecoders,
    depth: options.depth ?? DEPTH,
    inner: new FastScout(),
    ...options,
  };
  const whole = new FastScout();
  /** Of streams that have ended. */
  const scouts: FastScout[] = [];

  /** Matches that begin in [from, to) of the bytes, which the scout stands over and of which the first is number `base` of the input. */
  function windowMatches(bytes: Buffer, scout: FastScout, { from, to, base, cut }: Window): RawMatch[] {
    const told: Cut = (offset, reason, member) => {
      if (offset >= from && offset < to) cut?.(base + offset, reason, member);
    };
    const plain = detector.scan(bytes.subarray(0, Math.min(bytes.length, to + behind)));
    const decoded = decodedMatches({ ...context, scout }, bytes, { from, to }, plain, told);
    return [...withoutShells(plain, decoded), ...decoded]
      .filter(({ offset }) => offset >= from && offset < to)
      .sort((a, b) => a.offset - b.offset || a.length - b.length)
      .map((match) => ({ ...match, offset: match.offset + base }));
  }

  return {
    rules: detector.rules,
    longest: detector.longest,
    stream: (part, cut) => new WindowStream(windows, scouts, part, cut),
    parts: { size: PART_BLOCKS * block, before: behind, behind: AHEAD },
    scan(input, cut) {
      const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
      const found: RawMatch[] = [];
      for (let from = 0; from < bytes.length; from += block) {
        const to = Math.min(bytes.length, from + block);
        const start = Math.max(0, from - behind);
        const seen = bytes.subarray(start, to + AHEAD);
        const window = { from: from - start, to: to - start, base: start, cut };
        for (const match of windowMatches(seen, whole.over(seen), window)) found.push(match);
      }
      return found;
    },
  };
}

interface Context {
  readonly detector: Detector;
  /** Over the bytes of the window, and for those that are decoded. */
  readonly scout: FastScout;
  readonly inner: FastScout;
  readonly decoders: readonly Decoder[];
  readonly depth: number;
}

/** Bytes that were decoded, with the way back through everything that led to them. */
interface Layer {
  readonly bytes: Buffer;
  readonly depth: number;
  readonly outer: { readonly layer: Layer; readonly stretch: Stretch } | null;
}

/** Level by level, so that where work must end, what lies deepest is left. */
function decodedMatches(
  context: Context,
  bytes: Buffer,
  { from, to }: { readonly from: number; readonly to: number },
  plain: readonly RawMatch[],
  cut: Cut,
): RawMatch[] {
  let current: Layer = { bytes, depth: 0, outer: null };
  const budget = budgetFor(bytes.length, (at, reason, member) => {
    const { start } = outermost(current, at, at + 1).span;
    cut(start, reason, current.outer === null ? member : undefined);
  });
  const known = new Known(plain);
  const found: RawMatch[] = [];
  let layers: Layer[] = [current];
  while (layers.length > 0) {
    const next: Layer[] = [];
    for (const layer of layers) {
      current = layer;
      const limit = layer.depth === 0 ? to : layer.bytes.length;
      const scout = layer.depth === 0 ? context.scout : context.inner.over(layer.bytes);
      for (const decoder of context.decoders)
        for (const stretch of decoder.find(layer.bytes, limit, budget, scout)) {
          if (stretch.bytes.length < SHORTEST) continue;
          const inner: Layer = { bytes: stretch.bytes, depth: layer.depth + 1, outer: { layer, stretch } };
          for (const match of matchesIn(context, inner)) if (known.add(match)) found.push(match);
          if (inner.depth < context.depth) next.push(inner);
        }
    }
    layers = next;
  }
  if (budget.refused)
    cut(from, `more is encoded in the ${to - from} bytes from there on than is decoded: ${budget.all} bytes`);
  return found;
}

/** Shorter text holds no credential. */
const SHORTEST = 12;

function matchesIn({ detector }: Context, layer: Layer): RawMatch[] {
  const matches = detector.scan(layer.bytes);
  if (matches.length === 0) return [];
  // Generic shapes in binary data are chance.
  const binary = !looksText(layer.bytes);
  return matches
    .filter(({ rule }) => !binary || rule.rank < 2)
    .map((match) => {
      const { span, names } = outermost(layer, match.offset, match.offset + match.length);
      return { ...match, offset: span.start, length: span.end - span.start, decoded: names };
    })
    .filter(({ decoded }) => decoded.length > 0);
}

/** Where bytes of a layer stand in the window, and through what they were reached. */
function outermost(
  layer: Layer,
  start: number,
  end: number,
): { readonly span: Span; readonly names: string[] } {
  const names: string[] = [];
  let span: Span = { start, end };
  for (let { outer } = layer; outer !== null; outer = outer.layer.outer) {
    names.unshift(...outer.stretch.through(span.start, span.end));
    span = outer.stretch.place(span.start, span.end);
  }
  return { span, names };
}

function budgetFor(
  length: number,
  cut: Budget["cut"],
): Budget & { readonly refused: boolean; readonly all: number } {
  const all = GROWTH * length + FREE;
  let left = all;
  let refused = false;
  return {
    all,
    cut,
    take(bytes) {
      if (bytes > left) {
        refused = true;
        return false;
      }
      left -= bytes;
      return true;
    },
    get left() {
      return left;
    },
    get refused() {
      return refused;
    },
  };
}

/**
 * What was found already. An escape next to a value, or in it, must not make a second finding of the first: where matches lie over
 * one another, the same value or the same rule counts once, as it was reached first.
 */
class Known {
  private readonly places = new Map<number, RawMatch[]>();

  constructor(plain: readonly RawMatch[]) {
    for (const match of plain) this.put(match);
  }

  /** False when it was known. */
  add(match: RawMatch): boolean {
    const from = match.offset >> 8;
    const to = (match.offset + match.length - 1) >> 8;
    for (let cell = from; cell <= to && cell <= from + MOST_CELLS; cell++)
      for (const other of this.places.get(cell) ?? []) if (covers(other, match)) return false;
    this.put(match);
    return true;
  }

  private put(match: RawMatch): void {
    const from = match.offset >> 8;
    const to = (match.offset + match.length - 1) >> 8;
    for (let cell = from; cell <= to && cell <= from + MOST_CELLS; cell++) {
      const list = this.places.get(cell);
      if (list === undefined) this.places.set(cell, [match]);
      else list.push(match);
    }
  }
}
const MOST_CELLS = 64;

function covers(other: RawMatch, match: RawMatch): boolean {
  const overlap =
    Math.min(other.offset + other.length, match.offset + match.length) - Math.max(other.offset, match.offset);
  if (overlap <= 0) return false;
  if (other.value.equals(match.value)) return other.rule.rank < 2 || match.rule.rank >= 2;
  // Within one compressed member all matches share a place; elsewhere the same rule at the same place is the same find.
  const shared =
    other.decoded !== undefined && other.offset === match.offset && other.length === match.length;
  if (shared) return false;
  const plainly = other.decoded === undefined || other.decoded.length < (match.decoded?.length ?? 0);
  return plainly && other.rule.rank <= match.rule.rank && !isWhole(match, other.decoded?.length ?? 0);
}

/** Reached, from some depth on, through base64 and the like: other text than what stands there, not the same text written otherwise. */
const WHOLE = new Set(["base64", "hex", "gzip", "zstd"]);
const isWhole = ({ decoded = [] }: RawMatch, depth: number): boolean =>
  decoded.slice(depth).some((name) => WHOLE.has(name));

/** A generic shape in which somebody's own stands encoded (`auth: BASE64` of a user and a key) is that one, not another. */
function withoutShells(plain: readonly RawMatch[], decoded: readonly RawMatch[]): readonly RawMatch[] {
  const own = decoded.filter(({ rule }) => rule.rank < 2);
  if (own.length === 0) return plain;
  return plain.filter(
    (shell) =>
      shell.rule.rank < 2 ||
      !own.some((one) => one.offset < shell.offset + shell.length && shell.offset < one.offset + one.length),
  );
}
