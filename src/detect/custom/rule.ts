/** A foreign rule as one of ours: literals to look for, a bound for its matches, its own expression and verdict. */
import type { Severity } from "../../core/finding.ts";
import { entropy } from "../placeholders.ts";
import type { Rule } from "../types.ts";
import { holdsOneOf } from "../compile.ts";
import { type Compiler, LONGEST_MATCH, type Pattern } from "./expression.ts";
import { shapeOf } from "./width.ts";

const SHORTEST_LITERAL = 3;
/** Bytes between a keyword and a match that need not hold it. */
const NEAR = 4096;

export interface ForeignRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly pattern: string;
  readonly group: number;
  readonly keywords: readonly string[];
  /** Bits a character; a value must have more. 0 for any. */
  readonly entropy: number;
  /** False drops a value; gets the whole match too. */
  readonly accept?: (value: string, match: string, line: string) => boolean;
}

export interface Built {
  readonly rule: Rule | null;
  readonly warnings: readonly string[];
}

/** Throws what the compiler says about a broken expression. */
export function buildRule(given: ForeignRule, compiler: Compiler): Built {
  const pattern: Pattern = compiler.compile(given.pattern);
  if (given.group > pattern.groups) throw new Error(`there is no group ${given.group}`);
  const expression = pattern.expression(given.group);
  const { longest, texts } = shapeOf(given.pattern);
  const warnings: string[] = [];
  const { literals, near } = literalsOf(given, texts, expression.pattern ?? null);
  if (literals.length === 0)
    return {
      rule: null,
      warnings: [
        `rule ${given.id} is left out: it has no keywords, and its expression no fixed text of three characters`,
      ],
    };
  if (longest > LONGEST_MATCH)
    warnings.push(
      `rule ${given.id}: matches longer than ${LONGEST_MATCH} bytes are not found, since its expression sets no bound`,
    );
  return {
    warnings,
    rule: {
      id: given.id,
      title: given.title,
      severity: given.severity,
      kind: "generic",
      prefixes: [],
      // As in gitleaks: what calls itself generic gives way.
      rank: given.id.toLowerCase().includes("generic") ? 3 : 0,
      formats: [
        {
          pattern: given.pattern,
          expression,
          literals,
          maxLength: Math.min(LONGEST_MATCH, Math.max(longest, 1)),
          ...(near ? { near: NEAR } : {}),
          accept: (value, { text, start, end }) =>
            expression.last.length <= LONGEST_MATCH &&
            (given.entropy === 0 || entropy(value) > given.entropy) &&
            (given.accept?.(value, expression.last, lineOf(text, start, end)) ?? true),
        },
      ],
    },
  };
}

interface Literals {
  readonly literals: readonly string[];
  /** They stand near a match only. */
  readonly near: boolean;
}

/** What to look for: keywords that each match holds, or else such text of the expression itself, or else keywords that stand near. */
function literalsOf(given: ForeignRule, texts: readonly string[], pattern: string | null): Literals {
  const keywords = given.keywords.map((word) => word.toLowerCase());
  const enough = keywords.length > 0 && keywords.every((word) => word.length >= SHORTEST_LITERAL);
  if (pattern !== null && keywords.length > 0) {
    if (enough && holdsOneOf(pattern, keywords)) return { literals: keywords, near: false };
    if (!enough)
      for (const literals of [
        widened(keywords, (word, more) => word + more),
        widened(keywords, (word, more) => more + word),
      ])
        if (holdsOneOf(pattern, literals)) return { literals, near: false };
  }
  // A text that holds a keyword says as much as the keyword.
  if (texts.every((text) => keywords.length === 0 || keywords.some((word) => text.includes(word))))
    if (texts.length > 0) return { literals: texts, near: false };
  return enough ? { literals: keywords, near: true } : { literals: texts, near: false };
}

const BESIDE = "abcdefghijklmnopqrstuvwxyz0123456789-_";

/** Keywords that are too short to look for, with each character that may stand beside them. */
const widened = (keywords: readonly string[], beside: (word: string, more: string) => string): string[] =>
  keywords.flatMap((word) =>
    word.length >= SHORTEST_LITERAL ? [word] : [...BESIDE].map((more) => beside(word, more)),
  );

function lineOf(text: string, start: number, end: number): string {
  const stop = text.indexOf("\n", end);
  return text.slice(text.lastIndexOf("\n", start - 1) + 1, stop < 0 ? undefined : stop);
}
