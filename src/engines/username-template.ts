/**
 * Templates of user names (`username_template` of the database and aws engines): the part of Go's template language that Vault
 * documents for them. `{{ … }}` holds a field (`.RoleName`), a function with arguments, parentheses, or these joined by `|`;
 * `{{ if (eq .A "x") }}…{{ else }}…{{ end }}` chooses. What is not known is refused when the template is written, never at use.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { randomBase62, uuid } from "../core/ids.ts";

export type TemplateFields = Readonly<Record<string, string>>;

export interface UsernameTemplate {
  render(fields: TemplateFields, clock: Clock): string;
}

type Value = string | number | boolean;
type Expression = (fields: TemplateFields, clock: Clock) => Value;
type Node = (fields: TemplateFields, clock: Clock) => string;

const MOST_TEMPLATE = 2_048;
const MOST_RANDOM = 128;

const bad = (problem: string): BulkheadError => new BulkheadError("template.invalid", { problem });

function count(value: Value | undefined, name: string, most = 1_024): number {
  if (typeof value !== "number" || value < 1 || value > most)
    throw bad(`${name} takes a number from 1 to ${most}`);
  return value;
}
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface TemplateFunction {
  /** Arguments, the piped value last. */
  readonly least: number;
  readonly most?: number;
  readonly call: (args: readonly Value[], clock: Clock) => Value;
}

const text = (call: (given: string) => string): TemplateFunction => ({
  least: 1,
  call: ([given]) => call(String(given)),
});

const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  Object.entries({
    random: { least: 1, call: ([length]) => randomBase62(count(length, "random", MOST_RANDOM)) },
    truncate: { least: 2, call: ([length, given]) => String(given).slice(0, count(length, "truncate")) },
    truncate_sha256: {
      least: 2,
      call: ([length, given]) => {
        const most = count(length, "truncate_sha256");
        if (most <= 8) throw bad("truncate_sha256 takes a number above 8");
        const whole = String(given);
        return whole.length <= most
          ? whole
          : whole.slice(0, most - 8) + sha256(whole.slice(most - 8)).slice(0, 8);
      },
    },
    uppercase: text((given) => given.toUpperCase()),
    lowercase: text((given) => given.toLowerCase()),
    sha256: text(sha256),
    base64: text((given) => Buffer.from(given).toString("base64")),
    replace: {
      least: 3,
      call: ([from, to, given]) => String(given).replaceAll(String(from), () => String(to)),
    },
    unix_time: { least: 0, call: (_, clock) => String(Math.floor(clock.now() / 1_000)) },
    unix_time_millis: { least: 0, call: (_, clock) => String(clock.now()) },
    uuid: { least: 0, call: () => uuid() },
    eq: { least: 2, call: ([one, other]) => one === other },
    printf: {
      least: 1,
      most: 16,
      call: ([form, ...values]) => {
        let next = 0;
        const made = String(form).replace(/%(.)/g, (_, verb: string) => {
          if (verb === "%") return "%";
          const value = values[next++];
          if ((verb !== "s" && verb !== "d") || value === undefined)
            throw bad("printf knows %s and %d, with a value for each");
          return String(value);
        });
        if (next !== values.length) throw bad("printf has more values than verbs");
        return made;
      },
    },
  } satisfies Record<string, TemplateFunction>),
);

/** `known`: the fields there are. Throws `template.invalid`. */
export function compileUsername(source: string, known: readonly string[]): UsernameTemplate {
  if (source.length > MOST_TEMPLATE) throw bad(`it is longer than ${MOST_TEMPLATE} characters`);
  const nodes = new Parser(source, known).all();
  const template: UsernameTemplate = {
    render: (fields, clock) => nodes.map((node) => node(fields, clock)).join(""),
  };
  // wrong arguments show at use only, so it is used once
  template.render(Object.fromEntries(known.map((name) => [name, name])), { now: () => 0 });
  return template;
}

/** Compiles what somebody wrote: besides, it must make each name new, or a failed creation would be taken for what was there before. */
export function checkUsername(source: string, known: readonly string[]): void {
  const template = compileUsername(source, known);
  const long = Object.fromEntries(known.map((name) => [name, name.padEnd(64, "x")]));
  const clock = { now: () => 0 };
  const names = new Set(Array.from({ length: 20 }, () => template.render(long, clock)));
  // two short ones may be alike by chance
  if (names.size === 1)
    throw bad("it makes the same name again: add {{random 8}}, and let truncate leave it");
}

type Token = {
  readonly kind: "text" | "open" | "close" | "word" | "string" | "number";
  readonly text: string;
};

function tokens(source: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf("{{", at);
    const upTo = open < 0 ? source.length : open;
    if (upTo > at) found.push({ kind: "text", text: source.slice(at, upTo) });
    if (open < 0) break;
    found.push({ kind: "open", text: "{{" });
    at = action(source, open + 2, found);
  }
  return found;
}

