/**
 * What follows from the catalogue alone: how far each format's matches reach, and the tables of the fast pass. The release bundle
 * carries it ready-made (`tools/build.ts`), under a digest of all that it was made of: for any other rules it is made anew.
 */
import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { layOut, NO_PATTERNS, type LiteralPattern, type MatcherImage } from "../match/literals.ts";
import { analyseFormat, literalsOf, type Extent } from "./compile.ts";
import type { Rule } from "./types.ts";

export interface Prepared {
  /** By format, in the rules' order. */
  readonly extents: readonly Extent[];
  readonly image: MatcherImage;
}

/** The image's patterns are those of `base`, then the literals of each format. Throws as `analyseFormat`. */
export function prepare(rules: readonly Rule[], base: MatcherImage = NO_PATTERNS): Prepared {
  const extents: Extent[] = [];
  const patterns: LiteralPattern[] = [];
  for (const rule of rules)
    for (const format of rule.formats) {
      const { guard, ...extent } = analyseFormat(rule, format);
      extents.push(extent);
      for (const text of literalsOf(format)) {
        const literal = Buffer.from(text, "latin1");
        patterns.push(guard === null ? { literal } : { literal, guard });
      }
    }
  return { extents, image: layOut(patterns, base) };
}

/** All that `prepare` looks at; null for rules of another engine, which are never kept. */
function digestOf(rules: readonly Rule[]): Buffer | null {
  const parts: unknown[] = [];
  for (const rule of rules)
    for (const { pattern, literals, before, expression } of rule.formats) {
      if (expression !== undefined) return null;
      parts.push(pattern, literals, before ?? null);
    }
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}

const DIGEST = 32;
/** Patterns, longest literal, number of formats. */
const HEADER = DIGEST + 12;
const EXTENT = 16;
const NO_START = 0x7fffffff;

/** As text for the bundle; of the same rules always the same. */
export function pack(rules: readonly Rule[]): string {
  const digest = digestOf(rules);
  if (digest === null) throw new TypeError("rules of another engine cannot be kept");
  const { extents, image } = prepare(rules);
  const head = Buffer.alloc(HEADER + EXTENT * extents.length);
  digest.copy(head);
  [image.patterns, image.longest, extents.length].forEach((word, i) =>
    head.writeUInt32LE(word, DIGEST + 4 * i),
  );
  extents.forEach(({ longest, before, start, least }, i) =>
    [longest, before, start ?? NO_START, least].forEach((word, j) =>
      head.writeInt32LE(word, HEADER + EXTENT * i + 4 * j),
    ),
  );
  return deflateRawSync(Buffer.concat([head, image.bytes]), { level: 9 }).toString("base64");
}

/** Null when it was made of other rules. */
export function unpack(packed: string, rules: readonly Rule[]): Prepared | null {
  const bytes = inflateRawSync(Buffer.from(packed, "base64"));
  if (digestOf(rules)?.equals(bytes.subarray(0, DIGEST)) !== true) return null;
  const word = (index: number): number => bytes.readUInt32LE(DIGEST + 4 * index);
  const [patterns, longest, count] = [word(0), word(1), word(2)];
  const extents = Array.from({ length: count }, (_, i) => {
    const value = (index: number): number => bytes.readInt32LE(HEADER + EXTENT * i + 4 * index);
    const start = value(2);
    return { longest: value(0), before: value(1), start: start === NO_START ? null : start, least: value(3) };
  });
  return { extents, image: { bytes: bytes.subarray(HEADER + EXTENT * count), patterns, longest } };
}

/** Put in by `tools/build.ts`. */
declare const BULKHEAD_CATALOGUE: string | undefined;

export const preparedFor = (rules: readonly Rule[]): Prepared =>
  (typeof BULKHEAD_CATALOGUE === "string" ? unpack(BULKHEAD_CATALOGUE, rules) : null) ?? prepare(rules);
