/**
 * Where a stream of bytes may hold one of many known strings; AssemblyScript, compiled by `node tools/wasm.ts` into `../windows.ts`.
 * `../../windows.ts` lays the memory out and explains the passes.
 *
 * A table has two levels: a bitmap, in which one bit decides nearly always and whose loads do not depend on each other, and a Bloom
 * filter of two probes for the rest. At its address stand four words of 32 bits: the bitmap's address, 64 less the number of bits of an
 * index into it, and the same of the filter.
 */

const ONE: u64 = 0x9e3779b97f4a7c15;
const TWO: u64 = 0xd6e8feb86659fd93;
const SIX_BYTES: u64 = 0xffffffffffff;
const FOUR_BYTES: u64 = 0xffffffff;
const LF: u32 = 0x0a;
const ESC: u32 = 0x1b;
const BEL: u32 = 0x07;
const BACKSLASH: u32 = 0x5c;

// @ts-ignore: a decorator of AssemblyScript
@inline
function bit(bitmap: usize, index: u64): u32 {
  return (<u32>load<u8>(bitmap + <usize>(index >> 3)) >> <u32>(index & 7)) & 1;
}

/** Whether the second level has the key of which `one` is the product with `ONE`. */
function rare(table: usize, one: u64): bool {
  const bitmap = <usize>load<u32>(table, 8);
  const shift = <u64>load<u32>(table, 12);
  const two = (one ^ (one >> 31)) * TWO;
  return bit(bitmap, two >> shift) != 0 && bit(bitmap, ((two ^ (two >> 29)) * ONE) >> shift) != 0;
}

function put(bitmap: usize, index: u64): void {
  const at = bitmap + <usize>(index >> 3);
  store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(index & 7)));
}

