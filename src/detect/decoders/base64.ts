/**
 * Base64, standard or URL-safe, padded or not, in one piece or wrapped: by line ends, by `\n` escapes, or as quoted pieces of a
 * source file. Where a run begins is no proof of where the encoding does (a path or a prefix may stand before it), so all four
 * phases are tried on a few bytes; a run is decoded only where one of them gives text or something known.
 */
import { BASE64, HEX, SEXTET, TEXT, kindOfHead } from "./classes.ts";
import type { Budget, Decoder, Span, Stretch } from "./types.ts";

/** Shorter runs hold no credential: 24 characters are 18 bytes. */
export const SHORTEST = 24;
/** Characters decoded at once; a longer run is read from each window anew. */
export const LONGEST = 1 << 20;
/** Unreadable bytes are only worth a search in runs of this many characters. */
const LONG_BINARY = 512;
const SAMPLE = 16;

/** Pieces of one encoded text: where each stands, and how many characters come before it. */
interface Pieces {
  readonly starts: number[];
  readonly before: number[];
  length: number;
  end: number;
}

export const base64: Decoder = {
  id: "base64",
  *find(bytes, to, budget, scout) {
    for (let at = scout.nextBase64(0, to); at >= 0; ) {
      const end = endOfRun(bytes, at + SHORTEST, bytes.length);
      // Names in code are short runs; one is over before anything is kept of it.
      if (end - at > 2 * SHORTEST || isOpen(bytes, end) || phaseOf(bytes, at, end) >= 0) {
        const run = collect(bytes, at, Math.min(bytes.length, at + LONGEST));
        yield* decode(bytes, run, budget);
        at = scout.nextBase64(run.end, to);
      } else at = scout.nextBase64(end, to);
    }
  },
};

/** Whether a short run may go on in a next line or a next string. */
const isOpen = (bytes: Buffer, end: number): boolean => {
  const byte = bytes[end] ?? 0x20;
  return byte === 0x0a || byte === 0x0d || byte === 0x5c || isQuote(byte);
};

const endOfRun = (bytes: Buffer, at: number, limit: number): number => {
  while (at < limit && BASE64[bytes[at] as number] === 1) at++;
  return at;
};

function collect(bytes: Buffer, start: number, limit: number): Pieces {
  const end = endOfRun(bytes, start, limit);
  const pieces: Pieces = { starts: [start], before: [0], length: end - start, end };
  for (let width = -1, last = end - start; last >= 20 && (last % 4 === 0 || last >= 60); ) {
    // All lines but the first and the last are equally long.
    if (width >= 0 && last !== width) break;
    const next = afterGap(bytes, pieces.end, limit);
    if (next < 0) break;
    const to = endOfRun(bytes, next, limit);
    if (width >= 0 && to - next > width) break;
    if (pieces.starts.length > 1 || to - next >= last) width = to - next > last ? to - next : last;
    pieces.starts.push(next);
    pieces.before.push(pieces.length);
    last = to - next;
    pieces.length += last;
    pieces.end = to;
  }
  return pieces;
}

const MAX_GAP = 96;
const isQuote = (byte: number): boolean => byte === 0x22 || byte === 0x27 || byte === 0x60;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09;

/** Where the text goes on behind a line end, an escaped one, or two quotes; -1 where it does not. */
function afterGap(bytes: Buffer, from: number, limit: number): number {
  let at = from;
  let lines = 0;
  let quotes = 0;
  for (const stop = Math.min(limit, from + MAX_GAP); at < stop; at++) {
    const byte = bytes[at] as number;
    const next = bytes[at + 1] ?? 0;
    if (byte === 0x0a || byte === 0x0d) lines++;
    else if (byte === 0x5c && (next === 0x6e || next === 0x72)) {
      lines++;
      at++;
    } else if (isQuote(byte)) quotes++;
    else if (byte === 0x2b && !isSpace(next) && next !== 0x0a && next !== 0x0d && !isQuote(next)) break;
    else if (!isSpace(byte) && byte !== 0x5c && byte !== 0x2b && byte !== 0x2c && byte !== 0x2e) break;
    if (at === from && isSpace(byte)) return -1;
  }
  const open = quotes % 2 === 0;
  return at > from && at < limit && BASE64[bytes[at] as number] === 1 && open && (lines > 0 || quotes > 1)
    ? at
    : -1;
}

