/**
 * A streaming reader of JSON that knows where it is: strings come unescaped, every byte with its offset, nothing is built. It takes
 * what is almost JSON (line breaks in strings, a missing end); where there is no sense to be made of it, it says so and stops.
 */
import type { TextSink } from "./text-sink.ts";

export interface Level {
  readonly array: boolean;
  index: number;
  key: string;
}

/** What the handler wants of a value: to look inside, or where its text goes. */
export type Wanted = "inside" | Taken;

export interface Taken {
  /** Null: nothing of it is wanted. */
  readonly sink: TextSink | null;
  /** Brackets, commas, numbers, names and quotes too, or the text of its strings alone. */
  readonly structure: boolean;
  /** Text between the strings of a list. */
  readonly between?: string;
}

export interface JsonHandler {
  /** Before each value that is not part of a taken one. `first` is its first byte. */
  value(stack: readonly Level[], first: number): Wanted;
  /** After a taken value. */
  taken(): void;
  /** No JSON any more: `begun` at `offset` and everything after it is left to the caller. */
  broken(begun: Uint8Array, offset: number): void;
  /** Whether a string in a taken value is to be left out; asked at its beginning. */
  leaveOut(stack: readonly Level[]): boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_DEPTH = 512;
const MAX_KEY = 256;
const MAX_LITERAL = 64;

const SIMPLE: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x74, 0x09],
  [0x72, 0x0d],
  [0x62, 0x08],
  [0x66, 0x0c],
]);

/** What a backslash and a byte mean, for all bytes but `u`. */
const SINGLE: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  byte === 0x75 ? undefined : Uint8Array.of(SIMPLE.get(byte) ?? byte),
);

export class JsonEvents {
  readonly #handler: JsonHandler;
  readonly #stack: Level[] = [];
  /** Of the next byte. May be set before the first. */
  offset = 0;
  #taken: Taken | null = null;
  #takenDepth = 0;
  /** In a string: a key or a value, skipped or given. */
  #string: "none" | "key" | "value" | "left-out" = "none";
  #key: number[] = [];
  /** Whether the next string of the current object is a name. */
  #wantsKey = false;
  /** An escape sequence that is open, from its backslash on. */
  #escape: number[] = [];
  #high = 0;
  #literal: number[] = [];
  #broken = false;
  #firstString = true;

  constructor(handler: JsonHandler) {
    this.#handler = handler;
  }

  /** Returns how many bytes of the chunk were read: all, or fewer where it is no JSON. */
  push(chunk: Uint8Array): number {
    const base = this.offset;
    let at = 0;
    while (at < chunk.length && !this.#broken) {
      if (this.#escape.length > 0) {
        this.offset = base + at;
        this.#escaped(chunk[at] ?? 0);
        at++;
      } else if (this.#string === "none") {
        this.offset = base + at;
        this.#outside(chunk[at] ?? 0);
        at++;
      } else at = this.#inside(chunk, at, base);
    }
    this.offset = base + at;
    return at;
  }

  end(): void {
    if (this.#taken !== null) this.#close();
  }

  #inside(chunk: Uint8Array, from: number, base: number): number {
    if (this.#string === "left-out") return this.#pass(chunk, from);
    let at = from;
    while (at < chunk.length && chunk[at] !== QUOTE && chunk[at] !== BACKSLASH) at++;
    if (at > from) this.#text(chunk.subarray(from, at), base + from);
    if (at === chunk.length) return at;
    this.offset = base + at;
    if (chunk[at] === QUOTE) this.#closeString();
    else {
      const simple = at + 1 < chunk.length ? SINGLE[chunk[at + 1] ?? 0] : undefined;
      if (simple !== undefined) {
        this.#text(simple, base + at);
        return at + 2;
      }
      this.#escape.push(BACKSLASH);
    }
    return at + 1;
  }

  /** Pictures are long and hold no escapes but line breaks: native search finds their end. */
  #pass(chunk: Uint8Array, from: number): number {
    const end = chunk.indexOf(QUOTE, from);
    const to = end === -1 ? chunk.length : end;
    let slashes = 0;
    while (to - slashes > from && chunk[to - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 1) {
      // The backslash before the cut or the quote escapes what follows.
      if (end === -1) this.#escape.push(BACKSLASH);
      return end === -1 ? to : end + 1;
    }
    if (end === -1) return to;
    this.#closeString();
    return end + 1;
  }

  #text(bytes: Uint8Array, offset: number): void {
    this.#high = 0;
    if (this.#string === "key" && this.#key.length < MAX_KEY)
      for (const byte of bytes.subarray(0, MAX_KEY)) this.#key.push(byte);
    this.#taken?.sink?.write(bytes, offset);
  }

  #escaped(byte: number): void {
    this.#escape.push(byte);
    const { length } = this.#escape;
    const isUnicode = this.#escape[1] === 0x75;
    if (isUnicode && length < 6 && (length === 2 || isHex(byte))) return;
    const start = this.offset - length + 1;
    const sequence = this.#escape;
    this.#escape = [];
    if (this.#string === "left-out") return;
    if (!isUnicode) this.#text(Uint8Array.of(SIMPLE.get(byte) ?? byte), start);
    else if (length < 6 || !isHex(byte)) {
      this.#text(Uint8Array.from(sequence.slice(0, -1)), start);
      // What broke the escape off may be a quote: it is looked at as if nothing had come before.
      if (byte === QUOTE) this.#closeString();
      else if (byte === BACKSLASH) this.#escape.push(byte);
      else this.#text(Uint8Array.of(byte), this.offset);
    } else this.#codePoint(Number.parseInt(String.fromCharCode(...sequence.slice(2)), 16), start);
  }

  #codePoint(code: number, start: number): void {
    const high = this.#high;
    if (high !== 0 && code >= 0xdc00 && code <= 0xdfff) {
      this.#text(Buffer.from(String.fromCharCode(high, code)), start - 6);
      return;
    }
    if (code >= 0xd800 && code <= 0xdbff) this.#high = code;
    else this.#text(Buffer.from(String.fromCharCode(code)), start);
  }

