/** Edits of YAML that keep everything else as it stands: where a key goes, how deep, and with which line ends. */
import type { TextEdit } from "../checks/types.ts";
import type { Setting, SourceFile, Step } from "../model.ts";
import { span } from "../spans.ts";

export const eolOf = ({ text }: SourceFile): string => (text.includes("\r\n") ? "\r\n" : "\n");

/** The column of an offset, as blanks. */
export function indentAt({ text }: SourceFile, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return " ".repeat(offset - start);
}

/** Nothing but blanks and list dashes stands before it on its line: a key of a block. */
export function isBlockKey({ text }: SourceFile, offset: number): boolean {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ ]*(?:-[ ]+)*$/.test(text.slice(start, offset));
}

/** Puts lines before the key that stands at `at`, at its depth. Null where that is no block. */
export function beforeKey(file: SourceFile, at: number, lines: readonly string[]): TextEdit | null {
  if (!isBlockKey(file, at)) return null;
  const indent = indentAt(file, at);
  const eol = eolOf(file);
  return { span: span(file, at, at), text: lines.map((line) => `${line}${eol}${indent}`).join("") };
}

/** Where the key of a value stands: `run` of `run: …`; comments may stand between. Null when it cannot be told. */
export function keyOf(file: SourceFile, name: string, valueStart: number): number | null {
  const head = file.text.slice(0, valueStart);
  const found = new RegExp(
    `(['"]?)${name}\\1[ ]*:[ ]*(?:[|>][-+\\d]*[ ]*(?:#[^\\n]*)?)?(?:\\r?\\n[ ]*(?:#[^\\n]*)?)*$`,
  ).exec(head);
  return found === null ? null : found.index;
}

/** A plain YAML scalar where that is possible, else in single quotes. */
export const yamlText = (value: string): string =>
  /^[\w$./][^\n]*$/.test(value) && !/: |:$| #|\s$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;

/** Adds a variable to a step's own `env`. Null where its form leaves no room. */
export function addStepEnv(step: Step, name: string, value: string): TextEdit | null {
  const { file } = step.span;
  const line = `${name}: ${yamlText(value)}`;
  const [first] = step.env;
  if (first !== undefined)
    return first.name === "*" || first.nameSpan.file !== file || !within(first, step)
      ? null
      : beforeKey(file, first.nameSpan.start, [line]);
  const text = step.run?.text ?? step.usesText;
  if (!text || text.span.file !== file) return null;
  const at = keyOf(file, step.run === null ? "uses" : "run", text.span.start);
  if (at === null || at < step.span.start) return null;
  return beforeKey(file, at, ["env:", `  ${line}`]);
}

/** An alias brings settings that stand elsewhere. */
const within = ({ nameSpan }: Setting, { span: around }: Step): boolean =>
  nameSpan.start >= around.start && nameSpan.end <= around.end;

/** The whole lines of a span, up to the next one's start. */
export function wholeLines(file: SourceFile, start: number, end: number): { start: number; end: number } {
  const first = file.text.lastIndexOf("\n", start - 1) + 1;
  const newline = file.text.indexOf("\n", Math.max(end - 1, start));
  return { start: first, end: newline === -1 ? file.text.length : newline + 1 };
}
