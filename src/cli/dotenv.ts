/**
 * `.env` files as the common loaders read them: `NAME=value`, `export NAME=…`, comments, single quotes literal, double quotes
 * with escapes, both over several lines. Each entry knows its lines, so that a stored one can be taken out of the file.
 */
export interface DotenvEntry {
  readonly name: string;
  readonly value: string;
  /** 0-based, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface Dotenv {
  readonly entries: readonly DotenvEntry[];
  /** Lines (1-based) that are neither an entry, a comment nor blank. */
  readonly unread: readonly number[];
  readonly lines: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

export function parseDotenv(text: string): Dotenv {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const entries: DotenvEntry[] = [];
  const unread: number[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? "").replace(/\r$/, "");
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*)$/s.exec(line); // s: U+2028 ends no line here
    if (match === null) {
      unread.push(index + 1);
      continue;
    }
    const [, name = "", rest = ""] = match;
    const quote = rest[0];
    if (quote !== '"' && quote !== "'") {
      entries.push({ name, value: rest.replace(/\s+#.*$/, "").trim(), firstLine: index, lastLine: index });
      continue;
    }
    const quoted = readQuoted(lines, index, rest, quote);
    if (quoted === null) {
      unread.push(index + 1);
      continue;
    }
    entries.push({ name, value: quoted.value, firstLine: index, lastLine: quoted.lastLine });
    index = quoted.lastLine;
  }
  return { entries, unread, lines };
}

/** null when the closing quote is missing. */
function readQuoted(
  lines: readonly string[],
  start: number,
  first: string,
  quote: string,
): { value: string; lastLine: number } | null {
  let value = "";
  for (let index = start; index < lines.length; index++) {
    const line = index === start ? first.slice(1) : (lines[index] ?? "").replace(/\r$/, "");
    for (let at = 0; at < line.length; at++) {
      const letter = line[at] ?? "";
      if (letter === quote) return { value, lastLine: index };
      const next = line[at + 1];
      if (letter === "\\" && quote === '"' && next !== undefined) {
        value += ESCAPES[next] ?? next;
        at++;
      } else value += letter;
    }
    value += "\n";
  }
  return null;
}

/** The file without these entries; null when nothing but comments and blank lines would stay. */
export function without(file: Dotenv, gone: readonly DotenvEntry[]): string | null {
  const dropped = new Set<number>();
  for (const { firstLine, lastLine } of gone)
    for (let line = firstLine; line <= lastLine; line++) dropped.add(line);
  const kept = file.lines.filter((_, index) => !dropped.has(index));
  return kept.every((line) => /^\s*(#|$)/.test(line)) ? null : kept.join("\n");
}
