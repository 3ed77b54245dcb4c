/**
 * A script → its simple commands, for the registry to know: one pass, no expansion. Words lose their quotes, `$(…)` is read as commands
 * of its own and stays in its word as written, `${{ … }}` is one piece. Bodies of here documents, functions and conditions are commands
 * like any other: the question is what a script can do, not what it does. It never fails: what it does not understand it passes over.
 */
import type { Command, Script } from "../model.ts";

const NONE: readonly Command[] = [];
const MAX_DEPTH = 20;
/** Words that come before a command without being one. */
const KEYWORDS = new Set(
  "if then elif else fi while until do done for in case esac function select time ! { } coproc try catch finally".split(
    " ",
  ),
);
const ORDINARY = /[\w./:=@%,+*?\[\]{}~^!#-]+/y;
const ENDS = /[\s|&;()<>]/;
const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

export function commandsOf(script: string, language: Script["language"]): readonly Command[] {
  if (language !== "sh" && language !== "powershell") return NONE;
  const into: Draft[] = [];
  new Scanner(script, language === "powershell" ? "`" : "\\", into).commands(0, script.length, 0);
  return into.sort((a, b) => a.start - b.start);
}

interface Draft {
  words: string[];
  assignments: string[];
  start: number;
  end: number;
  writesTo: string[];
  piped: boolean;
}

interface Heredoc {
  readonly word: string;
  readonly tabs: boolean;
}

class Scanner {
  readonly #text: string;
  readonly #escape: string;
  readonly #into: Draft[];
  #at = 0;
  #until = 0;

  constructor(text: string, escape: string, into: Draft[]) {
    this.#text = text;
    this.#escape = escape;
    this.#into = into;
  }

  commands(from: number, until: number, depth: number): void {
    this.#at = from;
    this.#until = until;
    let current = fresh(from);
    let heredocs: Heredoc[] = [];
    let redirect = false;
    const end = (piped: boolean): void => {
      if (current.words.length + current.assignments.length + current.writesTo.length > 0) {
        current.piped = piped;
        this.#into.push(current);
      }
      current = fresh(this.#at);
      redirect = false;
    };
    while (this.#at < this.#until) {
      const character = this.#text.charAt(this.#at);
      const next = this.#text.charAt(this.#at + 1);
      if (character === " " || character === "\t" || character === "\r") this.#at++;
      else if (character === this.#escape && (next === "\n" || next === "\r"))
        this.#at += next === "\r" && this.#text.charAt(this.#at + 2) === "\n" ? 3 : 2;
      else if (character === "\n") {
        end(false);
        this.#at++;
        for (const one of heredocs) this.#skipHeredoc(one);
        heredocs = [];
      } else if (character === "#") this.#skipLine();
      else if (character === "|" || character === "&" || character === ";") {
        if (character === "&" && next === ">") {
          this.#at += 2;
          if (this.#text.charAt(this.#at) === ">") this.#at++;
          redirect = true;
          continue;
        }
        const double = next === character || (character === "|" && next === "&");
        end(character === "|" && next !== "|");
        this.#at += double ? 2 : 1;
      } else if (character === "(" || character === ")") {
        end(false);
        this.#at++;
      } else if (character === "<" || character === ">") redirect = this.#redirection(heredocs) === "output";
      else {
        const start = this.#at;
        const word = this.#word(depth);
        if (redirect) {
          current.writesTo.push(word);
          redirect = false;
        } else if (/^\d+$/.test(word) && /[<>]/.test(this.#text.charAt(this.#at))) continue;
        else if (current.words.length === 0 && this.#beforeCommand(word, current))
          current.start = current.assignments.length === 1 ? start : current.start;
        else {
          if (current.words.length + current.assignments.length === 0) current.start = start;
          current.words.push(word);
        }
        current.end = this.#at;
        if (this.#at === start) this.#at++; // nothing that is known: pass over it
      }
    }
    end(false);
  }

  /** Assignments and keywords; true when the word was one. */
  #beforeCommand(word: string, current: Draft): boolean {
    if (ASSIGNMENT.test(word)) {
      current.assignments.push(word);
      return true;
    }
    return KEYWORDS.has(word);
  }

  #redirection(heredocs: Heredoc[]): "output" | "other" {
    const rest = /(?:<<<|<<-?|<&|<>|<\(|>>|>&|>\||>\(|<|>)/y;
    rest.lastIndex = this.#at;
    const operator = rest.exec(this.#text)?.[0] ?? ">";
    this.#at += operator.length;
    if (operator === "<<" || operator === "<<-") {
      this.#blanks();
      const word = this.#word(MAX_DEPTH);
      heredocs.push({ word, tabs: operator === "<<-" });
      return "other";
    }
    if (operator === ">&" || operator === "<&") {
      const target = /[\d-]+/y;
      target.lastIndex = this.#at;
      const found = target.exec(this.#text);
      if (found !== null) {
        this.#at += found[0].length;
        return "other";
      }
    }
    if (operator === ">" || operator === ">>" || operator === ">|" || operator === ">&") return "output";
    if (operator === "<" || operator === "<<<" || operator === "<>") {
      this.#blanks();
      this.#word(MAX_DEPTH);
    }
    return "other";
  }

  #blanks(): void {
    while (this.#at < this.#until && /[ \t]/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #skipLine(): void {
    const newline = this.#text.indexOf("\n", this.#at);
    this.#at = newline === -1 || newline > this.#until ? this.#until : newline;
  }

  #skipHeredoc({ word, tabs }: Heredoc): void {
    while (this.#at < this.#until) {
      const start = this.#at;
      this.#skipLine();
      const line = this.#text.slice(start, this.#at);
      if (this.#at < this.#until) this.#at++;
      if ((tabs ? line.replace(/^\t+/, "") : line).trimEnd() === word) return;
    }
  }

  /** One word from here, quotes removed. */
  #word(depth: number): string {
    let word = "";
    while (this.#at < this.#until) {
      const run = this.#ordinary();
      if (run !== "") {
        word += run;
        continue;
      }
      const character = this.#text.charAt(this.#at);
      if (ENDS.test(character)) break;
      if (character === "'") word += this.#single();
      else if (character === '"') word += this.#double(depth);
      else word += this.#part(character, depth);
    }
    return word;
  }

  /** Characters that mean themselves, up to the next that does not. */
  #ordinary(): string {
    ORDINARY.lastIndex = this.#at;
    if (!ORDINARY.test(this.#text)) return "";
    const start = this.#at;
    this.#at = Math.min(ORDINARY.lastIndex, this.#until);
    return this.#text.slice(start, this.#at);
  }

  #single(): string {
    const close = this.#text.indexOf("'", this.#at + 1);
    const end = close === -1 || close >= this.#until ? this.#until : close;
    const inside = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }

  #double(depth: number): string {
    let word = "";
    this.#at++;
    while (this.#at < this.#until) {
      const character = this.#text.charAt(this.#at);
      if (character === '"') {
        this.#at++;
        break;
      }
      word += this.#part(character, depth);
    }
    return word;
  }

  /** What means the same with quotes around it and without: an escape, a `$`, a character. */
  #part(character: string, depth: number): string {
    if (character === "$" || (character === "`" && this.#escape !== "`")) return this.#dollar(depth);
    const escaped = character === this.#escape;
    const part = escaped ? this.#text.charAt(this.#at + 1) : character;
    this.#at += escaped ? 2 : 1;
    return part;
  }

  /** `$x`, `${x}`, `${{ … }}`, `$(…)`, backquotes: as written, and commands inside of it on their own. */
  #dollar(depth: number): string {
    const start = this.#at;
    const text = this.#text;
    if (text.startsWith("${{", start)) {
      const close = text.indexOf("}}", start);
      this.#at = close === -1 || close >= this.#until ? this.#until : close + 2;
    } else if (text.startsWith("${", start)) this.#at = this.#balanced(start + 2, "{", "}");
    else if (text.startsWith("$(", start)) {
      this.#at = this.#balanced(start + 2, "(", ")");
      this.#inner(start + 2, this.#at - 1, depth);
    } else if (text.charAt(start) === "`") {
      const close = text.indexOf("`", start + 1);
      this.#at = close === -1 || close >= this.#until ? this.#until : close + 1;
      this.#inner(start + 1, this.#at - 1, depth);
    } else this.#at++;
    return text.slice(start, this.#at);
  }

  #inner(from: number, until: number, depth: number): void {
    if (depth >= MAX_DEPTH || from >= until) return;
    new Scanner(this.#text, this.#escape, this.#into).commands(from, until, depth + 1);
  }

  /** Behind the bracket that closes; quotes are jumped over. */
  #balanced(from: number, open: string, close: string): number {
    let level = 1;
    for (let at = from; at < this.#until; at++) {
      const character = this.#text.charAt(at);
      if (character === this.#escape) at++;
      else if (character === "'" && open === "(") {
        const end = this.#text.indexOf("'", at + 1);
        if (end !== -1 && end < this.#until) at = end;
      } else if (character === open) level++;
      else if (character === close && --level === 0) return at + 1;
    }
    return this.#until;
  }
}

const fresh = (at: number): Draft => ({
  words: [],
  assignments: [],
  start: at,
  end: at,
  writesTo: [],
  piped: false,
});
