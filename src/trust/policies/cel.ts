/**
 * Attribute conditions of Google's workload identity pools: the part of the Common Expression Language that they are written in. `&&`, `||`,
 * `!`, `?:`, comparisons, `in`, `has()`, `startsWith`, `endsWith`, `contains`, `matches`, `lowerAscii`. Whatever else stands there is
 * left open, with its text, and never taken for true or false.
 */
import { all, any, claimTest, not, unknown } from "./formula.ts";
import { type CelToken, celTokens } from "./cel-tokens.ts";
import type { Formula, TestOperator } from "./types.ts";

/** What a name such as `attribute.repository` or `google.subject` was mapped from; null: not a plain claim. */
export type Mapping = ReadonlyMap<string, string | null>;

type Value =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "claim"; readonly claim: string; readonly folded: boolean }
  | { readonly kind: "list"; readonly texts: readonly string[] }
  | { readonly kind: "formula"; readonly formula: Formula }
  | { readonly kind: "other" };

const MOST_DEPTH = 100;
type Claim = Extract<Value, { kind: "claim" }>;
const OTHER: Value = { kind: "other" };

export function celFormula(text: string, mapping: Mapping, place: string): Formula {
  const tokens = celTokens(text);
  if (tokens === null) return unknown(text, place);
  return new Reader(text, tokens, mapping, place).read();
}

