/** Why a rule found nothing in a text, as far as its own steps can say: for whoever writes rules. */
import { refusalOf } from "./candidates.ts";
import { analyseFormat, compileFormat } from "./compile.ts";
import type { Rule } from "./types.ts";

export interface NearMatch {
  /** Byte offset of the value. */
  readonly offset: number;
  readonly length: number;
  /** What dropped it; null: nothing of this rule's own did, so that another rule has the place. */
  readonly refused: string | null;
}

export interface Explanation {
  /** Whether any literal is there at all: without one the expression is never tried. */
  readonly literal: boolean;
  readonly near: readonly NearMatch[];
}

const MOST = 100;

/** `text`: Latin-1. */
export function explain(rule: Rule, text: string): Explanation {
  const low = text.toLowerCase();
  const near: NearMatch[] = [];
  let literal = false;
  for (const format of rule.formats) {
    if (!format.literals.some((one) => low.includes(one.toLowerCase()))) continue;
    literal = true;
    const { expression } = compileFormat(rule, format, analyseFormat(rule, format));
    const here = format.expression === undefined;
    for (let at = 0; at < text.length && near.length < MOST; at++) {
      const match = expression.exec(text, at, here);
      if (match === null) {
        if (here) continue;
        break;
      }
      const { index, start, end } = match;
      const value = text.slice(start, end);
      const judged = refusalOf(rule, format, value);
      const accepted = format.accept?.(value, { text, match: index, start, end }) !== false;
      near.push({
        offset: start,
        length: end - start,
        refused:
          judged ?? (accepted ? null : "what stands beside it, or the value's own look, speaks against it"),
      });
      at = Math.max(at, end - 1);
    }
  }
  return { literal, near };
}
