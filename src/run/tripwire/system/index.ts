/**
 * Which package of the operating system owns a hook that no Python package claims. Asked only about hooks that need a word: the lists
 * may be long.
 */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { StartupHook } from "../types.ts";
import { apk } from "./apk.ts";
import { conda } from "./conda.ts";
import { dpkg } from "./dpkg.ts";
import { rpm } from "./rpm.ts";
import type { FilePaths, Installed, PackageSystem } from "./types.ts";

export const packageSystems: readonly PackageSystem[] = [dpkg, apk, rpm, conda];

interface Found extends Installed {
  readonly trusted: boolean;
}

/**
 * The hooks with their owners filled in, and `installed` where a checksum tells. `unchanged` only where every file that would run is as
 * a package of the operating system brought it. `root`: where the system's tree begins, and hooks are below it.
 */
export async function withSystemOwners(hooks: readonly StartupHook[], root = "/"): Promise<StartupHook[]> {
  return await Promise.all(
    hooks.map(async (hook) => {
      if (hook.owner !== null || hook.harmless !== undefined || hook.files === undefined) return hook;
      const found = await Promise.all(hook.files.map((file) => ownerOf(file, root)));
      const [first] = found;
      if (first === undefined || first === null) return hook;
      const owner = { package: first.package, version: first.version };
      const isChanged = found.some((one) => one?.intact === false);
      const isKept = found.every((one) => one?.trusted === true && one.intact === true);
      const installed = isChanged ? "changed" : isKept ? "unchanged" : null;
      return { ...hook, owner, ...(installed !== null && { installed }) };
    }),
  );
}

/** The content is the real file's; that it runs from where it was found is also somebody's doing, so a link must have an owner too. */
async function ownerOf(path: string, root: string): Promise<Found | null> {
  try {
    const [base, real] = [realpathSync(root), realpathSync(path)];
    const found = path.startsWith(root) ? join(base, path.slice(root.length)) : path;
    const bytes = readFileSync(real);
    const [link, file] = [inside(found, base), inside(real, base)];
    if (file === null || link === null) return null;
    const owner = await claimed({ names: moved(file), bytes }, base);
    if (owner === null || moved(link).includes(file)) return owner;
    return (await claimed({ names: moved(link), bytes }, base)) === null ? null : owner;
  } catch {
    return null; // what cannot be read has no owner that could be proved
  }
}

async function claimed(file: FilePaths, root: string): Promise<Found | null> {
  for (const { owner, trusted } of packageSystems) {
    const found = await owner(file, root).catch(() => null); // a list that cannot be read says nothing
    if (found !== null) return { ...found, trusted };
  }
  return null;
}

const inside = (path: string, base: string): string | null =>
  base === "/" ? path : path.startsWith(`${base}/`) ? path.slice(base.length) : null;

/** Where `/lib` is a link to `/usr/lib`, older packages still name the former. */
function moved(name: string): string[] {
  const old = /^\/usr(\/(?:lib|lib64|bin|sbin)\/.*)$/.exec(name)?.[1];
  const now = /^\/(?:lib|lib64|bin|sbin)\//.test(name) ? `/usr${name}` : undefined;
  return [...(old === undefined ? [] : [old]), ...(now === undefined ? [] : [now]), name];
}