class Reader {
  readonly #text: string;
  readonly #tokens: readonly CelToken[];
  readonly #mapping: Mapping;
  readonly #place: string;
  #next = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly CelToken[], mapping: Mapping, place: string) {
    this.#text = text;
    this.#tokens = tokens;
    this.#mapping = mapping;
    this.#place = place;
  }

  read(): Formula {
    try {
      const formula = this.#ternary();
      return this.#peek().kind === "end" ? formula : unknown(this.#text, this.#place);
    } catch (error) {
      if (error instanceof SyntaxError) return unknown(this.#text, this.#place);
      throw error;
    }
  }

  #peek(): CelToken {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", at: this.#text.length };
  }
  #take(sign: string): boolean {
    const { kind, text } = this.#peek();
    if ((kind !== "sign" && kind !== "name") || text !== sign) return false;
    this.#next++;
    return true;
  }
  #expect(sign: string): void {
    if (!this.#take(sign)) throw new SyntaxError(sign);
  }
  #since(start: number): string {
    const from = this.#tokens[start]?.at ?? 0;
    return this.#text.slice(from, this.#peek().at).trim();
  }

  #ternary(): Formula {
    if (++this.#depth > MOST_DEPTH) throw new SyntaxError("too deep");
    const condition = this.#or();
    if (!this.#take("?")) {
      this.#depth--;
      return condition;
    }
    const yes = this.#ternary();
    this.#expect(":");
    const no = this.#ternary();
    this.#depth--;
    return any([all([condition, yes]), all([not(condition), no])]);
  }
  #or(): Formula {
    const of = [this.#and()];
    while (this.#take("||")) of.push(this.#and());
    return any(of);
  }
  #and(): Formula {
    const of = [this.#comparison()];
    while (this.#take("&&")) of.push(this.#comparison());
    return all(of);
  }

  #comparison(): Formula {
    const start = this.#next;
    const left = this.#value();
    const sign = ["==", "!=", "in", "<", ">", "<=", ">="].find((one) => this.#take(one));
    if (sign === undefined)
      return left.kind === "formula"
        ? left.formula
        : left.kind === "claim"
          ? this.#test(left, "equals-any-case", ["true"])
          : unknown(this.#since(start), this.#place);
    const right = this.#value();
    return this.#compared(left, sign, right) ?? unknown(this.#since(start), this.#place);
  }

  #compared(left: Value, sign: string, right: Value): Formula | null {
    if (sign === "in") {
      if (left.kind === "claim" && right.kind === "list") return this.#test(left, "equals", right.texts);
      if (left.kind === "text" && right.kind === "claim") return this.#test(right, "equals", [left.text]);
      return null;
    }
    if (sign !== "==" && sign !== "!=") return null;
    const [claim, text] = left.kind === "claim" ? [left, right] : [right, left];
    if (claim.kind !== "claim" || text.kind !== "text") return null;
    const test = this.#test(claim, "equals", [text.text]);
    // A claim that is not there is an error in CEL, and an error admits nobody: `!=` asks that it is there.
    return sign === "=="
      ? test
      : all([
          claimTest({ claim: claim.claim, operator: "present", values: [], place: this.#place }),
          not(test),
        ]);
  }

  #test({ claim, folded }: Claim, operator: TestOperator, values: readonly string[]): Formula {
    const place = this.#place;
    return claimTest({
      claim,
      operator: folded ? "equals-any-case" : operator,
      values,
      place,
    });
  }

  #value(): Value {
    if (++this.#depth > MOST_DEPTH) throw new SyntaxError("too deep");
    const value = this.#signed();
    this.#depth--;
    return value;
  }

  #signed(): Value {
    if (this.#take("!")) {
      const start = this.#next;
      const inner = this.#value();
      const formula =
        inner.kind === "formula"
          ? inner.formula
          : inner.kind === "claim"
            ? this.#test(inner, "equals-any-case", ["true"])
            : unknown(this.#since(start), this.#place);
      return { kind: "formula", formula: not(formula) };
    }
    let value = this.#primary();
    for (;;) {
      if (this.#take(".")) {
        const { kind, text } = this.#peek();
        if (kind !== "name") throw new SyntaxError("name");
        this.#next++;
        value = this.#take("(") ? this.#call(value, text) : OTHER;
      } else if (this.#take("[")) {
        this.#ternary();
        this.#expect("]");
        value = OTHER;
      } else return value;
    }
  }

  #primary(): Value {
    const token = this.#peek();
    if (this.#take("(")) {
      const formula = this.#ternary();
      this.#expect(")");
      return { kind: "formula", formula };
    }
    if (this.#take("[")) return this.#list();
    this.#next++;
    if (token.kind === "text") return { kind: "text", text: token.text };
    if (token.kind === "number") return { kind: "text", text: token.text };
    if (token.kind !== "name") throw new SyntaxError("value");
    if (token.text === "true" || token.text === "false") return this.#constant(token.text === "true");
    if (this.#take("(")) return this.#function(token.text);
    return this.#path(token.text);
  }

  #constant(value: boolean): Value {
    return { kind: "formula", formula: value ? all([]) : any([]) };
  }

  #list(): Value {
    const texts: string[] = [];
    let plain = true;
    while (!this.#take("]")) {
      const one = this.#value();
      if (one.kind === "text") texts.push(one.text);
      else plain = false;
      if (!this.#take(",")) {
        this.#expect("]");
        break;
      }
    }
    return plain ? { kind: "list", texts } : OTHER;
  }

  /** `assertion.sub`, `assertion['sub']`, `attribute.repository`, `google.subject`. */
  #path(first: string): Value {
    const names = [first];
    for (;;) {
      const back = this.#next;
      if (this.#take(".") && this.#peek().kind === "name") {
        const { text } = this.#peek();
        this.#next++;
        if (this.#take("(")) {
          this.#next = back;
          break;
        }
        names.push(text);
      } else if (this.#take("[") && this.#peek().kind === "text") {
        names.push(this.#peek().text);
        this.#next++;
        this.#expect("]");
      } else {
        this.#next = back;
        break;
      }
    }
    const claim = this.#claimOf(names);
    return claim === null ? OTHER : { kind: "claim", claim, folded: false };
  }

  #claimOf(names: readonly string[]): string | null {
    const [first, ...rest] = names;
    if (rest.length === 0) return null;
    if (first === "assertion")
      return rest.length === 1
        ? (rest[0] ?? null)
        : `/${rest.map((one) => one.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;
    return this.#mapping.get(names.join(".")) ?? null;
  }

  #arguments(): Value[] {
    const given: Value[] = [];
    while (!this.#take(")")) {
      given.push(this.#value());
      if (!this.#take(",")) {
        this.#expect(")");
        break;
      }
    }
    return given;
  }

  #function(name: string): Value {
    const [only, ...more] = this.#arguments();
    if (name === "has" && only?.kind === "claim" && more.length === 0)
      return {
        kind: "formula",
        formula: claimTest({ claim: only.claim, operator: "present", values: [], place: this.#place }),
      };
    if (name === "string" && only?.kind === "claim" && more.length === 0) return only;
    return OTHER;
  }

  /** Of a folded claim as a pattern, in which the text's own wildcards would be some: left open. */
  #called(on: Claim, operator: TestOperator, text: string): Formula {
    const place = this.#place;
    if (!on.folded) return claimTest({ claim: on.claim, operator, values: [text], place });
    const pattern = PATTERNS[operator]?.(text);
    return pattern === undefined || /[*?]/.test(text)
      ? unknown(`${operator} ${text}`, place)
      : claimTest({ claim: on.claim, operator: "like-any-case", values: [pattern], place });
  }

  #call(on: Value, name: string): Value {
    const [argument, ...more] = this.#arguments();
    const operator = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    if (operator !== undefined && on.kind === "claim" && argument?.kind === "text" && more.length === 0)
      return { kind: "formula", formula: this.#called(on, operator, argument.text) };
    if (name === "lowerAscii" && on.kind === "claim" && argument === undefined)
      return { ...on, folded: true };
    return OTHER;
  }
}

const METHODS: Readonly<Record<string, TestOperator>> = {
  startsWith: "prefix",
  endsWith: "suffix",
  contains: "contains",
  matches: "matches",
};

const PATTERNS: Readonly<Partial<Record<TestOperator, (text: string) => string>>> = {
  prefix: (text) => `${text}*`,
  suffix: (text) => `*${text}`,
  contains: (text) => `*${text}*`,
};
