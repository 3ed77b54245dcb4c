/**
 * Formats described once, as a template: `CCIPAT_{alnum 22}_{hex 40}` is text, then 22 characters of an alphabet, and so on.
 * The expression and the recipes that prove it both come from the description.
 */
import { BLOB_BORDER, BORDER, CLASSES, GLUE, GLUE_LENGTH, STRICT_BORDER, anyCase, escape } from "./format.ts";
import type { Alphabet, ChecksumId, CredentialType, Format, Recipe, RecipePart } from "./types.ts";

export type Shape = Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes" | "needsContext">;
type Extra = Pick<Format, "check" | "minEntropy">;

interface Run {
  readonly alphabet: Alphabet;
  readonly min: number;
  readonly max: number;
}
type Piece = string | Run;

const HOLE = /\{(\w+)(?: (\d+)(?:-(\d+))?)?\}/g;
const UUID = "{hex 8}-{hex 4}-{hex 4}-{hex 4}-{hex 12}";
/** Padding of base64: none, one or two. */
const PAD = "{pad}";

/** Text and runs of characters, in order; `{uuid}` stands for its five groups, `{pad}` at the end for `=` signs. */
function piecesOf(template: string): Piece[] {
  const text = template.replaceAll("{uuid}", UUID).replace(PAD, "");
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: hole, 1: alphabet, 2: min, 3: max, index } of text.matchAll(HOLE)) {
    if (index > end) pieces.push(text.slice(end, index));
    pieces.push({ alphabet: alphabet as Alphabet, min: Number(min), max: Number(max ?? min) });
    end = index + hole.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

const isRun = (piece: Piece | undefined): piece is Run => typeof piece === "object";
const runs = (pieces: readonly Piece[]): Run[] => pieces.filter(isRun);
const longest = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, piece) => sum + (isRun(piece) ? piece.max : piece.length), 0);

/** The value's expression, with what must not follow it: another character of its last alphabet, or of a word. */
function expressionOf(template: string, pieces: readonly Piece[]): string {
  const body = pieces.map((piece) =>
    isRun(piece)
      ? `[${CLASSES[piece.alphabet]}]{${piece.min === piece.max ? piece.min : `${piece.min},${piece.max}`}}`
      : escape(piece),
  );
  const last = pieces.at(-1);
  const extra = isRun(last) ? CLASSES[last.alphabet].replace(/[A-Za-z0-9]-[A-Za-z0-9]/g, "") : "";
  const padded = template.endsWith(PAD);
  return `${body.join("")}${padded ? "={0,2}" : ""}(?![A-Za-z0-9${extra}${padded ? "=" : ""}])`;
}

/** A value with each run of its least or greatest length; `change` makes the last run shorter, longer or the checksum. */
function recipeOf(
  pieces: readonly Piece[],
  length: "min" | "max",
  change: number | ChecksumId | undefined = 0,
): RecipePart[] {
  const last = pieces.findLastIndex(isRun);
  return pieces.map((piece, at) => {
    if (!isRun(piece)) return piece;
    if (at !== last) return { random: piece.alphabet, length: piece[length] };
    if (typeof change === "string") return { checksum: change };
    return { random: piece.alphabet, length: piece[length] + (change ?? 0) };
  });
}

const checksumOf = ({ check }: Extra): ChecksumId | undefined =>
  check?.startsWith("crc32-") === true ? (check as ChecksumId) : undefined;

/** The text to look for: what the value begins with, or else its longest fixed text. */
function anchorOf(pieces: readonly Piece[]): { readonly literal: string; readonly before: number } {
  const texts = pieces.flatMap((piece, at) => (isRun(piece) ? [] : [{ piece, at }]));
  const first = texts[0];
  const best =
    first !== undefined && first.at === 0 && first.piece.length >= 4
      ? first
      : texts.reduce((a, b) => (b.piece.length > a.piece.length ? b : a), texts[0] ?? { piece: "", at: 0 });
  return { literal: best.piece, before: longest(pieces.slice(0, best.at)) };
}

