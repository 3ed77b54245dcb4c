/**
 * Conda: each package of an environment has `conda-meta/NAME-VERSION-BUILD.json` with its files and their SHA-256. Anybody publishes them,
 * and the environment is the user's own: they say who brought a file, and never that it is harmless.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Installed, PackageSystem } from "./types.ts";

interface Meta {
  readonly name?: string;
  readonly version?: string;
  readonly files?: readonly string[];
  readonly paths_data?: {
    readonly paths?: readonly {
      readonly _path?: string;
      readonly sha256?: string;
      readonly sha256_in_prefix?: string;
    }[];
  };
}

export const conda: PackageSystem = {
  id: "conda",
  trusted: false,
  owner: async ({ names, bytes }, root) => {
    for (const name of names)
      for (let prefix = dirname(name); prefix !== dirname(prefix); prefix = dirname(prefix)) {
        const found = inPrefix(join(root, prefix), relative(prefix, name), bytes);
        if (found !== undefined) return found;
      }
    return null;
  },
};

/** Undefined: no environment begins here. */
function inPrefix(prefix: string, path: string, bytes: Buffer): Installed | null | undefined {
  const folder = join(prefix, "conda-meta");
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    return undefined;
  }
  const quoted = JSON.stringify(path);
  for (const name of names)
    try {
      const text = readFileSync(join(folder, name), "utf8");
      if (!text.includes(quoted)) continue;
      const meta = JSON.parse(text) as Meta;
      const row = meta.paths_data?.paths?.find((one) => one._path === path);
      if (row === undefined && meta.files?.includes(path) !== true) continue;
      const sum = row?.sha256_in_prefix ?? row?.sha256;
      const own = createHash("sha256").update(bytes).digest("hex");
      const { name: title = "?", version = "?" } = meta;
      return { package: title, version, intact: sum === undefined ? null : sum === own };
    } catch {
      continue; // half written, or no list
    }
  return null;
}
