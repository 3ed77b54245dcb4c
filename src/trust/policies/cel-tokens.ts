/** Tokens of the Common Expression Language, as far as attribute conditions use it. Source: the CEL specification, "Syntax". */
export interface CelToken {
  readonly kind: "name" | "text" | "number" | "sign" | "end";
  readonly text: string;
  /** 0-based offset. */
  readonly at: number;
}

const BLANK = /(?:\s|\/\/[^\n]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /\d+(?:\.\d+)?/y;
const TEXT = /[rR]?(?:'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/y;
const SIGN = /&&|\|\||==|!=|<=|>=|[!?:.,()[\]{}<>+\-*/%]/y;
const KINDS = [
  { kind: "text", pattern: TEXT },
  { kind: "name", pattern: NAME },
  { kind: "number", pattern: NUMBER },
  { kind: "sign", pattern: SIGN },
] as const;

/** Null where a character belongs to nothing. */
export function celTokens(text: string): CelToken[] | null {
  const tokens: CelToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? "";
  };
  while (at < text.length) {
    const blank = take(BLANK);
    if (blank !== "") {
      at += blank.length;
      continue;
    }
    const row = KINDS.find(({ pattern }) => take(pattern) !== "");
    if (row === undefined) return null;
    const { kind, pattern } = row;
    const found = take(pattern);
    tokens.push({ kind, text: kind === "text" ? unquoted(found) : found, at });
    at += found.length;
  }
  tokens.push({ kind: "end", text: "", at });
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

function unquoted(literal: string): string {
  const raw = /^r/i.test(literal);
  const body = raw ? literal.slice(1) : literal;
  const size = /^('''|""")/.test(body) ? 3 : 1;
  const inner = body.slice(size, -size);
  if (raw) return inner;
  return inner.replaceAll(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/gs,
    (_, u?: string, long?: string, x?: string, one?: string) => {
      const hex = u ?? long ?? x;
      if (hex !== undefined)
        return Number.parseInt(hex, 16) <= 0x10_ffff ? String.fromCodePoint(Number.parseInt(hex, 16)) : "";
      return ESCAPES[one ?? ""] ?? one ?? "";
    },
  );
}
