/** Expression source → syntax tree: operator precedence parsing with a bound on nesting. */
import { ExpressionProblem, type Token, tokens } from "./tokens.ts";
import type { Node } from "./types.ts";

/** GitHub allows 50. */
export const MAX_DEPTH = 100;

type Operator = Extract<Node, { kind: "binary" }>["operator"];
const PRECEDENCE: Readonly<Record<Operator, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
};
const KEYWORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["Infinity", Infinity],
  ["NaN", NaN],
]);

/** Throws `ExpressionProblem`. */
export function parse(source: string): Node {
  const parser = new Parser(tokens(source));
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  whole(): Node {
    if (this.#peek().kind === "end") throw new ExpressionProblem("an empty expression", 0);
    const node = this.#binary(0);
    const rest = this.#peek();
    if (rest.kind !== "end") throw new ExpressionProblem(`unexpected \`${rest.text}\``, rest.start);
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #is(operator: string): boolean {
    const token = this.#peek();
    return token.kind === "operator" && token.text === operator;
  }

  #take(operator: string): Token {
    const token = this.#peek();
    if (!this.#is(operator))
      throw new ExpressionProblem(
        token.kind === "end"
          ? `\`${operator}\` is missing`
          : `\`${operator}\` expected, not \`${token.text}\``,
        token.start,
      );
    this.#at++;
    return token;
  }

  #binary(minimum: number): Node {
    if (++this.#depth > MAX_DEPTH)
      throw new ExpressionProblem(`nested more than ${MAX_DEPTH} deep`, this.#peek().start);
    let left = this.#unary();
    for (;;) {
      const token = this.#peek();
      const precedence = token.kind === "operator" ? PRECEDENCE[token.text as Operator] : undefined;
      if (precedence === undefined || precedence <= minimum) break;
      this.#at++;
      const right = this.#binary(precedence);
      const operator = token.text as Operator;
      left = { kind: "binary", operator, left, right, start: left.start, end: right.end };
    }
    this.#depth--;
    return left;
  }

  #unary(): Node {
    const nots: number[] = [];
    while (this.#is("!")) {
      nots.push(this.#peek().start);
      this.#at++;
      if (nots.length > MAX_DEPTH)
        throw new ExpressionProblem(`nested more than ${MAX_DEPTH} deep`, this.#peek().start);
    }
    let node = this.#postfix(this.#primary());
    while (nots.length > 0) node = { kind: "not", operand: node, start: nots.pop() ?? 0, end: node.end };
    return node;
  }

  #primary(): Node {
    const token = this.#peek();
    const { start, end } = token;
    this.#at++;
    if (token.kind === "string") return { kind: "literal", value: token.text, start, end };
    if (token.kind === "number")
      return { kind: "literal", value: NUMBERS.get(token.text) ?? Number(token.text), start, end };
    if (token.kind === "name") {
      if (this.#is("(")) return this.#call(token);
      const keyword = KEYWORDS.get(token.text.toLowerCase());
      if (keyword !== undefined) return { kind: "literal", value: keyword, start, end };
      const number = NUMBERS.get(token.text);
      if (number !== undefined) return { kind: "literal", value: number, start, end };
      return { kind: "context", name: token.text.toLowerCase(), start, end };
    }
    if (token.kind === "operator" && token.text === "(") {
      const inner = this.#binary(0);
      return { ...inner, start, end: this.#take(")").end };
    }
    throw new ExpressionProblem(
      token.kind === "end" ? "ends too early" : `unexpected \`${token.text}\``,
      token.start,
    );
  }

  #call(name: Token): Node {
    this.#take("(");
    const args: Node[] = [];
    if (!this.#is(")"))
      for (;;) {
        args.push(this.#binary(0));
        if (!this.#is(",")) break;
        this.#at++;
      }
    return { kind: "call", name: name.text.toLowerCase(), args, start: name.start, end: this.#take(")").end };
  }

  #postfix(first: Node): Node {
    let node = first;
    let steps = 0;
    for (;;) {
      if (++steps > MAX_DEPTH)
        throw new ExpressionProblem(`nested more than ${MAX_DEPTH} deep`, this.#peek().start);
      const { start } = node;
      if (this.#is(".")) {
        this.#at++;
        const token = this.#peek();
        this.#at++;
        const { end } = token;
        if (token.kind === "name")
          node = { kind: "index", object: node, property: token.text, by: null, start, end };
        else if (token.kind === "operator" && token.text === "*")
          node = { kind: "star", object: node, start, end };
        else throw new ExpressionProblem("a name must follow `.`", token.start);
      } else if (this.#is("[")) {
        this.#at++;
        if (this.#is("*")) {
          this.#at++;
          node = { kind: "star", object: node, start, end: this.#take("]").end };
          continue;
        }
        const by = this.#binary(0);
        const property = by.kind === "literal" ? String(by.value) : null;
        const { end } = this.#take("]");
        node = { kind: "index", object: node, property, by, start, end };
      } else return node;
    }
  }
}
