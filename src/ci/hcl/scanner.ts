/** Characters of HCL: blanks and comments, names, quoted templates, here documents, brackets that match. */

const IDENTIFIER = /[A-Za-z_][\w-]*/y;
const NUMBER = /-?\d+(?:\.\d+)?/y;
const BLANKS = /(?:[ \t\r]|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const BLANKS_AND_LINES = /(?:[ \t\r\n]|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const HEREDOC = /<<(-?)([A-Za-z_][\w.-]*)[ \t]*\r?\n/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

export class Scanner {
  readonly #text: string;
  #at = 0;
  /** A bracket was looked for that nothing closes. */
  unclosed = false;
  /** Words of here documents that no later line ends: looked for once. */
  readonly #endless = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  get at(): number {
    return this.#at;
  }

  /** Never past the end, whatever a text that breaks off makes of it. */
  set at(offset: number) {
    this.#at = Math.min(offset, this.#text.length);
  }

  get done(): boolean {
    return this.at >= this.#text.length;
  }

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.at);
  }

  blank(lines: boolean): void {
    this.#take(lines ? BLANKS_AND_LINES : BLANKS);
  }

  identifier(): string {
    return this.#take(IDENTIFIER);
  }

  number(): string {
    return this.#take(NUMBER);
  }

  line(): void {
    const newline = this.#text.indexOf("\n", this.at);
    this.at = newline === -1 ? this.#text.length : newline;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  startsFor(): boolean {
    const here = this.at;
    this.blank(true);
    const found = this.identifier() === "for";
    this.at = here;
    return found;
  }

  /** From the quote; escapes are decoded, `${…}` and `%{…}` stay. */
  quoted(): { readonly value: string } {
    let value = "";
    this.at++;
    while (!this.done) {
      const character = this.#text.charAt(this.at);
      if (character === '"') {
        this.at++;
        break;
      }
      if (character === "\n") break;
      if (character === "\\") {
        const next = this.#text.charAt(this.at + 1);
        const code = /^u([\da-f]{4})|^U([\da-f]{8})/i.exec(this.#text.slice(this.at + 1, this.at + 10));
        const point = Number.parseInt(code?.[1] ?? code?.[2] ?? "fffd", 16);
        value +=
          code === null
            ? (ESCAPES[next] ?? next)
            : point <= 0x10ffff
              ? String.fromCodePoint(point)
              : "\ufffd";
        this.at += code === null ? 2 : 1 + code[0].length;
      } else if (
        (character === "$" || character === "%") &&
        this.#text.charAt(this.at + 1) === "{" &&
        this.#text.charAt(this.at - 1) !== character
      ) {
        const end = this.behindBracket(this.at + 1);
        value += this.#text.slice(this.at, end);
        this.at = end;
      } else {
        value += character;
        this.at++;
      }
    }
    return { value };
  }

  /** Null when it does not end. */
  heredoc(): { readonly value: string; readonly start: number; readonly end: number } | null {
    HEREDOC.lastIndex = this.at;
    const head = HEREDOC.exec(this.#text);
    if (head === null) return null;
    const [whole, dash, word = ""] = head;
    if (this.#endless.has(word)) return null;
    const start = this.at + whole.length;
    for (let at = start; at <= this.#text.length; ) {
      const newline = this.#text.indexOf("\n", at);
      const end = newline === -1 ? this.#text.length : newline;
      if (this.#text.slice(at, end).trim() === word) {
        this.at = end;
        const until = Math.max(start, at - 1);
        const body = this.#text.slice(start, until).replaceAll("\r", "");
        return { value: dash === "-" ? withoutIndent(body) : body, start, end: until };
      }
      if (newline === -1) break;
      at = newline + 1;
    }
    this.#endless.add(word);
    return null;
  }

  /** Behind the bracket that closes the one at `from`; the end of the text when none does. Strings and comments are jumped over. */
  behindBracket(from: number): number {
    const here = this.at;
    let level = 0;
    this.at = from;
    while (!this.done) {
      const character = this.#text.charAt(this.at);
      if (character === '"') {
        this.#jumpString();
        continue;
      }
      if ("([{".includes(character)) level++;
      else if (")]}".includes(character) && --level <= 0) {
        const end = this.at + 1;
        this.at = here;
        return end;
      }
      this.at++;
    }
    this.at = here;
    this.unclosed = true;
    return this.#text.length;
  }

  /** Over a quoted string with what is nested in it, without recursion. */
  #jumpString(): void {
    let quotes = 1;
    const braces: number[] = [];
    this.at++;
    while (!this.done && quotes > 0) {
      const character = this.#text.charAt(this.at);
      const inside = braces.length < quotes;
      if (character === "\\" && inside) this.at++;
      else if (character === '"') {
        if (inside) quotes--;
        else quotes++;
      } else if (
        inside &&
        (character === "$" || character === "%") &&
        this.#text.charAt(this.at + 1) === "{"
      ) {
        braces.push(1);
        this.at++;
      } else if (!inside && character === "{") braces[braces.length - 1] = (braces.at(-1) ?? 0) + 1;
      else if (!inside && character === "}") {
        const left = (braces.at(-1) ?? 1) - 1;
        if (left === 0) braces.pop();
        else braces[braces.length - 1] = left;
      } else if (character === "\n" && inside && quotes === 1) return;
      this.at++;
    }
  }

  /** Nothing but blanks up to a line's end, a comma or a closing bracket. */
  endsExpression(): boolean {
    const here = this.at;
    this.blank(false);
    const ends = this.done || /[\n,\]})]/.test(this.#text.charAt(this.at));
    this.at = here;
    return ends;
  }

  /** Where an expression of any form ends: at a comma, a line's end or a closing bracket outside of its own brackets. */
  expressionEnd(): number {
    const here = this.at;
    let at = here;
    while (at < this.#text.length) {
      const character = this.#text.charAt(at);
      if (/[\n,\]})]/.test(character)) break;
      if ("([{".includes(character)) at = this.behindBracket(at);
      else if (character === '"') {
        this.at = at;
        this.#jumpString();
        at = Math.max(this.at, at + 1);
      } else if (character === "#" || this.#text.startsWith("//", at)) break;
      else at++;
    }
    this.at = here;
    return Math.min(at, this.#text.length);
  }
}

/** `<<-`: the smallest indentation of all lines is not part of them. */
function withoutIndent(text: string): string {
  const lines = text.split("\n");
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const least = indents.reduce((a, b) => Math.min(a, b), Infinity);
  return Number.isFinite(least) ? lines.map((line) => line.slice(least)).join("\n") : text;
}
