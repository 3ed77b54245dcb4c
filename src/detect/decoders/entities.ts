/** Character references of HTML and XML: `&#45;`, `&#x2d;`, and the names of characters that stand in or around credentials. */
import { htmlNames } from "../../core/html-names.ts";
import { HEX } from "./classes.ts";
import type { EscapeDecoder } from "./types.ts";

const LONGEST_NAME = 8;

export const entities: EscapeDecoder = {
  id: "html",
  first: "&",
  read(bytes, at, out) {
    out.byte = false;
    const length = bytes[at + 1] === 0x23 ? numeric(bytes, at, out) : named(bytes, at, out);
    out.length = length;
    return length > 0;
  },
};

type Out = Parameters<EscapeDecoder["read"]>[2];

function numeric(bytes: Buffer, start: number, out: Out): number {
  const base = ((bytes[start + 2] ?? 0) | 0x20) === 0x78 ? 16 : 10;
  const from = start + (base === 16 ? 3 : 2);
  let value = 0;
  let at = from;
  for (; at < from + 8; at++) {
    const digit = HEX[bytes[at] ?? 0] ?? 255;
    if (digit >= base) break;
    value = value * base + digit;
  }
  if (at === from || value > 0x10ffff || value === 0) return 0;
  out.point = value;
  // Browsers forgive a missing semicolon.
  return at - start + (bytes[at] === 0x3b ? 1 : 0);
}

function named(bytes: Buffer, start: number, out: Out): number {
  let at = start + 1;
  while (at <= start + LONGEST_NAME && isLetter(bytes[at] ?? 0)) at++;
  if (at === start + 1 || bytes[at] !== 0x3b) return 0;
  const name = bytes.toString("latin1", start + 1, at).toLowerCase();
  const char = Object.hasOwn(htmlNames, name) ? htmlNames[name] : undefined;
  if (char === undefined) return 0;
  out.point = char === "" ? -1 : char.charCodeAt(0);
  return at - start + 1;
}

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
