/** The packages of `packages.json`: what their archives are called, kept in `.cache/noise` and fetched where they are missing. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
export const cache = join(here, "../../../.cache/noise");
export const kinds = ["npm", "pypi"] as const;
type Packages = Readonly<Record<(typeof kinds)[number], readonly string[]>>;
const packages = JSON.parse(readFileSync(join(here, "packages.json"), "utf8")) as Packages;

/** `@aws-sdk/client-s3@3.1` is `aws-sdk-client-s3-3.1.tgz`, `scikit-learn==1.9` is `scikit_learn-1.9.tar.gz`. */
const names = {
  npm: (spec: string) => `${spec.replace(/^@/, "").replace(/[/@]/g, "-")}.tgz`,
  pypi: (spec: string) => `${spec.replace(/[-.](?=.*==)/g, "_").replace("==", "-")}.tar.gz`,
};

/** All archives, as paths below the cache (`npm/ws-8.23.0.tgz`). */
export const archives = (): string[] =>
  kinds.flatMap((kind) => packages[kind].map((spec) => `${kind}/${names[kind](spec)}`));

/** `ws-8.23.0` of `npm/ws-8.23.0.tgz`. */
export const packageOf = (archive: string): string => archive.replace(/^.*\/|\.(?:tgz|tar\.gz)$/g, "");

export function fetchMissing(): void {
  for (const kind of kinds) {
    const folder = join(cache, kind);
    mkdirSync(folder, { recursive: true });
    const there = new Set(readdirSync(folder));
    const missing = packages[kind].filter((spec) => !there.has(names[kind](spec)));
    const options = { cwd: folder, stdio: "ignore" } as const;
    if (missing.length > 0 && kind === "pypi")
      execFileSync("python3", [join(here, "sources.py"), folder, ...missing], options);
    for (const spec of kind === "npm" ? missing : [])
      execFileSync("npm", ["pack", "--ignore-scripts", "--silent", spec], options);
  }
}
