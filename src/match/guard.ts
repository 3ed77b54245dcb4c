/**
 * A guard: what must stand on either side of a literal for a match to be possible at all. Two small automata of which every
 * state is one bit, so that a step is a few operations on one word; the fast pass runs them before it reports a hit. A guard may
 * let through what is no match, never the other way round.
 */

/** 256 entries, 1 for a member. */
export type ByteSet = Uint8Array;

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

export const byteSet = (test: (byte: number) => boolean): ByteSet =>
  Uint8Array.from({ length: 256 }, (_, byte) => (test(byte) ? 1 : 0));

/** The right automaton as `wasm/assembly/literals.ts` reads it: start, longest, left, four words of 64 bits, classes, transitions. */
export function encodeGuard(guard: Guard, left: number): Uint8Array {
  const items = guard.right.slice(0, MOST_ITEMS);
  const classOf = new Uint8Array(256);
  const rows: bigint[] = [];
  const known = new Map<bigint, number>();
  for (let byte = 0; byte < 256; byte++) {
    let row = 0n;
    items.forEach(({ set }, i) => (row |= BigInt(set[byte] ?? 0) << BigInt(i)));
    const index = known.get(row) ?? rows.push(row) - 1;
    known.set(row, index);
    classOf[byte] = index;
  }
  const bits = (test: (item: GuardItem) => boolean): bigint =>
    items.reduce((sum, item, i) => (test(item) ? sum | (1n << BigInt(i)) : sum), 0n);
  const optional = bits((item) => item.optional);
  let first = 1n;
  first |= ((first & optional) + optional) ^ optional;

  const bytes = Buffer.alloc(48 + 256 + 8 * rows.length);
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
  rows.forEach((row, i) => bytes.writeBigUInt64LE(row, 304 + 8 * i));
  return bytes;
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
        if (set[byte] === 1) rows[2 + byte] = (rows[2 + byte] ?? 0) | (1 << at);
      at++;
    }
    rows[1] = (rows[1] ?? 0) | (1 << (at - 1));
  }
  return new Uint8Array(rows.buffer);
}
