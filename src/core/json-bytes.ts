/**
 * JSON as bytes. A secret travels from socket to store and back as the bytes that came: this module checks JSON, takes it apart
 * and composes replies around it without ever making a JavaScript string of a value (V8 never erases strings).
 * Member names do become strings: names are no secrets.
 */
import { isUtf8 } from "node:buffer";
import { BulkheadError } from "./errors.ts";
import { Secret } from "./secret.ts";

/** A slice of checked JSON text: exactly one value, without surrounding white space. Shares memory with what it was cut from. */
export class RawJson {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
/** What a reply may hold: plain JSON, slices passed through unread, and Secrets (written as JSON strings). `undefined` members are left out. */
export type ReplyValue =
  | null
  | boolean
  | number
  | string
  | RawJson
  | Secret
  | readonly ReplyValue[]
  | { readonly [name: string]: ReplyValue | undefined };

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** Deeper nesting is refused: no client needs it, and recursion stays bounded. */
const MAX_DEPTH = 256;
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const ESCAPES: Readonly<Record<number, number>> = {
  0x22: 0x22,
  0x5c: 0x5c,
  0x2f: 0x2f,
  0x62: 8,
  0x66: 12,
  0x6e: 10,
  0x72: 13,
  0x74: 9,
};

function malformed(reason: string, at: number): BulkheadError {
  return new BulkheadError("request.malformed", { reason: `${reason} at byte ${at}` });
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

function skipSpace(bytes: Buffer, at: number): number {
  let i = at;
  while (isSpace(bytes[i])) i++;
  return i;
}

/** The end of the string whose opening quote is at `at` (exclusive, after the closing quote). */
function endOfString(bytes: Buffer, at: number): number {
  let i = at + 1;
  for (;;) {
    const byte = bytes[i];
    if (byte === undefined) throw malformed("unterminated string", at);
    if (byte === QUOTE) return i + 1;
    if (byte < 0x20) throw malformed("control character in a string", i);
    if (byte === BACKSLASH) {
      const next = bytes[i + 1];
      if (next === 0x75) {
        for (let k = 2; k < 6; k++) if (!isHex(bytes[i + k])) throw malformed("invalid \\u escape", i);
        i += 6;
      } else if (next !== undefined && ESCAPES[next] !== undefined) i += 2;
      else throw malformed("invalid escape", i);
    } else i++;
  }
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function endOfNumber(bytes: Buffer, at: number): number {
  let i = bytes[at] === 0x2d ? at + 1 : at;
  const digits = (): void => {
    if (!isDigit(bytes[i])) throw malformed("invalid number", at);
    while (isDigit(bytes[i])) i++;
  };
  if (bytes[i] === 0x30) i++;
  else digits();
  if (bytes[i] === 0x2e) {
    i++;
    digits();
  }
  if (bytes[i] === 0x65 || bytes[i] === 0x45) {
    i++;
    if (bytes[i] === 0x2b || bytes[i] === 0x2d) i++;
    digits();
  }
  return i;
}

function endOfWord(bytes: Buffer, at: number, word: string): number {
  if (bytes.toString("latin1", at, at + word.length) !== word) throw malformed("unexpected character", at);
  return at + word.length;
}

type Visit = (key: { start: number; end: number } | null, start: number, end: number) => void;

/** The end of the value at `at`; `visit` is called for the direct members or elements of it. */
function endOfValue(bytes: Buffer, at: number, depth: number, visit?: Visit): number {
  const byte = bytes[at];
  if (byte === undefined) throw malformed("unexpected end", at);
  if (byte === QUOTE) return endOfString(bytes, at);
  if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) return endOfContainer(bytes, at, depth, visit);
  if (byte === 0x74) return endOfWord(bytes, at, "true");
  if (byte === 0x66) return endOfWord(bytes, at, "false");
  if (byte === 0x6e) return endOfWord(bytes, at, "null");
  if (byte === 0x2d || isDigit(byte)) return endOfNumber(bytes, at);
  throw malformed("unexpected character", at);
}

function endOfContainer(bytes: Buffer, at: number, depth: number, visit: Visit | undefined): number {
  if (depth >= MAX_DEPTH) throw malformed(`nesting deeper than ${MAX_DEPTH}`, at);
  const isObject = bytes[at] === OPEN_OBJECT;
  const close = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
  let i = skipSpace(bytes, at + 1);
  if (bytes[i] === close) return i + 1;
  for (;;) {
    let key: { start: number; end: number } | null = null;
    if (isObject) {
      if (bytes[i] !== QUOTE) throw malformed("expected a member name", i);
      key = { start: i, end: endOfString(bytes, i) };
      i = skipSpace(bytes, key.end);
      if (bytes[i] !== COLON) throw malformed("expected `:`", i);
      i = skipSpace(bytes, i + 1);
    }
    const end = endOfValue(bytes, i, depth + 1);
    visit?.(key, i, end);
    i = skipSpace(bytes, end);
    if (bytes[i] === close) return i + 1;
    if (bytes[i] !== COMMA) throw malformed(isObject ? "expected `,` or `}`" : "expected `,` or `]`", i);
    i = skipSpace(bytes, i + 1);
  }
}

/** Checks that `bytes` is one JSON value in UTF-8 and gives it trimmed. Throws `request.malformed`. */
export function checkJson(bytes: Buffer): RawJson {
  if (!isUtf8(bytes)) throw malformed("not UTF-8", 0);
  const start = skipSpace(bytes, 0);
  const end = endOfValue(bytes, start, 0);
  if (skipSpace(bytes, end) !== bytes.length) throw malformed("text after the value", end);
  return new RawJson(bytes.subarray(start, end));
}

/** A JSON object's members by name; of equal names the last one counts, as in every JSON parser. Throws `request.malformed` when it is no object. */
export function parseObject(bytes: Buffer): Map<string, RawJson> {
  const raw = checkJson(bytes);
  if (kindOf(raw) !== "object") throw malformed("expected an object", 0);
  return members(raw);
}

export function kindOf(raw: RawJson): JsonKind {
  const first = raw.bytes[0];
  if (first === OPEN_OBJECT) return "object";
  if (first === OPEN_ARRAY) return "array";
  if (first === QUOTE) return "string";
  if (first === 0x74 || first === 0x66) return "boolean";
  return first === 0x6e ? "null" : "number";
}

/** Members of a checked object, in order of first appearance. */
export function members(raw: RawJson): Map<string, RawJson> {
  const found = new Map<string, RawJson>();
  endOfValue(raw.bytes, 0, 0, (key, start, end) => {
    if (key !== null)
      found.set(
        JSON.parse(raw.bytes.toString("utf8", key.start, key.end)) as string,
        new RawJson(raw.bytes.subarray(start, end)),
      );
  });
  return found;
}

/** Elements of a checked array. */
export function elements(raw: RawJson): RawJson[] {
  const found: RawJson[] = [];
  endOfValue(raw.bytes, 0, 0, (_, start, end) => found.push(new RawJson(raw.bytes.subarray(start, end))));
  return found;
}

/** Into JavaScript values: only for what is no secret. */
export function parseJson(raw: RawJson): Json {
  return JSON.parse(raw.bytes.toString("utf8")) as Json;
}

/** A JSON string's content as bytes, in a buffer of its own; null when it is no string. A lone surrogate becomes U+FFFD. */
export function decodeString(raw: RawJson): Buffer | null {
  const { bytes } = raw;
  if (bytes[0] !== QUOTE) return null;
  const out = Buffer.alloc(bytes.length); // decoding never grows: \uXXXX is six bytes for at most three
  let length = 0;
  let i = 1;
  while (i < bytes.length - 1) {
    const byte = bytes[i] as number;
    if (byte !== BACKSLASH) {
      out[length++] = byte;
      i++;
      continue;
    }
    const code = bytes[i + 1] as number;
    if (code !== 0x75) {
      out[length++] = ESCAPES[code] as number;
      i += 2;
      continue;
    }
    let unit = hex4(bytes, i + 2);
    i += 6;
    if (unit >= 0xd800 && unit <= 0xdbff && bytes[i] === BACKSLASH && bytes[i + 1] === 0x75) {
      const low = hex4(bytes, i + 2);
      if (low >= 0xdc00 && low <= 0xdfff) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        i += 6;
      }
    }
    if (unit >= 0xd800 && unit <= 0xdfff) unit = 0xfffd;
    length += writeUtf8(out, length, unit);
  }
  const exact = Buffer.from(out.subarray(0, length));
  out.fill(0);
  return exact;
}

function hex4(bytes: Buffer, at: number): number {
  let value = 0;
  for (let k = 0; k < 4; k++) {
    const byte = bytes[at + k] as number;
    value = value * 16 + (isDigit(byte) ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return value;
}

function writeUtf8(out: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    out[at] = code;
    return 1;
  }
  if (code < 0x800) {
    out[at] = 0xc0 | (code >> 6);
    out[at + 1] = 0x80 | (code & 0x3f);
    return 2;
  }
  if (code < 0x10000) {
    out[at] = 0xe0 | (code >> 12);
    out[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    out[at + 2] = 0x80 | (code & 0x3f);
    return 3;
  }
  out[at] = 0xf0 | (code >> 18);
  out[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  out[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  out[at + 3] = 0x80 | (code & 0x3f);
  return 4;
}

/** What taking checked JSON apart would cost, found in one pass. */
export interface Extent {
  /** Containers within each other, at the deepest place. */
  readonly depth: number;
  /** At most so many scalars and containers. */
  readonly values: number;
  /** Bytes of member names. */
  readonly names: number;
}

export function extentOf({ bytes }: RawJson): Extent {
  let [depth, deepest, values, names, lastString] = [0, 0, 1, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const start = i++;
      while (bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
      lastString = i + 1 - start;
    } else if (byte === COLON) names += lastString;
    else if (byte === COMMA) values++;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
  }
  return { depth: deepest, values, names };
}

export interface Leaf {
  /** Member names and element indexes from the root. */
  readonly path: readonly string[];
  readonly kind: JsonKind;
  readonly raw: RawJson;
}

/** Every scalar below a checked value, depth first (an empty container has none). */
export function* leaves(raw: RawJson, path: readonly string[] = []): Generator<Leaf> {
  const kind = kindOf(raw);
  if (kind === "object") for (const [name, value] of members(raw)) yield* leaves(value, [...path, name]);
  else if (kind === "array")
    for (const [index, value] of elements(raw).entries()) yield* leaves(value, [...path, String(index)]);
  else yield { path, kind, raw };
}

/** RFC 7396 over bytes: members of `patch` replace those of `target`, null removes, objects merge. */
export function mergePatch(target: RawJson | null, patch: RawJson): RawJson {
  if (kindOf(patch) !== "object") return patch;
  const merged =
    target !== null && kindOf(target) === "object" ? members(target) : new Map<string, RawJson>();
  for (const [name, value] of members(patch)) {
    const kind = kindOf(value);
    if (kind === "null") merged.delete(name);
    else merged.set(name, kind === "object" ? mergePatch(merged.get(name) ?? null, value) : value);
  }
  return new RawJson(Buffer.concat(encodeJson(Object.fromEntries(merged))));
}

/** `bytes` (UTF-8) as a JSON string, quotes included, without a string in between. */
export function encodeString(bytes: Buffer): Buffer {
  let extra = 2;
  for (const byte of bytes) extra += byte === QUOTE || byte === BACKSLASH ? 1 : byte < 0x20 ? 5 : 0;
  const out = Buffer.alloc(bytes.length + extra);
  let length = 0;
  out[length++] = QUOTE;
  for (const byte of bytes) {
    if (byte === QUOTE || byte === BACKSLASH) {
      out[length++] = BACKSLASH;
      out[length++] = byte;
    } else if (byte < 0x20)
      length += out.write(`\\u00${byte.toString(16).padStart(2, "0")}`, length, "latin1");
    else out[length++] = byte;
  }
  out[length] = QUOTE;
  return out;
}

/** The value as JSON text in chunks; RawJson chunks are passed through, not copied. */
export function encodeJson(value: ReplyValue): Buffer[] {
  const chunks: Buffer[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") chunks.push(Buffer.from(text));
    text = "";
  };
  const write = (node: ReplyValue): void => {
    if (node instanceof RawJson || node instanceof Secret) {
      flush();
      chunks.push(node instanceof RawJson ? node.bytes : encodeString(node.reveal()));
    } else if (Array.isArray(node)) {
      text += "[";
      for (const [index, element] of (node as readonly ReplyValue[]).entries()) {
        if (index > 0) text += ",";
        write(element);
      }
      text += "]";
    } else if (node !== null && typeof node === "object") {
      text += "{";
      let first = true;
      for (const [name, member] of Object.entries(node as Readonly<Record<string, ReplyValue | undefined>>)) {
        if (member === undefined) continue;
        text += `${first ? "" : ","}${JSON.stringify(name)}:`;
        first = false;
        write(member);
      }
      text += "}";
    } else text += JSON.stringify(node);
  };
  write(value);
  flush();
  return chunks;
}
