/** The text beside a match, where people write that it is allowed: the rest of its line and the line above. The value is not in it. */
export interface Lines {
  /** The match's line without the match, at most 2 KB to each side. */
  readonly line: Buffer;
  /** Where in it the match stood: one space takes its place. */
  readonly at: number;
  /** The line above, its last 2 KB; empty on the first line. */
  readonly above: Buffer;
}

const EACH = 2048;
const NEWLINE = Buffer.from("\n");
/** A notebook keeps its lines in JSON strings. */
const ESCAPED = Buffer.from("\\n");

export interface LinesOptions {
  /** In notebooks `\n` of a JSON string ends a line too. */
  readonly notebook?: boolean;
}

/** `window` holds the match at `at`, and up to 4 KB before and 2 KB behind it. Copies. */
export function linesIn(window: Buffer, at: number, length: number, options: LinesOptions = {}): Lines {
  const ends = options.notebook === true ? [NEWLINE, ESCAPED] : [NEWLINE];
  const start = lineStart(window, at, ends);
  const behind = window.subarray(at + length, at + length + EACH);
  const stops = ends.map((end) => behind.indexOf(end)).filter((index) => index !== -1);
  const after = behind.subarray(0, stops.length === 0 ? behind.length : Math.min(...stops));
  const before = window.subarray(Math.max(start.from, at - EACH), at);
  const aboveEnd = start.mark;
  const above =
    aboveEnd === null
      ? Buffer.alloc(0)
      : window.subarray(Math.max(lineStart(window, aboveEnd, ends).from, aboveEnd - EACH), aboveEnd);
  return { line: own(before, SPACE, after), at: before.length, above: own(above) };
}

const SPACE = Buffer.from(" ");

/** Memory of its own: a piece of Node's shared pool would hold all of that as long as it lives. */
function own(...parts: readonly Buffer[]): Buffer {
  const copy = Buffer.alloc(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) at += part.copy(copy, at);
  return copy;
}

/** Where the line of `at` begins, and where the line end before it stands (null: at the beginning of the window). */
function lineStart(
  window: Buffer,
  at: number,
  ends: readonly Buffer[],
): { readonly from: number; readonly mark: number | null } {
  let best = { from: 0, mark: null as number | null };
  if (at === 0) return best;
  for (const end of ends) {
    const mark = window.lastIndexOf(end, at - end.length);
    if (mark !== -1 && at - end.length >= 0 && mark + end.length > best.from)
      best = { from: mark + end.length, mark };
  }
  // the `"` and `,` between two lines of a notebook's list stand behind an escaped line end and a real one
  if (best.mark !== null && ends.includes(ESCAPED)) {
    const between = /(?:\\n)?["',\s]*$/.exec(
      window.toString("latin1", Math.max(0, best.mark - 64), best.mark),
    );
    if (between !== null && between[0].includes("\\n"))
      return { from: best.from, mark: best.mark - between[0].length };
  }
  return best;
}

export function wipeLines(lines: Lines | undefined): void {
  lines?.line.fill(0);
  lines?.above.fill(0);
}
