/**
 * Which files a release would carry along: judged from the packaging files alone, without running npm or a build backend (the folder
 * may be hostile). Tests compare with what the real tools pack.
 */
import { npmPacks } from "./npm.ts";
import { sdistPacks } from "./sdist.ts";

/** What would publish a path: `the npm package`, `the Python sdist`; absent: nothing, or nothing is published from here. */
export async function publishedBy(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const packers = [
    ["the npm package", await npmPacks(root)],
    ["the Python sdist", await sdistPacks(root)],
  ] as const;
  const found = new Map<string, string[]>();
  for (const path of paths) {
    const by = packers.filter(([, packs]) => packs?.(path) === true).map(([title]) => title);
    if (by.length > 0) found.set(path, by);
  }
  return found;
}
