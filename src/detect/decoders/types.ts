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

/** Where in the bytes it stands over a decoder has something to read. It may name a place too many, never one too few. */
export interface Scout {
  /** The next run of base64 that begins in [from, to); -1 for none. */
  nextBase64(from: number, to: number): number;
  /**
   * The next list of hexadecimal pairs, in what is left of the part that ends at `rest` (0: nothing is) or in one that begins before
   * `to`; -1 for none.
   */
  nextHex(from: number, rest: number, to: number): number;
  /** Where the part ends in which that list stands. */
  readonly part: number;
  /** The next place in [from, to) at which an escape may stand that is a reason to look; -1 for none. */
  nextEscape(from: number, to: number): number;
}

export interface Decoder {
  /** Lower case with `-`, as findings name it. */
  readonly id: string;
  /** All stretches that begin before `to`, in order and each once. Never throws. `scout` stands over the bytes. */
  find(bytes: Buffer, to: number, budget: Budget, scout: Scout): Iterable<Stretch>;
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
  /** The byte that an escape begins with. */
  readonly first: string;
  /** Reads one at `at` into `out`; false where there is none. */
  read(bytes: Buffer, at: number, out: Escape): boolean;
  /** False for what is decoded beside other escapes but is no reason to look (`=20` alone). */
  starts?(bytes: Buffer, at: number): boolean;
}
