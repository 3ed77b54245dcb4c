/** Changed files of a repository: as a unified diff, or put in place. */
import { mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createTwoFilesPatch } from "diff";
import { BulkheadError } from "../core/errors.ts";
import { replaceFile } from "./output-file.ts";

export type Changed = ReadonlyMap<string, { readonly before: string; readonly after: string }>;

/** Takes `patch -p1` and `git apply`. */
export const unifiedDiff = (files: Changed): string =>
  [...files]
    .map(([path, { before, after }]) =>
      createTwoFilesPatch(
        before === "" ? "/dev/null" : `a/${path}`,
        `b/${path}`,
        before,
        after,
        undefined,
        undefined,
        {
          context: 3,
        },
      ).replace(/^=+\n/, ""),
    )
    .join("");

/** The folder that a command is to change. Throws `cli.not-a-folder`. */
export function folderToChange(cwd: string, path: string): string {
  const root = resolve(cwd, path);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new BulkheadError("cli.not-a-folder", { path });
  return root;
}

/** Makes the folders that are missing. A link's target is written, not the link. */
export function writeTexts(root: string, files: Changed): void {
  for (const [path, { after }] of files) {
    let target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    try {
      target = realpathSync(target);
    } catch {
      // a new file
    }
    replaceFile(target, after);
  }
}
