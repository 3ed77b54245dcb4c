/**
 * Where a stream of bytes may hold one of many known strings; AssemblyScript, compiled by `node tools/wasm.ts` into `../windows.ts`.
 * `../../windows.ts` lays the memory out and explains the passes.
 *
 * Every table is a Bloom filter of three probes: a power of two of bits at `table`, of which `shift` is 64 less the number of bits
 * of an index. The first probe decides nearly always, and its loads do not depend on each other.
 */

const ONE: u64 = 0x9e3779b97f4a7c15;
const TWO: u64 = 0xd6e8feb86659fd93;
const SIX_BYTES: u64 = 0xffffffffffff;
const ESC: u32 = 0x1b;
const BEL: u32 = 0x07;
const BACKSLASH: u32 = 0x5c;

// @ts-ignore: a decorator of AssemblyScript
@inline
function bit(table: usize, index: u64): u32 {
  return (<u32>load<u8>(table + <usize>(index >> 3)) >> <u32>(index & 7)) & 1;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function has(table: usize, shift: u64, key: u64): bool {
  const one = key * ONE;
  if (bit(table, one >> shift) == 0) return false;
  const two = (one ^ (one >> 31)) * TWO;
  return bit(table, two >> shift) != 0 && bit(table, ((two ^ (two >> 29)) * ONE) >> shift) != 0;
}

function put(table: usize, index: u64): void {
  const at = table + <usize>(index >> 3);
  store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(index & 7)));
}

/** Adds the windows that begin at `from` up to `from + count`, exclusive; `mask` says which of their eight bytes count. */
export function plant(table: usize, shift: u32, from: usize, count: u32, mask: u64): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const one = (load<u64>(from + i) & mask) * ONE;
    const two = (one ^ (one >> 31)) * TWO;
    put(table, one >> <u64>shift);
    put(table, two >> <u64>shift);
    put(table, ((two ^ (two >> 29)) * ONE) >> <u64>shift);
  }
}

/** The first window of eight bytes at `from`, `from + 9`, … inside [from, end) that the table has; `end` for none. */
export function find8(table: usize, bits: u32, from: usize, end: usize): usize {
  const shift = <u64>bits;
  let p = from;
  for (; p + 80 <= end; p += 72) {
    const any =
      bit(table, (load<u64>(p) * ONE) >> shift) |
      bit(table, (load<u64>(p, 9) * ONE) >> shift) |
      bit(table, (load<u64>(p, 18) * ONE) >> shift) |
      bit(table, (load<u64>(p, 27) * ONE) >> shift) |
      bit(table, (load<u64>(p, 36) * ONE) >> shift) |
      bit(table, (load<u64>(p, 45) * ONE) >> shift) |
      bit(table, (load<u64>(p, 54) * ONE) >> shift) |
      bit(table, (load<u64>(p, 63) * ONE) >> shift);
    if (any != 0)
      for (let q = p; q < p + 72; q += 9) if (has(table, shift, load<u64>(q))) return q;
  }
  for (; p + 8 <= end; p += 9) if (has(table, shift, load<u64>(p))) return p;
  return end;
}

/** As `find8`, with windows of four bytes, `stride` apart. */
export function find4(table: usize, bits: u32, from: usize, end: usize, stride: u32): usize {
  const shift = <u64>bits;
  const step = <usize>stride;
  let p = from;
  for (; p + 4 * step + 4 <= end; p += 4 * step) {
    const any =
      bit(table, (<u64>load<u32>(p) * ONE) >> shift) |
      bit(table, (<u64>load<u32>(p + step) * ONE) >> shift) |
      bit(table, (<u64>load<u32>(p + 2 * step) * ONE) >> shift) |
      bit(table, (<u64>load<u32>(p + 3 * step) * ONE) >> shift);
    if (any != 0)
      for (let q = p; q < p + 4 * step; q += step) if (has(table, shift, load<u32>(q))) return q;
  }
  for (; p + 4 <= end; p += step) if (has(table, shift, load<u32>(p))) return p;
  return end;
}

// Tables of all stretches of six bytes of the long strings and of four bytes of the short ones; address 0: there are none.
let sixes: usize = 0;
let sixShift: u64 = 0;
let fours: usize = 0;
let fourShift: u64 = 0;

export function setBreaks(six: usize, shiftOfSix: u32, four: usize, shiftOfFour: u32): void {
  sixes = six;
  sixShift = shiftOfSix;
  fours = four;
  fourShift = shiftOfFour;
}

/** The next line feed, carriage return or escape in [from, end); `end` for none. */
function nextControl(from: usize, end: usize): usize {
  const lf = i8x16.splat(0x0a);
  const cr = i8x16.splat(0x0d);
  const esc = i8x16.splat(0x1b);
  for (let p = from; p < end; p += 16) {
    const bytes = v128.load(p);
    const found = v128.or(v128.or(i8x16.eq(bytes, lf), i8x16.eq(bytes, cr)), i8x16.eq(bytes, esc));
    if (v128.any_true(found)) return min(p + <usize>ctz(i8x16.bitmask(found)), end);
  }
  return end;
}

