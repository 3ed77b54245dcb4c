/** Changed files of a repository: as a unified diff, or put in place. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
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

/** A link's target is written, not the link. */
export function writeTexts(root: string, files: Changed): void {
  for (const [path, { after }] of files) {
    let target = join(root, path);
    try {
      target = realpathSync(target);
    } catch {
      // a new file
    }
    replaceFile(target, after);
  }
}
