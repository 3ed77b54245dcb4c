/** Builders for the formats that most vendors use; they give plain data, with the recipes that prove them. */
import type { Alphabet, CredentialType, Format, Recipe } from "./types.ts";

export const CLASSES: Readonly<Record<Alphabet, string>> = {
  alnum: "A-Za-z0-9",
  hex: "0-9a-f",
  upper: "A-Z2-7",
  lower: "a-z0-9",
  base64: "A-Za-z0-9+/",
  base64url: "A-Za-z0-9_\\-",
  digits: "0-9",
  caps: "A-Z0-9",
  letters: "A-Za-z",
  anyhex: "0-9A-Fa-f",
  base32: "a-z2-7",
  base58: "1-9A-HJ-NP-Za-km-z",
  word: "A-Za-z0-9_",
  slug: "a-z0-9\\-",
};

/**
 * Where a value may begin: not inside a word, but after an escape of JSON (`\n`), of a terminal (`ESC[31m`) or of a URL (`%3D`),
 * whose last character looks like one; and after the length that a binary format writes before a string, in one byte that may look like
 * a letter too, behind a byte that is no text.
 */
const AFTER_ESCAPE =
  "(?<=\\\\[nrtbf])|(?<=\\[[0-9;]{1,11}m)|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\u[0-9a-fA-F]{4})|(?<=[\\x00-\\x08\\x0e-\\x1a\\x7f-\\xff][0-9A-Za-z_+/-])";
export const BORDER = `(?:(?<![A-Za-z0-9])|${AFTER_ESCAPE})`;
/** The same for prefixes that base64 holds by chance. */
export const BLOB_BORDER = `(?:(?<![A-Za-z0-9+/])|${AFTER_ESCAPE})`;
/** The same for alphabets with `-` and `_`, whose prefixes could otherwise begin anew inside a value. */
export const STRICT_BORDER = `(?:(?<![A-Za-z0-9_\\-])|${AFTER_ESCAPE})`;

/** Names that link a key to its value: `KEY=`, `"key": "`, `os.environ["KEY"] = '`, `key=\"`, `--key `. */
export const GLUE =
  "[\\w.\\-()\\[\\] \\t\"'\\\\]{0,40}?(?:=>|:=|=|:|,|\\bkey[ \\t]|login[ \\t]|token[ \\t])[ \\t\\\\\"'`]{0,6}";
export const GLUE_LENGTH = 60;

export const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

export interface Range {
  readonly alphabet: Alphabet;
  readonly min: number;
  readonly max?: number;
}

export type Shape = Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes">;

/** A fixed prefix, then `min` to `max` characters of an alphabet, then one that is not of it. */
export function prefixed(
  prefix: string | readonly string[],
  { alphabet, min, max = min }: Range,
  extra: Pick<Format, "check" | "minEntropy"> = {},
): Shape {
  const prefixes = typeof prefix === "string" ? [prefix] : prefix;
  const cls = CLASSES[alphabet];
  const body = extra.check === "crc32-base62" ? min - 6 : min;
  const end: Recipe = extra.check === "crc32-base62" ? [{ checksum: "crc32-base62" }] : [];
  const longest = Math.max(...prefixes.map((text) => text.length));
  return {
    prefixes,
    formats: [
      {
        pattern: `${alphabet === "base64url" ? STRICT_BORDER : BORDER}(?:${prefixes.map(escape).join("|")})[${cls}]{${min},${max}}(?![${cls}])`,
        literals: prefixes,
        maxLength: longest + max,
        before: 0,
        ...extra,
      },
    ],
    hits: prefixes.map((text) => [text, { random: alphabet, length: body }, ...end]),
    misses: [
      [prefixes[0] ?? "", { random: alphabet, length: min - 1 }],
      [prefixes[0] ?? "", { random: alphabet, length: max + 1 }],
      ["x", prefixes[0] ?? "", { random: alphabet, length: body }, ...end],
    ],
  };
}

/** A shape without a mark of its own, taken only after one of `names` (a variable, an argument, a configuration key). */
export function beside(
  names: readonly string[],
  range: Range,
  extra: Pick<Format, "minEntropy"> = {},
): Shape & { needsContext: true } {
  const { alphabet, min, max = min } = range;
  const cls = CLASSES[alphabet];
  const name = names[0] ?? "";
  return {
    needsContext: true,
    formats: [
      {
        pattern: `(?:${names.map(anyCase).join("|")})${GLUE}([${cls}]{${min},${max}})(?![${cls}])`,
        literals: names,
        maxLength: Math.max(...names.map((text) => text.length)) + GLUE_LENGTH + max,
        before: 0,
        ...extra,
      },
    ],
    hits: [
      [`${name.toUpperCase()}_API_KEY=`, { random: alphabet, length: min }],
      [`${name}_api_key: "`, { random: alphabet, length: max }, '"'],
      [`os.environ["${name.toUpperCase()}_API_KEY"] = '`, { random: alphabet, length: min }, "'"],
      [`\\"${name}_api_key\\": \\"`, { random: alphabet, length: min }, '\\"'],
    ],
    misses: [
      [{ random: alphabet, length: min }],
      [`${name.toUpperCase()}_API_KEY=`, { random: alphabet, length: min - 1 }],
      [`${name.toUpperCase()}_API_KEY=`, { random: alphabet, length: max + 1 }],
    ],
  };
}

type Contextual = Shape & Pick<CredentialType, "needsContext" | "ownName">;

/** Several shapes of one credential; it needs context if each of them does. */
export function either(...shapes: readonly Contextual[]): Contextual {
  return {
    ...(shapes.every(({ needsContext }) => needsContext === true) ? { needsContext: true } : {}),
    ...(shapes.every(({ ownName }) => ownName === true) ? { ownName: true } : {}),
    formats: shapes.flatMap((shape) => shape.formats),
    hits: shapes.flatMap((shape) => shape.hits),
    misses: shapes.flatMap((shape) => shape.misses),
    prefixes: shapes.flatMap((shape) => shape.prefixes ?? []),
  };
}

/** Regular expressions here carry no flags (a pattern's literal part is exact), so names spell out both cases. */
export function anyCase(text: string): string {
  return [...text]
    .map((char) => (/[a-z]/i.test(char) ? `[${char.toLowerCase()}${char.toUpperCase()}]` : escape(char)))
    .join("");
}

/** Verdicts of the usual REST answer: 200 live, 401 dead, 403 and 429 accepted but limited. */
export const usualVerdicts = { 200: "live", 401: "dead", 403: "limited", 429: "limited" } as const;
export const bearer = { Authorization: "Bearer {value}" } as const;
