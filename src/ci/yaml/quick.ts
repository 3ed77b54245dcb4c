/**
 * The usual forms of workflow files in one pass, without a token in between: block maps and lists, plain and quoted scalars, literal and
 * folded blocks, flow collections on a few lines. Whatever is not surely one of these (anchors, tags, tabs, several documents, escapes out
 * of the ordinary, anything that may be an error) is not judged here: null, and a complete reader takes the file.
 */
import type { ScalarStyle, SourceFile } from "../model.ts";
import { MAX_DEPTH } from "./builder.ts";
import { Entry, list, map, scalar, unique } from "./nodes.ts";
import type { ParsedYaml, YamlEntry, YamlNode, YamlProblem, YamlScalar } from "./types.ts";

const SPACE = 32;
const NEWLINE = 10;
const HASH = 35;
const COLON = 58;
const DASH = 45;
const SINGLE = 39;
const DOUBLE = 34;
const COMMA = 44;
/** With which a plain scalar cannot begin, or which begin something that is left to others: `% @ & * ! ? | > { } [ ] , # ` and the backquote. */
const NOT_PLAIN = new Set([..."%@`&*!?|>{}[],#"].map((character) => character.charCodeAt(0)));
const BRACKETS = new Set([..."{}[]"].map((character) => character.charCodeAt(0)));

export function parseQuick(file: SourceFile): ParsedYaml | null {
  const { text } = file;
  if (text.includes("\t") || text.includes("\r") || text.includes("\0")) return null;
  try {
    return new Quick(file).whole();
  } catch (error) {
    if (error instanceof NotUsual) return null;
    throw error;
  }
}

/** Names of keys are few. */
const names = new Map<string, string>();

function shared(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size > 10_000) names.clear();
  names.set(name, name);
  return name;
}

interface Key {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly plain: boolean;
}

class NotUsual extends Error {}
const notUsual = new NotUsual("left to a complete reader");

