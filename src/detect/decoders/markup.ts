/** What only colours or lays out a value: tags of HTML between two characters of it, and a terminal's escape sequences. */
import { WORD } from "./classes.ts";
import type { EscapeDecoder } from "./types.ts";

const LONGEST_TAG = 200;
const LONGEST_SEQUENCE = 24;

export const tags: EscapeDecoder = {
  id: "tags",
  first: "<",
  read(bytes, at, out) {
    // A highlighter splits a word; elsewhere a tag is a border, and stays one.
    if (at === 0 || !(WORD[bytes[at - 1] as number] === 1 || bytes[at - 1] === 0x3e)) return false;
    let end = at;
    while (bytes[end] === 0x3c) {
      const next = endOfTag(bytes, end);
      if (next < 0 || next - at > 4 * LONGEST_TAG) return false;
      end = next;
    }
    out.length = end - at;
    out.point = -1;
    return end > at && WORD[bytes[end] ?? 0] === 1;
  },
};

/** Behind a tag that begins at `at`, -1 where none does. */
function endOfTag(bytes: Buffer, at: number): number {
  let i = at + (bytes[at + 1] === 0x2f ? 2 : 1);
  const first = (bytes[i] ?? 0) | 0x20;
  if (first < 0x61 || first > 0x7a) return -1;
  for (const stop = Math.min(bytes.length, at + LONGEST_TAG); i < stop; i++) {
    if (bytes[i] === 0x3e) return i + 1;
    if (bytes[i] === 0x3c || bytes[i] === 0x0a) return -1;
  }
  return -1;
}

export const colours: EscapeDecoder = {
  id: "ansi",
  first: "\x1b",
  read(bytes, at, out) {
    if (bytes[at + 1] !== 0x5b) return false;
    let end = at + 2;
    const stop = Math.min(bytes.length, at + LONGEST_SEQUENCE);
    while (end < stop && (bytes[end] as number) >= 0x30 && (bytes[end] as number) <= 0x3f) end++;
    const last = bytes[end] ?? 0;
    out.length = end + 1 - at;
    out.point = -1;
    return end < stop && last >= 0x40 && last <= 0x7e;
  },
};
