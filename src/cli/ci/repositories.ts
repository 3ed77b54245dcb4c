/** The repositories that a command is about, and those of their files that were named. */
import { existsSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { BulkheadError } from "../../core/errors.ts";

export interface Chosen {
  /** Absolute. */
  readonly root: string;
  /** As it was given, for reports over several; empty for one. */
  readonly prefix: string;
  /** Paths from the root with `/`; null: all. */
  readonly only: ReadonlySet<string> | null;
}

/** A folder is a repository; a file is one file of the repository around it. Throws `io.failed`. */
export function chosenRepositories(paths: readonly string[], cwd: string): Chosen[] {
  const byRoot = new Map<string, { prefix: string; only: Set<string> | null }>();
  for (const path of paths.length === 0 ? ["."] : paths) {
    const full = resolve(cwd, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (stat === undefined) throw new BulkheadError("io.failed", { action: "read", path, reason: "ENOENT" });
    const root = stat.isDirectory() ? full : around(full);
    const known = byRoot.get(root) ?? {
      prefix: relative(cwd, root).split(sep).join("/"),
      only: new Set<string>(),
    };
    if (stat.isDirectory()) known.only = null;
    else known.only?.add(relative(root, full).split(sep).join("/"));
    byRoot.set(root, known);
  }
  const several = byRoot.size > 1;
  return [...byRoot].map(([root, { prefix, only }]) => ({
    root,
    prefix: several && prefix !== "" ? `${prefix}/` : "",
    only,
  }));
}

/** Of a workflow the folder that holds `.github`, else the git work tree, else its own folder. */
function around(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(`${folder}/.git`) || existsSync(`${folder}/.github`)) return folder;
  return dirname(file);
}
