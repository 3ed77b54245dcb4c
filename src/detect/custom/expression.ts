/**
 * Foreign expressions: Go's syntax and meaning, in linear time whatever they say, by re2js. It is loaded with the first rule file
 * only. Text is Latin-1: a character outside ASCII is several here.
 */
import type { Expression, ExpressionMatch } from "../types.ts";

/** Steps that an expression may be compiled into: a repetition of a repetition grows without a bound of its own. */
const LONGEST_SOURCE = 20_000;

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

export async function loadCompiler(): Promise<Compiler> {
  const { RE2JS } = await import("re2js");
  return {
    compile(source) {
      if (source.length > LONGEST_SOURCE) throw new Error(`longer than ${LONGEST_SOURCE} characters`);
      const compiled = RE2JS.compile(source);
      return {
        groups: compiled.groupCount(),
        test: (text) => compiled.matcher(text).find(),
        expression(group) {
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
