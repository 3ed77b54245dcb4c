/** Enough of `.dockerignore` to say whether a file enters the build context: globs, `**`, comments, `!` exceptions, the last match wins. */
const escapeRegExp = (text: string): string => text.replace(/[.+^${}()|\\]/g, "\\$&");

function expressionOf(pattern: string): RegExp | null {
  const clean = pattern.replace(/^\.?\/+|\/+$/g, "");
  if (clean === "" || clean.length > 500) return null;
  const source = clean
    .split("/")
    .map((segment) =>
      segment === "**" ? "**" : escapeRegExp(segment).replace(/\*+/g, "[^/]*").replace(/\?/g, "[^/]"),
    )
    .join("/")
    .replace(/(^|\/)\*\*\//g, "$1(?:[^/]+/)*")
    .replace(/(^|\/)\*\*$/g, "$1.*");
  try {
    // A pattern that names a folder covers what is in it.
    return new RegExp(`^${source}(?:/|$)`);
  } catch {
    return null; // an unclosed class: Docker refuses the file, we judge by the other lines
  }
}

export function dockerIgnores(ignoreFile: string, path: string): boolean {
  let out = false;
  for (const line of ignoreFile.split(/\r?\n/)) {
    const text = line.trim();
    if (text === "" || text.startsWith("#")) continue;
    const exception = text.startsWith("!");
    if (expressionOf(exception ? text.slice(1).trim() : text)?.test(path) === true) out = !exception;
  }
  return out;
}