/** Values with a mark of their own; several templates are several ways to write one credential. */
export function layout(template: string | readonly string[], extra: Extra = {}): Shape {
  const shapes = [template].flat().map((one): Shape => {
    const pieces = piecesOf(one);
    const { literal, before } = anchorOf(pieces);
    const strict = runs(pieces).some(({ alphabet }) => alphabet === "base64url" || alphabet === "word");
    const start = pieces[0];
    // A short prefix of letters and digits alone stands in base64 by chance: what it stands in must not look like more of it.
    const blob = typeof start === "string" && /^[A-Za-z0-9]{1,6}$/.test(start);
    return {
      prefixes: typeof start === "string" ? [start] : [],
      formats: [
        {
          pattern: `${strict ? STRICT_BORDER : blob ? BLOB_BORDER : BORDER}${expressionOf(one, pieces)}${blob ? "(?![+/=])" : ""}`,
          literals: [literal],
          maxLength: longest(pieces) + 2,
          before,
          ...extra,
        },
      ],
      hits: hitsOf(pieces, [], [], checksumOf(extra)),
      misses: missesOf(pieces, [], checksumOf(extra)),
    };
  });
  return merge(shapes);
}

/** A shape without a mark, taken only after one of `names` as a vendor's variable or setting is called (`datadog_api_key`). */
export function named(
  names: readonly string[],
  template: string | readonly string[],
  extra: Extra = {},
): Shape {
  const shapes = [template].flat().map((one): Shape => {
    const pieces = piecesOf(one);
    const literals = [...new Set(names.map((name) => literalOf(name)))];
    return {
      formats: [
        {
          pattern: `(?:${BORDER}|(?<=[a-z])(?=[A-Z]))(?:${names.map(nameExpression).join("|")})${GLUE}(${expressionOf(one, pieces)})`,
          literals,
          maxLength: Math.max(...names.map((name) => name.length)) + GLUE_LENGTH + longest(pieces) + 2,
          before: 0,
          ...extra,
        },
      ],
      hits: names.flatMap((name, at) =>
        contextsOf(name, at === 0).flatMap(([a, z]) => hitsOf(pieces, [a], [z])),
      ),
      misses: missesOf(pieces, [`${upper(names[0] ?? "")}=`]),
    };
  });
  return { ...merge(shapes), needsContext: true };
}

/** How the name stands before a value: in an environment file, in code, in JSON, in the JSON of a notebook. */
function contextsOf(name: string, every: boolean): (readonly [string, string])[] {
  const environment = [`${upper(name)}=`, ""] as const;
  if (!every) return [environment];
  return [
    environment,
    [`"${name}": "`, '"'],
    [`os.environ["${upper(name)}"] = '`, "'"],
    [`\\"${name}\\": \\"`, '\\"'],
  ];
}

const upper = (name: string): string => name.toUpperCase();
const WORDS = /[_ -]/;

/** First words that say nobody's name. */
const COMMON = new Set([
  "access",
  "account",
  "auth",
  "bootstrap",
  "client",
  "consumer",
  "secret",
  "service",
  "token",
]);

/** A vendor's name of four letters or more is sought by itself, any other name as a whole. */
const isVendor = (name: string): boolean => {
  const first = name.split(WORDS)[0] ?? "";
  return first.length >= 4 && !COMMON.has(first);
};
const literalOf = (name: string): string => (isVendor(name) ? (name.split(WORDS)[0] ?? name) : name);

/** In any case and however joined, unless the whole name is the text to look for. */
const nameExpression = (name: string): string =>
  isVendor(name) ? name.split(WORDS).map(anyCase).join("[_.\\- ]?") : anyCase(name);

function hitsOf(
  pieces: readonly Piece[],
  before: readonly string[],
  after: readonly string[],
  checksum?: ChecksumId,
): Recipe[] {
  const end = after.filter((text) => text !== "");
  const hit = (length: "min" | "max"): Recipe => [...before, ...recipeOf(pieces, length, checksum), ...end];
  return runs(pieces).some(({ min, max }) => max > min) ? [hit("min"), hit("max")] : [hit("min")];
}

function missesOf(pieces: readonly Piece[], before: readonly string[], checksum?: ChecksumId): Recipe[] {
  const misses: Recipe[] = [
    [...before, ...recipeOf(pieces, "min", -1)],
    [...before, ...recipeOf(pieces, "max", 1)],
  ];
  if (before.length > 0) return [recipeOf(pieces, "min"), ...misses];
  if (checksum !== undefined) misses.push(recipeOf(pieces, "min"));
  return isRun(pieces[0]) ? misses : [...misses, ["x", ...recipeOf(pieces, "min", checksum)]];
}

function merge(shapes: readonly Shape[]): Shape {
  return {
    prefixes: shapes.flatMap(({ prefixes }) => prefixes ?? []),
    formats: shapes.flatMap(({ formats }) => formats),
    hits: shapes.flatMap(({ hits }) => hits),
    misses: shapes.flatMap(({ misses }) => misses),
  };
}
