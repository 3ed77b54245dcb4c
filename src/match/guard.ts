/**
 * A guard: what must stand on either side of a literal for a match to be possible at all. Two small automata of which every
 * state is one bit, so that a step is a few operations on one word; the fast pass runs them before it reports a hit. A guard may
 * let through what is no match, never the other way round.
 */
import { has, type ByteSet } from "./byte-set.ts";

export interface GuardItem {
  readonly set: ByteSet;
  /** May be left out. */
  readonly optional: boolean;
  /** May stand any number of times. */
  readonly repeats: boolean;
}

export interface Guard {
  /** Bytes from the match's beginning to its literal; negative when it begins inside the literal. */
  readonly start: number;
  /** Bytes of the longest match. */
  readonly maxLength: number;
  /** Alternatives of what may stand before the match, each read leftwards; none: anything. */
  readonly left: readonly (readonly ByteSet[])[];
  /** What a match begins with, item by item, at most `MOST_ITEMS`; the match may go on in any way behind them. */
  readonly right: readonly GuardItem[];
}

export const MOST_ITEMS = 60;
const MOST_LEFT = 30;

/** The right automaton as `wasm/assembly/literals.ts` reads it: start, longest, left, four words of 64 bits, classes, transitions. */
export function encodeGuard(guard: Guard, left: number): Uint8Array {
  const items = guard.right.slice(0, MOST_ITEMS);
  // Bits in two halves: arithmetic on BigInt is slow, and there are hundreds of guards at every start.
  const low = new Uint32Array(256);
  const high = new Uint32Array(256);
  items.forEach(({ set }, i) => {
    const half = i < 32 ? low : high;
    const bit = 1 << (i & 31);
    for (let byte = 0; byte < 256; byte++) if (has(set, byte)) half[byte] = (half[byte] as number) | bit;
  });
  const classOf = new Uint8Array(256);
  const rows: number[] = [];
  const known = new Map<number, Map<number, number>>();
  for (let byte = 0; byte < 256; byte++) {
    const [l, h] = [low[byte] as number, high[byte] as number];
    let inner = known.get(l);
    if (inner === undefined) known.set(l, (inner = new Map()));
    let index = inner.get(h);
    if (index === undefined) inner.set(h, (index = rows.push(l, h) / 2 - 1));
    classOf[byte] = index;
  }
  const bits = (test: (item: GuardItem) => boolean): bigint =>
    items.reduce((sum, item, i) => (test(item) ? sum | (1n << BigInt(i)) : sum), 0n);
  const optional = bits((item) => item.optional);
  const first = 1n | (((1n & optional) + optional) ^ optional);

  const bytes = Buffer.alloc(304 + 4 * rows.length);
  bytes.writeInt32LE(guard.start, 0);
  bytes.writeUInt32LE(guard.maxLength, 4);
  bytes.writeUInt32LE(left, 8);
  bytes.writeBigUInt64LE(1n << BigInt(items.length), 16);
  bytes.writeBigUInt64LE(
    bits((item) => item.repeats),
    24,
  );
  bytes.writeBigUInt64LE(optional, 32);
  bytes.writeBigUInt64LE(first, 40);
  bytes.set(classOf, 48);
  rows.forEach((row, i) => bytes.writeUInt32LE(row, 304 + 4 * i));
  return bytes;
}

/** Where the right automaton stands behind a literal at a match's beginning; null where the case of letters matters to that. */
export function statesBehind(guard: Guard, literal: Uint8Array): { low: number; high: number } | null {
  const items = guard.right.slice(0, MOST_ITEMS);
  // An item that may be left out lets what reaches it reach the next.
  const reach = (states: Set<number>, at: number): void => {
    for (let i = at; !states.has(i); i++) {
      states.add(i);
      if (items[i]?.optional !== true) return;
    }
  };
  let states = new Set<number>();
  reach(states, 0);
  for (const byte of literal) {
    const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
    const next = new Set<number>();
    for (const at of states) {
      if (at >= items.length) return null;
      const { set, repeats } = items[at] as GuardItem;
      if (letter && has(set, byte) !== has(set, byte ^ 0x20)) return null;
      if (!has(set, byte)) continue;
      reach(next, at + 1);
      if (repeats) reach(next, at);
    }
    states = next;
  }
  let [low, high] = [0, 0];
  for (const at of states)
    if (at < 32) low = (low | (1 << at)) >>> 0;
    else high = (high | (1 << (at - 32))) >>> 0;
  return { low, high };
}

/** The left automaton: first states, last states, a row of states for each byte. Null when it would not restrict or not fit. */
export function encodeLeft(alternatives: Guard["left"]): Uint8Array | null {
  const total = alternatives.reduce((sum, one) => sum + one.length, 0);
  if (alternatives.length === 0 || total > MOST_LEFT || alternatives.some((one) => one.length === 0))
    return null;
  const rows = new Uint32Array(2 + 256);
  let at = 0;
  for (const alternative of alternatives) {
    rows[0] = (rows[0] ?? 0) | (1 << at);
    for (const set of alternative) {
      for (let byte = 0; byte < 256; byte++)
        if (has(set, byte)) rows[2 + byte] = (rows[2 + byte] ?? 0) | (1 << at);
      at++;
    }
    rows[1] = (rows[1] ?? 0) | (1 << (at - 1));
  }
  return new Uint8Array(rows.buffer);
}
