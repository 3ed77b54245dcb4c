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

/** What a rule searches with where it is not one of V8's own expressions: the same calls, with `indices[1]` for the value. */
export interface Expression {
  lastIndex: number;
  exec(text: string): {
    readonly index: number;
    readonly 0: string;
    readonly indices?: readonly (readonly [number, number] | undefined)[] | undefined;
  } | null;
}

export interface RuleFormat extends Format {
  /** Takes the place of `pattern`; its matches are judged by `accept` alone. */
  readonly expression?: Expression;
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
  readonly kind: Kind;
  readonly actsFor?: "machine" | "person";
  /** Fixed first characters, which a preview may show. */
  readonly prefixes: readonly string[];
  /** Where two rules claim the same bytes, the lower rank wins: 0 own shape, 1 shape with a name beside it, 2 generic shape, 3 generic name. */
  readonly rank: 0 | 1 | 2 | 3;
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
  readonly says?: string;
}

export interface Detector {
  readonly rules: readonly Rule[];
  /** All matches of a whole input, by offset. */
  scan(bytes: Buffer): RawMatch[];
  /** The same matches for an input that arrives in chunks of any size, in bounded memory. */
  stream(): DetectorStream;
}

export interface DetectorStream {
  /** Matches that are certain by now, by offset from the stream's beginning. The chunk may be reused after the call. */
  push(chunk: Uint8Array): RawMatch[];
  end(): RawMatch[];
}
