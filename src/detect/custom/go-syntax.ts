/**
 * Go's regular expressions in JavaScript's syntax, for Latin-1 text, where both mean the same: both take the leftmost match and of
 * those the first in the order of the expression. What JavaScript means otherwise (groups in repetitions, repetitions of nothing) or
 * does not have is left alone; so is what is not ASCII.
 */

/**
 * For `RegExp` without flags, groups as in the original; null for what cannot be said in JavaScript, or is no expression. `cap`: times
 * that what repeats without end may repeat.
 */
export const fromGo = (source: string, cap: number): string | null => translate(source, cap, false);

/**
 * As `fromGo`, of nearly every expression: it has a match wherever the original has one, which may be another, and at further places.
 * To be looked into, not to be run.
 */
export const outlineOfGo = (source: string, cap: number): string | null => translate(source, cap, true);

function translate(source: string, cap: number, loose: boolean): string | null {
  const parser = new Parser(source, cap, loose);
  try {
    const { source: translated } = parser.choice();
    return parser.atEnd ? translated : null;
  } catch (error) {
    if (error instanceof Unknown) return null;
    throw error;
  }
}

class Unknown extends Error {}

interface Flags {
  readonly fold: boolean;
  readonly lines: boolean;
  readonly all: boolean;
  readonly lazy: boolean;
}

interface Piece {
  readonly source: string;
  /** May match nothing. */
  readonly empty: boolean;
  /** Holds groups whose text is kept; `own`: it is such a group, with none inside. */
  readonly groups: boolean;
  readonly own?: boolean;
}

const EDGES: Readonly<Record<string, string>> = { b: "\\b", B: "\\B", A: "^", z: "$" };
const CHARS: Readonly<Record<string, number>> = { a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 };
type Test = (byte: number) => boolean;
const among =
  (...ranges: readonly (readonly [string, string])[]): Test =>
  (byte) =>
    ranges.some(([from, to]) => byte >= from.charCodeAt(0) && byte <= to.charCodeAt(0));
const not =
  (test: Test): Test =>
  (byte) =>
    !test(byte);
const DIGIT = among(["0", "9"]);
const LOWER = among(["a", "z"]);
const UPPER = among(["A", "Z"]);
const ALPHA = among(["a", "z"], ["A", "Z"]);
const ALNUM = among(["a", "z"], ["A", "Z"], ["0", "9"]);
const WORD = among(["a", "z"], ["A", "Z"], ["0", "9"], ["_", "_"]);
const SPACE = among(["\t", "\n"], ["\f", "\r"], [" ", " "]);
const CLASSES: Readonly<Record<string, Test>> = {
  d: DIGIT,
  D: not(DIGIT),
  w: WORD,
  W: not(WORD),
  s: SPACE,
  S: not(SPACE),
};
const NAMED: Readonly<Record<string, Test>> = {
  alnum: ALNUM,
  alpha: ALPHA,
  ascii: among(["\0", "\x7f"]),
  blank: among(["\t", "\t"], [" ", " "]),
  cntrl: among(["\0", "\x1f"], ["\x7f", "\x7f"]),
  digit: DIGIT,
  graph: among(["!", "~"]),
  lower: LOWER,
  print: among([" ", "~"]),
  punct: among(["!", "/"], [":", "@"], ["[", "`"], ["{", "~"]),
  space: among(["\t", "\r"], [" ", " "]),
  upper: UPPER,
  word: WORD,
  xdigit: among(["0", "9"], ["a", "f"], ["A", "F"]),
};

const QUANTIFIER = /(?:[*+?]|\{(\d{1,4})(,?)(\d{0,4})\})\??/y;
const HEX = /x(?:\{([0-9a-fA-F]{1,2})\}|([0-9a-fA-F]{2}))/y;
const OPENING = /\?(?:(?:P?<\w+>)|([imsU]*)(?:-([imsU]+))?([:)]))/y;
const PROPERTY = /[pP](?:\{\^?\w{1,40}\}|\w)/y;
const POSIX = /\[:(\^?)(\w+):\]/y;

