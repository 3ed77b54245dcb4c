/**
 * Many literals over bytes in one pass; AssemblyScript, compiled by `node tools/wasm.ts` into `../literals.ts`.
 *
 * Of each literal three or four bytes are its anchor. Sixteen positions at a time: for each anchor byte, its two nibbles look up
 * which of sixteen buckets may stand there (a byte shuffle each); what survives all of them asks a table of hashed anchors, then
 * the literal is compared byte by byte, and a guard (see `guard.ts`) follows the text on either side of it as far as a small
 * automaton can tell. Only then a hit is written down. All tables are laid out by `../../literals.ts`, which explains them.
 */

// Addresses of the header's words.
const HITS: usize = 0;
const CAPACITY: usize = 4;
const LONGEST_CHAIN: usize = 8;
const INPUT: usize = 12;
const MASKS: usize = 64;
const BITS4: usize = 320;
const BITS3: usize = BITS4 + 8192;
const HEADS4: usize = BITS3 + 8192;
const HEADS3: usize = HEADS4 + 16384;

/** Bytes that a guard follows at most: an expression does it faster from there on. */
const FAR: u32 = 320;
const FOLD: u32 = 0x20202020;
const MULTIPLIER: u32 = 0x9e3779b1;

/** Where to go on: the end of the stretch, or the position at which the list of hits was full. */
export let resume: u32 = 0;

let found: u32 = 0;
let base: usize = 0;
let limit: usize = 0;

