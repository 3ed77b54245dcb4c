/** `\x41`, `\u0041` (pairs of surrogates too), `\u{41}`, `\U00000041` and octal `\101`, with one backslash or, in escaped JSON, more. */
import { HEX } from "./classes.ts";
import type { EscapeDecoder } from "./types.ts";

const MOST_BACKSLASHES = 8;

export const backslash: EscapeDecoder = {
  id: "escape",
  first: "\\",
  read(bytes, from, out) {
    let at = from + 1;
    while (bytes[at] === 0x5c && at - from < MOST_BACKSLASHES) at++;
    out.byte = false;
    out.point = -1;
    const letter = bytes[at] ?? 0;
    let length = 0;
    if (letter === 0x78) {
      out.byte = true;
      length = digits(bytes, at + 1, 2, out) ? 3 : 0;
    } else if (letter === 0x75 && bytes[at + 1] === 0x7b) length = braced(bytes, at + 2, out);
    else if (letter === 0x75) length = unit(bytes, at, out);
    else if (letter === 0x55) length = digits(bytes, at + 1, 8, out) && out.point <= 0x10ffff ? 9 : 0;
    else if (letter >= 0x30 && letter <= 0x33) length = octal(bytes, at, out) ? 3 : 0;
    out.length = at - from + length;
    return length > 0;
  },
};

type Out = Parameters<EscapeDecoder["read"]>[2];

function digits(bytes: Buffer, at: number, count: number, out: Out): boolean {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const digit = HEX[bytes[at + i] ?? 0] ?? 255;
    if (digit > 15) return false;
    value = value * 16 + digit;
  }
  out.point = value;
  return true;
}

/** Length from the letter on, 0 for none. */
function unit(bytes: Buffer, at: number, out: Out): number {
  if (!digits(bytes, at + 1, 4, out)) return 0;
  const high = out.point;
  if (high < 0xd800 || high > 0xdfff) return 5;
  if (high < 0xdc00 && bytes[at + 5] === 0x5c && bytes[at + 6] === 0x75 && digits(bytes, at + 7, 4, out)) {
    if (out.point >= 0xdc00 && out.point <= 0xdfff) {
      out.point = 0x10000 + (high - 0xd800) * 1024 + out.point - 0xdc00;
      return 11;
    }
  }
  out.point = 0xfffd;
  return 5;
}

function braced(bytes: Buffer, from: number, out: Out): number {
  let value = 0;
  let at = from;
  for (; at < from + 6; at++) {
    const digit = HEX[bytes[at] ?? 0] ?? 255;
    if (digit > 15) break;
    value = value * 16 + digit;
  }
  if (at === from || bytes[at] !== 0x7d || value > 0x10ffff) return 0;
  out.point = value;
  return at - from + 3;
}

/** Three digits: fewer are more often a reference to a group than a character. */
function octal(bytes: Buffer, at: number, out: Out): boolean {
  let value = 0;
  for (let i = 0; i < 3; i++) {
    const digit = (bytes[at + i] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return false;
    value = value * 8 + digit;
  }
  out.point = value;
  out.byte = true;
  return true;
}