class Quick {
  readonly #file: SourceFile;
  readonly #text: string;
  readonly #length: number;
  readonly #problems: YamlProblem[] = [];
  #at = 0;
  /** Of the line that `#at` is the first content of; -1 at the end. */
  #indent = 0;
  #depth = 0;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#text = file.text;
    this.#length = file.text.length;
  }

  whole(): ParsedYaml {
    this.#content();
    if (this.#text.startsWith("---", this.#at) && this.#indent === 0) {
      this.#at += 3;
      this.#lineEnd();
      this.#content();
    }
    if (this.#indent < 0) throw notUsual;
    const root = this.#block(-1);
    if (this.#indent !== -1) throw notUsual;
    return { file: this.#file, documents: [root], problems: this.#problems };
  }

  /** To the next line that holds something. */
  #content(): void {
    const text = this.#text;
    let at = this.#at;
    let start = at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === SPACE) at++;
      else if (code === NEWLINE) start = ++at;
      else if (code === HASH) {
        const newline = text.indexOf("\n", at);
        if (newline === -1) break;
        start = at = newline + 1;
      } else break;
    }
    if (at >= this.#length || text.charCodeAt(at) === HASH) {
      this.#at = this.#length;
      this.#indent = -1;
      return;
    }
    this.#at = at;
    this.#indent = at - start;
    if (this.#indent === 0 && at > 0 && (text.startsWith("---", at) || text.startsWith("...", at)))
      if (text.slice(0, at).trim() !== "" && !onlyComments(text.slice(0, at))) throw notUsual;
  }

  /** Nothing but blanks and a comment may follow on this line. Leaves `#at` behind its end. */
  #lineEnd(): void {
    const text = this.#text;
    const from = this.#at;
    let at = from;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    if (code === HASH && at > from) {
      const newline = text.indexOf("\n", at);
      this.#at = newline === -1 ? this.#length : newline + 1;
    } else if (code === NEWLINE) this.#at = at + 1;
    else if (at >= this.#length) this.#at = this.#length;
    else throw notUsual;
  }

  /** A node whose first character is at `#at`, in the column `#indent`; afterwards at the next line with content. */
  #block(parent: number): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw notUsual;
    const indent = this.#indent;
    let node: YamlNode;
    if (this.#isDash()) node = this.#list(indent);
    else {
      const key = this.#key();
      node = key === null ? this.#value(parent, this.#at) : this.#map(indent, key);
    }
    this.#depth--;
    return node;
  }

  #isDash(): boolean {
    if (this.#text.charCodeAt(this.#at) !== DASH) return false;
    const next = this.#text.charCodeAt(this.#at + 1);
    return next === SPACE || next === NEWLINE || this.#at + 1 >= this.#length;
  }

  #list(indent: number): YamlNode {
    const start = this.#at;
    const items: YamlNode[] = [];
    while (this.#indent === indent && this.#isDash()) {
      const dash = this.#at;
      this.#at++;
      const item = this.#rest(indent, dash + 1);
      if (item !== null) items.push(item);
      else if (this.#indent > indent) items.push(this.#block(indent));
      else throw notUsual; // an empty item
    }
    if (this.#indent > indent) throw notUsual;
    return list(this.#file, items, start, items.at(-1)?.end ?? start);
  }

  /** What follows a dash on its line; null when there is nothing, at the next content then. */
  #rest(indent: number, from: number): YamlNode | null {
    const text = this.#text;
    let at = from;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    if (at >= this.#length || code === NEWLINE || code === HASH) {
      this.#at = from;
      this.#lineEnd();
      this.#content();
      return null;
    }
    this.#at = at;
    this.#indent = indent + at - from + 1;
    return this.#block(indent);
  }

  #map(indent: number, first: Key): YamlNode {
    const entries: YamlEntry[] = [];
    const { start } = first;
    let key: Key | null = first;
    for (;;) {
      if (key.plain && key.name === "<<") throw notUsual;
      entries.push(new Entry(key.name, key.start, key.end, this.#mapped(indent, key)));
      if (this.#indent !== indent) break;
      key = this.#isDash() ? null : this.#key();
      if (key === null) throw notUsual;
    }
    if (this.#indent > indent) throw notUsual;
    const until = entries.at(-1)?.value.end ?? start;
    return map(
      this.#file,
      unique(entries, (problem) => this.#problems.push(problem)),
      start,
      until,
    );
  }

  /** Behind a colon. */
  #mapped(indent: number, key: Key): YamlNode {
    const text = this.#text;
    let at = this.#at;
    while (text.charCodeAt(at) === SPACE) at++;
    const code = text.charCodeAt(at);
    if (at < this.#length && code !== NEWLINE && (code !== HASH || at === this.#at)) {
      this.#at = at;
      return this.#value(indent, at);
    }
    this.#lineEnd();
    this.#content();
    if (this.#indent > indent) return this.#block(indent);
    if (this.#indent === indent && this.#isDash()) return this.#list(indent);
    return scalar(this.#file, "", key.end, key.end, "plain");
  }

  /** A scalar or a flow collection that is no key. */
  #value(parent: number, at: number): YamlNode {
    const code = this.#text.charCodeAt(at);
    let node: YamlNode;
    if (code === 124 || code === 62) return this.#blockScalar(parent, code === 124 ? "literal" : "folded");
    if (code === 91 || code === 123) node = this.#flow(parent);
    else if (code === SINGLE || code === DOUBLE) node = this.#quoted(code);
    else return this.#plain(parent);
    this.#lineEnd();
    this.#content();
    return node;
  }

  /** A key with its colon; null and nothing moved when the line holds none. */
  #key(): Key | null {
    const text = this.#text;
    const start = this.#at;
    const first = text.charCodeAt(start);
    if (first === SINGLE || first === DOUBLE) {
      const key = this.#quoted(first);
      const next = text.charCodeAt(this.#at + 1);
      if (
        text.charCodeAt(this.#at) === COLON &&
        (next === SPACE || next === NEWLINE || this.#at + 1 >= this.#length)
      ) {
        this.#at++;
        return { name: shared(key.value), start: key.start, end: key.end, plain: false };
      }
      this.#at = start;
      return null;
    }
    if (NOT_PLAIN.has(first)) return null;
    let at = start;
    for (; at < this.#length; at++) {
      const code = text.charCodeAt(at);
      if (code === COLON) {
        const next = text.charCodeAt(at + 1);
        if (next === SPACE || next === NEWLINE || at + 1 >= this.#length) break;
      } else if (code === NEWLINE || (code === HASH && text.charCodeAt(at - 1) === SPACE)) return null;
    }
    if (at >= this.#length) return null;
    let end = at;
    while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
    if (end === start) throw notUsual;
    this.#at = at + 1;
    return { name: shared(text.slice(start, end)), start, end, plain: true };
  }

  /** To the end of its line, and on over lines that are indented more than its parent. */
  #plain(parent: number): YamlNode {
    const text = this.#text;
    const start = this.#at;
    const first = text.charCodeAt(start);
    if (NOT_PLAIN.has(first) || this.#isDash()) throw notUsual;
    const [end, comment] = this.#plainLine();
    const value = text.slice(start, end);
    this.#content();
    if (this.#indent <= parent || this.#indent === -1) return scalar(this.#file, value, start, end, "plain");
    if (comment) throw notUsual;
    return this.#continued(parent, value, start, end);
  }

  #continued(parent: number, first: string, start: number, firstEnd: number): YamlNode {
    let value = first;
    let end = firstEnd;
    while (this.#indent > parent && this.#indent !== -1) {
      const from = this.#at;
      const between = this.#text.slice(end, from);
      if (between.includes("#")) throw notUsual;
      const breaks = between.split("\n").length - 1;
      const [lineEnd, comment] = this.#plainLine();
      value += (breaks === 1 ? " " : "\n".repeat(breaks - 1)) + this.#text.slice(from, lineEnd);
      end = lineEnd;
      this.#content();
      if (comment && this.#indent > parent) throw notUsual;
    }
    return scalar(this.#file, value, start, end, "plain");
  }

  /** The end of plain text on this line, and whether a comment follows it; `#at` is behind the line then. */
  #plainLine(): readonly [end: number, comment: boolean] {
    const text = this.#text;
    const start = this.#at;
    const newline = text.indexOf("\n", start);
    let end = newline === -1 ? this.#length : newline;
    this.#at = newline === -1 ? this.#length : newline + 1;
    let comment = false;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === COLON) {
        const next = text.charCodeAt(at + 1);
        if (next === SPACE || next === NEWLINE || at + 1 >= this.#length) throw notUsual;
      } else if (code === HASH && text.charCodeAt(at - 1) === SPACE) {
        end = at;
        comment = true;
      }
    }
    while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
    return [end, comment];
  }

  /** On one line; escapes that JSON knows too. Behind its last quote afterwards. */
  #quoted(quote: number): YamlScalar {
    const text = this.#text;
    const start = this.#at;
    const mark = quote === SINGLE ? "'" : '"';
    let close = text.indexOf(mark, start + 1);
    let plain = true;
    if (quote === SINGLE)
      while (close !== -1 && text.charCodeAt(close + 1) === SINGLE) {
        plain = false;
        close = text.indexOf(mark, close + 2);
      }
    else while (close !== -1 && isEscaped(text, close, start)) close = text.indexOf(mark, close + 1);
    const newline = text.indexOf("\n", start);
    if (close === -1 || (newline !== -1 && newline < close)) throw notUsual;
    let value = text.slice(start + 1, close);
    if (quote === SINGLE) {
      if (!plain) value = value.replaceAll("''", "'");
    } else if (value.includes("\\")) {
      if (!/^(?:[^\\]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*$/.test(value) || /\\u[dD][89a-fA-F]/.test(value))
        throw notUsual;
      value = JSON.parse(`"${value}"`) as string;
    }
    this.#at = close + 1;
    return scalar(this.#file, value, start, close + 1, quote === SINGLE ? "single" : "double");
  }

  /** `|` or `>` with its header, and the lines below. */
  #blockScalar(parent: number, style: ScalarStyle): YamlNode {
    const text = this.#text;
    let at = this.#at + 1;
    let chomp = "";
    let explicit = 0;
    for (; ; at++) {
      const character = text.charAt(at);
      if (chomp === "" && (character === "+" || character === "-")) chomp = character;
      else if (explicit === 0 && character >= "1" && character <= "9") explicit = Number(character);
      else break;
    }
    this.#at = at;
    this.#lineEnd();
    const start = this.#at;
    if (text.charCodeAt(start - 1) !== NEWLINE) throw notUsual; // ends with its header
    const least = Math.max(parent, -1) + 1;
    let indent = explicit === 0 ? -1 : Math.max(parent, 0) + explicit;
    const lines: string[] = [];
    let last = start;
    let more = false;
    at = start;
    let blank = 0;
    while (at < this.#length) {
      const newline = text.indexOf("\n", at);
      const end = newline === -1 ? this.#length : newline;
      let content = at;
      while (content < end && text.charCodeAt(content) === SPACE) content++;
      const column = content - at;
      if (content === end) {
        // A blank line; longer than the indentation it is text.
        if (indent === -1) blank = Math.max(blank, column);
        lines.push(indent !== -1 && column > indent ? text.slice(at + indent, end) : "");
        if (indent !== -1 && column > indent) more = true;
      } else {
        if (indent === -1) {
          if (column < least) break;
          if (blank > column) throw notUsual;
          indent = column;
        }
        if (column < indent) {
          if (column >= least && text.charCodeAt(content) !== HASH) throw notUsual;
          break;
        }
        if (column > indent) more = true;
        lines.push(text.slice(at + indent, end));
        last = end;
      }
      at = newline === -1 ? this.#length : newline + 1;
    }
    if (style === "folded" && more) throw notUsual;
    if (indent === -1) throw notUsual;
    const endsOpen = text.charCodeAt(this.#length - 1) !== NEWLINE && at >= this.#length;
    this.#at = at;
    this.#content();
    let count = lines.length;
    while (count > 0 && lines[count - 1] === "") count--;
    if (count > 0 && (lines[count - 1] ?? "").trim() === "") throw notUsual;
    const trailing = lines.length - count;
    const body = style === "literal" ? lines.slice(0, count).join("\n") : fold(lines.slice(0, count));
    const value =
      chomp === "-" || count === 0 ? body : chomp === "+" ? body + "\n".repeat(trailing + 1) : `${body}\n`;
    if (endsOpen || count === 0) throw notUsual; // what ends the file without a line end, readers differ on
    let end = last;
    while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
    return scalar(this.#file, value, start, end, style);
  }

  #flow(parent: number): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw notUsual;
    const text = this.#text;
    const start = this.#at;
    const isMap = text.charCodeAt(start) === 123;
    const close = isMap ? 125 : 93;
    const items: YamlNode[] = [];
    const entries: YamlEntry[] = [];
    this.#at++;
    for (;;) {
      this.#flowBlanks(parent);
      if (text.charCodeAt(this.#at) === close) break;
      const one = this.#flowNode(parent);
      if (isMap) {
        if (one.kind !== "scalar" || text.charCodeAt(this.#at) !== COLON) throw notUsual;
        const next = text.charCodeAt(this.#at + 1);
        if (next !== SPACE && next !== NEWLINE) throw notUsual;
        if (one.style === "plain" && one.value === "<<") throw notUsual;
        this.#at++;
        this.#flowBlanks(parent);
        entries.push(new Entry(shared(one.value), one.start, one.end, this.#flowNode(parent)));
      } else items.push(one);
      this.#flowBlanks(parent);
      const code = text.charCodeAt(this.#at);
      if (code === COMMA) this.#at++;
      else if (code !== close) throw notUsual;
    }
    this.#at++;
    this.#depth--;
    return isMap
      ? map(
          this.#file,
          unique(entries, (problem) => this.#problems.push(problem)),
          start,
          this.#at,
        )
      : list(this.#file, items, start, this.#at);
  }

  #flowNode(parent: number): YamlNode {
    const text = this.#text;
    const code = text.charCodeAt(this.#at);
    if (code === 91 || code === 123) return this.#flow(parent);
    if (code === SINGLE || code === DOUBLE) return this.#quoted(code);
    if (NOT_PLAIN.has(code) || code === DASH || code === COLON) {
      const next = text.charCodeAt(this.#at + 1);
      if (code !== DASH || next === SPACE || next === NEWLINE || next === COMMA || BRACKETS.has(next))
        throw notUsual;
    }
    const start = this.#at;
    let at = start;
    for (; at < this.#length; at++) {
      const one = text.charCodeAt(at);
      // Text that goes on over the line end meets neither a comma nor a bracket next: refused by the caller.
      if (one === COMMA || one === NEWLINE || one === 93 || one === 125) break;
      if (one === 91 || one === 123) throw notUsual;
      if (one === HASH && text.charCodeAt(at - 1) === SPACE) throw notUsual;
      if (one === COLON) {
        const next = text.charCodeAt(at + 1);
        if (next === SPACE || next === NEWLINE) break;
        if (next === COMMA || BRACKETS.has(next)) throw notUsual;
      }
    }
    let end = at;
    while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
    if (end === start) throw notUsual;
    this.#at = at;
    return scalar(this.#file, text.slice(start, end), start, end, "plain");
  }

  /** Blanks, line ends and comments between the parts of a flow collection. */
  #flowBlanks(parent: number): void {
    const text = this.#text;
    let line = -1;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === SPACE) this.#at++;
      else if (code === NEWLINE) line = ++this.#at;
      else if (code === HASH && /\s/.test(text.charAt(this.#at - 1))) {
        const newline = text.indexOf("\n", this.#at);
        if (newline === -1) throw notUsual;
        this.#at = newline;
      } else break;
    }
    if (this.#at >= this.#length || (line !== -1 && this.#at - line <= parent)) throw notUsual;
  }
}

function isEscaped(text: string, at: number, start: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes > start && text.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

/** Lines without more indentation: joined by blanks, empty ones are line ends. */
function fold(lines: readonly string[]): string {
  let value = "";
  let empty = 0;
  for (const [at, line] of lines.entries()) {
    if (line === "") {
      empty++;
      continue;
    }
    if (at === empty) value += "\n".repeat(empty);
    else if (at > 0) value += empty === 0 ? " " : "\n".repeat(empty);
    value += line;
    empty = 0;
  }
  return value;
}

const onlyComments = (text: string): boolean => /^(?:\s*(?:#[^\n]*)?\n)*$/.test(text);
