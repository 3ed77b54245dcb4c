/**
 * The part of HCL that policies are written in: blocks, assignments, strings with escapes, heredocs, numbers, booleans,
 * lists and objects, three kinds of comment. One pass, each character looked at a bounded number of times, depth limited.
 * Text inside `${…}` is kept as it stands, as HCL does; an escape in there is refused, since readers disagree on it.
 */
import { type Item, type Key, MAX_DEPTH, type Node, type ObjectNode, invalid, quoted } from "./tree.ts";

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};
/** Digits after `\x`, `\u`, `\U`. */
const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
/** Made when first used: compiling the letter classes costs a short command two milliseconds it seldom needs. */
let identifierPattern: RegExp | undefined;
const identifier = (): RegExp => (identifierPattern ??= /[\p{L}_][\p{L}\p{Nd}_.-]*/uy);
const NUMBER = /-?(?:0[xX][0-9a-fA-F]+|(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![0-9A-Za-z_.])/y;
const HEREDOC = /<<(-?)([A-Za-z_][A-Za-z0-9_]*)\r?\n/y;
const BLANK = /[ \t\r\n]+/y;

export function parseHcl(text: string): ObjectNode {
  return new HclParser(text).document();
}

class HclParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): ObjectNode {
    return { kind: "object", items: this.#items("", 0), at: 0 };
  }

  #fail(problem: string, at = this.#at): never {
    throw invalid(this.#text, at, problem);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  /** What comes next, for messages. */
  #found(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? "the end of the policy" : quoted(String.fromCodePoint(code));
  }