const ACTION =
  /\s+|(?<close>\}\})|"(?<string>(?:[^"\\\n]|\\["\\])*)"|(?<number>\d{1,9})(?![\w.])|(?<word>\.?[A-Za-z_]\w*|[()|])/y;

function action(source: string, start: number, found: Token[]): number {
  ACTION.lastIndex = start;
  for (;;) {
    const { groups } = ACTION.exec(source) ?? { groups: undefined };
    if (ACTION.lastIndex === 0) throw bad("unclosed action, or a character that is not known");
    const { close, string, number, word } = groups ?? {};
    if (close !== undefined) {
      found.push({ kind: "close", text: close });
      return ACTION.lastIndex;
    }
    if (string !== undefined) found.push({ kind: "string", text: string.replace(/\\(.)/g, "$1") });
    if (number !== undefined) found.push({ kind: "number", text: number });
    if (word !== undefined) found.push({ kind: "word", text: word });
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #known: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string, known: readonly string[]) {
    this.#tokens = tokens(source);
    this.#known = known;
  }

  all(): readonly Node[] {
    const nodes = this.#nodes();
    if (this.#at < this.#tokens.length) throw bad("`else` or `end` without `if`");
    return nodes;
  }

  /** Up to the end, or the `{{ else }}` or `{{ end }}` that closes. */
  #nodes(): readonly Node[] {
    const nodes: Node[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (token.kind === "text") {
        this.#at++;
        nodes.push(() => token.text);
        continue;
      }
      const next = this.#tokens[this.#at + 1];
      if (next?.kind === "word" && (next.text === "else" || next.text === "end")) return nodes;
      this.#at++;
      if (next?.kind === "word" && next.text === "if") nodes.push(this.#choice());
      else {
        const expression = this.#pipeline();
        this.#expect("close");
        nodes.push((fields, clock) => String(expression(fields, clock)));
      }
    }
    return nodes;
  }

  #choice(): Node {
    if (++this.#depth > 8) throw bad("`if` within `if` more than 8 deep");
    this.#at++;
    const condition = this.#pipeline();
    this.#expect("close");
    const yes = this.#nodes();
    let no: readonly Node[] = [];
    if (this.#keyword() === "else") no = this.#nodes();
    else this.#at -= 3;
    if (this.#keyword() !== "end") throw bad("`if` without `end`");
    this.#depth--;
    return (fields, clock) =>
      ((value) => (value === false || value === "" || value === 0 ? no : yes))(condition(fields, clock))
        .map((node) => node(fields, clock))
        .join("");
  }

  /** `{{ else }}` or `{{ end }}`. */
  #keyword(): string {
    this.#expect("open");
    const word = this.#expect("word");
    this.#expect("close");
    return word.text;
  }

  #pipeline(): Expression {
    if (++this.#depth > 32) throw bad("nested too deeply");
    let value = this.#command(null);
    while (this.#peek()?.text === "|" && this.#peek()?.kind === "word") {
      this.#at++;
      value = this.#command(value);
    }
    this.#depth--;
    return value;
  }

  /** A field, a literal, a parenthesis, or a function with its arguments; what is piped in comes as the last one. */
  #command(piped: Expression | null): Expression {
    const token = this.#peek();
    if (token?.kind === "word" && /^[A-Za-z_]/.test(token.text)) {
      this.#at++;
      return this.#call(token.text, piped);
    }
    if (piped !== null) throw bad("only a function can stand behind `|`");
    return this.#operand();
  }

  #call(name: string, piped: Expression | null): Expression {
    const found = FUNCTIONS.get(name);
    if (found === undefined)
      throw bad(`function "${name.slice(0, 40)}" not defined; known: ${[...FUNCTIONS.keys()].join(", ")}`);
    const args: Expression[] = [];
    for (let token = this.#peek(); token !== undefined && startsOperand(token); token = this.#peek())
      args.push(this.#operand());
    if (piped !== null) args.push(piped);
    if (args.length < found.least || args.length > (found.most ?? found.least))
      throw bad(`wrong number of arguments for ${name}`);
    return (fields, clock) =>
      found.call(
        args.map((one) => one(fields, clock)),
        clock,
      );
  }

  #operand(): Expression {
    const token = this.#tokens[this.#at++];
    if (token?.kind === "string") return () => token.text;
    if (token?.kind === "number") return () => Number(token.text);
    if (token?.text === "(") {
      const inner = this.#pipeline();
      if (this.#tokens[this.#at++]?.text !== ")") throw bad("unclosed parenthesis");
      return inner;
    }
    if (token?.kind !== "word" || !token.text.startsWith(".")) throw bad("a value is missing");
    const name = token.text.slice(1);
    if (!this.#known.includes(name))
      throw bad(`there is no field .${name.slice(0, 40)}; known: ${this.#known.join(", ")}`);
    return (fields) => fields[name] ?? "";
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #expect(kind: Token["kind"]): Token {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== kind) throw bad(kind === "close" ? "unclosed action" : "the template ends too early");
    return token;
  }
}

const startsOperand = ({ kind, text: word }: Token): boolean =>
  kind === "string" || kind === "number" || (kind === "word" && (word === "(" || word.startsWith(".")));
