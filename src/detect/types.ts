/** What the detector is made of (rules) and what it gives (raw matches: bytes and offsets, no lines, no paths). */
import type { Severity } from "../core/finding.ts";
import type { Kind } from "../core/kinds.ts";
import type { Format } from "../providers/types.ts";

/** The text around a candidate: Latin-1, `start` and `end` of the value in it. */
export interface Surroundings {
  readonly text: string;
  /** Where the whole match begins. */
  readonly match: number;
  readonly start: number;
  readonly end: number;
}

/** Offsets in the text: of the match, and of the value in it. */
export interface ExpressionMatch {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Where the match ends, from an engine that finds one match after the other: the next one begins there. */
  readonly next?: number;
}

/** A compiled expression, of JavaScript or of another engine. */
export interface Expression {
  /**
   * In JavaScript's syntax what has a match at least where this has one: then it is looked into to know where matches may be, and this
   * is asked for matches at single places only.
   */
  readonly pattern?: string;
  /** With `here` the match that begins at `from`, otherwise the first that begins there or later (asked of foreign engines only). */
  exec(text: string, from: number, here: boolean): ExpressionMatch | null;
}

export interface RuleFormat extends Format {
  /**
   * In place of `pattern`, which is then in another engine's syntax. If it has no pattern in JavaScript's, `maxLength` must be stated,
   * and `before` where it is less, and what the engine looks at beside a match must lie within 64 bytes.
   */
  readonly expression?: Expression;
  /** The literals stand within this many bytes of where a match begins, before it or behind, and need not be in it. */
  readonly near?: number;
  /** A verdict on a value of the right shape; false drops it. */
  readonly accept?: (value: string, around: Surroundings) => boolean;
  /** What a value says about itself; null for nothing. */
  readonly says?: (value: string) => string | null;
}

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Provider id from the catalogue. */
  readonly provider?: string;
  /** Which of the provider's parts. */
  readonly part?: string;
  /**
   * An id that opens nothing without another part: which, and what people call it (`a secret access key`). `alone`: a secret, which
   * opens something by itself too.
   */
  readonly needs?: { readonly part: string; readonly title: string; readonly alone?: true };
  /** It is the part that some id needs. */
  readonly completes?: boolean;
  readonly kind: Kind;
  readonly actsFor?: "machine" | "person";
  /** Fixed first characters, which a preview may show. */
  readonly prefixes: readonly string[];
  /** Where two rules claim the same bytes, the lower rank wins: 0 own shape, 0.5 after the vendor's own setting name, 1 shape with a name beside it, 2 generic shape, 3 generic name. */
  readonly rank: 0 | 0.5 | 1 | 2 | 3;
  readonly formats: readonly RuleFormat[];
}

export interface RawMatch {
  /** Of the value's first byte, as it stands in the input. */
  readonly offset: number;
  /** Bytes in the input; differs from the value's when that was escaped there. */
  readonly length: number;
  readonly rule: Rule;
  /** The value itself, unescaped; a copy that belongs to the receiver. */
  readonly value: Buffer;
  /** Decoders passed to reach it, outermost first: `["base64"]`; offset and length are those of the encoded text. */
  readonly decoded?: readonly string[];
  /** What is missing of a credential of several parts (a key id without its secret). */
  readonly incomplete?: string;
  /** Another part of the same credential that stood close by and is not reported by itself (the key id of this secret). */
  readonly paired?: { readonly part: string; readonly offset: number; readonly length: number };
  readonly says?: string;
}

/**
 * Hears of what was not read to its end: a byte offset in the input, and why. `member` names the compression of a member that stands
 * there as it is, which a reader of the input can go on with.
 */
export type Cut = (offset: number, reason: string, member?: string) => void;

export interface Detector {
  readonly rules: readonly Rule[];
  /** Bytes of the longest match of any rule. */
  readonly longest: number;
  /** All matches of a whole input, by offset. */
  scan(bytes: Uint8Array, cut?: Cut): RawMatch[];
  /**
   * The same matches for an input that arrives in chunks of any size, in bounded memory. Several streams may be open at once; a
   * detector belongs to one thread. A `part` only where there are `parts`.
   */
  stream(part?: InputPart, cut?: Cut): DetectorStream;
  /** Where an input may be cut into parts that can be scanned by themselves, in any order; absent where it may not. */
  readonly parts?: {
    /** A part begins at a multiple of it, and ends at the next or at the input's end. */
    readonly size: number;
    /** Bytes before and behind a part that its stream is given too, as far as the input has them. */
    readonly before: number;
    readonly behind: number;
  };
}

/** [from, to) of an input. Of a stream for it all matches come that begin in it, with offsets in the whole input. */
export interface InputPart {
  readonly from: number;
  readonly to: number;
}

export interface DetectorStream {
  /** Matches that are certain by now, by offset from the stream's beginning. The chunk may be reused after the call. */
  push(chunk: Uint8Array): RawMatch[];
  /**
   * Without a copy: where the next bytes may be put (a read of a file goes straight there). Never empty; valid until the next call of
   * anything of this detector.
   */
  space(): Uint8Array;
  /** As `push`, for the first `length` bytes of `space()`. */
  advance(length: number): RawMatch[];
  end(): RawMatch[];
}