class Parser {
  readonly #source: string;
  readonly #cap: number;
  readonly #loose: boolean;
  #at = 0;
  #flags: Flags = { fold: false, lines: false, all: false, lazy: false };

  constructor(source: string, cap: number, loose: boolean) {
    this.#source = source;
    this.#cap = cap;
    this.#loose = loose;
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  get #next(): string {
    return this.#source[this.#at] ?? "";
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#source);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  choice(): Piece {
    const options = [this.#sequence()];
    while (this.#next === "|") {
      this.#at++;
      options.push(this.#sequence());
    }
    return {
      source: options.map(({ source }) => source).join("|"),
      empty: options.some(({ empty }) => empty),
      groups: options.some(({ groups }) => groups),
    };
  }

  #sequence(): Piece {
    const parts: Piece[] = [];
    while (!this.atEnd && this.#next !== "|" && this.#next !== ")") parts.push(this.#repeated(this.#atom()));
    return {
      source: parts.map(({ source }) => source).join(""),
      empty: parts.every(({ empty }) => empty),
      groups: parts.some(({ groups }) => groups),
    };
  }

  #repeated(piece: Piece): Piece {
    const match = this.#take(QUANTIFIER);
    if (match === null) return piece;
    const [text, low, comma, high] = match;
    if (this.#take(QUANTIFIER) !== null) throw new Unknown();
    let [least, most] = [0, Infinity];
    if (text.startsWith("+")) least = 1;
    else if (text.startsWith("?")) most = 1;
    else if (low !== undefined) {
      least = Number(low);
      most = comma === "" ? least : high === "" ? Infinity : Number(high);
    }
    // A repetition of nothing, and what groups inside of one hold, differ between the two.
    const grouped = piece.groups && piece.own !== true;
    if (!this.#loose && ((piece.empty && (least === 0 || most > 1)) || (grouped && most > 1)))
      throw new Unknown();
    if (piece.source === "") throw new Unknown();
    if (most === Infinity) most = Math.max(least, this.#cap);
    const lazy = (text.length > 1 && text.endsWith("?")) !== this.#flags.lazy ? "?" : "";
    return {
      source: `${piece.source}{${least},${most}}${lazy}`,
      empty: least === 0 || piece.empty,
      groups: piece.groups,
    };
  }

  #atom(): Piece {
    const char = this.#next;
    this.#at++;
    if (char === "(") return this.#group();
    if (char === "[") return this.#set(this.#class());
    if (char === "\\") return this.#escaped();
    const { lines, all } = this.#flags;
    if (char === "^") return edge(lines ? "(?<=^|\\n)" : "^");
    if (char === "$") return edge(lines ? "(?=\\n|$)" : "$");
    if (char === ".") return this.#set((byte) => all || byte !== 10);
    if ("*+?".includes(char)) throw new Unknown();
    return this.#char(char.charCodeAt(0));
  }

  #group(): Piece {
    const outer = this.#flags;
    let opening = "(";
    if (this.#next === "?") {
      const match = this.#take(OPENING);
      if (match === null) throw new Unknown();
      const [, on, off = "", end] = match;
      if (end !== undefined) {
        const is = (flag: string, before: boolean): boolean =>
          !off.includes(flag) && (before || (on ?? "").includes(flag));
        const { fold, lines, all, lazy } = outer;
        this.#flags = { fold: is("i", fold), lines: is("m", lines), all: is("s", all), lazy: is("U", lazy) };
        // Alone it stays for the rest of the group around it.
        if (end === ")") return { source: "", empty: true, groups: false };
        opening = "(?:";
      }
    }
    const inner = this.choice();
    if (this.#next !== ")") throw new Unknown();
    this.#at++;
    this.#flags = outer;
    return {
      source: `${opening}${inner.source})`,
      empty: inner.empty,
      groups: inner.groups || opening === "(",
      own: !inner.groups && opening === "(",
    };
  }

  #escaped(): Piece {
    const char = this.#next;
    if (char === "Q") {
      const end = this.#source.indexOf("\\E", this.#at);
      const text = this.#source.slice(this.#at + 1, end < 0 ? undefined : end);
      // What repeats is its last character, which is no one's habit.
      this.#at = end < 0 ? this.#source.length : end + 2;
      if (/[*+?{]/.test(this.#next) && this.#next !== "") throw new Unknown();
      const source = [...text].map((one) => this.#char(one.charCodeAt(0)).source).join("");
      return { source: source === "" ? "" : `(?:${source})`, empty: source === "", groups: false };
    }
    const special = EDGES[char];
    if (special !== undefined) {
      this.#at++;
      return edge(special);
    }
    const named = CLASSES[char];
    if (named !== undefined) {
      this.#at++;
      return this.#set(named);
    }
    if (this.#loose && this.#take(PROPERTY) !== null) return this.#set(() => true);
    return this.#char(this.#code());
  }

  /** The character that an escape stands for, from behind the backslash. */
  #code(): number {
    const hex = this.#take(HEX);
    if (hex !== null) return Number.parseInt(hex[1] ?? hex[2] ?? "", 16);
    const char = this.#next;
    this.#at++;
    const code = CHARS[char];
    if (code !== undefined) return code;
    if (char === "" || /[A-Za-z0-9]/.test(char)) throw new Unknown();
    return char.charCodeAt(0);
  }

  #char(code: number): Piece {
    return this.#set((byte) => byte === code, code);
  }

  #class(): Test {
    const negated = this.#next === "^";
    if (negated) this.#at++;
    const tests: Test[] = [];
    for (let first = true; first || this.#next !== "]"; first = false) {
      if (this.atEnd) throw new Unknown();
      const posix = this.#take(POSIX);
      if (posix !== null) {
        const test = NAMED[posix[2] ?? ""];
        if (test === undefined) throw new Unknown();
        tests.push(posix[1] === "^" ? not(test) : test);
        continue;
      }
      const named = this.#next === "\\" ? CLASSES[this.#source[this.#at + 1] ?? ""] : undefined;
      if (named !== undefined) {
        this.#at += 2;
        tests.push(named);
        continue;
      }
      const from = this.#member();
      let to = from;
      if (this.#next === "-" && !["]", ""].includes(this.#source[this.#at + 1] ?? "")) {
        this.#at++;
        to = this.#member();
        if (to < from) throw new Unknown();
      }
      if (Math.max(from, to) > 0x7f) throw new Unknown();
      tests.push((byte) => byte >= from && byte <= to);
    }
    this.#at++;
    const { fold } = this.#flags;
    const any: Test = (byte) =>
      tests.some((test) => test(byte) || (fold && ALPHA(byte) && test(byte ^ 0x20)));
    return negated ? not(any) : any;
  }

  #member(): number {
    const char = this.#next;
    this.#at++;
    return char === "\\" ? this.#code() : char.charCodeAt(0);
  }

  #set(test: Test, code = 0): Piece {
    if (code > 0x7f) {
      if (!this.#loose) throw new Unknown();
      return this.#set(() => true);
    }
    const { fold } = this.#flags;
    const all: Test = (byte) => test(byte) || (fold && ALPHA(byte) && test(byte ^ 0x20));
    return { source: classOf(all), empty: false, groups: false };
  }
}

const edge = (source: string): Piece => ({ source, empty: true, groups: false });

const hex = (byte: number): string =>
  /[A-Za-z0-9_]/.test(String.fromCharCode(byte))
    ? String.fromCharCode(byte)
    : `\\x${byte.toString(16).padStart(2, "0")}`;

function classOf(test: Test): string {
  const ranges: string[] = [];
  let single: number | null = null;
  let count = 0;
  for (let from = 0; from < 256; from++) {
    if (!test(from)) continue;
    let to = from;
    while (to < 255 && test(to + 1)) to++;
    count += to - from + 1;
    single = from;
    ranges.push(to === from ? hex(from) : `${hex(from)}-${hex(to)}`);
    from = to;
  }
  if (count === 0) throw new Unknown();
  return count === 1 && single !== null ? hex(single) : `[${ranges.join("")}]`;
}
