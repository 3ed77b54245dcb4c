/**
 * DER, strictly: definite and shortest lengths, one-byte tags, nothing beyond the end. What is read is a slice of what was given;
 * what is written is one buffer. Anything else is `x509.malformed`, which names what was being read and never shows it.
 */
import { BulkheadError } from "../core/errors.ts";

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universal: 0x1c,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tags: `[n]` of a constructed and of a primitive value. */
export const inContext = (number: number): number => 0xa0 | number;
export const inContextPrimitive = (number: number): number => 0x80 | number;

export interface Value {
  readonly tag: number;
  readonly body: Buffer;
  /** With its header. */
  readonly whole: Buffer;
}

export const malformed = (what: string, cause?: unknown): BulkheadError =>
  new BulkheadError("x509.malformed", { what }, cause === undefined ? {} : { cause });

export class Reader {
  readonly #bytes: Buffer;
  readonly #what: string;
  #at = 0;

  /** `what` stands in the error. */
  constructor(bytes: Buffer, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The next value's tag; undefined at the end. */
  get tag(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next value, which must have this tag where one is named. */
  next(tag?: number): Value {
    const bytes = this.#bytes;
    const start = this.#at;
    const found = bytes[start];
    if (found === undefined || (found & 0x1f) === 0x1f || (tag !== undefined && found !== tag))
      throw malformed(this.#what);
    const [length, from] = this.#length(start + 1);
    const end = from + length;
    if (end > bytes.length) throw malformed(this.#what);
    this.#at = end;
    return { tag: found, body: bytes.subarray(from, end), whole: bytes.subarray(start, end) };
  }

  optional(tag: number): Value | null {
    return this.tag === tag ? this.next(tag) : null;
  }

  /** A constructed value's content. */
  enter(tag: number = TAG.sequence): Reader {
    return new Reader(this.next(tag).body, this.#what);
  }

  /** All values that are left. */
  *rest(tag?: number): Generator<Value> {
    while (!this.done) yield this.next(tag);
  }

  end(): void {
    if (!this.done) throw malformed(this.#what);
  }

  #length(at: number): [length: number, from: number] {
    const first = this.#bytes[at];
    if (first === undefined) throw malformed(this.#what);
    if (first < 0x80) return [first, at + 1];
    const count = first & 0x7f;
    if (count === 0 || count > 4 || at + 1 + count > this.#bytes.length) throw malformed(this.#what);
    const length = this.#bytes.readUIntBE(at + 1, count);
    if (length < 0x80 || (count > 1 && length < 2 ** (8 * (count - 1)))) throw malformed(this.#what);
    return [length, at + 1 + count];
  }
}

/** The only value in `bytes`. */
export function readOnly(bytes: Buffer, tag: number, what: string): Value {
  const reader = new Reader(bytes, what);
  const value = reader.next(tag);
  reader.end();
  return value;
}

export function readOid(body: Buffer, what: string): string {
  if (body.length === 0 || body.length > 64 || ((body.at(-1) ?? 0x80) & 0x80) !== 0) throw malformed(what);
  const arcs: number[] = [];
  let arc = 0;
  let fresh = true;
  for (const byte of body) {
    if (fresh && byte === 0x80) throw malformed(what);
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw malformed(what);
    fresh = (byte & 0x80) === 0;
    if (!fresh) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head = 0, ...tail] = arcs;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...tail].join(".");
}

/** A small number that is not negative. */
export function readSmall(body: Buffer, what: string): number {
  if (body.length === 0 || body.length > 4 || ((body[0] ?? 0) & 0x80) !== 0) throw malformed(what);
  return body.readUIntBE(0, body.length);
}

export function readBoolean(body: Buffer, what: string): boolean {
  if (body.length !== 1 || (body[0] !== 0xff && body[0] !== 0)) throw malformed(what);
  return body[0] === 0xff;
}

/** Milliseconds since the epoch. */
export function readTime({ tag, body }: Value, what: string): number {
  const text = body.toString("latin1");
  const long = tag === TAG.generalizedTime;
  const found = (
    long ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if ((!long && tag !== TAG.utcTime) || found === null) throw malformed(what);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const full = long ? year : year < 50 ? 2000 + year : 1900 + year;
  const iso = `${String(full).padStart(4, "0")}-${[month, day].map(two).join("-")}T${[hour, minute, second].map(two).join(":")}Z`;
  const time = Date.parse(iso);
  if (Number.isNaN(time) || new Date(time).getUTCDate() !== day) throw malformed(what);
  return time;
}

const two = (number: number): string => String(number).padStart(2, "0");

export function write(tag: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([header(tag, length), ...parts]);
}

export function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.of(tag, length);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return Buffer.of(tag, 0x80 | bytes.length, ...bytes);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => write(TAG.sequence, ...parts);
export const octets = (bytes: Buffer): Buffer => write(TAG.octets, bytes);
/** A BIT STRING of whole bytes. */
export const bits = (bytes: Buffer): Buffer => write(TAG.bits, Buffer.of(0), bytes);
export const boolean = (value: boolean): Buffer => write(TAG.boolean, Buffer.of(value ? 0xff : 0));
export const NULL = Buffer.of(TAG.null, 0);

/** A number that is not negative, from its big-endian bytes. */
export function integer(bytes: Buffer, tag: number = TAG.integer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const own = bytes.subarray(start);
  return write(tag, ((own[0] ?? 0x80) & 0x80) === 0 ? own : Buffer.concat([Buffer.of(0), own]));
}

export function small(value: number, tag: number = TAG.integer): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return integer(bytes, tag);
}

/** Throws `x509.malformed` for what is no object identifier. */
export function oid(text: string): Buffer {
  if (!/^[0-2](\.(0|[1-9]\d{0,14})){1,30}$/.test(text)) throw malformed("object identifier");
  const [first = 0, second = 0, ...tail] = text.split(".").map(Number);
  if (first < 2 && second > 39) throw malformed("object identifier");
  return write(TAG.oid, ...[first * 40 + second, ...tail].map(base128));
}

function base128(arc: number): Buffer {
  const bytes = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
    bytes.unshift((left % 128) | 0x80);
  return Buffer.from(bytes);
}

/** RFC 5280, 4.1.2.5: UTCTime until 2049, GeneralizedTime from then on; whole seconds. */
export function time(ms: number): Buffer {
  const iso = new Date(ms).toISOString();
  const digits = iso.slice(0, 19).replace(/[-:T]/g, "");
  return Number(iso.slice(0, 4)) < 2050
    ? write(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`, "latin1"))
    : write(TAG.generalizedTime, Buffer.from(`${digits}Z`, "latin1"));
}
