/**
 * What a regular expression in Go's syntax says about its matches: how long they can be, and text that each of them holds. Read
 * from the expression itself; what it does not know counts as unbounded and as no text.
 */

export interface Shape {
  /** Longest match in characters; infinity for unbounded ones. */
  readonly longest: number;
  /** Every match holds one of these, lower case; empty where that cannot be said. */
  readonly texts: readonly string[];
}

interface Part {
  readonly longest: number;
  /** The exact text it matches, lower case; null where that varies. */
  readonly exact: string | null;
  readonly texts: readonly string[];
}

const EMPTY: Part = { longest: 0, exact: "", texts: [] };
const MAX_DEPTH = 200;
const MAX_TEXTS = 64;
const SHORTEST_TEXT = 3;

export function shapeOf(source: string): Shape {
  const parser = new Parser(source);
  const { longest, exact, texts } = parser.alternatives(0);
  const best = exact !== null && exact.length >= SHORTEST_TEXT ? [exact] : texts;
  return { longest, texts: parser.at < source.length ? [] : [...new Set(best)] };
}

class Parser {
  at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  alternatives(depth: number): Part {
    const all = [this.sequence(depth)];
    while (this.source[this.at] === "|") {
      this.at++;
      all.push(this.sequence(depth));
    }
    if (all.length === 1) return all[0] as Part;
    const options = all.map(({ exact, texts }) =>
      exact !== null && exact.length >= SHORTEST_TEXT ? [exact] : texts,
    );
    return {
      longest: Math.max(...all.map(({ longest }) => longest)),
      exact: null,
      texts:
        options.every((texts) => texts.length > 0) && options.flat().length <= MAX_TEXTS
          ? options.flat()
          : [],
    };
  }

  private sequence(depth: number): Part {
    let longest = 0;
    let run = ""; // exact text at the end so far
    let whole = true;
    let best: readonly string[] = [];
    const offer = (texts: readonly string[]): void => {
      const shortest = (list: readonly string[]): number => Math.min(...list.map((text) => text.length));
      if (texts.length > 0 && (best.length === 0 || shortest(texts) > shortest(best))) best = texts;
    };
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      const { part, times } = this.repeated(depth);
      longest += times.most === 0 ? 0 : part.longest * times.most;
      if (part.exact !== null && times.least === 1 && times.most === 1) {
        run += part.exact;
        continue;
      }
      if (run.length >= SHORTEST_TEXT) offer([run]);
      run = "";
      whole = false;
      if (times.least >= 1)
        offer(part.exact !== null && part.exact.length >= SHORTEST_TEXT ? [part.exact] : part.texts);
    }
    if (run.length >= SHORTEST_TEXT) offer([run]);
    return {
      longest: Number.isNaN(longest) ? Number.POSITIVE_INFINITY : longest,
      exact: whole ? run : null,
      texts: best,
    };
  }

  private repeated(depth: number): { part: Part; times: { least: number; most: number } } {
    const part = this.atom(depth);
    let times = { least: 1, most: 1 };
    for (;;) {
      const next = this.source[this.at];
      const counted = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.source.slice(this.at, this.at + 12));
      if (next === "*") times = { least: 0, most: Number.POSITIVE_INFINITY };
      else if (next === "+") times = { least: times.least, most: Number.POSITIVE_INFINITY };
      else if (next === "?") times = { least: 0, most: times.most };
      else if (counted !== null) {
        const [text, from, comma, to] = counted;
        const most = comma === "" ? Number(from) : to === "" ? Number.POSITIVE_INFINITY : Number(to);
        times = { least: Number(from), most };
        this.at += text.length - 1;
      } else return { part, times };
      this.at++;
      if (this.source[this.at] === "?") this.at++; // lazy: the same matches
      if (part.longest === 0) times = { least: 0, most: 0 };
    }
  }

  private atom(depth: number): Part {
    const char = this.source[this.at++] ?? "";
    if (char === "(") return this.group(depth);
    if (char === "[") return this.set();
    if (char === "\\") return this.escaped();
    if (char === "^" || char === "$") return EMPTY;
    if (char === ".") return { longest: 1, exact: null, texts: [] };
    return { longest: 1, exact: char.toLowerCase(), texts: [] };
  }

  private group(depth: number): Part {
    const flags = /^\?(?:P?<\w+>|[imsU-]*:)/.exec(this.source.slice(this.at, this.at + 64));
    const alone = /^\?[imsU-]+\)/.exec(this.source.slice(this.at, this.at + 12));
    if (alone !== null) {
      this.at += alone[0].length;
      return EMPTY;
    }
    this.at += flags?.[0].length ?? 0;
    if (depth >= MAX_DEPTH) {
      this.at = this.source.length;
      return { longest: Number.POSITIVE_INFINITY, exact: null, texts: [] };
    }
    const inner = this.alternatives(depth + 1);
    this.at++; // the closing parenthesis
    return inner;
  }

  private set(): Part {
    if (this.source[this.at] === "^") this.at++;
    if (this.source[this.at] === "]") this.at++;
    while (this.at < this.source.length && this.source[this.at] !== "]") {
      if (this.source[this.at] === "\\") this.at++;
      else if (this.source.startsWith("[:", this.at)) {
        const end = this.source.indexOf(":]", this.at);
        if (end > 0) this.at = end + 1;
      }
      this.at++;
    }
    this.at++;
    return { longest: 1, exact: null, texts: [] };
  }

  private escaped(): Part {
    const char = this.source[this.at++] ?? "";
    if ("bBAzZ".includes(char)) return EMPTY;
    if (char === "Q") {
      const end = this.source.indexOf("\\E", this.at);
      const text = this.source.slice(this.at, end < 0 ? undefined : end);
      this.at = end < 0 ? this.source.length : end + 2;
      return { longest: text.length, exact: text.toLowerCase(), texts: [] };
    }
    const hex = /^x(?:\{[0-9a-fA-F]{1,6}\}|[0-9a-fA-F]{2})/.exec(
      `${char}${this.source.slice(this.at, this.at + 9)}`,
    );
    const property = /^[pP](?:\{\^?\w{1,40}\}|\w)/.exec(`${char}${this.source.slice(this.at, this.at + 44)}`);
    if (hex !== null || property !== null) {
      this.at += (hex ?? property ?? [""])[0].length - 1;
      return { longest: 4, exact: null, texts: [] };
    }
    if (/[A-Za-z0-9]/.test(char)) return { longest: 1, exact: null, texts: [] };
    return { longest: 1, exact: char, texts: [] };
  }
}
