/**
 * What follows from the rules alone: how far each format's matches reach, and the tables of the fast pass. The release carries it
 * ready-made, in one file with the rules that it was made of.
 */
import { layOut, NO_PATTERNS, type LiteralPattern, type MatcherImage } from "../match/literals.ts";
import { analyseFormat, literalsOf, type Extent } from "./compile.ts";
import { genericRules } from "./rules/index.ts";
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

/** Rules, and what was made of them; null: it is to be made. */
export interface Catalogue {
  readonly rules: readonly Rule[];
  readonly prepared: Prepared | null;
}

/** Bytes of the text of the rules, patterns, longest literal, number of formats. */
const HEADER = 16;
const EXTENT = 16;
const NO_START = 0x7fffffff;

/** The rules of providers, which are plain data, and what is made of them and the generic ones: of the same always the same. */
export function pack(providerRules: readonly Rule[]): Buffer {
  const text = JSON.stringify(providerRules);
  const { extents, image } = prepare([...providerRules, ...genericRules]);
  const json = Buffer.from(text, "utf8");
  const head = Buffer.alloc(HEADER);
  [json.length, image.patterns, image.longest, extents.length].forEach((word, i) =>
    head.writeUInt32LE(word, 4 * i),
  );
  const reaches = Buffer.alloc(EXTENT * extents.length);
  extents.forEach(({ longest, before, start, least }, i) =>
    [longest, before, start ?? NO_START, least].forEach((word, j) =>
      reaches.writeInt32LE(word, EXTENT * i + 4 * j),
    ),
  );
  return Buffer.concat([head, reaches, json, image.bytes]);
}

/** The bytes must be of a program with the same generic rules, and stay. */
export function unpack(bytes: Buffer): Catalogue {
  const word = (index: number): number => bytes.readUInt32LE(4 * index);
  const [size, patterns, longest, count] = [word(0), word(1), word(2), word(3)];
  const extents = Array.from({ length: count }, (_, i) => {
    const value = (index: number): number => bytes.readInt32LE(HEADER + EXTENT * i + 4 * index);
    const start = value(2);
    return { longest: value(0), before: value(1), start: start === NO_START ? null : start, least: value(3) };
  });
  const text = HEADER + EXTENT * count;
  const rules = JSON.parse(bytes.toString("utf8", text, text + size)) as Rule[];
  return {
    rules: [...rules, ...genericRules],
    prepared: { extents, image: { bytes: bytes.subarray(text + size), patterns, longest } },
  };
}
