/** Text from outside for formats with marks of their own. Control characters are made visible first: see `visible.ts`. */
import { visible } from "../visible.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For HTML and XML, in text and in quoted attributes. XML forbids most control characters even as references: none is left. */
export const markup = (text: string): string =>
  visible(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/**
 * Markdown in which nothing is markup, a link or a new cell: punctuation as references, which no Markdown reader takes for marks. In
 * `<code>`, so that a code host sends nobody a mention.
 */
export const markdownCode = (text: string): string => `<code>${markdown(text)}</code>`;

/** The same without `<code>`, for words of our own. */
export const markdown = (text: string): string =>
  visible(text).replace(/[!-+\-/:-@[-`{-~]/g, (char) => `&#${char.charCodeAt(0)};`);

/** RFC 4180, and nothing that a spreadsheet would take for a formula. */
export function csvCell(text: string): string {
  const shown = visible(text);
  const tame = /^[\s]*[=+\-@|%\t\r]/.test(shown) ? `'${shown}` : shown;
  return /[",\r\n;]|^'|^\s|\s$/.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

export const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
