/** Fedora, Red Hat, SUSE: its database is binary and has changed its form, so `rpm` itself is asked, where there is one. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import { isRoots } from "./roots.ts";
import type { PackageSystem } from "./types.ts";

const DATABASES = ["usr/lib/sysimage/rpm", "var/lib/rpm"];
const FORM = String.raw`%{NAME}\t%{VERSION}-%{RELEASE}\n[%{FILENAMES}\t%{FILEDIGESTS}\n]`;
const ANSWER_MS = 10_000;
/** By the length of the digest in hex: packages say in another field which it is, and only these were ever used. */
const ALGORITHMS: Readonly<Record<number, string>> = { 32: "md5", 40: "sha1", 64: "sha256", 128: "sha512" };

export const rpm: PackageSystem = {
  id: "rpm",
  trusted: true,
  owner: async ({ names, bytes }, root) => {
    const program = join(root, "usr/bin/rpm");
    const database = DATABASES.map((place) => join(root, place)).find((path) => existsSync(path));
    if (database === undefined || !isRoots([database, program], root)) return null;
    try {
      accessSync(program, constants.X_OK);
    } catch {
      return null;
    }
    for (const name of names.toReversed()) {
      const said = await ask(program, name);
      if (said === null) continue;
      const [first = "", ...files] = said.split("\n");
      const [title = "?", version = "?"] = first.split("\t");
      const sum = files.map((line) => line.split("\t")).find(([path]) => path === name)?.[1] ?? "";
      const algorithm = ALGORITHMS[sum.length];
      const intact =
        algorithm === undefined ? null : createHash(algorithm).update(bytes).digest("hex") === sum;
      return { package: title, version, intact };
    }
    return null;
  },
};

/** Null where no package has the file. */
const ask = (program: string, path: string): Promise<string | null> =>
  new Promise((resolve) => {
    const options = { timeout: ANSWER_MS, env: { PATH: "/usr/bin:/bin" }, maxBuffer: 16 * 1_048_576 };
    execFile(program, ["-q", "--queryformat", FORM, "-f", "--", path], options, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
