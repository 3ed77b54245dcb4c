/**
 * Many literals over bytes in one pass; AssemblyScript, compiled by `node tools/wasm.ts` into `../literals.ts`.
 *
 * Of each literal up to five bytes are its anchor, whose pairs of bytes are looked up one after the other: an entry of the table of
 * pairs says, for each of four places in an anchor, in which of eight buckets no anchor has the pair there. What no pair rules out
 * asks a table of hashed anchors, then the literal is compared byte by byte, and a guard (see `guard.ts`) follows the text on either
 * side of it as far as a small automaton can tell. Only then a hit is written down. All tables are laid out by `../../literals.ts`,
 * which explains them.
 */

// Addresses of the header's words.
const HITS: usize = 0;
const CAPACITY: usize = 4;
const LONGEST_CHAIN: usize = 8;
const INPUT: usize = 12;
const PAIRS: usize = 64;
const BITS4: usize = PAIRS + 32768;
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
  // Byte k of `blocked` says about the anchor that begins at p + k - 3; what comes before the first pair rules out nothing.
  let carry: u64 = 0;
  for (let p: usize = from; p < <usize>to + 3; p += 8) {
    const near = load<u64>(p);
    const one: u64 = carry | row(near << 2) | (row(near >> 6) << 8) | (row(near >> 14) << 16) | (row(near >> 22) << 24);
    const far = load<u64>(p, 4);
    const two: u64 =
      (one >> 32) | row(far << 2) | (row(far >> 6) << 8) | (row(far >> 14) << 16) | (row(far >> 22) << 24);
    carry = two >> 32;
    let open: u64 = ~((one & 0xffffffff) | (two << 32));
    while (open != 0) {
      const lane = ctz(open) >> 3;
      open &= ~(<u64>0xff << (lane << 3));
      const q = p + <usize>lane - 3;
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
    }
  }
  resume = to;
  return found;
}

/** The entry of a pair: seven bits of its first byte and five of its second, which leave out the case of letters, times four. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function row(text: u64): u64 {
  return load<u32>(<usize>(text & 0x7f7c), PAIRS);
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
    if (guard != 0 && !passes(guard, start, entry)) continue;
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
function passes(guard: usize, literal: usize, entry: usize): bool {
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
  // Of a literal at the match's beginning it is known where it leads.
  const skip = <usize>load<u32>(entry, 28);
  let state = skip == 0 ? load<u64>(guard, 40) : load<u64>(entry, 32);
  for (let p = start + skip; p < limit; p++) {
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
