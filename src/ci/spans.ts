/** Source files and spans: offsets to lines and columns, and parts of texts back to where they stand. */
import type { Place } from "../core/finding.ts";
import type { Position, SourceFile, Span, Text } from "./model.ts";

export function sourceFile(path: string, text: string): SourceFile {
  let starts: readonly number[] | null = null;
  return {
    path,
    text,
    position(offset: number): Position {
      starts ??= lineStarts(text);
      const at = Math.max(0, Math.min(offset, text.length));
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= at) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
    },
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

export const span = (file: SourceFile, start: number, end: number): Span => ({ file, start, end });

/** What stands there, as written. */
export const written = ({ file, start, end }: Span): string => file.text.slice(start, end);

/** As reports show it: lines from 1, columns and offset in bytes. */
export function placeOf({ file, start, end }: Span): Place {
  const from = file.position(start);
  const to = file.position(end);
  const bytes = (until: number, column: number): number =>
    Buffer.byteLength(file.text.slice(until - column + 1, until), "utf8") + 1;
  return {
    path: file.path,
    line: from.line,
    column: bytes(start, from.column),
    endLine: to.line,
    endColumn: bytes(end, to.column),
    offset: Buffer.byteLength(file.text.slice(0, start), "utf8"),
  };
}

/** `path:line:column`, columns in characters. */
export function shown(where: Span): string {
  const { line, column } = where.file.position(where.start);
  return `${where.file.path}:${line}:${column}`;
}

/**
 * Where `[from, to)` of a text's value stands in the file. Exact for plain and literal text; where escapes or folding stand between, the
 * whole of the scalar's lines that hold it.
 */
export function locate(text: Text, from: number, to: number): Span {
  const { file, start, end } = text.span;
  if (text.style === "literal") return locateLiteral(text, from, to);
  const quoted = text.style === "single" || text.style === "double" ? 1 : 0;
  const raw = file.text.slice(start + quoted, end - quoted);
  if (raw === text.value) return span(file, start + quoted + from, start + quoted + to);
  // Folded, or with escapes: the n-th time that the same words stand there.
  const words = text.value.slice(from, to);
  let nth = 0;
  for (let at = text.value.indexOf(words); at !== -1 && at < from; at = text.value.indexOf(words, at + 1))
    nth++;
  let found = raw.indexOf(words);
  while (nth-- > 0 && found !== -1) found = raw.indexOf(words, found + 1);
  return found === -1 || words === ""
    ? text.span
    : span(file, start + quoted + found, start + quoted + found + words.length);
}

/** Line by line: each line of the value is a line of the file behind the same indentation. */
function locateLiteral(text: Text, from: number, to: number): Span {
  const { file, start, end } = text.span;
  const whole = file.text;
  const content = whole.slice(start, end);
  const indent = indentOf(content, text.value);
  const offsetOf = (target: number): number => {
    let value = 0;
    let at = start;
    for (;;) {
      const newline = whole.indexOf("\n", at);
      const lineEnd = newline === -1 || newline >= end ? end : newline;
      const strip = Math.min(indent, lineEnd - at);
      let length = lineEnd - at - strip;
      if (length > 0 && whole.charCodeAt(lineEnd - 1) === 13) length--;
      if (target <= value + length || lineEnd >= end) return Math.min(at + strip + target - value, end);
      value += length + 1;
      at = lineEnd + 1;
    }
  };
  return span(file, offsetOf(from), Math.max(offsetOf(from), offsetOf(to)));
}

/** Of the first line that is not empty, less what of it belongs to the value. */
function indentOf(content: string, value: string): number {
  const line = /^[^\S\n]*\S/m.exec(content)?.[0].length ?? 1;
  const own = /^ *\S/m.exec(value)?.[0].length ?? 1;
  return Math.max(0, line - own);
}
