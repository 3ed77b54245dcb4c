/**
 * All notations for single characters, decoded together: a region of text around escapes becomes what it means, so that a value
 * is found whatever mixture it was written in, and each byte is read once a level. What the text says twice over
 * (`%2541`, `\u001b[31m`) is left to the next level.
 */
import { backslash } from "./backslash.ts";
import { entities } from "./entities.ts";
import { colours, tags } from "./markup.ts";
import { percent } from "./percent.ts";
import { quotedPrintable } from "./quoted-printable.ts";
import type { Budget, Decoder, Escape, EscapeDecoder, Stretch } from "./types.ts";

export const escapeDecoders: readonly EscapeDecoder[] = [
  percent,
  backslash,
  entities,
  tags,
  colours,
  quotedPrintable,
];

/** Text on both sides that a region takes along: the name before a value, and the rest of it. */
const CONTEXT = 320;
/** How far before a match an escape still is a reason for it (the quote before a value). */
const NEAR = 64;

/** 1 + index of the decoder by first byte; 0 for bytes that begin no escape. */
const FIRST = new Uint8Array(256);
escapeDecoders.forEach(({ first }, index) => (FIRST[first.charCodeAt(0)] = index + 1));

export const escapes: Decoder = {
  id: "escapes",
  *find(bytes, to, budget, scout) {
    const one: Escape = { length: 0, point: 0, byte: false };
    let first = -1;
    let last = 0;
    // A region that began before `to` goes on as far as its escapes do.
    const limit = (): number => (first < 0 ? to : Math.max(to, last + 2 * CONTEXT + 1));
    for (let at = scout.nextEscape(0, to); at >= 0; ) {
      const decoder = escapeDecoders[(FIRST[bytes[at] as number] as number) - 1] as EscapeDecoder;
      if (decoder.starts?.(bytes, at) === false || !decoder.read(bytes, at, one)) {
        at = scout.nextEscape(at + 1, limit());
        continue;
      }
      if (first >= 0 && at - last > 2 * CONTEXT) {
        yield* region(bytes, first, last, budget);
        first = -1;
      }
      if (first < 0) first = at;
      last = at + one.length;
      at = scout.nextEscape(last, limit());
    }
    if (first >= 0) yield* region(bytes, first, last, budget);
  },
};

function* region(bytes: Buffer, first: number, last: number, budget: Budget): Iterable<Stretch> {
  const start = Math.max(0, first - CONTEXT);
  const end = Math.min(bytes.length, last + CONTEXT);
  if (!budget.take(end - start)) return;
  const out = Buffer.allocUnsafe(end - start);
  const one: Escape = { length: 0, point: 0, byte: false };
  // Of each escape: where it was put, where it stood, how long it was, whose it is. Between escapes bytes are as they were.
  const units = new Units();
  let length = 0;
  for (let at = start; at < end; ) {
    const index = FIRST[bytes[at] as number] as number;
    if (index === 0 || !(escapeDecoders[index - 1] as EscapeDecoder).read(bytes, at, one)) {
      out[length++] = bytes[at++] as number;
      continue;
    }
    const written = one.point < 0 ? 0 : one.byte ? 1 : utf8(out, length, one.point);
    if (one.byte && written === 1) out[length] = one.point;
    units.add(length, written, at, one.length, index - 1);
    length += written;
    at += one.length;
  }
  yield {
    start,
    end: Math.max(end, units.endIn),
    bytes: out.subarray(0, length),
    place: (from, to) => ({ start: units.startOf(from, start), end: units.endOf(to - 1, start) }),
    through: (from, to) => units.names(from - NEAR, to + 2),
  };
}

class Units {
  private readonly outAt: number[] = [];
  private readonly outLength: number[] = [];
  private readonly inAt: number[] = [];
  private readonly inLength: number[] = [];
  private readonly decoder: number[] = [];
  endIn = 0;

  add(outAt: number, outLength: number, inAt: number, inLength: number, decoder: number): void {
    this.outAt.push(outAt);
    this.outLength.push(outLength);
    this.inAt.push(inAt);
    this.inLength.push(inLength);
    this.decoder.push(decoder);
    this.endIn = inAt + inLength;
  }

  /** Index of the last unit put at or before `out`, -1 for none. */
  private before(out: number): number {
    let low = -1;
    for (let high = this.outAt.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.outAt[middle] as number) <= out) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  startOf(out: number, start: number): number {
    const i = this.before(out);
    if (i < 0) return start + out;
    const rest = out - (this.outAt[i] as number) - (this.outLength[i] as number);
    return rest < 0
      ? (this.inAt[i] as number)
      : (this.inAt[i] as number) + (this.inLength[i] as number) + rest;
  }

  /** Behind the byte that became the one at `out`. */
  endOf(out: number, start: number): number {
    const i = this.before(out);
    if (i < 0) return start + out + 1;
    const rest = out - (this.outAt[i] as number) - (this.outLength[i] as number);
    return (this.inAt[i] as number) + (this.inLength[i] as number) + Math.max(0, rest + 1);
  }

  names(from: number, to: number): string[] {
    const seen = new Set<string>();
    for (
      let i = Math.max(0, this.before(from - 1) + 1);
      i < this.outAt.length && (this.outAt[i] as number) < to;
      i++
    )
      seen.add((escapeDecoders[this.decoder[i] as number] as EscapeDecoder).id);
    return [...seen];
  }
}

/** Writes a code point, which never takes more bytes than its escape did; gives how many. */
function utf8(out: Buffer, at: number, point: number): number {
  if (point < 0x80) {
    out[at] = point;
    return 1;
  }
  return out.write(String.fromCodePoint(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point), at, "utf8");
}
