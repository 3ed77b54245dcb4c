/** Expressions of GitHub's workflows: parsed, never matched as text. */
import { fold } from "./constant.ts";
import { parse } from "./parse.ts";
import { NO_READS, readsOf } from "./reads.ts";
import { ExpressionProblem } from "./tokens.ts";
import type { Embedded, Expression } from "./types.ts";

export { asText, candidates, pathOf, truthy, type Lookup } from "./constant.ts";
export { controlOf } from "./control.ts";
export type * from "./types.ts";

const NONE: readonly Embedded[] = [];
/** The same few hundred expressions stand in thousands of places. */
const cache = new Map<string, Expression>();
const MOST_CACHED = 20_000;

/** Never throws: what cannot be parsed has a `problem`. */
export function expression(source: string): Expression {
  let known = cache.get(source);
  if (known === undefined) {
    known = read(source);
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(source, known);
  }
  return known;
}

function read(source: string): Expression {
  try {
    const root = parse(source);
    return { source, root, problem: null, reads: readsOf(root), constant: fold(root) };
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    const problem = { message: error.message, offset: error.offset };
    return { source, root: null, problem, reads: NO_READS, constant: null };
  }
}

/** Every `${{ … }}` of a text. One that does not end is a problem that reaches to the text's end. */
export function expressionsIn(value: string): readonly Embedded[] {
  let start = value.indexOf("${{");
  if (start === -1) return NONE;
  const found: Embedded[] = [];
  while (start !== -1) {
    const close = closing(value, start + 3);
    const end = close === -1 ? value.length : close + 2;
    const parsed = expression(value.slice(start + 3, close === -1 ? value.length : close));
    const whole: Expression =
      close === -1
        ? { ...parsed, root: null, problem: { message: "`}}` is missing", offset: parsed.source.length } }
        : parsed;
    found.push({ expression: whole, start, end, sourceStart: start + 3 });
    start = value.indexOf("${{", end);
  }
  return found;
}

/** Of a condition: the whole text, braces or not. */
export function conditionIn(value: string): readonly Embedded[] {
  if (value.includes("${{")) return expressionsIn(value);
  if (value.trim() === "") return NONE;
  return [{ expression: expression(value), start: 0, end: value.length, sourceStart: 0 }];
}

/** Of `}}`, those inside of strings left out; -1 when there is none. */
function closing(value: string, from: number): number {
  const first = value.indexOf("}}", from);
  const quote = value.indexOf("'", from);
  if (first === -1 || quote === -1 || first < quote) return first;
  let inside = false;
  for (let at = from; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 39) inside = !inside;
    else if (!inside && code === 125 && value.charCodeAt(at + 1) === 125) return at;
  }
  return -1;
}
