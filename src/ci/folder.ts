/** The files of a repository as adapters see them: a walk that follows no link out of it, and bounded reads. */
import { isUtf8 } from "node:buffer";
import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, posix, sep } from "node:path";
import type { Diagnostic, SourceFile } from "./model.ts";
import { sourceFile, span } from "./spans.ts";

/** Larger ones are no workflow: GitHub's own limit is a tenth of it. */
export const MAX_FILE_BYTES = 10 * 2 ** 20;
/** Never pipelines of this repository. */
const SKIPPED = new Set([
  ".git",
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
  ".tox",
  ".mypy_cache",
  ".cache",
]);

export interface Folder {
  /** Paths with `/`, sorted; of links only those to files inside. */
  list(wanted: (path: string) => boolean): string[];
  /** The same object for the same path. Null when there is no such file inside the folder. */
  open(path: string): SourceFile | null;
  /** Everything opened so far. */
  readonly opened: ReadonlyMap<string, SourceFile | null>;
}

/** `root` is absolute. Nothing is thrown for what cannot be read: it is reported. */
export function openFolder(
  root: string,
  report: (diagnostic: Diagnostic) => void,
  texts: ReadonlyMap<string, string> = new Map(),
): Folder {
  const opened = new Map<string, SourceFile | null>();
  /** Found by the walk as files in folders, no link between: they cannot lie outside. */
  const walked = new Set<string>();
  const real = realpathSync(root);
  const say = (id: Diagnostic["id"], path: string, message: string): null => {
    report({ id, message, span: span(sourceFile(path, ""), 0, 0) });
    return null;
  };

  const inside = (path: string): boolean => {
    try {
      const target = realpathSync(join(root, path));
      return target === real || target.startsWith(real + sep);
    } catch {
      return false;
    }
  };

  const walk = (folder: string, wanted: (path: string) => boolean, into: string[]): void => {
    let entries;
    try {
      entries = readdirSync(join(root, folder), { withFileTypes: true });
    } catch {
      say("unreadable", folder, "this folder cannot be read");
      return;
    }
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) walk(path, wanted, into);
      } else if (entry.isFile()) {
        if (!wanted(path)) continue;
        walked.add(path);
        into.push(path);
      } else if (entry.isSymbolicLink() && wanted(path) && isFileAt(path)) into.push(path);
    }
  };

  const isFileAt = (path: string): boolean => {
    if (!inside(path)) {
      say("outside", path, "this link leaves the repository: not followed");
      return false;
    }
    return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
  };

  const read = (path: string): SourceFile | null => {
    const given = texts.get(path);
    if (given !== undefined) return sourceFile(path, given);
    const clean = posix.normalize(path);
    if (clean.startsWith("../") || clean.startsWith("/") || clean.includes("\0")) return null;
    const stat = statSync(join(root, clean), { throwIfNoEntry: false });
    if (stat?.isFile() !== true) return null;
    if (!walked.has(clean) && !inside(clean))
      return say("outside", path, "this link leaves the repository: not followed");
    if (stat.size > MAX_FILE_BYTES)
      return say("too-large", path, `larger than ${MAX_FILE_BYTES} bytes: not read`);
    try {
      const bytes = readFileSync(join(root, clean));
      const file = sourceFile(path, bytes.toString("utf8").replace(/^\uFEFF/, ""));
      if (!isUtf8(bytes))
        report({ id: "not-utf8", message: "not UTF-8: what is not shows as U+FFFD", span: span(file, 0, 0) });
      return file;
    } catch {
      return say("unreadable", path, "this file cannot be read");
    }
  };

  return {
    opened,
    list(wanted) {
      const paths: string[] = [];
      walk("", wanted, paths);
      return paths.sort();
    },
    open(path) {
      let file = opened.get(path);
      if (file === undefined) {
        file = read(path);
        opened.set(path, file);
      }
      return file;
    },
  };
}
