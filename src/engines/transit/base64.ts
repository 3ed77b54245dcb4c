/**
 * Base64, hex and PEM from bytes to bytes: what is encrypted, decrypted or exported never becomes a JavaScript string. Decoding
 * is Go's, with its error positions: line ends are skipped, padding is required (standard) or refused (URL form).
 */
import { BulkheadError } from "../../core/errors.ts";
import { RawJson } from "../../core/json-bytes.ts";

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`;
const PAD = 0x3d;
const [LF, CR, QUOTE] = [0x0a, 0x0d, 0x22];
const NONE = 0xff;

interface Alphabet {
  readonly letters: Buffer;
  /** By byte: its value, or NONE. */
  readonly values: Uint8Array;
  readonly padded: boolean;
}

function alphabet(letters: string, padded: boolean): Alphabet {
  const values = new Uint8Array(256).fill(NONE);
  for (let i = 0; i < 64; i++) values[letters.charCodeAt(i)] = i;
  return { letters: Buffer.from(letters), values, padded };
}

const FORMS = { standard: alphabet(STANDARD, true), url: alphabet(URL_SAFE, false) } as const;
export type Base64Form = keyof typeof FORMS;

/** Base64 as ASCII bytes, in a buffer of its own. */
export function encodeBase64(bytes: Buffer, form: Base64Form = "standard"): Buffer {
  const { letters, padded } = FORMS[form];
  const full = Math.floor(bytes.length / 3) * 3;
  const rest = bytes.length - full;
  const out = Buffer.alloc((full / 3) * 4 + (rest === 0 ? 0 : padded ? 4 : rest + 1), PAD);
  const letter = (value: number): number => letters[value & 63] as number;
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] as number, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0];
    const count = Math.min(3, bytes.length - i);
    out[at++] = letter(a >> 2);
    out[at++] = letter((a << 4) | (b >> 4));
    if (count > 1) out[at++] = letter((b << 2) | (c >> 6));
    if (count > 2) out[at++] = letter(c);
  }
  return out;
}

/** In a buffer of its own. Throws `transit.base64`, whose text begins with `before`. */
export function decodeBase64(text: Buffer, before = "", form: Base64Form = "standard"): Buffer {
  const { values, padded } = FORMS[form];
  const out = Buffer.alloc(Math.ceil((text.length * 3) / 4));
  const wrong = (at: number): BulkheadError => {
    out.fill(0);
    return new BulkheadError("transit.base64", { before, at });
  };
  let [length, held, digits, i] = [0, 0, 0, 0];
  for (; i < text.length; i++) {
    const byte = text[i] as number;
    const value = values[byte] as number;
    if (value === NONE) {
      if (byte === LF || byte === CR) continue;
      if (byte !== PAD || !padded || digits < 2) throw wrong(i);
      break;
    }
    held = (held << 6) | value;
    if (++digits < 4) continue;
    length = put(out, length, held, 3);
    [held, digits] = [0, 0];
  }
  if (i < text.length) checkPadding(text, i, digits, wrong);
  else if (digits === 1 || (padded && digits > 0)) throw wrong(i - digits);
  if (digits > 0) length = put(out, length, held << (6 * (4 - digits)), digits - 1);
  const exact = Buffer.from(out.subarray(0, length));
  out.fill(0);
  return exact;
}

function put(out: Buffer, at: number, held: number, count: number): number {
  for (let k = 0; k < count; k++) out[at + k] = (held >> (16 - 8 * k)) & 0xff;
  return at + count;
}

/** From the first `=` on: as many as are needed, and nothing after them but line ends. */
function checkPadding(text: Buffer, first: number, digits: number, wrong: (at: number) => Error): void {
  let i = first + 1;
  const skip = (): void => {
    while (text[i] === LF || text[i] === CR) i++;
  };
  skip();
  if (digits === 2) {
    if (i >= text.length) throw wrong(text.length);
    if (text[i] !== PAD) throw wrong(i - 1);
    i++;
    skip();
  }
  if (i < text.length) throw wrong(i);
}

const HEX = Buffer.from("0123456789abcdef");

export function encodeHex(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length * 2);
  for (const [i, byte] of bytes.entries()) {
    out[i * 2] = HEX[byte >> 4] as number;
    out[i * 2 + 1] = HEX[byte & 15] as number;
  }
  return out;
}

/** `text`, which needs no escapes, as a JSON string; `text` is zeroed. */
export function jsonText(text: Buffer): RawJson {
  const out = Buffer.alloc(text.length + 2, QUOTE);
  text.copy(out, 1);
  text.fill(0);
  return new RawJson(out);
}

/** DER as PEM in a JSON string (line ends escaped, `end` behind it); `der` is zeroed. */
export function jsonPem(label: string, der: Buffer, end: "" | "\\n" = ""): RawJson {
  const base64 = encodeBase64(der);
  const parts: Buffer[] = [];
  for (let i = 0; i < base64.length; i += 64) parts.push(base64.subarray(i, i + 64), Buffer.from("\\n"));
  const text = Buffer.concat([
    Buffer.from(`-----BEGIN ${label}-----\\n`),
    ...parts,
    Buffer.from(`-----END ${label}-----${end}`),
  ]);
  base64.fill(0);
  der.fill(0);
  return jsonText(text);
}