  #skip(): void {
    for (;;) {
      this.#match(BLANK);
      if (this.#text[this.#at] === "#" || this.#text.startsWith("//", this.#at)) {
        const end = this.#text.indexOf("\n", this.#at);
        this.#at = end === -1 ? this.#text.length : end;
      } else if (this.#text.startsWith("/*", this.#at)) {
        const end = this.#text.indexOf("*/", this.#at + 2);
        if (end === -1) this.#fail("comment not terminated");
        this.#at = end + 2;
      } else return;
    }
  }

  /** Items up to `closing` (`}`, or the end of the text where it is empty), which is consumed. */
  #items(closing: "}" | "", depth: number): Item[] {
    const opened = this.#at;
    const items: Item[] = [];
    for (;;) {
      this.#skip();
      if (this.#at >= this.#text.length) {
        if (closing === "") return items;
        this.#fail("object expected closing brace, found the end of the policy", opened - 1);
      }
      if (this.#text[this.#at] === closing) {
        this.#at++;
        return items;
      }
      items.push(this.#item(depth));
      this.#skip();
      if (this.#text[this.#at] === ",") this.#at++;
    }
  }

  #item(depth: number): Item {
    const at = this.#at;
    const keys: Key[] = [];
    for (;;) {
      this.#skip();
      const char = this.#text[this.#at];
      if (char === "=" && keys.length === 1) {
        this.#at++;
        this.#skip();
        return { keys, value: this.#value(depth + 1), at };
      }
      if (char === "{" && keys.length > 0) return { keys, value: this.#object(depth + 1), at };
      if (keys.length >= 2) this.#fail(`expected an opening brace, found ${this.#found()}`);
      keys.push(this.#key());
    }
  }

  #key(): Key {
    const at = this.#at;
    if (this.#text[at] === '"') return { name: this.#string(), at };
    const found = this.#match(identifier());
    if (found === null) this.#fail(`expected a name or a quoted string, found ${this.#found()}`);
    return { name: found[0], at };
  }

  #value(depth: number): Node {
    const at = this.#at;
    const char = this.#text[at];
    if (char === '"') return { kind: "string", value: this.#string(), at };
    if (char === "<") return { kind: "string", value: this.#heredoc(), at };
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#list(depth);
    const number = this.#match(NUMBER);
    if (number !== null) return { kind: "number", value: numberOf(number[0]), at };
    const word = this.#match(identifier());
    if (word?.[0] === "true" || word?.[0] === "false") return { kind: "bool", value: word[0] === "true", at };
    this.#at = at;
    return this.#fail(`expected a value, found ${word === null ? this.#found() : quoted(word[0])}`);
  }

  #enter(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.#at++;
  }

  #object(depth: number): ObjectNode {
    const at = this.#at;
    this.#enter(depth);
    return { kind: "object", items: this.#items("}", depth), at };
  }

  #list(depth: number): Node {
    const at = this.#at;
    this.#enter(depth);
    const items: Node[] = [];
    for (;;) {
      this.#skip();
      if (this.#at >= this.#text.length) this.#fail("list not terminated", at);
      if (this.#text[this.#at] === "]") break;
      items.push(this.#value(depth + 1));
      this.#skip();
      if (this.#text[this.#at] === ",") this.#at++;
      else if (this.#text[this.#at] !== "]" && this.#at < this.#text.length)
        this.#fail(`expected a comma or a closing bracket, found ${this.#found()}`);
    }
    this.#at++;
    return { kind: "list", items, at };
  }

  #string(): string {
    const opened = this.#at;
    const parts: string[] = [];
    let from = ++this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === "\n") this.#fail("literal not terminated", opened);
      if (char === '"') break;
      if (char === "\\") {
        parts.push(this.#text.slice(from, this.#at), this.#escape());
        from = this.#at;
      } else if (char === "$" && this.#text[this.#at + 1] === "{") this.#interpolation(opened);
      else this.#at++;
    }
    parts.push(this.#text.slice(from, this.#at));
    this.#at++;
    return parts.join("");
  }

  /** Steps over `${…}` with balanced braces; quotes inside do not end the string. */
  #interpolation(opened: number): void {
    this.#at += 2;
    for (let braces = 1; braces > 0; this.#at++) {
      const char = this.#text[this.#at];
      if (char === undefined || char === "\n") this.#fail("literal not terminated", opened);
      if (char === "\\") this.#fail("no escape may stand inside ${…}");
      if (char === "{") braces++;
      else if (char === "}") braces--;
    }
  }

  #escape(): string {
    const at = this.#at;
    const char = this.#text[at + 1] ?? "";
    const simple = SIMPLE_ESCAPES[char];
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const octal = /^[0-7]{3}$/.test(this.#text.slice(at + 1, at + 4));
    const hex = HEX_ESCAPES[char] ?? 0;
    const digits = octal ? this.#text.slice(at + 1, at + 4) : this.#text.slice(at + 2, at + 2 + hex);
    // too few of them at the end of the text: then the string has no end either
    if (!/^[0-9a-fA-F]+$/.test(digits)) this.#fail("illegal char escape");
    const code = Number.parseInt(digits, octal ? 8 : 16);
    // \x80 and up, and octal alike, are single bytes to HCL and need not be text at all
    if ((octal || char === "x") && code > 0x7f)
      this.#fail("illegal char escape (write characters above 0x7f as themselves or as \\u)");
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) this.#fail("illegal char escape");
    this.#at += octal ? 4 : 2 + hex;
    return String.fromCodePoint(code);
  }

  #heredoc(): string {
    const at = this.#at;
    const found = this.#match(HEREDOC);
    if (found === null) this.#fail("invalid heredoc: expected << and a name at the end of the line");
    const [, indented, anchor] = found;
    const lines: string[] = [];
    for (;;) {
      const end = this.#text.indexOf("\n", this.#at);
      // HCL ends a heredoc only at a line that is itself ended
      if (end === -1) this.#fail("heredoc not terminated", at);
      const line = this.#text.slice(this.#at, end);
      this.#at = end + 1;
      if (line.trim() === anchor) break;
      lines.push(line);
    }
    return `${(indented === "-" ? unindent(lines) : lines).join("\n")}${lines.length > 0 ? "\n" : ""}`;
  }
}

function numberOf(source: string): number {
  return source.startsWith("-") ? -Number(source.slice(1)) : Number(source);
}

function unindent(lines: readonly string[]): string[] {
  const depth = lines.reduce(
    (least, line) => Math.min(least, line.length - line.trimStart().length),
    Infinity,
  );
  return lines.map((line) => line.slice(depth));
}
