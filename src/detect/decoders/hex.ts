/** Hexadecimal: in one piece, or as pairs with something between (`6b:65:79`, `0x6b, 0x65`). Only what gives text or something known. */
import { HEX, hexByte, kindOfHead } from "./classes.ts";
import type { Budget, Decoder, Stretch } from "./types.ts";

/** Characters of a part, and pairs of a list, that are worth reading. */
export const SHORTEST_PART = 32;
const FEWEST_PAIRS = 12;
const NAME = ["hex"];

/** Characters of which hexadecimal text with separators consists. */
export const PART = "0123456789abcdefABCDEFxX :,-\t\r\n\"'";

export const hex: Decoder = {
  id: "hex",
  *find(bytes, to, budget, scout) {
    const after = { at: 0 };
    for (let at = scout.nextHex(0, 0, to); at >= 0; ) {
      const end = scout.part;
      yield* list(bytes, { from: at, end, after }, budget);
      at = scout.nextHex(after.at, end, to);
    }
  },
};

interface Part {
  readonly from: number;
  readonly end: number;
  /** Is told where to go on. */
  readonly after: { at: number };
}

/** Reads pairs one after the other; what is no pair ends the list. */
function* list(bytes: Buffer, { from, end, after }: Part, budget: Budget): Iterable<Stretch> {
  const places: number[] = [];
  const values: number[] = [];
  let last = from;
  let at = from;
  for (let pair = pairAt(bytes, at); pair >= 0 && pair + 2 <= end; pair = pairAt(bytes, at)) {
    places.push(pair);
    values.push(hexByte(bytes, pair));
    last = pair + 2;
    at = afterSeparator(bytes, last, end);
  }
  after.at = Math.max(at, last);
  if (values.length < FEWEST_PAIRS) return;
  const decoded = Buffer.from(values);
  const kind = kindOfHead(decoded.subarray(0, 16));
  if ((kind !== "text" && kind !== "known") || !budget.take(last - (places[0] as number))) return;
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