function* decode(bytes: Buffer, run: Pieces, budget: Budget): Iterable<Stretch> {
  const last = run.starts.length - 1;
  const endOf = (piece: number): number =>
    piece === last
      ? run.end
      : (run.starts[piece] as number) + (run.before[piece + 1] as number) - (run.before[piece] as number);
  // A line of something else may have been taken for the first one, or for the last.
  for (const piece of new Set([0, Math.min(1, last), last])) {
    const first = run.starts[piece] as number;
    const skipped = run.before[piece] as number;
    if (isHex(bytes, first, endOf(piece))) continue;
    let phase = phaseOf(bytes, first, endOf(piece));
    if (phase < 0 && piece === 0 && run.length >= LONG_BINARY && !isDead(bytes, first)) phase = 0;
    if (phase < 0) continue;
    if (!budget.take(run.length)) return;
    phase += skipped;
    const place = (start: number, end: number): Span => ({
      start: placeOf(run, phase + Math.floor((start * 4) / 3)),
      end: placeOf(run, phase + Math.ceil((end * 4) / 3) - 1) + 1,
    });
    const decoded = Buffer.from(joined(bytes, run).slice(phase), "base64");
    yield { start: first, end: run.end, bytes: decoded, place, through: () => NAME };
    return;
  }
}
const NAME = ["base64"];

/** Which of the four ways to read it gives sense; -1 for none. */
function phaseOf(bytes: Buffer, first: number, firstEnd: number): number {
  const length = firstEnd - first;
  const middle = first + ((length >> 3) << 2);
  for (let phase = 0; phase < 4; phase++) {
    if (sense(bytes, first + phase, firstEnd)) return phase;
    if (length > 2 * SHORTEST && sense(bytes, middle + phase, firstEnd)) return phase;
  }
  return -1;
}

const isDead = (bytes: Buffer, first: number): boolean =>
  kindOfHead(Buffer.from(bytes.toString("latin1", first, first + SHORTEST), "base64")) === "dead";

/** Decodes up to sixteen bytes and stops at the first that makes no sense: of random bytes it rarely sees a third. */
function sense(bytes: Buffer, from: number, end: number): boolean {
  let count = 0;
  let bits = 0;
  let held = 0;
  let odd = 0;
  let first = 0;
  for (let at = from; at < end && count < SAMPLE; at++) {
    held = ((held << 6) | (SEXTET[bytes[at] as number] as number)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 0xff;
    count++;
    if (TEXT[byte] === 0) odd += 4;
    else if (byte >= 0x80) odd++;
    if (count === 1) first = byte;
    else if (count === 2 && odd > 0 && mayBegin(first, byte)) return isKnown(bytes, from, end);
    if (odd > 3 && count >= 2) return false;
  }
  return count >= 8 && odd <= 3;
}

/** The first two bytes of what `kindOfHead` knows: gzip, zstd, marks of byte order, ZIP, pickle, UTF-16. */
const mayBegin = (one: number, two: number): boolean =>
  (one === 0x1f && two === 0x8b) ||
  (one === 0x28 && two === 0xb5) ||
  (one >= 0xfe && two >= 0xfe) ||
  (one === 0x80 && (two === 4 || two === 5)) ||
  (TEXT[one] === 1 && two === 0) ||
  (one === 0 && TEXT[two] === 1);

const isKnown = (bytes: Buffer, from: number, end: number): boolean =>
  kindOfHead(Buffer.from(bytes.toString("latin1", from, Math.min(end, from + SHORTEST)), "base64")) ===
  "known";

function isHex(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (HEX[bytes[at] as number] === 255) return false;
  return true;
}

function joined(bytes: Buffer, { starts, before, length }: Pieces): string {
  if (starts.length === 1)
    return bytes.toString("latin1", starts[0] as number, (starts[0] as number) + length);
  let text = "";
  for (let i = 0; i < starts.length; i++) {
    const size = (before[i + 1] ?? length) - (before[i] as number);
    text += bytes.toString("latin1", starts[i] as number, (starts[i] as number) + size);
  }
  return text;
}

/** Where the character with this number stands. */
function placeOf({ starts, before, length }: Pieces, wanted: number): number {
  const index = Math.max(0, Math.min(length - 1, wanted));
  let low = 0;
  for (let high = starts.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if ((before[middle] as number) <= index) low = middle;
    else high = middle - 1;
  }
  return (starts[low] as number) + index - (before[low] as number);
}
