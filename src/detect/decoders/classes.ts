/** Tables over bytes: what a byte can be a part of. One look-up a byte keeps the search for encoded stretches fast. */

const table = (chars: string): Uint8Array => {
  const out = new Uint8Array(256);
  for (const char of chars) out[char.charCodeAt(0)] = 1;
  return out;
};
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

/** Standard and URL-safe alphabet. */
export const BASE64 = table(`${UPPER}${LOWER}${DIGITS}+/-_`);
/** Characters of tokens. */
export const WORD = table(`${UPPER}${LOWER}${DIGITS}+/-_.=`);
/** Value of a hexadecimal digit, 255 for any other byte. */
export const HEX = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) {
  HEX["0123456789abcdef".charCodeAt(i)] = i;
  HEX["0123456789ABCDEF".charCodeAt(i)] = i;
}
/** Value of a character of base64, either alphabet; 255 for others. */
export const SEXTET = new Uint8Array(256).fill(255);
[...`${UPPER}${LOWER}${DIGITS}+/`].forEach((char, i) => (SEXTET[char.charCodeAt(0)] = i));
SEXTET[0x2d] = 62;
SEXTET[0x5f] = 63;

/** 1: ASCII of text, 2: outside ASCII (perhaps UTF-8), 0: control bytes. */
export const TEXT = new Uint8Array(256);
for (let i = 0; i < 256; i++) TEXT[i] = i >= 0x80 ? 2 : i >= 0x20 && i < 0x7f ? 1 : 0;
for (const control of [0x09, 0x0a, 0x0d, 0x1b]) TEXT[control] = 1;

/** Two hexadecimal digits, -1 where there are none. */
export function hexByte(bytes: Buffer, at: number): number {
  const high = HEX[bytes[at] ?? 0] ?? 255;
  const low = HEX[bytes[at + 1] ?? 0] ?? 255;
  return high > 15 || low > 15 ? -1 : high * 16 + low;
}

const SAMPLE = 512;

/** Whether bytes read as text, by samples of the beginning, the middle and the end: few control bytes. */
export function looksText(bytes: Buffer): boolean {
  let control = 0;
  let seen = 0;
  for (const from of bytes.length <= 3 * SAMPLE ? [0] : [0, bytes.length >> 1, bytes.length - SAMPLE]) {
    const to = bytes.length <= 3 * SAMPLE ? bytes.length : from + SAMPLE;
    for (let i = from; i < to; i++, seen++) if (TEXT[bytes[i] ?? 0] === 0) control++;
  }
  return control * 50 <= seen;
}

const MAGICS = [
  "\x1f\x8b\x08",
  "\x28\xb5\x2f\xfd",
  "\xff\xfe",
  "\xfe\xff",
  "PK\x03\x04",
  "\x80\x04\x95",
  "\x80\x05\x95",
];
/** Beginnings of what is compressed in a way of its own, or holds keys that are public: read by nobody as text. */
const DEAD = [
  "\x89PNG",
  "\xff\xd8\xff",
  "GIF8",
  "RIFF",
  "wOFF",
  "wOF2",
  "OTTO",
  "\0\x01\0\0",
  "\x30\x82",
  "\0asm",
  "ID3",
  "OggS",
];

/** By its first bytes (16 are enough): `text`, something known to be worth reading, something known not to be, or any bytes. */
export function kindOfHead(head: Buffer): "text" | "known" | "dead" | "bytes" {
  let high = 0;
  let controls = 0;
  for (const byte of head) {
    const kind = TEXT[byte];
    if (kind === 0) controls++;
    else if (kind === 2) high++;
  }
  if (controls === 0 && high * 5 <= head.length) return "text";
  const start = head.toString("latin1", 0, 4);
  if (MAGICS.some((magic) => start.startsWith(magic))) return "known";
  if (DEAD.some((magic) => start.startsWith(magic))) return "dead";
  return isWide(head) ? "known" : "bytes";
}

/** UTF-16 without a mark: every other byte is 0. */
function isWide(head: Buffer): boolean {
  for (const first of [0, 1]) {
    let wide = head.length >= 8;
    for (let i = first; i + 1 < head.length && wide; i += 2)
      wide = head[i] === 0 && TEXT[head[i + 1 - 2 * first] ?? 0] === 1;
    if (wide) return true;
  }
  return false;
}
