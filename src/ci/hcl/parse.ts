/** A file's HCL → blocks and attributes; never throws. What it does not understand is passed over to the next line, and named. */
import type { SourceFile, Span, Text } from "../model.ts";
import { Scanner } from "./scanner.ts";
import type {
  HclAttribute,
  HclBlock,
  HclBody,
  HclEntry,
  HclExpression,
  HclProblem,
  ParsedHcl,
} from "./types.ts";

export type * from "./types.ts";

const MAX_DEPTH = 60;
const MAX_PROBLEMS = 50;

export function parseHcl(file: SourceFile): ParsedHcl {
  const parser = new Parser(file);
  const body = parser.body(0, false);
  return { file, body, problems: parser.problems };
}

class Parser {
  readonly problems: HclProblem[] = [];
  readonly #file: SourceFile;
  readonly #scan: Scanner;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#scan = new Scanner(file.text);
  }

  body(depth: number, inside: boolean): HclBody {
    const scan = this.#scan;
    const start = scan.at;
    const attributes: HclAttribute[] = [];
    const blocks: HclBlock[] = [];
    for (;;) {
      scan.blank(true);
      if (scan.done) {
        if (inside) this.#problem("syntax", "a block does not end", start, scan.at);
        break;
      }
      if (scan.sees("}")) {
        if (inside) break;
        this.#problem("syntax", "`}` closes nothing", scan.at, scan.at + 1);
        scan.at++;
        continue;
      }
      const from = scan.at;
      const name = scan.identifier();
      if (name === "") {
        this.#skipLine("a name is expected");
        continue;
      }
      const nameSpan = this.#span(from, scan.at);
      scan.blank(false);
      if (scan.sees("=") && !scan.sees("==")) {
        scan.at++;
        scan.blank(false);
        attributes.push({ name, nameSpan, value: this.#expression(depth + 1) });
        continue;
      }
      const block = this.#block(name, from, depth);
      if (block !== null) blocks.push(block);
    }
    return { attributes, blocks, span: this.#span(start, scan.at) };
  }

  #block(type: string, from: number, depth: number): HclBlock | null {
    const scan = this.#scan;
    const labels: string[] = [];
    for (;;) {
      scan.blank(false);
      if (scan.sees("{")) break;
      const start = scan.at;
      const label = scan.sees('"') ? scan.quoted().value : scan.identifier();
      if (scan.at === start) {
        this.#skipLine("`=` or `{` is expected");
        return null;
      }
      labels.push(label);
    }
    if (depth >= MAX_DEPTH) {
      this.#problem("too-large", "nested too deep", from, scan.at);
      scan.at = scan.behindBracket(scan.at);
      return null;
    }
    scan.at++;
    const body = this.body(depth + 1, true);
    if (scan.sees("}")) scan.at++;
    return { type, labels, body, span: this.#span(from, scan.at) };
  }

  #expression(depth: number): HclExpression {
    const scan = this.#scan;
    const start = scan.at;
    const simple = depth > MAX_DEPTH ? null : this.#primary(depth);
    if (simple !== null && scan.endsExpression()) return simple;
    scan.at = start;
    const end = scan.expressionEnd();
    scan.at = end;
    if (scan.unclosed) {
      scan.unclosed = false;
      this.#problem("syntax", "a bracket does not end", start, end);
    } else if (this.#file.text.startsWith("<<", start))
      this.#problem("syntax", "a here document does not end", start, end);
    if (end === start) {
      this.#problem("syntax", "a value is expected", start, start);
      if (!scan.done && !/[\n,\]})]/.test(this.#file.text.charAt(start))) scan.at++;
    }
    return { kind: "raw", source: this.#file.text.slice(start, end).trim(), span: this.#span(start, end) };
  }

  /** Null where the text is none of the simple forms. */
  #primary(depth: number): HclExpression | null {
    const scan = this.#scan;
    const start = scan.at;
    if (scan.sees('"')) {
      const { value } = scan.quoted();
      return this.#text(value, start, scan.at, "double", false);
    }
    if (scan.sees("<<")) {
      const heredoc = scan.heredoc();
      return heredoc === null ? null : this.#text(heredoc.value, heredoc.start, heredoc.end, "literal", true);
    }
    if (scan.sees("[")) return this.#list(depth);
    if (scan.sees("{")) return this.#object(depth);
    const name = scan.identifier();
    if (name === "" || !scan.sees("(")) return null;
    scan.at++;
    const args: HclExpression[] = [];
    if (!this.#sequence(")", () => void args.push(this.#expression(depth + 1)))) return null;
    return { kind: "call", name, args, span: this.#span(start, scan.at) };
  }

  #list(depth: number): HclExpression | null {
    const start = this.#scan.at++;
    if (this.#scan.startsFor()) return null;
    const items: HclExpression[] = [];
    if (!this.#sequence("]", () => void items.push(this.#expression(depth + 1)))) return null;
    return { kind: "list", items, span: this.#span(start, this.#scan.at) };
  }

  #object(depth: number): HclExpression | null {
    const scan = this.#scan;
    const start = scan.at++;
    if (scan.startsFor()) return null;
    const entries: HclEntry[] = [];
    const entry = (): boolean => {
      const from = scan.at;
      let key: string;
      if (scan.sees('"')) key = scan.quoted().value;
      else if (scan.sees("(")) {
        scan.at = scan.behindBracket(from);
        key = `\${${this.#file.text.slice(from + 1, scan.at - 1).trim()}}`;
      } else {
        key = scan.identifier();
        // A reference as a key stands in brackets; some write it without.
        if (key === "") key = scan.number();
      }
      const keySpan = this.#span(from, scan.at);
      scan.blank(false);
      if (scan.at === from || !(scan.sees("=") || scan.sees(":"))) return false;
      scan.at++;
      scan.blank(true);
      entries.push({ key, keySpan, value: this.#expression(depth + 1) });
      return true;
    };
    if (!this.#sequence("}", entry)) return null;
    return { kind: "object", entries, span: this.#span(start, scan.at) };
  }

  /** Items with commas or line ends between; false when it is not well formed. */
  #sequence(close: string, item: () => boolean | void): boolean {
    const scan = this.#scan;
    for (;;) {
      scan.blank(true);
      if (scan.done) return false;
      if (scan.sees(close)) {
        scan.at++;
        return true;
      }
      const before = scan.at;
      if (item() === false || scan.at === before) return false;
      scan.blank(true);
      if (scan.sees(",")) scan.at++;
      else if (scan.sees("...")) scan.at += 3;
      else if (!scan.sees(close) && close !== "}") return false;
    }
  }

  #text(value: string, start: number, end: number, style: Text["style"], heredoc: boolean): HclExpression {
    const span = this.#span(start, end);
    return { kind: "text", text: { value, span, style, expressions: [] }, span, heredoc };
  }

  #skipLine(message: string): void {
    const start = this.#scan.at;
    this.#scan.line();
    if (this.#scan.at === start) this.#scan.at++;
    this.#problem("syntax", message, start, Math.min(this.#scan.at, this.#file.text.length));
  }

  #problem(id: HclProblem["id"], message: string, start: number, end: number): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ id, message, start, end });
  }

  #span(start: number, end: number): Span {
    return { file: this.#file, start, end };
  }
}