/** Adds the windows that begin at `from` up to `from + count`, exclusive; `mask` says which of their eight bytes count. */
export function plant(table: usize, from: usize, count: u32, mask: u64): void {
  const first = <usize>load<u32>(table);
  const shift = <u64>load<u32>(table, 4);
  const second = <usize>load<u32>(table, 8);
  const shiftOfSecond = <u64>load<u32>(table, 12);
  for (let i: usize = 0; i < <usize>count; i++) {
    const one = (load<u64>(from + i) & mask) * ONE;
    const two = (one ^ (one >> 31)) * TWO;
    put(first, one >> shift);
    put(second, two >> shiftOfSecond);
    put(second, ((two ^ (two >> 29)) * ONE) >> shiftOfSecond);
  }
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function scan(table: usize, from: usize, end: usize, stride: usize, width: usize, mask: u64): usize {
  const bitmap = <usize>load<u32>(table);
  const shift = <u64>load<u32>(table, 4);
  const eight = 8 * stride;
  let p = from;
  while (p + eight - stride + width <= end) {
    const begin = p;
    let any = bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    any |= bit(bitmap, ((load<u64>(p) & mask) * ONE) >> shift);
    p += stride;
    if (any != 0)
      for (let q = begin; q < p; q += stride) {
        const one = (load<u64>(q) & mask) * ONE;
        if (bit(bitmap, one >> shift) != 0 && rare(table, one)) return q;
      }
  }
  for (; p + width <= end; p += stride) {
    const one = (load<u64>(p) & mask) * ONE;
    if (bit(bitmap, one >> shift) != 0 && rare(table, one)) return p;
  }
  return end;
}

/**
 * The first of the windows of eight bytes at `from`, `from + stride`, … inside [from, end) that the table has; `end` for none.
 */
export function find8(table: usize, from: usize, end: usize, stride: usize): usize {
  return scan(table, from, end, stride, 8, -1);
}

/** As `find8`, with windows of `width` bytes; `mask` as in `plant`. */
export function find(table: usize, from: usize, end: usize, stride: usize, width: usize, mask: u64): usize {
  return scan(table, from, end, stride, width, mask);
}

// Tables of all stretches of six bytes of the long strings and of four bytes of the short ones; address 0: there are none.
let sixes: usize = 0;
let fours: usize = 0;
// Room for the places in a stretch of text where a break may be.
let places: usize = 0;
const STRETCH: usize = 4096;

/** `room`: 4 * 4100 bytes. */
export function setBreaks(six: usize, four: usize, room: usize): void {
  sixes = six;
  fours = four;
  places = room;
}

/**
 * Of the sixteen bytes at `p` those that are in `wanted`, which holds each at the place of its lower half, and elsewhere what has
 * another lower half.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
function marks(p: usize, wanted: v128): u32 {
  const bytes = v128.load(p);
  const half = v128.and(bytes, i8x16.splat(15));
  return <u32>i8x16.bitmask(i8x16.eq(i8x16.relaxed_swizzle(wanted, half), bytes));
}

/** Whether a break may begin with one of the five bytes at `p`: line feed, carriage return, escape, backslash. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function odd(p: usize): bool {
  return (marks(p, i8x16(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 0x0a, 0x1b, 0x5c, 0x0d, 15, 14)) & 31) != 0;
}

/** Writes the places of line feeds, carriage returns and escapes in [from, end) to `places`, as u32, and gives their end. */
function list(from: usize, end: usize): usize {
  const wanted = i8x16(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 0x0a, 0x1b, 13, 0x0d, 15, 14);
  let to = places;
  for (let p = from; p < end; p += 64) {
    let left =
      <u64>marks(p, wanted) |
      ((<u64>marks(p + 16, wanted)) << 16) |
      ((<u64>marks(p + 32, wanted)) << 32) |
      ((<u64>marks(p + 48, wanted)) << 48);
    // Two at once whether they are there or not: a branch on how many there are is guessed wrong too often.
    const next = to + 4 * <usize>popcnt(left);
    store<u32>(to, <u32>p + <u32>ctz(left));
    left &= left - 1;
    store<u32>(to, <u32>p + <u32>ctz(left), 4);
    for (left &= left - 1, to += 8; to < next; to += 4, left &= left - 1)
      store<u32>(to, <u32>p + <u32>ctz(left));
    to = next;
  }
  return to;
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

// @ts-ignore: a decorator of AssemblyScript
@inline
function among(table: usize, one: u64, two: u64): bool {
  const bitmap = <usize>load<u32>(table);
  const shift = <u64>load<u32>(table, 4);
  const keyOne = one * ONE;
  const keyTwo = two * ONE;
  const first = bit(bitmap, keyOne >> shift);
  const second = bit(bitmap, keyTwo >> shift);
  if ((first | second) == 0) return false;
  return (first != 0 && rare(table, keyOne)) || (second != 0 && rare(table, keyTwo));
}

/** Whether the bytes on both sides of a break, the nearest of them highest and lowest, are a stretch of a known string. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function joins(before: u64, count: usize, after: u64): bool {
  // What has too few bytes before the break for the second look is looked at the first way twice.
  if (sixes != 0) {
    const key = (before >> 56) | ((after << 8) & SIX_BYTES);
    if (among(sixes, key, count >= 5 ? (before >> 24) | ((after & 0xff) << 40) : key)) return true;
  }
  if (fours != 0) {
    const key = (before >> 56) | ((after << 8) & FOUR_BYTES);
    if (among(fours, key, count >= 3 ? (before >> 40) | ((after & 0xff) << 24) : key)) return true;
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
  for (let stretch = from; stretch < end; stretch += STRETCH) {
    const listed = list(stretch, min(end, stretch + STRETCH));
    for (let at = places; at < listed; at += 4) {
      const p = <usize>load<u32>(at);
      if (p >= end) return end;
      if (p < last) continue;
      const byte = <u32>load<u8>(p);
      const next = <u32>load<u8>(p + 1);
      // By far the most are ends of lines between ordinary text.
      if (
        byte == LF &&
        p >= last + 8 &&
        p + 6 <= end &&
        next != 0x20 &&
        next != 0x09 &&
        <u32>load<u8>(p - 1) != BACKSLASH &&
        !odd(p + 1)
      ) {
        before = load<u64>(p - 8);
        count = 8;
        if (joins(before, 8, load<u64>(p + 1))) return p;
        last = p + 1;
        continue;
      }
      let start = p;
      if (start > last && byte != ESC && <u32>load<u8>(start - 1) == BACKSLASH) start--;
      cut = false;
      const stop = breakEnd(p, end);
      if (stop == p) continue;
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
      if (cut) return start;
      if (count == 0) continue;
      let after: u64 = load<u64>(stop);
      if (stop + 5 > end || odd(stop)) after = gather(stop, end);
      if (cut) return start;
      if (joins(before, count, after)) return start;
    }
  }
  return end;
}
