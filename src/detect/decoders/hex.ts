/** Hexadecimal: in one piece, or as pairs with something between (`6b:65:79`, `0x6b, 0x65`). Only what gives text or something known. */
import { HEX, hexByte, kindOfHead } from "./classes.ts";
import type { Budget, Decoder, Stretch } from "./types.ts";

const SHORTEST = 32;
const LONGEST = 1 << 20;
const FEWEST_PAIRS = 12;
const NAME = ["hex"];

/** Characters of which hexadecimal text with separators consists. */
const PART = new Uint8Array(256);
for (const char of "0123456789abcdefABCDEFxX :,-\t\r\n\"'") PART[char.charCodeAt(0)] = 1;

export const hex: Decoder = {
  id: "hex",
  *find(bytes, to, budget) {
    for (let at = nextPart(bytes, 0, to); at >= 0; ) {
      const limit = Math.min(bytes.length, at + LONGEST);
      let end = at + SHORTEST;
      while (end < limit && PART[bytes[end] as number] === 1) end++;
      yield* read(bytes, at, end, budget);
      at = nextPart(bytes, end, to);
    }
  },
};

function nextPart(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to && at + SHORTEST <= bytes.length; ) {
    let probe = at + SHORTEST - 1;
    while (probe >= at && PART[bytes[probe] as number] === 1) probe--;
    if (probe < at) return at;
    at = probe + 1;
  }
  return -1;
}

/** Reads pairs one after the other; what is no pair ends a list. */
function* read(bytes: Buffer, from: number, end: number, budget: Budget): Iterable<Stretch> {
  let at = from;
  while (at < end) {
    if (pairAt(bytes, at) < 0 || pairAt(bytes, at) + 2 > end) {
      at++;
      continue;
    }
    const places: number[] = [];
    const values: number[] = [];
    let last = at;
    for (let pair = pairAt(bytes, at); pair >= 0 && pair + 2 <= end; pair = pairAt(bytes, at)) {
      places.push(pair);
      values.push(hexByte(bytes, pair));
      last = pair + 2;
      at = afterSeparator(bytes, last, end);
    }
    at = Math.max(at, last);
    if (values.length < FEWEST_PAIRS) continue;
    const decoded = Buffer.from(values);
    const kind = kindOfHead(decoded.subarray(0, 16));
    if ((kind !== "text" && kind !== "known") || !budget.take(last - (places[0] as number))) continue;
    yield {
      start: places[0] as number,
      end: last,
      bytes: decoded,
      place: (start, stop) => ({
        start: places[start] ?? last,
        end: (places[Math.max(start, stop - 1)] ?? last - 2) + 2,
      }),
      through: () => NAME,
    };
  }
}

/** Where the digits of a pair at `at` begin, -1 where there is none. */
function pairAt(bytes: Buffer, at: number): number {
  const skip = bytes[at] === 0x30 && ((bytes[at + 1] ?? 0) | 0x20) === 0x78 ? 2 : 0;
  return hexByte(bytes, at + skip) < 0 ? -1 : at + skip;
}

/** Behind one separator, and line ends and blanks after it; the same place where none stands. */
function afterSeparator(bytes: Buffer, at: number, end: number): number {
  if (at < end && HEX[bytes[at] as number] !== 255) return at;
  let mark = 0;
  for (const stop = Math.min(end, at + 64); at < stop; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x3a || byte === 0x2c || byte === 0x2d) {
      if (++mark > 1) return at;
    } else if (
      byte !== 0x20 &&
      byte !== 0x09 &&
      byte !== 0x0a &&
      byte !== 0x0d &&
      byte !== 0x22 &&
      byte !== 0x27
    )
      return at;
  }
  return at;
}
