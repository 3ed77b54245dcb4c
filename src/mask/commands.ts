/**
 * Lines by which a job asks its CI system to mask a value: `::add-mask::VALUE`. The value is masked from there on, in all streams of
 * the run. Where that CI system is around, the line goes on to its own masker, which never shows it; elsewhere it is swallowed.
 */
import { isCommon } from "./common.ts";
import type { Masker, MaskSet } from "./index.ts";

/** What is done with such a line: `forward` to the CI system of that syntax, `swallow` where there is none. */
export interface Commands {
  readonly forward: "github" | "azure" | null;
}

interface Syntax {
  readonly id: "github" | "azure";
  readonly prefix: string;
  /** The value that the line's rest stands for. */
  readonly decode: (text: string) => string;
  readonly encode: (value: string) => string;
}

const percent = (value: string): string =>
  value.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const SYNTAXES: readonly Syntax[] = [
  {
    id: "github",
    prefix: "::add-mask::",
    decode: (text) => text.replace(/%0D/gi, "\r").replace(/%0A/gi, "\n").replace(/%25/g, "%"),
    encode: percent,
  },
  {
    id: "azure",
    prefix: "##vso[task.setsecret]",
    decode: (text) =>
      text
        .replace(/%0D/gi, "\r")
        .replace(/%0A/gi, "\n")
        .replace(/%AZP25/g, "%"),
    encode: (value) => value.replaceAll("%", "%AZP25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"),
  },
];

/** From the environment in which Bulkhead was started. */
export function commandsOf(env: Readonly<Record<string, string | undefined>>): Commands {
  if (env.GITHUB_ACTIONS === "true") return { forward: "github" };
  return { forward: env.TF_BUILD?.toLowerCase() === "true" ? "azure" : null };
}

/** What the CI's own masker is told before the job starts, one line for each line of the values; empty outside of one. */
export function registerLines({ forward }: Commands, values: readonly Buffer[]): Buffer {
  const syntax = SYNTAXES.find(({ id }) => id === forward);
  if (syntax === undefined) return Buffer.alloc(0);
  const parts = values.flatMap((value) => {
    const whole = value.toString("latin1");
    const lines = whole.split(/\r?\n/).filter((line) => line.trim().length >= 6 && !isCommon(line.trim()));
    return [...new Set(lines)].map((line) => `${syntax.prefix}${syntax.encode(line)}\n`);
  });
  return Buffer.from([...new Set(parts)].join(""), "latin1");
}

/** A longer line is output like any other: no value that could be registered is that long. */
const LONGEST_LINE = 1 << 18;
/** Each one compiles the values anew: a job that asks for more gets no more. */
const MOST_VALUES = 1000;
const LF = 0x0a;
const CR = 0x0d;

const isEnd = (byte: number | undefined): boolean => byte === LF || byte === CR;
const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;

/** Takes such lines out of the stream before it is masked. Holds back the beginning of a line while it may become one. */
export class CommandLines implements Masker {
  readonly #inner: Masker;
  readonly #set: MaskSet;
  readonly #commands: Commands;
  /** The beginning of a line that may become a command. */
  #line: Buffer = Buffer.alloc(0);
  /** The next byte belongs to a line that is none. */
  #inside = false;
  static readonly #registered = new WeakMap<MaskSet, number>();

  constructor(inner: Masker, set: MaskSet, commands: Commands) {
    this.#inner = inner;
    this.#set = set;
    this.#commands = commands;
  }

  get skipped(): Masker["skipped"] {
    return this.#inner.skipped;
  }

  push(chunk: Buffer): Buffer[] {
    const data = this.#line.length > 0 ? Buffer.concat([this.#line, chunk]) : chunk;
    this.#line = Buffer.alloc(0);
    const out: Buffer[] = [];
    let done = 0;
    for (let place = this.#next(data, 0); place !== null; place = this.#next(data, done)) {
      const end = data.indexOf(LF, place.at);
      if (end < 0) break;
      if (place.at > done) out.push(...this.#inner.push(data.subarray(done, place.at)));
      // Flushed, since the command must begin a line of the output, too.
      out.push(...this.#inner.flush(), ...this.#obey(place.syntax, data.subarray(place.at, end + 1)));
      done = end + 1;
      this.#inside = false;
    }
    const open = this.#openLine(data, done);
    this.#inside = this.#insideAfter(data, open);
    this.#line = Buffer.from(data.subarray(open));
    if (open > done) out.push(...this.#inner.push(data.subarray(done, open)));
    return out;
  }

  flush(): Buffer[] {
    const line = this.#line;
    const place = line.length > 0 ? this.#next(line, 0) : null;
    this.#line = Buffer.alloc(0);
    this.#inside = false;
    if (place !== null)
      return [...this.#inner.flush(), ...this.#obey(place.syntax, Buffer.concat([line, Buffer.of(LF)]))];
    return [...(line.length > 0 ? this.#inner.push(line) : []), ...this.#inner.flush()];
  }

  hits(): ReadonlyMap<string, number> {
    return this.#inner.hits();
  }

  /** The next command, whole or not, from `from` on; null for none. Blanks before it on its line are output like any other. */
  #next(data: Buffer, from: number): { readonly syntax: Syntax; readonly at: number } | null {
    let first: { readonly syntax: Syntax; readonly at: number } | null = null;
    for (const syntax of SYNTAXES) {
      let at = data.indexOf(syntax.prefix, from);
      while (at >= 0 && !this.#beginsLine(data, at)) at = data.indexOf(syntax.prefix, at + 1);
      if (at >= 0 && (first === null || at < first.at)) first = { syntax, at };
    }
    return first;
  }

  /** Whether only blanks stand before `at` on its line. */
  #beginsLine(data: Buffer, at: number): boolean {
    let start = at;
    while (start > 0 && isBlank(data[start - 1])) start--;
    return start === 0 ? !this.#inside : isEnd(data[start - 1]);
  }

  /** Where what may become a command begins on the last line; else the end. */
  #openLine(data: Buffer, done: number): number {
    let from = Math.max(done, data.lastIndexOf(LF) + 1, data.lastIndexOf(CR) + 1);
    if (data.length - from > LONGEST_LINE) return data.length;
    const begins = from > 0 || !this.#inside;
    while (from < data.length && isBlank(data[from])) from++;
    const text = data.toString("latin1", from, from + 32);
    const may = SYNTAXES.some(({ prefix }) => text.startsWith(prefix) || prefix.startsWith(text));
    return begins && may ? from : data.length;
  }

  /** Whether what ends at `end` leaves a line begun that can be no command any more. */
  #insideAfter(data: Buffer, end: number): boolean {
    let start = end;
    while (start > 0 && isBlank(data[start - 1])) start--;
    return start === 0 ? this.#inside : !isEnd(data[start - 1]);
  }

  /** Registers the value of a whole line; gives what is written in its place. */
  #obey(syntax: Syntax, line: Buffer): Buffer[] {
    const text = line.toString("latin1").trim().slice(syntax.prefix.length);
    const value = Buffer.from(syntax.decode(text), "latin1");
    const known = CommandLines.#registered.get(this.#set) ?? 0;
    if (known < MOST_VALUES) {
      CommandLines.#registered.set(this.#set, known + 1);
      this.#set.add({ name: `${syntax.prefix}${known + 1}`, value });
    }
    return syntax.id === this.#commands.forward ? [Buffer.from(line)] : [];
  }
}
