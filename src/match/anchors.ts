/**
 * Which bytes of each literal the fast pass looks for (its anchor), and which anchors share a bucket. A bucket passes every mixture
 * of its anchors' nibbles, so what matters is how often ordinary text happens to be such a mixture: each literal takes the anchor
 * and the bucket that add least to that, and once all are placed, they may choose again.
 */

/** Positions of an anchor that the masks look at; an anchor of three bytes takes anything at the fourth. */
const POSITIONS = 4;
const BUCKETS = 16;
/** Moves of literals to a better place, at most: it is a matter of milliseconds at every start. */
const MOVES = 1500;

export interface Anchor {
  /** Where it begins in the literal. */
  readonly offset: number;
  /** Four, or three for a literal of three bytes. */
  readonly length: number;
}

export interface Plan {
  /** One for each literal. */
  readonly anchors: readonly Anchor[];
  /**
   * Sixteen bytes for each group of eight buckets, position and half (low nibble, high nibble): bit b of the n-th says that bucket
   * b may have nibble n there.
   */
  readonly masks: Uint8Array;
}

// How common each byte from space to tilde is in source, JSON and prose: 2^(-n/4) for the n-th character after `!`.
const COMMON =
  "*L7DOLL8<<FG8?:C@CEIIIILJJ<FL>HIQCIDFBGJKDRKEGCEETEBBGKLPPQDBDO8H4=8819<;4G@69449J4439@@@=HCECM";
const share = Float64Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f
    ? 2 ** (-(COMMON.charCodeAt(byte - 0x20) - 0x21) / 4)
    : byte === 10
      ? 0.03
      : 0.002,
);

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;

/** For each byte of a literal, the low nibbles and the high nibbles it may have in either case: bit sets in one number. */
const nibbles = Uint32Array.from({ length: 256 }, (_, byte) => {
  const cases = isLetter(byte) ? [byte | 0x20, byte & ~0x20] : [byte];
  return cases.reduce((all, one) => all | (1 << (one & 15)) | (1 << (16 + (one >> 4))), 0);
});
const ANY = 0xffffffff;
const NOTHING = [0, 0, 0, 0];

class Bucket {
  readonly members = new Map<number, readonly number[]>();
  /** As `nibbles`, for each position. */
  readonly sets: Uint32Array;
  cost: number;
  /** What it passes without its members. */
  readonly #least: Uint32Array;

  constructor(least: Uint32Array) {
    this.#least = least;
    this.sets = Uint32Array.from(least);
    this.cost = this.costWith(NOTHING);
  }

  add(literal: number, nibbles: readonly number[]): void {
    this.members.set(literal, nibbles);
    this.#widen(nibbles);
    this.cost = this.costWith(nibbles);
  }

  remove(literal: number): void {
    this.members.delete(literal);
    this.sets.set(this.#least);
    for (const nibbles of this.members.values()) this.#widen(nibbles);
    this.cost = this.costWith(NOTHING);
  }

  costWith(nibbles: readonly number[]): number {
    let cost = 1;
    for (let i = 0; i < POSITIONS; i++)
      cost *= passing(((this.sets[i] as number) | (nibbles[i] as number)) >>> 0);
    return cost;
  }

  #widen(nibbles: readonly number[]): void {
    for (let i = 0; i < POSITIONS; i++) this.sets[i] = (this.sets[i] as number) | (nibbles[i] as number);
  }
}

const memo = new Map<number, number>();
/** The share of ordinary bytes whose two nibbles are both in the set. */
function passing(set: number): number {
  const known = memo.get(set);
  if (known !== undefined) return known;
  let sum = 0;
  for (let byte = 0; byte < 256; byte++)
    if ((set >>> (byte & 15)) & 1 && (set >>> (16 + (byte >> 4))) & 1) sum += share[byte] ?? 0;
  memo.set(set, sum);
  return sum;
}

interface Choice {
  readonly anchor: Anchor;
  readonly nibbles: readonly number[];
}

function choicesOf(literal: Uint8Array): Choice[] {
  const length = Math.min(POSITIONS, literal.length);
  return Array.from({ length: literal.length - length + 1 }, (_, offset) => ({
    anchor: { offset, length },
    nibbles: Array.from({ length: POSITIONS }, (_, i) =>
      i < length ? (nibbles[literal[offset + i] ?? 0] ?? 0) : ANY,
    ),
  }));
}

/** `known`: masks that stay as they are at least, of literals placed before. */
export function planAnchors(literals: readonly Uint8Array[], known: Uint8Array): Plan {
  const buckets = Array.from({ length: BUCKETS }, (_, index) => new Bucket(setsOf(known, index)));
  const choices = literals.map(choicesOf);
  const placed: { bucket: Bucket; anchor: Anchor }[] = [];
  const place = (literal: number): void => {
    let best: { bucket: Bucket; choice: Choice } | null = null;
    let least = Infinity;
    for (const choice of choices[literal] ?? [])
      for (const bucket of buckets) {
        const added = bucket.costWith(choice.nibbles) - bucket.cost;
        if (added < least) [least, best] = [added, { bucket, choice }];
      }
    if (best === null) return;
    best.bucket.add(literal, best.choice.nibbles);
    placed[literal] = { bucket: best.bucket, anchor: best.choice.anchor };
  };
  // Those with least choice first.
  const order = [...literals.keys()].sort(
    (a, b) => (choices[a]?.length ?? 0) - (choices[b]?.length ?? 0) || a - b,
  );
  for (const literal of order) place(literal);
  for (let move = 0, at = 0; move < Math.min(MOVES, 2 * order.length); move++, at++) {
    const literal = order[at % order.length] as number;
    placed[literal]?.bucket.remove(literal);
    place(literal);
  }
  return { anchors: placed.map(({ anchor }) => anchor), masks: masksOf(buckets) };
}

function setsOf(masks: Uint8Array, bucket: number): Uint32Array {
  const base = (bucket >> 3) * POSITIONS * 32;
  return Uint32Array.from({ length: POSITIONS }, (_, position) => {
    let set = 0;
    for (let nibble = 0; nibble < 32; nibble++)
      if (((masks[base + position * 32 + nibble] ?? 0) >> (bucket % 8)) & 1) set |= 1 << nibble;
    return set;
  });
}

function masksOf(buckets: readonly Bucket[]): Uint8Array {
  const masks = new Uint8Array((BUCKETS / 8) * POSITIONS * 32);
  buckets.forEach((bucket, index) => {
    const base = (index >> 3) * POSITIONS * 32;
    bucket.sets.forEach((set, position) => {
      for (let nibble = 0; nibble < 32; nibble++) {
        const at = base + position * 32 + nibble;
        if ((set >>> nibble) & 1) masks[at] = (masks[at] ?? 0) | (1 << (index % 8));
      }
    });
  });
  return masks;
}
