/**
 * Text from outside (paths, previews, names) made harmless for a terminal: control characters, escapes and marks that change
 * the direction of writing are shown as codes instead of acting.
 */
// C0, DEL and C1, zero-width and directional marks, line separators, tags.
const ACTS = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]|\\p{Surrogate}",
  "gu",
);

export function visible(text: string): string {
  return text.replace(ACTS, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
  });
}

/** Columns a text takes, near enough for alignment: wide East Asian characters count two. */
export function width(text: string): number {
  let columns = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const wide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xffdc && code < 0xd800) ||
      (code >= 0xf900 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff);
    columns += wide ? 2 : /\p{Mark}/u.test(char) ? 0 : 1;
  }
  return columns;
}

export const pad = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - width(text)));

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1] ?? ""}`;
}
