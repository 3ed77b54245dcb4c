/**
 * Debian and Ubuntu: `/var/lib/dpkg/info/PACKAGE.list` names a package's files, `PACKAGE.md5sums` their content (deb-md5sums(5)); that
 * of configuration files stands in `/var/lib/dpkg/status`. MD5 is what there is: nobody makes another file with the sum of a given one.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isRoots } from "./roots.ts";
import type { FilePaths, Installed, PackageSystem } from "./types.ts";

const LIST = ".list";

export const dpkg: PackageSystem = {
  id: "dpkg",
  trusted: true,
  owner: async (file, root) => {
    const folder = join(root, "var/lib/dpkg");
    const info = join(folder, "info");
    if (!isRoots([folder, info], root)) return null;
    for (const list of likelyFirst(readdirSync(info))) {
      if (!lists(join(info, list), file.names)) continue;
      const id = list.slice(0, -LIST.length);
      const { version, sums } = stanza(join(folder, "status"), id);
      for (const [path, sum] of listed(join(info, `${id}.md5sums`))) sums.set(path, sum);
      const wanted = file.names.flatMap((name) => sums.get(name) ?? []);
      return { package: id.replace(/:.*$/, ""), version, intact: agreed(wanted, file) };
    }
    return null;
  },
};

/** There may be a thousand lists: Python's own packages come first. */
function likelyFirst(names: readonly string[]): string[] {
  const rank = (name: string): number => (/^(?:lib)?python3?/.test(name) ? 0 : 1);
  return names.filter((name) => name.endsWith(LIST)).sort((a, b) => rank(a) - rank(b));
}

function lists(path: string, names: readonly string[]): boolean {
  const text = readFileSync(path);
  return names.some((name) => {
    const at = text.indexOf(`${name}\n`);
    return at === 0 || (at > 0 && text.includes(`\n${name}\n`));
  });
}

/** `d41d8cd98f00b204e9800998ecf8427e  usr/lib/…` */
function listed(path: string): (readonly [string, string])[] {
  try {
    return [...readFileSync(path, "utf8").matchAll(/^([0-9a-f]{32}) {2}(.+)$/gm)].map(
      ([, sum = "", name = ""]) => [`/${name}`, sum] as const,
    );
  } catch {
    return []; // a package without files has none
  }
}

/** The package's paragraph: its version, and the sums of its configuration files as they were installed. */
function stanza(path: string, id: string): { readonly version: string; readonly sums: Map<string, string> } {
  const [name = "", architecture] = id.split(":");
  const text = `\n\n${readFileSync(path, "utf8")}`;
  const found = text
    .split(`\n\nPackage: ${name}\n`)
    .slice(1)
    .map((rest) => rest.split("\n\n")[0] ?? "")
    .find((one) => architecture === undefined || one.includes(`\nArchitecture: ${architecture}\n`));
  const version = /^Version: (.+)$/m.exec(found ?? "")?.[1] ?? "?";
  const sums = new Map(
    [...(found ?? "").matchAll(/^ (\/\S+) ([0-9a-f]{32})$/gm)].map(([, place = "", sum = ""]) => [
      place,
      sum,
    ]),
  );
  return { version, sums };
}

function agreed(wanted: readonly string[], { bytes }: FilePaths): Installed["intact"] {
  if (wanted.length === 0) return null;
  return wanted.includes(createHash("md5").update(bytes).digest("hex"));
}
