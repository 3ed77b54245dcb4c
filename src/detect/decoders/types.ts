/** What decoders are made of. Stretches are found in bytes and become bytes again, with a way back to where they stood. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch of encoded bytes, decoded. */
export interface Stretch {
  /** Of its first byte in the bytes it was found in. */
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
  /** Where the decoded bytes [start, end) stand, in the bytes the stretch was found in. */
  place(start: number, end: number): Span;
  /** What was decoded in and around [start, end), outermost first; empty where nothing was. */
  through(start: number, end: number): readonly string[];
}

/** Counts the work of one window, so that hostile input costs a constant times its length. */
export interface Budget {
  /** False when `bytes` more are too many; they are then not to be decoded. */
  take(bytes: number): boolean;
  readonly left: number;
  /** Tells that what begins at `at` of the bytes at hand was not read to its end; `member` as in `Cut`. */
  cut(at: number, reason: string, member?: string): void;
}

export interface Decoder {
  /** Lower case with `-`, as findings name it. */
  readonly id: string;
  /** All stretches that begin before `to`, in order and each once. Never throws. */
  find(bytes: Buffer, to: number, budget: Budget): Iterable<Stretch>;
}

/** One escape, as `escape.at` read it. */
export interface Escape {
  /** Bytes it takes. */
  length: number;
  /** A code point to write as UTF-8; -1 where it stands for nothing (a tag, a soft line break); `byte` tells raw bytes. */
  point: number;
  byte: boolean;
}

/** A notation for single characters inside text. */
export interface EscapeDecoder {
  readonly id: string;
  /** The byte that an escape begins with, and those that can follow it (where it is a reason to look). */
  readonly first: string;
  readonly second: string;
  /** Reads one at `at` into `out`; false where there is none. */
  read(bytes: Buffer, at: number, out: Escape): boolean;
  /** False for what is decoded beside other escapes but is no reason to look (`=20` alone). */
  starts?(bytes: Buffer, at: number): boolean;
}
