/**
 * From rules to what the engine runs: for each format its expression, how far a match reaches, where it begins as seen from a
 * literal, and the guard that the fast pass applies. All of it follows from the expression; a test checks what rules state besides.
 * Analysis takes longer than scanning a few files: what it gave can be kept (`prepared.ts`) and handed in again.
 */
import { boundsOf, type Bounds } from "../match/expression/bounds.ts";
import { headsOf, type Heads } from "../match/expression/heads.ts";
import { alignmentOf, guardOf, pivotOf, type Pivot } from "../match/expression/outline.ts";
import { parseExpression } from "../match/expression/parse.ts";
import type { Guard } from "../match/guard.ts";
import { javascriptExpression } from "./expression.ts";
import type { Expression, Rule, RuleFormat } from "./types.ts";

/** Bytes around a match that an expression and a rule's verdict may look at. */
export const ROOM = 64;
/** Binary logarithm of the ways in which one attempt may try a text; above it an expression is refused. */
const MOST_WAYS = 33;

export interface Compiled {
  readonly rule: Rule;
  readonly format: RuleFormat;
  readonly expression: Expression;
  /** Bytes of the longest match. */
  readonly longest: number;
  /** Bytes of a match that may stand before its literal. */
  readonly before: number;
  /** Every match begins exactly this many bytes before one of its literals (negative: behind); null: `least` to `before` of them. */
  readonly start: number | null;
  /** Negative where a match may begin behind. */
  readonly least: number;
  /** Where `start` is null: how a match may begin; null where that says too little. */
  heads(): Heads | null;
}

/** What follows from a format's expression. */
export interface Extent {
  readonly longest: number;
  readonly before: number;
  readonly start: number | null;
  readonly least: number;
}

export interface Analysed extends Extent {
  readonly guard: Guard | null;
}

/** In lower case, each once. */
export const literalsOf = (format: RuleFormat): string[] => [
  ...new Set(format.literals.map((text) => text.toLowerCase())),
];

/** What is looked into, in JavaScript's syntax; null for what another engine alone understands. */
const patternOf = ({ pattern, expression }: RuleFormat): string | null =>
  expression === undefined ? pattern : (expression.pattern ?? null);

interface Analysis {
  readonly bounds: Bounds;
  readonly start: number | null;
  readonly pivot: Pivot | null;
  readonly guard: Guard | null;
}
const analyses = new Map<string, Analysis>();

function analyse(pattern: string, literals: readonly string[]): Analysis {
  const key = `${literals.join("\n")}\n\n${pattern}`;
  let known = analyses.get(key);
  if (known === undefined) {
    const node = parseExpression(pattern);
    const start = alignmentOf(node, literals);
    const pivot = start === null ? pivotOf(node, literals) : null;
    const guard = start === null ? (pivot?.guard ?? null) : guardOf(node, start);
    known = { bounds: boundsOf(node), start, pivot, guard };
    analyses.set(key, known);
  }
  return known;
}

/** Whether each match of an expression is sure to hold one of the literals. */
export function holdsOneOf(pattern: string, literals: readonly string[]): boolean {
  const { start, pivot } = analyse(pattern, literals);
  return start !== null || pivot !== null;
}

/** Throws a TypeError, which names the rule, for a format that could not be searched for in bounded time and memory. */
export function analyseFormat(rule: Rule, format: RuleFormat): Analysed {
  const refuse = (reason: string): never => {
    throw new TypeError(`rule ${rule.id}: ${reason}`);
  };
  const literals = literalsOf(format);
  if (literals.length === 0 || literals.some((text) => text.length < 3))
    refuse("needs literals of at least three bytes");
  const pattern = patternOf(format);
  if (pattern === null) {
    const longest = format.maxLength ?? refuse("an expression of another engine needs a stated maxLength");
    const { before = longest, near } = format;
    return { longest, before: near ?? before, start: null, least: -(near ?? 0), guard: null };
  }
  const { bounds, start, pivot, guard } = analyse(pattern, literals);
  if (!Number.isFinite(bounds.max))
    refuse("its expression has no longest match: bound what repeats, as in {0,20}");
  if (bounds.behind > ROOM || bounds.ahead > ROOM) refuse(`looks further than ${ROOM} bytes around a match`);
  // What another engine takes is not tried in many ways, and its matches may be cut off.
  const foreign = format.expression !== undefined;
  const longest = foreign ? Math.min(bounds.max, format.maxLength ?? Infinity) : bounds.max;
  if (!foreign && bounds.ways > MOST_WAYS)
    refuse("its expression can be matched in too many ways: nest no repetitions");
  const { near } = format;
  if (near !== undefined) return { longest, before: near, start: null, least: -near, guard: null };
  const stated = format.before ?? longest;
  const before = start === null ? Math.min(stated, pivot?.most ?? stated) : Math.max(0, start);
  return { longest, before, start, least: pivot?.least ?? 0, guard };
}

export function compileFormat(rule: Rule, format: RuleFormat, extent: Extent): Compiled {
  const pattern = patternOf(format);
  let heads: Heads | null | undefined = extent.start !== null || pattern === null ? null : undefined;
  return {
    rule,
    format,
    expression: format.expression ?? javascriptExpression(format.pattern),
    longest: extent.longest,
    before: extent.before,
    start: extent.start,
    least: extent.least,
    heads() {
      if (heads === undefined) heads = headsOf(parseExpression(pattern ?? ""));
      return heads;
    },
  };
}
