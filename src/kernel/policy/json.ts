/** Policies in JSON, read into the same tree as HCL. Own, because positions and repeated keys are lost in `JSON.parse`. */
import { type Item, MAX_DEPTH, type Node, type ObjectNode, invalid } from "./tree.ts";

const BLANK = /[ \t\r\n]*/y;
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const SCALAR =
  /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z_.])|(?:true|false|null)(?![0-9A-Za-z_])/y;

export function parseJson(text: string): ObjectNode {
  const parser = new JsonParser(text);
  return parser.document();
}

class JsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): ObjectNode {
    this.#skip();
    const root = this.#object(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail("unexpected text after the JSON object");
    return root;
  }

  #fail(problem: string, at = this.#at): never {
    throw invalid(this.#text, at, problem);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return null;
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #skip(): void {
    this.#match(BLANK);
  }

  #take(char: string, problem: string): void {
    this.#skip();
    if (this.#text[this.#at] !== char) this.#fail(problem);
    this.#at++;
    this.#skip();
  }

  #string(): string {
    const at = this.#at;
    const source = this.#match(STRING);
    if (source === null) this.#fail("expected a JSON string");
    const value: unknown = JSON.parse(source);
    if (typeof value !== "string" || !value.isWellFormed()) this.#fail("the string is not valid Unicode", at);
    return value;
  }

  #value(depth: number): Node {
    const at = this.#at;
    const char = this.#text[at];
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#list(depth);
    if (char === '"') return { kind: "string", value: this.#string(), at };
    const source = this.#match(SCALAR);
    if (source === null) this.#fail("expected a JSON value");
    if (source === "null") return { kind: "null", at };
    if (source === "true" || source === "false") return { kind: "bool", value: source === "true", at };
    return { kind: "number", value: Number(source), at };
  }

  /** Calls `one` for each element between the brackets. */
  #elements(open: string, close: string, depth: number, one: () => void): void {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.#take(open, `expected ${open}`);
    if (this.#text[this.#at] !== close) {
      one();
      for (this.#skip(); this.#text[this.#at] === ","; this.#skip()) {
        this.#at++;
        this.#skip();
        one();
      }
    }
    if (this.#text[this.#at] !== close) this.#fail(`expected , or ${close}`);
    this.#at++;
  }

  #object(depth: number): ObjectNode {
    const at = this.#at;
    const items: Item[] = [];
    this.#elements("{", "}", depth, () => {
      const start = this.#at;
      const keys = [{ name: this.#string(), at: start }];
      this.#take(":", "expected a colon");
      items.push({ keys, value: this.#value(depth + 1), at: start });
    });
    return { kind: "object", items, at };
  }

  #list(depth: number): Node {
    const at = this.#at;
    const items: Node[] = [];
    this.#elements("[", "]", depth, () => void items.push(this.#value(depth + 1)));
    return { kind: "list", items, at };
  }
}