  #outside(byte: number): void {
    if (byte === QUOTE) return this.#openString();
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return this.#structure(byte);
    switch (byte) {
      case 0x7b: // {
      case 0x5b: // [
        this.#literal = [];
        this.#beginValue(byte);
        if (this.#broken) return;
        if (this.#stack.length >= MAX_DEPTH) return this.#fail([byte]);
        this.#structure(byte);
        this.#stack.push({ array: byte === 0x5b, index: 0, key: "" });
        this.#wantsKey = byte === 0x7b;
        return;
      case 0x7d: // }
      case 0x5d: // ]
        this.#literal = [];
        if (this.#stack.at(-1)?.array !== (byte === 0x5d)) return this.#fail([byte]);
        this.#stack.pop();
        this.#wantsKey = false;
        this.#structure(byte);
        return this.#endValue();
      case 0x2c: {
        // ,
        this.#literal = [];
        const top = this.#stack.at(-1);
        if (top === undefined) return this.#fail([byte]);
        this.#endValue();
        top.index++;
        top.key = "";
        this.#wantsKey = !top.array;
        return this.#structure(byte);
      }
      case 0x3a: // :
        this.#wantsKey = false;
        return this.#structure(byte);
      default:
        return this.#inLiteral(byte);
    }
  }

  /** Numbers, `true`, `null`: anything else outside strings is no JSON. */
  #inLiteral(byte: number): void {
    if (this.#literal.length === 0) this.#beginValue(byte);
    if (this.#broken) return;
    this.#literal.push(byte);
    if (this.#taken !== null) {
      if (this.#literal.length > MAX_LITERAL) this.#literal.length = 1;
      // Strings that come apart must not hide what stands between them.
      return this.#taken.sink?.write(Uint8Array.of(byte), this.offset);
    }
    const text = String.fromCharCode(...this.#literal);
    if (
      this.#literal.length > MAX_LITERAL ||
      !/^(?:[-+.\deE]+|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?|NaN?|N|-?I[a-z]*)$/.test(text)
    )
      this.#fail(this.#literal);
  }

  #openString(): void {
    this.#literal = [];
    this.#high = 0;
    const top = this.#stack.at(-1);
    if (this.#wantsKey && top?.array === false) {
      this.#string = "key";
      this.#key = [];
      this.#structure(QUOTE);
      return;
    }
    this.#beginValue(QUOTE);
    if (this.#broken) return;
    this.#structure(QUOTE);
    const taken = this.#taken;
    const left = taken === null || taken.sink === null || this.#handler.leaveOut(this.#stack);
    this.#string = left ? "left-out" : "value";
    if (!left && taken.between !== undefined && !this.#firstString)
      taken.sink?.write(Buffer.from(taken.between), this.offset);
    this.#firstString = false;
  }

  #closeString(): void {
    const wasKey = this.#string === "key";
    this.#string = "none";
    this.#structure(QUOTE);
    const top = this.#stack.at(-1);
    if (wasKey) {
      if (top !== undefined) top.key = Buffer.from(this.#key).toString("utf8");
    } else this.#endValue();
  }

  #structure(byte: number): void {
    if (this.#taken?.structure === true) this.#taken.sink?.write(Uint8Array.of(byte), this.offset);
  }

  #beginValue(first: number): void {
    if (this.#taken !== null) return;
    const wanted = this.#handler.value(this.#stack, first);
    if (wanted === "inside") return;
    this.#taken = wanted;
    this.#takenDepth = this.#stack.length;
    this.#firstString = true;
  }

  #endValue(): void {
    if (this.#taken !== null && this.#stack.length <= this.#takenDepth) this.#close();
  }

  #close(): void {
    this.#taken = null;
    this.#handler.taken();
  }

  #fail(begun: readonly number[]): void {
    this.#broken = true;
    if (this.#taken !== null) this.#close();
    this.#handler.broken(Uint8Array.from(begun), this.offset - begun.length + 1);
  }
}

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
