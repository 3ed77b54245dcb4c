/** PEM (RFC 7468): blocks out of text and text out of DER. */
import { malformed } from "./der.ts";

export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
}

const MOST_BLOCKS = 200;

/** All blocks in order; other text around them is left alone. Throws `x509.malformed` for a block that is broken. */
export function readPem(text: string): PemBlock[] {
  const found: PemBlock[] = [];
  const begin = /-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n?/g;
  for (let start = begin.exec(text); start !== null; start = begin.exec(text)) {
    const label = start[1] ?? "";
    const end = text.indexOf(`-----END ${label}-----`, begin.lastIndex);
    if (end < 0 || found.length === MOST_BLOCKS) throw malformed("PEM block");
    const coded = text.slice(begin.lastIndex, end).replace(/\s+/g, "");
    if (coded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(coded)) throw malformed("PEM block");
    found.push({ label, der: Buffer.from(coded, "base64") });
    begin.lastIndex = end;
  }
  return found;
}

/** Without a line's end after the last line, as OpenBao's answers carry it. */
export function writePem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join("\n");
}

export const certificatePem = (der: Buffer): string => writePem("CERTIFICATE", der);

const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const [EQUALS, NEWLINE, LINE] = [0x3d, 0x0a, 64];

/** Base64 without a string in between, for what is secret; in lines of 64 where asked. */
export function base64Bytes(der: Buffer, lines = false): Buffer {
  const length = Math.ceil(der.length / 3) * 4;
  const out = Buffer.alloc(length + (lines ? Math.max(0, Math.ceil(length / LINE) - 1) : 0));
  let at = 0;
  let column = 0;
  const put = (byte: number): void => {
    if (lines && column === LINE) {
      out[at++] = NEWLINE;
      column = 0;
    }
    out[at++] = byte;
    column++;
  };
  for (let i = 0; i < der.length; i += 3) {
    const word = ((der[i] ?? 0) << 16) | ((der[i + 1] ?? 0) << 8) | (der[i + 2] ?? 0);
    for (let k = 0; k < 4; k++)
      put(i + k > der.length ? EQUALS : (ALPHABET[(word >> (18 - 6 * k)) & 63] ?? 0));
  }
  return out;
}

/** As `writePem`, in a buffer that can be zeroed. */
export function secretPem(label: string, der: Buffer): Buffer {
  const coded = base64Bytes(der, true);
  const pem = Buffer.concat([
    Buffer.from(`-----BEGIN ${label}-----\n`),
    coded,
    Buffer.from(`\n-----END ${label}-----`),
  ]);
  coded.fill(0);
  return pem;
}