/** Looks at each position in [from, to) as the place of an anchor; text reaches to `end`. Gives the number of hits. */
export function scan(from: u32, to: u32, end: u32): u32 {
  found = 0;
  base = load<u32>(INPUT);
  limit = end;
  const room = load<u32>(CAPACITY) - load<u32>(LONGEST_CHAIN);
  const low = i8x16.splat(0x0f);
  const aLow0 = v128.load(MASKS, 0),
    aHigh0 = v128.load(MASKS, 16);
  const aLow1 = v128.load(MASKS, 32),
    aHigh1 = v128.load(MASKS, 48);
  const aLow2 = v128.load(MASKS, 64),
    aHigh2 = v128.load(MASKS, 80);
  const aLow3 = v128.load(MASKS, 96),
    aHigh3 = v128.load(MASKS, 112);
  const bLow0 = v128.load(MASKS, 128),
    bHigh0 = v128.load(MASKS, 144);
  const bLow1 = v128.load(MASKS, 160),
    bHigh1 = v128.load(MASKS, 176);
  const bLow2 = v128.load(MASKS, 192),
    bHigh2 = v128.load(MASKS, 208);
  const bLow3 = v128.load(MASKS, 224),
    bHigh3 = v128.load(MASKS, 240);
  let aBefore0 = i8x16.splat(-1),
    aBefore1 = i8x16.splat(-1),
    aBefore2 = i8x16.splat(-1);
  let bBefore0 = i8x16.splat(-1),
    bBefore1 = i8x16.splat(-1),
    bBefore2 = i8x16.splat(-1);

  // Lane i of the block at p says about the anchor that begins at p + i - 3.
  for (let p: usize = from; p < <usize>to + 3; p += 16) {
    const text = v128.load(p);
    const l = v128.and(text, low);
    const h = v128.and(i16x8.shr_u(text, 4), low);
    const a0 = v128.and(i8x16.relaxed_swizzle(aLow0, l), i8x16.relaxed_swizzle(aHigh0, h));
    const a1 = v128.and(i8x16.relaxed_swizzle(aLow1, l), i8x16.relaxed_swizzle(aHigh1, h));
    const a2 = v128.and(i8x16.relaxed_swizzle(aLow2, l), i8x16.relaxed_swizzle(aHigh2, h));
    const a3 = v128.and(i8x16.relaxed_swizzle(aLow3, l), i8x16.relaxed_swizzle(aHigh3, h));
    const b0 = v128.and(i8x16.relaxed_swizzle(bLow0, l), i8x16.relaxed_swizzle(bHigh0, h));
    const b1 = v128.and(i8x16.relaxed_swizzle(bLow1, l), i8x16.relaxed_swizzle(bHigh1, h));
    const b2 = v128.and(i8x16.relaxed_swizzle(bLow2, l), i8x16.relaxed_swizzle(bHigh2, h));
    const b3 = v128.and(i8x16.relaxed_swizzle(bLow3, l), i8x16.relaxed_swizzle(bHigh3, h));
    const a = v128.and(
      v128.and(
        v128.shuffle<u8>(aBefore0, a0, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28),
        v128.shuffle<u8>(aBefore1, a1, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29),
      ),
      v128.and(
        v128.shuffle<u8>(aBefore2, a2, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
        a3,
      ),
    );
    const b = v128.and(
      v128.and(
        v128.shuffle<u8>(bBefore0, b0, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28),
        v128.shuffle<u8>(bBefore1, b1, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29),
      ),
      v128.and(
        v128.shuffle<u8>(bBefore2, b2, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
        b3,
      ),
    );
    aBefore0 = a0;
    aBefore1 = a1;
    aBefore2 = a2;
    bBefore0 = b0;
    bBefore1 = b1;
    bBefore2 = b2;
    const any = v128.or(a, b);
    if (v128.any_true(any)) {
      let lanes: u32 = i8x16.bitmask(i8x16.ne(any, i8x16.splat(0)));
      do {
        const q = p + ctz(lanes) - 3;
        lanes &= lanes - 1;
        const key = load<u32>(q) | FOLD;
        const hash4 = (key * MULTIPLIER) >> 16;
        const hash3 = ((key << 8) * MULTIPLIER) >> 16;
        const in4 = (load<u8>(BITS4 + (hash4 >> 3)) >> <u8>(hash4 & 7)) & 1;
        const in3 = (load<u8>(BITS3 + (hash3 >> 3)) >> <u8>(hash3 & 7)) & 1;
        if (in4 | in3) {
          if (q >= from && q < to) {
            if (found > room) {
              resume = <u32>q;
              return found;
            }
            if (in4) verify(load<u32>(HEADS4 + ((<usize>(hash4 >> 4)) << 2)), key, q);
            if (in3) verify(load<u32>(HEADS3 + ((<usize>(hash3 >> 6)) << 2)), key & 0xffffff, q);
          }
        }
      } while (lanes);
    }
  }
  resume = to;
  return found;
}

/** Compares the literals whose anchor has this key; `q` is where the anchor stands. */
function verify(entry: usize, key: u32, q: usize): void {
  for (; entry != 0; entry = load<u32>(entry, 4)) {
    if (load<u32>(entry, 0) != key) continue;
    const start = q - load<u16>(entry, 12);
    if (start < base || start + load<u16>(entry, 14) > limit) continue;
    let data: usize = load<u32>(entry, 16);
    const dataEnd = data + load<u32>(entry, 20);
    let same = true;
    for (let p = start; data < dataEnd; p += 16, data += 48) {
      const folded = v128.or(v128.load(p), v128.load(data, 16));
      if (v128.any_true(v128.and(v128.xor(folded, v128.load(data)), v128.load(data, 32)))) {
        same = false;
        break;
      }
    }
    if (!same) continue;
    const guard: usize = load<u32>(entry, 24);
    if (guard != 0 && !passes(guard, start)) continue;
    const out = <usize>load<u32>(HITS) + ((<usize>found) << 3);
    store<u32>(out, load<u32>(entry, 8));
    store<u32>(out, <u32>(start - base), 4);
    found++;
  }
}

/**
 * Follows the automata of a guard: leftwards from the match's beginning, then rightwards. What cannot be told passes: the end of the
 * text, and what is further than `FAR`.
 */
function passes(guard: usize, literal: usize): bool {
  const start = literal - load<i32>(guard, 0);
  if (<isize>start < <isize>base) return false;
  const left: usize = load<u32>(guard, 8);
  if (left != 0) {
    let state = load<u32>(left, 0);
    const done = load<u32>(left, 4);
    let p = start;
    do {
      if (--p < base) break;
      state &= load<u32>(left + ((<usize>load<u8>(p)) << 2), 8);
      if (state & done) break;
      state <<= 1;
      if (state == 0) return false;
    } while (true);
  }
  const done = load<u64>(guard, 16);
  const repeats = load<u64>(guard, 24);
  const optional = load<u64>(guard, 32);
  const table = guard + 48;
  const longest = load<u32>(guard, 4);
  const stop = start + min(longest, FAR);
  let state = load<u64>(guard, 40);
  for (let p = start; p < limit; p++) {
    if (state & done) return true;
    if (state == 0) return false;
    if (p >= stop) return longest > FAR;
    state &= load<u64>(table + 256 + ((<usize>load<u8>(table + load<u8>(p))) << 3));
    state = (state << 1) | (state & repeats);
    // Each run of optional items lets its active ones pass on to the first behind the run: one addition, by its carry.
    state |= ((state & optional) + optional) ^ optional;
  }
  return state != 0;
}
