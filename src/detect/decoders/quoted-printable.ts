/** Quoted-printable of mails: `=3D` and soft line breaks. `=20` alone is more often an assignment, and only read beside those. */
import { HEX, WORD } from "./classes.ts";
import type { EscapeDecoder } from "./types.ts";

export const quotedPrintable: EscapeDecoder = {
  id: "quoted-printable",
  first: "=",
  starts(bytes, at) {
    if (bytes[at + 1] === 0x33 && bytes[at + 2] === 0x44) return true;
    return (
      lineBreak(bytes, at) > 0 && at > 0 && WORD[bytes[at - 1] as number] === 1 && bytes[at - 1] !== 0x3d
    );
  },
  read(bytes, at, out) {
    const soft = lineBreak(bytes, at);
    if (soft > 0) {
      out.point = -1;
      out.length = 1 + soft;
      return true;
    }
    const high = upperHex(bytes[at + 1] ?? 0);
    const low = upperHex(bytes[at + 2] ?? 0);
    out.point = high * 16 + low;
    out.byte = true;
    out.length = 3;
    return high >= 0 && low >= 0;
  },
};

const lineBreak = (bytes: Buffer, at: number): number =>
  bytes[at + 1] === 0x0a ? 1 : bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a ? 2 : 0;

/** RFC 2045 writes capital letters only. */
const upperHex = (byte: number): number => (byte >= 0x61 || HEX[byte] === 255 ? -1 : (HEX[byte] ?? -1));