/** The end of the terminal's control sequence at `p`; `p` where there is none, 0 where the text ends inside it. */
function sequenceEnd(p: usize, end: usize): usize {
  let q = p + 1;
  if (q >= end) return 0;
  const kind = <u32>load<u8>(q);
  if (kind == 0x5b) {
    q++;
    const parameters = q + 40;
    while (q < end && q < parameters && <u32>load<u8>(q) - 0x30 < 0x10) q++;
    const between = q + 4;
    while (q < end && q < between && <u32>load<u8>(q) - 0x20 < 0x10) q++;
    if (q >= end) return 0;
    return <u32>load<u8>(q) - 0x40 < 0x3f ? q + 1 : p;
  }
  if (kind == 0x5d) {
    q++;
    const last = q + 500;
    while (q < end) {
      const c = <u32>load<u8>(q);
      if (c == BEL) return q + 1;
      if (c == ESC) {
        if (q + 1 >= end) return 0;
        return <u32>load<u8>(q + 1) == BACKSLASH ? q + 2 : p;
      }
      if (c == 0x0a || c == 0x0d || q >= last) return p;
      q++;
    }
    return 0;
  }
  if (kind - 0x20 < 0x10) {
    q++;
    if (q < end && <u32>load<u8>(q) - 0x20 < 0x10) q++;
    if (q >= end) return 0;
    return <u32>load<u8>(q) - 0x30 < 0x4f ? q + 1 : p;
  }
  return kind - 0x30 < 0x4f ? q + 1 : p;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function isLineEnd(byte: u32): bool {
  return byte == 0x0a || byte == 0x0d;
}

/** Whether the text ended inside a break, see `breakEnd` and `gather`. */
let cut: bool = false;

/** The end of all that is passed over from `p` on: `p` where that is nothing. */
function breakEnd(p: usize, end: usize): usize {
  let line = false;
  while (p < end) {
    const c = <u32>load<u8>(p);
    if (isLineEnd(c) || (line && (c == 0x20 || c == 0x09))) {
      line = true;
      p++;
    } else if (c == ESC) {
      const next = sequenceEnd(p, end);
      if (next == p) return p;
      if (next == 0) {
        cut = true;
        return end;
      }
      p = next;
    } else if (c == BACKSLASH) {
      if (p + 1 >= end) {
        cut = true;
        return end;
      }
      if (!isLineEnd(load<u8>(p + 1))) return p;
      p++;
    } else return p;
  }
  cut = true;
  return end;
}

/** Five bytes from `p` on, breaks left out, the first lowest; sets `cut` where the text has fewer. */
function gather(p: usize, end: usize): u64 {
  let all: u64 = 0;
  for (let n: u64 = 0; n < 5; n++) {
    p = breakEnd(p, end);
    if (p >= end) {
      cut = true;
      return all;
    }
    all |= (<u64>load<u8>(p)) << (8 * n);
    p++;
  }
  return all;
}

/** Whether one of the five bytes at `p` may begin a break. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function odd(p: usize): bool {
  const bytes = v128.load(p);
  const found = v128.or(
    v128.or(i8x16.eq(bytes, i8x16.splat(0x0a)), i8x16.eq(bytes, i8x16.splat(0x0d))),
    v128.or(i8x16.eq(bytes, i8x16.splat(0x1b)), i8x16.eq(bytes, i8x16.splat(0x5c))),
  );
  return (i8x16.bitmask(found) & 31) != 0;
}

/** Whether the bytes on both sides of a break, the nearest of them highest and lowest, are a stretch of a known string. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function joins(before: u64, count: usize, after: u64): bool {
  if (sixes != 0) {
    if (has(sixes, sixShift, (before >> 56) | ((after << 8) & SIX_BYTES))) return true;
    if (count >= 5 && has(sixes, sixShift, (before >> 24) | ((after & 0xff) << 40))) return true;
  }
  if (fours != 0) {
    if (has(fours, fourShift, (before >> 56) | ((after << 8) & 0xffffffff))) return true;
    if (count >= 3 && has(fours, fourShift, (before >> 40) | ((after & 0xff) << 24))) return true;
  }
  return false;
}

/**
 * The first break in [from, end) across which the bytes on both sides, read together, are a stretch of a known string; or which is
 * so near the end that this cannot be said. Bytes before `from` do not count. `end` for none.
 */
export function findBreak(from: usize, end: usize): usize {
  // The bytes before the break, the nearest highest, and how many of them there are.
  let before: u64 = 0;
  let count: usize = 0;
  let last = from;
  let p = from;
  while (true) {
    p = nextControl(p, end);
    if (p >= end) return end;
    // By far the most are ends of lines between ordinary text.
    if (<u32>load<u8>(p) == 0x0a && p >= last + 8 && p + 6 <= end) {
      const next = <u32>load<u8>(p + 1);
      if (next != 0x20 && next != 0x09 && <u32>load<u8>(p - 1) != BACKSLASH && !odd(p + 1)) {
        before = load<u64>(p - 8);
        count = 8;
        if (joins(before, 8, load<u64>(p + 1))) return p;
        last = ++p;
        continue;
      }
    }
    let start = p;
    if (start > last && <u32>load<u8>(p) != ESC && <u32>load<u8>(start - 1) == BACKSLASH) start--;
    cut = false;
    const stop = breakEnd(p, end);
    if (stop == p) {
      p++;
      continue;
    }
    const plain = start - last;
    if (plain >= 8) {
      before = load<u64>(start - 8);
      count = 8;
    } else if (plain > 0) {
      const keep = 64 - 8 * <u64>plain;
      before = (before >> (8 * <u64>plain)) | ((load<u64>(start - 8) >> keep) << keep);
      count = min(<usize>8, count + plain);
    }
    last = stop;
    p = stop;
    if (cut) return start;
    if (count == 0) continue;
    let after: u64 = load<u64>(stop);
    if (stop + 5 > end || odd(stop)) after = gather(stop, end);
    if (cut) return start;
    if (joins(before, count, after)) return start;
  }
}
