/** The repository's own text files: no dependencies, no build output, no links out of it, nothing huge. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

const SKIPPED = new Set(
  "node_modules vendor third_party site-packages __pycache__ venv env virtualenv dist build target wandb mlruns tests test".split(
    " ",
  ),
);
const MOST_FILES = 4_000;
const MOST_BYTES = 1 << 20;
const DEEPEST = 6;

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Files for which `wanted` says yes, sorted by path. Unreadable ones are left out. */
export async function walk(root: string, wanted: (path: string) => boolean): Promise<readonly SourceFile[]> {
  const paths: string[] = [];
  const folders = [""];
  for (
    let folder = folders.shift();
    folder !== undefined && paths.length < MOST_FILES;
    folder = folders.shift()
  ) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && isOurs(entry.name) && path.split("/").length <= DEEPEST) folders.push(path);
      else if (entry.isFile() && wanted(path)) paths.push(path);
    }
  }
  const files: SourceFile[] = [];
  for (const path of paths.sort().slice(0, MOST_FILES)) {
    const full = join(root, path);
    const size = (await stat(full).catch(() => null))?.size ?? Number.POSITIVE_INFINITY;
    if (size > MOST_BYTES) continue;
    const text = await readFile(full, "utf8").catch(() => null);
    if (text !== null) files.push({ path, text });
  }
  return files;
}

const isOurs = (folder: string): boolean =>
  folder === ".github" || (!folder.startsWith(".") && !SKIPPED.has(folder) && !folder.endsWith(".egg-info"));
