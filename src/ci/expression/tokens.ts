/** Expression source → tokens. Bounded by the source's length; throws `ExpressionProblem`. */

export type TokenKind = "name" | "string" | "number" | "operator" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** Of a name or operator as written; of a string its value. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export class ExpressionProblem extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** GitHub's own limit. */
const MAX_LENGTH = 21_000;
const TOKEN =
  /\s+|(?<name>[A-Za-z_][\w-]*)|'(?<string>(?:[^']|'')*)'|(?<number>[+-]?(?:0x[\da-fA-F]+|0o[0-7]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN))|(?<operator>&&|\|\||[=!<>]=|[<>!()[\],.*])/y;

export function tokens(source: string): Token[] {
  if (source.length > MAX_LENGTH)
    throw new ExpressionProblem(`longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  const list: Token[] = [];
  let at = 0;
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(source);
    if (found === null) throw new ExpressionProblem(unexpected(source, at), at);
    const { name, string, number, operator } = found.groups ?? {};
    const end = TOKEN.lastIndex;
    if (name !== undefined) list.push({ kind: "name", text: name, start: at, end });
    else if (string !== undefined)
      list.push({ kind: "string", text: string.replaceAll("''", "'"), start: at, end });
    else if (number !== undefined) list.push({ kind: "number", text: number, start: at, end });
    else if (operator !== undefined) list.push({ kind: "operator", text: operator, start: at, end });
    at = end;
  }
  list.push({ kind: "end", text: "", start: source.length, end: source.length });
  return list;
}

function unexpected(source: string, at: number): string {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === "'") return "a string that does not end";
  if (character === '"') return "strings stand in single quotes";
  return `unexpected \`${character}\``;
}
