/**
 * Builders for values whose shape is a row of pieces, and for those that only the vendor's own setting (`ACME_API_KEY`) gives
 * away. Like those of `format.ts` they give plain data with its recipes.
 */
import { BORDER, CLASSES, type Range, type Shape, anyCase, escape } from "./format.ts";
import type { Format, Recipe } from "./types.ts";

type OwnName = Shape & { readonly needsContext: true; readonly ownName: true };

export type Piece = string | Range;
const hex = (min: number): Range => ({ alphabet: "hex", min });
export const UUID: readonly Piece[] = [hex(8), "-", hex(4), "-", hex(4), "-", hex(4), "-", hex(12)];

/** Fixed text and random stretches in a row. `literal` is the piece to look for; the first fixed one when left out. */
export function sequence(
  pieces: readonly Piece[],
  options: Pick<Format, "minEntropy"> & { readonly literal?: string } = {},
): Shape {
  const { literal = pieces.find((piece) => typeof piece === "string") ?? "", ...extra } = options;
  const at = pieces.indexOf(literal);
  const first = pieces[0];
  const [shortest, longest] = ends(pieces);
  return {
    prefixes: typeof first === "string" ? [first] : [],
    formats: [
      {
        pattern: `${BORDER}${source(pieces)}${after(pieces)}`,
        literals: [literal],
        maxLength: lengthOf(pieces),
        before: lengthOf(pieces.slice(0, at)),
        ...extra,
      },
    ],
    hits: [shortest, longest],
    misses: [shorter(pieces), ["x", ...shortest]],
  };
}

/** What joins a setting's name to its value; shorter than `GLUE`, since the name is whole. */
const JOINT = "[\\w.\\-()\\[\\] \\t\"'\\\\]{0,16}?(?:=>|:=|=|:|,)[ \\t\\\\\"'`]{0,6}";
const JOINT_LENGTH = 24;

/**
 * What a vendor's own setting holds: taken only after that very name, however its words are joined (`ACME_API_KEY`,
 * `acmeApiKey`, `acme-api-key`).
 */
export function named(
  names: readonly string[],
  value: Range | readonly Piece[],
  extra: Pick<Format, "minEntropy"> = {},
): OwnName {
  const pieces = "alphabet" in value ? [value] : value;
  const name = (names[0] ?? "").toUpperCase();
  const [shortest, longest] = ends(pieces);
  return {
    needsContext: true,
    ownName: true,
    prefixes: typeof pieces[0] === "string" ? [pieces[0]] : [],
    formats: [setting(names, `(${source(pieces)})${after(pieces)}`, lengthOf(pieces), extra)],
    hits: [[`${name}=`, ...shortest], ...written(name, longest)],
    misses: [shortest, [`${name}=`, ...shorter(pieces)], [`A${name}=`, ...shortest]],
  };
}

const OPAQUE = 200;

/** The same for a vendor that does not say what its keys look like: 20 characters and more, a digit among them, at most two dots. */
export function opaque(names: readonly string[]): OwnName {
  const name = (names[0] ?? "").toUpperCase();
  const word = "[A-Za-z0-9_\\-]";
  const value: Recipe = [
    { random: "alnum", length: 12 },
    { random: "digits", length: 2 },
    { random: "base64url", length: 22 },
  ];
  const dotted: Recipe = [...value, ".", ...value, ".", { random: "alnum", length: 16 }];
  return {
    needsContext: true,
    ownName: true,
    formats: [
      setting(
        names,
        `((?=[A-Za-z_\\-]{0,40}[0-9])${word}{20,${OPAQUE}}(?:\\.${word}{2,${OPAQUE}}){0,2})(?![A-Za-z0-9_\\-.(+/])`,
        3 * OPAQUE + 2,
        { minEntropy: 3.4 },
      ),
    ],
    hits: [[`${name}=`, ...value], [`${name}=`, ...dotted], ...written(name, value)],
    misses: [
      value,
      [`${name}=process.env.${name}`],
      [`${name}=`, { random: "alnum", length: 18 }],
      [`A${name}=`, ...value],
    ],
  };
}

const words = new Map<string, string>();

/** The same few words (`api`, `key`, `token`) make up most names, and the catalogue is read at each start. */
function wordInAnyCase(word: string): string {
  let known = words.get(word);
  if (known === undefined) words.set(word, (known = anyCase(word)));
  return known;
}

function setting(
  names: readonly string[],
  value: string,
  valueLength: number,
  extra: Pick<Format, "minEntropy">,
): Format {
  const joined = names.map((name) => name.split("_").map(wordInAnyCase).join("[_-]?"));
  return {
    pattern: `${BORDER}(?:${joined.join("|")})${JOINT}${value}`,
    literals: [...new Set(names.flatMap(beginnings))],
    maxLength: Math.max(...names.map((text) => text.length)) + JOINT_LENGTH + valueLength,
    before: 0,
    ...extra,
  };
}

/** First words of settings that are everyday words too. */
const COMMON = new Set(
  "amplitude assembly browser cognitive confident content contextual document elastic elasticsearch evidently guardrails lightning literal mongodb nucleus paradigm phoenix private relevance resemble scraper segment snowflake stability temporal translator unstructured".split(
    " ",
  ),
);

/** The first word of a setting's name where it is long enough to be rare, else the first two as they may be joined. */
function beginnings(name: string): string[] {
  const [first = "", second] = name.split("_");
  return (first.length >= 7 && !COMMON.has(first)) || second === undefined
    ? [first]
    : ["_", "-", ""].map((by) => first + by + second);
}

const written = (name: string, value: Recipe): Recipe[] => [
  [`os.environ["${name}"] = '`, ...value, "'"],
  [
    `${name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}: "`,
    ...value,
    '"',
  ],
  [`\\"${name.toLowerCase()}\\": \\"`, ...value, '\\"'],
];

const source = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) =>
      typeof piece === "string"
        ? escape(piece)
        : `[${CLASSES[piece.alphabet]}]{${piece.min},${piece.max ?? piece.min}}`,
    )
    .join("");

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce(
    (sum, piece) => sum + (typeof piece === "string" ? piece.length : (piece.max ?? piece.min)),
    0,
  );

/** No match may end inside a word, or inside a longer run of the last alphabet. */
function after(pieces: readonly Piece[]): string {
  const last = pieces.at(-1);
  return `(?![A-Za-z0-9${last === undefined || typeof last === "string" ? "" : CLASSES[last.alphabet].replace(/A-Za-z0-9|A-Z2-7|[0-9a-z]-[0-9a-z]/g, "")}])`;
}

const ends = (pieces: readonly Piece[]): [Recipe, Recipe] => [
  pieces.map((piece) => (typeof piece === "string" ? piece : { random: piece.alphabet, length: piece.min })),
  pieces.map((piece) =>
    typeof piece === "string" ? piece : { random: piece.alphabet, length: piece.max ?? piece.min },
  ),
];

/** One character short in its last random stretch. */
function shorter(pieces: readonly Piece[]): Recipe {
  const last = pieces.findLastIndex((piece) => typeof piece !== "string");
  return ends(pieces)[0].map((piece, index) =>
    index === last && typeof piece === "object" && "length" in piece
      ? { ...piece, length: piece.length - 1 }
      : piece,
  );
}
