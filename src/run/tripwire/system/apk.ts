/** Alpine: one file says which package has which files, `Z:Q1` being the SHA-1 of a file's content in base64 (apk-tools, installed database). */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRoots } from "./roots.ts";
import type { PackageSystem } from "./types.ts";

/** Version 3 moved it. */
const PLACES = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

export const apk: PackageSystem = {
  id: "apk",
  trusted: true,
  owner: async ({ names, bytes }, root) => {
    for (const path of PLACES.map((place) => join(root, place))) {
      if (!existsSync(path) || !isRoots([dirname(path), path], root)) continue;
      for (const part of readFileSync(path, "utf8").split("\n\n")) {
        const sum = sumIn(part, names);
        if (sum === undefined) continue;
        const of = (letter: string): string => new RegExp(`^${letter}:(.+)$`, "m").exec(part)?.[1] ?? "?";
        const own = `Q1${createHash("sha1").update(bytes).digest("base64")}`;
        return { package: of("P"), version: of("V"), intact: sum === null ? null : sum === own };
      }
    }
    return null;
  },
};

/** `F:` a folder, below it `R:` its files, below each perhaps `Z:`. Null: there is none. Undefined: it has none of these files. */
function sumIn(part: string, names: readonly string[]): string | null | undefined {
  let folder = "";
  let at = -1;
  const found = new Map<string, string | null>();
  let open = "";
  for (const line of part.split("\n")) {
    const rest = line.slice(2);
    if (line.startsWith("F:")) folder = rest;
    else if (line.startsWith("R:")) {
      open = `/${folder}/${rest}`;
      at = names.indexOf(open);
      if (at >= 0) found.set(open, null);
    } else if (line.startsWith("Z:") && at >= 0) found.set(open, rest);
  }
  const name = names.findLast((one) => found.has(one));
  return name === undefined ? undefined : (found.get(name) ?? null);
}
