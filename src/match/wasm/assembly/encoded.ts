/**
 * Where encoded text may stand; AssemblyScript, compiled by `node tools/wasm.ts` into `../encoded.ts`.
 *
 * Each function gives the next place at which its decoder in `detect/decoders/` has something to read, and passes over what that decoder
 * would look at in vain. It may give a place too many, never one too few: the decoder decides. Runs of an alphabet are found sixteen
 * bytes at a time; what is long enough is read as the decoder reads it. The tables of bytes and the bytes themselves are laid out by
 * `../../../detect/decoders/scout.ts`; behind the bytes stand zeros.
 */

// Tables over bytes, as in `classes.ts` and the decoders.
const BASE64: usize = 0;
const SEXTET: usize = 256;
const TEXT: usize = 512;
const HEX: usize = 768;
const WORD: usize = 1024;
/** The first of the bytes. */
const BYTES: usize = 4096;

/** No place. */
const NONE: u32 = 0xffffffff;
/** Characters of which a run is read at most at once. */
const LONGEST: usize = 1 << 20;

// @ts-ignore: a decorator of AssemblyScript
@inline
function high(block: v128): v128 {
  return v128.shr<u8>(block, 4);
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function low(block: v128): v128 {
  return v128.and(block, i8x16.splat(0x0f));
}

/** A bit for each of sixteen bytes: it is of base64, either alphabet. Classes of the high half meet those of the low half. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function inBase64(p: usize): i32 {
  const block = v128.load(p);
  // 1: + - /, 2: digits, 4: A-O and a-o, 8: P-Z and _, 16: p-z
  const highs = i8x16(0, 0, 1, 2, 4, 8, 4, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const lows = i8x16(26, 30, 30, 30, 30, 30, 30, 30, 30, 30, 28, 5, 4, 5, 4, 13);
  const met = v128.and(i8x16.relaxed_swizzle(highs, high(block)), i8x16.relaxed_swizzle(lows, low(block)));
  return i8x16.bitmask(i8x16.ne(met, i8x16.splat(0)));
}

/** The same for what hexadecimal text with separators consists of. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function inHex(p: usize): i32 {
  const block = v128.load(p);
  // 1: tab and line ends, 2: blank " ' , -, 4: digits and :, 8: A-F and a-f, 16: X and x
  const highs = i8x16(1, 0, 2, 4, 8, 16, 8, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const lows = i8x16(6, 12, 14, 12, 12, 12, 12, 6, 20, 5, 5, 0, 2, 3, 0, 0);
  const met = v128.and(i8x16.relaxed_swizzle(highs, high(block)), i8x16.relaxed_swizzle(lows, low(block)));
  return i8x16.bitmask(i8x16.ne(met, i8x16.splat(0)));
}

// ---- base64

const SHORTEST: usize = 24;
const LONG_BINARY: usize = 512;
const SAMPLE: i32 = 16;
const MAX_GAP: usize = 96;

/** The next run that begins in [from, to) of `length` bytes and is to be read. */
export function nextBase64(from: u32, to: u32, length: u32): u32 {
  const end = BYTES + length;
  const stop = BYTES + to;
  let start: usize = BYTES + from;
  for (let p: usize = start; p < end && start < stop; p += 16) {
    const breaks = ~inBase64(p) & 0xffff;
    if (breaks == 0) {
      if (p + 16 < end) continue;
    } else {
      const first = p + <usize>ctz(breaks);
      if (first < start + SHORTEST) {
        start = p + 32 - <usize>clz(breaks);
        continue;
      }
    }
    const over = breaks == 0 ? end : min(end, p + <usize>ctz(breaks));
    if (over < start + SHORTEST) break;
    if (base64At(start, over, end)) return <u32>(start - BYTES);
    // Where the decoder goes on; the block before the next is looked at once more.
    start = runEnd;
    p = start - 16;
  }
  return NONE;
}

/** Where what was last looked at as base64 ends. */
let runEnd: usize = 0;
let pieces: u32 = 0;
let firstEnd: usize = 0;
let secondStart: usize = 0;
let secondEnd: usize = 0;
let lastStart: usize = 0;
let runLength: usize = 0;

function base64At(start: usize, over: usize, end: usize): bool {
  if (over - start <= 2 * SHORTEST && !isOpen(over) && !hasPhase(start, over)) {
    runEnd = over;
    return false;
  }
  collect(start, min(end, start + LONGEST));
  if (!isHex(start, firstEnd) && (runLength >= LONG_BINARY || hasPhase(start, firstEnd))) return true;
  if (pieces > 1 && !isHex(secondStart, secondEnd) && hasPhase(secondStart, secondEnd)) return true;
  return pieces > 2 && !isHex(lastStart, runEnd) && hasPhase(lastStart, runEnd);
}

function isOpen(at: usize): bool {
  const byte = load<u8>(at);
  return byte == 0x0a || byte == 0x0d || byte == 0x5c || isQuote(byte);
}

function endOfRun(from: usize, limit: usize): usize {
  let at = from;
  while (at < limit && load<u8>(BASE64 + <usize>load<u8>(at)) == 1) at++;
  return at;
}

function collect(start: usize, limit: usize): void {
  firstEnd = endOfRun(start, limit);
  pieces = 1;
  lastStart = start;
  runEnd = firstEnd;
  runLength = firstEnd - start;
  let width: isize = -1;
  let last = <isize>(firstEnd - start);
  while (last >= 20 && (last % 4 == 0 || last >= 60)) {
    if (width >= 0 && last != width) break;
    const next = afterGap(runEnd, limit);
    if (next == 0) break;
    const to = endOfRun(next, limit);
    const size = <isize>(to - next);
    if (width >= 0 && size > width) break;
    if (pieces > 1 || size >= last) width = size > last ? size : last;
    pieces++;
    lastStart = next;
    if (pieces == 2) {
      secondStart = next;
      secondEnd = to;
    }
    last = size;
    runLength += <usize>size;
    runEnd = to;
  }
}

function isQuote(byte: u8): bool {
  return byte == 0x22 || byte == 0x27 || byte == 0x60;
}

function isSpace(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}

/** 0 where the text does not go on. */
function afterGap(from: usize, limit: usize): usize {
  let at = from;
  let lines = 0;
  let quotes = 0;
  for (const stop = min(limit, from + MAX_GAP); at < stop; at++) {
    const byte = load<u8>(at);
    const next = load<u8>(at + 1);
    if (byte == 0x0a || byte == 0x0d) lines++;
    else if (byte == 0x5c && (next == 0x6e || next == 0x72)) {
      lines++;
      at++;
    } else if (isQuote(byte)) quotes++;
    else if (byte == 0x2b && !isSpace(next) && next != 0x0a && next != 0x0d && !isQuote(next)) break;
    else if (!isSpace(byte) && byte != 0x5c && byte != 0x2b && byte != 0x2c && byte != 0x2e) break;
    if (at == from && isSpace(byte)) return 0;
  }
  const goesOn = at > from && at < limit && load<u8>(BASE64 + <usize>load<u8>(at)) == 1;
  return goesOn && quotes % 2 == 0 && (lines > 0 || quotes > 1) ? at : 0;
}

function hasPhase(first: usize, end: usize): bool {
  const length = end - first;
  const middle = first + ((length >> 3) << 2);
  for (let phase: usize = 0; phase < 4; phase++) {
    if (sense(first + phase, end)) return true;
    if (length > 2 * SHORTEST && sense(middle + phase, end)) return true;
  }
  return false;
}

/** Something known by its first two bytes counts, unlike in the decoder, without a look at the next. */
function sense(from: usize, end: usize): bool {
  let count = 0;
  let bits: u32 = 0;
  let held: u32 = 0;
  let odd = 0;
  let first: u32 = 0;
  for (let at = from; at < end && count < SAMPLE; at++) {
    held = ((held << 6) | <u32>load<u8>(SEXTET + <usize>load<u8>(at))) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 0xff;
    count++;
    if (load<u8>(TEXT + <usize>byte) == 0) odd += 4;
    else if (byte >= 0x80) odd++;
    if (count == 1) first = byte;
    else if (count == 2 && odd > 0 && mayBegin(first, byte)) return true;
    if (odd > 3 && count >= 2) return false;
  }
  return count >= 8 && odd <= 3;
}

function mayBegin(one: u32, two: u32): bool {
  return (
    (one == 0x1f && two == 0x8b) ||
    (one == 0x28 && two == 0xb5) ||
    (one >= 0xfe && two >= 0xfe) ||
    (one == 0x80 && (two == 4 || two == 5)) ||
    (two == 0 && load<u8>(TEXT + <usize>one) == 1) ||
    (one == 0 && load<u8>(TEXT + <usize>two) == 1)
  );
}

function isHex(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (load<u8>(HEX + <usize>load<u8>(at)) == 255) return false;
  return true;
}

// ---- hexadecimal

const SHORTEST_PART: usize = 32;
const FEWEST_PAIRS: i32 = 12;

/** Where the part ends in which the list stands that was last given. */
export let part: u32 = 0;

/** The next list of pairs: in what is left of a part that ends at `rest` (0 where none is left), or in one that begins before `to`. */
export function nextHex(from: u32, rest: u32, to: u32, length: u32): u32 {
  const end = BYTES + length;
  const stop = BYTES + to;
  let start: usize = BYTES + from;
  if (rest > from) {
    part = rest;
    const list = listIn(start, BYTES + rest);
    if (list != 0) return <u32>(list - BYTES);
    start = BYTES + rest;
  }
  for (let p: usize = start; p < end && start < stop; p += 16) {
    const breaks = ~inHex(p) & 0xffff;
    if (breaks == 0) {
      if (p + 16 < end && p + 16 < start + LONGEST) continue;
    } else {
      const first = p + <usize>ctz(breaks);
      if (first < start + SHORTEST_PART) {
        start = p + 32 - <usize>clz(breaks);
        continue;
      }
    }
    let over = breaks == 0 ? end : min(end, p + <usize>ctz(breaks));
    over = min(over, start + LONGEST);
    if (over < start + SHORTEST_PART) break;
    part = <u32>(over - BYTES);
    const list = listIn(start, over);
    if (list != 0) return <u32>(list - BYTES);
    start = over;
    p = start - 16;
  }
  return NONE;
}

/** The first list of enough pairs whose beginning is text or something known; 0 for none. */
function listIn(from: usize, end: usize): usize {
  let at = from;
  while (at < end) {
    const begin = pairAt(at);
    if (begin == 0 || begin + 2 > end) {
      at++;
      continue;
    }
    const start = at;
    let last = at;
    let count = 0;
    let controls = 0;
    let others = 0;
    let one: u32 = 0;
    let two: u32 = 0;
    for (let pair = begin; pair != 0 && pair + 2 <= end; pair = pairAt(at)) {
      if (count < 16) {
        const value =
          (<u32>load<u8>(HEX + <usize>load<u8>(pair)) << 4) | <u32>load<u8>(HEX + <usize>load<u8>(pair + 1));
        const kind = load<u8>(TEXT + <usize>value);
        if (kind == 0) controls++;
        else if (kind == 2) others++;
        if (count == 0) one = value;
        else if (count == 1) two = value;
      }
      count++;
      last = pair + 2;
      // Of a hash only the end matters.
      if (controls > 0 && count > 1 && !mayBeKnown(one, two))
        while (last + 2 <= end && isDigit(last) && isDigit(last + 1)) last += 2;
      at = afterSeparator(last, end);
    }
    at = max(at, last);
    if (count < FEWEST_PAIRS) continue;
    if ((controls == 0 && others * 5 <= min(count, 16)) || mayBeKnown(one, two)) return start;
  }
  return 0;
}

function mayBeKnown(one: u32, two: u32): bool {
  return (
    one == 0 ||
    two == 0 ||
    one == 0x1f ||
    one == 0x28 ||
    one == 0xff ||
    one == 0xfe ||
    one == 0x50 ||
    one == 0x80
  );
}

/** Where the digits begin, 0 where there are none. */
function pairAt(at: usize): usize {
  const digits = load<u8>(at) == 0x30 && (load<u8>(at + 1) | 0x20) == 0x78 ? at + 2 : at;
  const one = load<u8>(HEX + <usize>load<u8>(digits));
  const two = load<u8>(HEX + <usize>load<u8>(digits + 1));
  return one > 15 || two > 15 ? 0 : digits;
}

function afterSeparator(from: usize, end: usize): usize {
  let at = from;
  if (at < end && load<u8>(HEX + <usize>load<u8>(at)) != 255) return at;
  let mark = 0;
  for (const stop = min(end, from + 64); at < stop; at++) {
    const byte = load<u8>(at);
    if (byte == 0x3a || byte == 0x2c || byte == 0x2d) {
      if (++mark > 1) return at;
    } else if (
      byte != 0x20 &&
      byte != 0x09 &&
      byte != 0x0a &&
      byte != 0x0d &&
      byte != 0x22 &&
      byte != 0x27
    )
      return at;
  }
  return at;
}

// ---- escapes

const LONGEST_TAG: usize = 200;
const LONGEST_SEQUENCE: usize = 24;
const LONGEST_NAME: usize = 8;
const MOST_BACKSLASHES: usize = 8;

/** The next place in [from, to) at which an escape may stand that is a reason to look. */
export function nextEscape(from: u32, to: u32): u32 {
  const stop: usize = BYTES + to;
  for (let p: usize = BYTES + from; p < stop; p += 16) {
    let places = escapesIn(p);
    while (places != 0) {
      const at = p + <usize>ctz(places);
      if (at >= stop) return NONE;
      if (escapeAt(at)) return <u32>(at - BYTES);
      places &= places - 1;
    }
  }
  return NONE;
}

/** A bit for each of sixteen bytes: with the byte behind it, it may begin an escape. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function escapesIn(p: usize): i32 {
  const one = v128.load(p);
  const two = v128.load(p, 1);
  // 1: % and a digit, 2: \ and one of xuU0123\, 4: & and a letter, 8: = and a line end, 16: < and a letter, 32: =3, 64: &#, 128: </ or ESC [
  const highs = i8x16.relaxed_swizzle(i8x16(0, -128, 69, -72, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), high(one));
  const lows = i8x16.relaxed_swizzle(i8x16(0, 0, 0, 0, 0, 1, 68, 0, 0, 0, 0, -128, -110, 40, 0, 0), low(one));
  const behindHighs = i8x16.relaxed_swizzle(i8x16(8, 0, -64, 35, 21, -106, 21, 22, 0, 0, 0, 0, 0, 0, 0, 0), high(two));
  const behindLows = i8x16.relaxed_swizzle(
    i8x16(23, 23, 23, 119, 21, 23, 21, 21, 23, 21, 28, -108, 22, 28, 20, -108),
    low(two),
  );
  const met = v128.and(v128.and(highs, lows), v128.and(behindHighs, behindLows));
  return i8x16.bitmask(i8x16.ne(met, i8x16.splat(0)));
}

function escapeAt(at: usize): bool {
  const byte = load<u8>(at);
  if (byte == 0x25) return isDigit(at + 1) && isDigit(at + 2);
  if (byte == 0x5c) return backslashAt(at);
  if (byte == 0x26) return entityAt(at);
  if (byte == 0x3c) return tagsAt(at);
  if (byte == 0x1b) return colourAt(at);
  if (byte != 0x3d) return false;
  if (load<u8>(at + 1) == 0x33 && load<u8>(at + 2) == 0x44) return true;
  const next = load<u8>(at + 1);
  const soft = next == 0x0a || (next == 0x0d && load<u8>(at + 2) == 0x0a);
  return soft && at > BYTES && load<u8>(WORD + <usize>load<u8>(at - 1)) == 1 && load<u8>(at - 1) != 0x3d;
}

function isDigit(at: usize): bool {
  return load<u8>(HEX + <usize>load<u8>(at)) <= 15;
}

function digits(at: usize, count: usize): bool {
  for (let i: usize = 0; i < count; i++) if (!isDigit(at + i)) return false;
  return true;
}

function isLetter(byte: u8): bool {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

function backslashAt(from: usize): bool {
  let at = from + 1;
  while (load<u8>(at) == 0x5c && at - from < MOST_BACKSLASHES) at++;
  const letter = load<u8>(at);
  if (letter == 0x78) return digits(at + 1, 2);
  if (letter == 0x75) return load<u8>(at + 1) == 0x7b ? isDigit(at + 2) : digits(at + 1, 4);
  if (letter == 0x55) return digits(at + 1, 8);
  if (letter < 0x30 || letter > 0x33) return false;
  for (let i: usize = 1; i < 3; i++) if (load<u8>(at + i) < 0x30 || load<u8>(at + i) > 0x37) return false;
  return true;
}

function entityAt(start: usize): bool {
  if (load<u8>(start + 1) == 0x23) {
    const from = start + 2;
    return isDigit((load<u8>(from) | 0x20) == 0x78 ? from + 1 : from);
  }
  let at = start + 1;
  while (at <= start + LONGEST_NAME && isLetter(load<u8>(at))) at++;
  return at > start + 1 && load<u8>(at) == 0x3b;
}

function tagsAt(at: usize): bool {
  if (at == BYTES) return false;
  const before = load<u8>(at - 1);
  if (load<u8>(WORD + <usize>before) != 1 && before != 0x3e) return false;
  let end = at;
  while (load<u8>(end) == 0x3c) {
    const next = endOfTag(end);
    if (next == 0 || next - at > 4 * LONGEST_TAG) return false;
    end = next;
  }
  return end > at && load<u8>(WORD + <usize>load<u8>(end)) == 1;
}

function endOfTag(at: usize): usize {
  let i = at + (load<u8>(at + 1) == 0x2f ? 2 : 1);
  if (!isLetter(load<u8>(i))) return 0;
  for (const stop = at + LONGEST_TAG; i < stop; i++) {
    const byte = load<u8>(i);
    if (byte == 0x3e) return i + 1;
    if (byte == 0x3c || byte == 0x0a) return 0;
  }
  return 0;
}

function colourAt(at: usize): bool {
  let end = at + 2;
  const stop = at + LONGEST_SEQUENCE;
  while (end < stop && load<u8>(end) >= 0x30 && load<u8>(end) <= 0x3f) end++;
  const last = load<u8>(end);
  return end < stop && last >= 0x40 && last <= 0x7e;
}
