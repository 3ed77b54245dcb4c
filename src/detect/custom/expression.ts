/**
 * Foreign expressions: Go's syntax and meaning, in linear time whatever they say. re2js, which is loaded with the first rule file only,
 * says whether one is right; those that mean the same in JavaScript, and are sure to be cheap there, run in its engine, the others in
 * re2js. Text is Latin-1: a character outside ASCII is several here.
 */
import { boundsOf } from "../../match/expression/bounds.ts";
import { parseExpression } from "../../match/expression/parse.ts";
import type { Expression, ExpressionMatch } from "../types.ts";
import { fromGo, outlineOfGo } from "./go-syntax.ts";

/** Steps that an expression may be compiled into: a repetition of a repetition grows without a bound of its own. */
const LONGEST_SOURCE = 20_000;
/** Bytes a match may have where the expression sets no bound. */
export const LONGEST_MATCH = 8192;
/** Binary logarithm of the ways to try a text at one place up to which JavaScript's engine is trusted; bytes of a match. */
const MOST_WAYS = 20;
const LONGEST_CHEAP = 40_000;

export interface Compiler {
  /** Throws an `Error` that says what is wrong with the expression. */
  compile(source: string): Pattern;
}

export interface Pattern {
  readonly groups: number;
  /** Whether it occurs in the text. */
  test(text: string): boolean;
  /** As a rule's expression; the value is this group, or with 0 the first that is not empty. */
  expression(group: number): Expression & { readonly last: string };
}

/** Bytes that re2js is given beside a match. */
const BESIDE = 64;

interface Translation {
  readonly pattern: string;
  /** It means the same, and JavaScript's engine is sure to be quick with it. */
  readonly cheap: boolean;
}

/** What it is in JavaScript; null where that cannot be said. */
function translationOf(source: string): Translation | null {
  // What repeats without end may be longer than any match that is kept, so that all of those are found.
  const same = fromGo(source, LONGEST_MATCH + 1);
  if (same !== null) {
    const { max, ways } = boundsOf(parseExpression(same));
    if (ways <= MOST_WAYS && max <= LONGEST_CHEAP) return { pattern: same, cheap: true };
  }
  const pattern = outlineOfGo(source, LONGEST_MATCH + 1);
  return pattern === null ? null : { pattern, cheap: false };
}

export async function loadCompiler(): Promise<Compiler> {
  const { RE2JS } = await import("re2js");
  return {
    compile(source) {
      if (source.length > LONGEST_SOURCE) throw new Error(`longer than ${LONGEST_SOURCE} characters`);
      const compiled = RE2JS.compile(source);
      /** By re2js, at one place: a thread of it ends where no match can be any more, and what it sees depends on the place alone. */
      const anchoredExpression = (pattern: string, group: number): Expression & { readonly last: string } => {
        const first = RE2JS.compile(`\\A(?:${source})`);
        const behind = RE2JS.compile(`\\A(?s:.)(?:${source})`);
        const self = {
          pattern,
          last: "",
          exec(text: string, from: number): ExpressionMatch | null {
            const base = Math.max(0, from - 1);
            const matcher = (from === 0 ? first : behind).matcher(
              text.slice(base, from + LONGEST_MATCH + BESIDE),
            );
            if (!matcher.find()) return null;
            const next = base + matcher.end();
            self.last = text.slice(from, next);
            const [start, end] = valueOf(matcher, group, from - base, next - base);
            return { index: from, start: base + start, end: base + end, next };
          },
        };
        return self;
      };
      return {
        groups: compiled.groupCount(),
        test: (text) => compiled.matcher(text).find(),
        expression(group) {
          const translation = translationOf(source);
          if (translation?.cheap === true) return nativeExpression(translation.pattern, group);
          if (translation !== null) return anchoredExpression(translation.pattern, group);
          const self = {
            last: "",
            // One match after the other, as Go finds them: looking into each match again would not be linear.
            exec(text: string, from: number, here: boolean): ExpressionMatch | null {
              const matcher = compiled.matcher(text);
              if (from > text.length || !matcher.find(from)) return null;
              const index = matcher.start();
              if (here && index !== from) return null;
              const next = matcher.end();
              self.last = text.slice(index, next);
              const [start, end] = valueOf(matcher, group, index, next);
              return { index, start, end, next };
            },
          };
          return self;
        },
      };
    },
  };
}

function nativeExpression(pattern: string, group: number): Expression & { readonly last: string } {
  const sticky = new RegExp(pattern, "y");
  let exact: RegExp | null = null;
  const self = {
    pattern,
    last: "",
    exec(text: string, from: number): ExpressionMatch | null {
      sticky.lastIndex = from;
      const match = sticky.exec(text);
      if (match === null) return null;
      self.last = match[0];
      const next = from + match[0].length;
      const count = match.length - 1;
      if (count === 0) return { index: from, start: from, end: next, next };
      // Where a group stands costs more to ask for: only of what matched.
      exact ??= new RegExp(pattern, "dy");
      exact.lastIndex = from;
      const indices = exact.exec(text)?.indices;
      const [start, end] = valueOf(
        {
          groupCount: () => count,
          start: (i) => indices?.[i]?.[0] ?? -1,
          end: (i) => indices?.[i]?.[1] ?? -1,
        },
        group,
        from,
        next,
      );
      return { index: from, start, end, next };
    },
  };
  return self;
}

interface Groups {
  groupCount(): number;
  start(group: number): number;
  end(group: number): number;
}

function valueOf(matcher: Groups, group: number, from: number, to: number): readonly [number, number] {
  const count = matcher.groupCount();
  for (let i = group === 0 ? 1 : group; i <= (group === 0 ? count : group); i++) {
    const start = matcher.start(i);
    const end = matcher.end(i);
    if (start >= 0 && end > start) return [start, end];
  }
  return [from, to];
}
