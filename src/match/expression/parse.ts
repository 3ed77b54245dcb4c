/**
 * JavaScript's regular expressions as a tree, over Latin-1 text and without flags: what the analyses beside this file read. What a
 * class or an escape matches is asked of the engine itself, so the two cannot disagree.
 */
import { byteSet, type ByteSet } from "../byte-set.ts";

export type Node =
  | { readonly type: "set"; readonly set: ByteSet }
  | { readonly type: "sequence"; readonly parts: readonly Node[] }
  | { readonly type: "choice"; readonly options: readonly Node[] }
  /** `max` may be Infinity. */
  | { readonly type: "repeat"; readonly body: Node; readonly min: number; readonly max: number }
  | { readonly type: "look"; readonly ahead: boolean; readonly negative: boolean; readonly body: Node }
  /** `^`, `$`, `\b`, `\B`: matches no byte. */
  | { readonly type: "edge"; readonly kind: string };

const sets = new Map<string, ByteSet>();

function setOf(source: string, flags: string): ByteSet {
  const key = `${flags}/${source}`;
  let set = sets.get(key);
  if (set === undefined) {
    const plain = flags === "" && source.length === 1 && source !== ".";
    const one = plain ? null : new RegExp(`^(?:${source})$`, flags);
    set = byteSet((byte) =>
      one === null ? byte === source.charCodeAt(0) : one.test(String.fromCharCode(byte)),
    );
    sets.set(key, set);
  }
  return set;
}

/** Throws a SyntaxError for what is no expression, and for references back, which no bound can be given for. */
export function parseExpression(source: string): Node {
  new RegExp(source);
  return new Parser(source).whole();
}

const CLASS = /\[\^?(?:\\.|[^\]\\])*\]/y;
const ESCAPE = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|.)/y;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y;
const GROUP = /\((?:\?(?:(:|=|!|<=|<!)|<[A-Za-z_$][\w$]*>|([ims]*)(?:-([ims]*))?:))?/y;

class Parser {
  readonly #source: string;
  #at = 0;
  #flags = "";

  constructor(source: string) {
    this.#source = source;
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new SyntaxError(`unexpected ) at ${this.#at}`);
    return node;
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#source);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #choice(): Node {
    const options: Node[] = [this.#sequence()];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? (options[0] as Node) : { type: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) {
      const atom = this.#atom();
      const quantifier = this.#take(QUANTIFIER);
      parts.push(quantifier === null ? atom : repeat(atom, quantifier));
    }
    return parts.length === 1 ? (parts[0] as Node) : { type: "sequence", parts };
  }

  #atom(): Node {
    const char = this.#source[this.#at] ?? "";
    if (char === "(") return this.#group();
    if (char === "[") return { type: "set", set: setOf(this.#take(CLASS)?.[0] ?? "", this.#flags) };
    if (char === "\\") {
      const text = this.#take(ESCAPE)?.[0] ?? "";
      if (/^\\[bB]$/.test(text)) return { type: "edge", kind: text };
      if (/^\\[1-9k]$/.test(text)) throw new SyntaxError("a reference back to a group has no known length");
      return { type: "set", set: setOf(text, this.#flags) };
    }
    this.#at++;
    if (char === "^" || char === "$") return { type: "edge", kind: char };
    return { type: "set", set: setOf(/[{}\]]/.test(char) ? `\\${char}` : char, this.#flags) };
  }

  #group(): Node {
    const [, look, on, off] = this.#take(GROUP) ?? [];
    const outer = this.#flags;
    if (on !== undefined)
      this.#flags = [...new Set(outer + on)].filter((flag) => !(off ?? "").includes(flag)).join("");
    const body = this.#choice();
    this.#flags = outer;
    this.#at++;
    if (look === undefined || look === ":") return body;
    return { type: "look", ahead: !look.startsWith("<"), negative: look.endsWith("!"), body };
  }
}

function repeat(body: Node, [, sign, low, comma, high]: RegExpExecArray): Node {
  if (sign !== undefined)
    return { type: "repeat", body, min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
  const min = Number(low);
  return { type: "repeat", body, min, max: comma === "" ? min : high === "" ? Infinity : Number(high) };
}
