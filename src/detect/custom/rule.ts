/** A foreign rule as one of ours: literals to look for, a bound for its matches, its own expression and verdict. */
import type { Severity } from "../../core/finding.ts";
import { entropy } from "../placeholders.ts";
import type { Rule } from "../types.ts";
import type { Compiler, Pattern } from "./expression.ts";
import { shapeOf } from "./width.ts";

/** Bytes a match may have where the expression sets no bound. */
export const LONGEST_MATCH = 4096;
const SHORTEST_LITERAL = 3;

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
  const { longest, texts } = shapeOf(given.pattern);
  const warnings: string[] = [];
  const keywords = given.keywords
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= SHORTEST_LITERAL);
  // Text of the expression itself is sure to be in a match; a keyword may only stand near.
  const literals = keywords.length > 0 && keywords.length === given.keywords.length ? keywords : texts;
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
  const maxLength = Math.min(LONGEST_MATCH, Math.max(longest, 1));
  const expression = pattern.expression(given.group);
  return {
    warnings,
    rule: {
      id: given.id,
      title: given.title,
      severity: given.severity,
      kind: "generic",
      prefixes: [],
      rank: 0,
      formats: [
        {
          pattern: given.pattern,
          expression,
          literals,
          // A keyword need not be a part of the match: room for it.
          maxLength: Math.max(maxLength, 512),
          accept: (value, { text, start, end }) =>
            expression.last.length <= LONGEST_MATCH &&
            (given.entropy === 0 || entropy(value) > given.entropy) &&
            (given.accept?.(value, expression.last, lineOf(text, start, end)) ?? true),
        },
      ],
    },
  };
}

function lineOf(text: string, start: number, end: number): string {
  const stop = text.indexOf("\n", end);
  return text.slice(text.lastIndexOf("\n", start - 1) + 1, stop < 0 ? undefined : stop);
}
