/** The scripts that git calls: written so that a hook that was there before still runs, first. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { configured, hookPath, repositoryRoot } from "./git.ts";
import { replaceFile } from "./output-file.ts";
import { selfCommand } from "./self.ts";

const MARK = "# made by `bulkhead hook install`";
const BEFORE = ".before-bulkhead";

export const HOOKS = {
  "pre-commit": 'exec "$bulkhead" scan --staged',
  "pre-push": 'exec "$bulkhead" scan --pushed --remote "$1"',
} as const;
export type HookName = keyof typeof HOOKS;

const LAST: Readonly<Record<HookName, string>> = {
  "pre-commit": HOOKS["pre-commit"],
  "pre-push": `printf '%s\\n' "$lines" | ${HOOKS["pre-push"].replace("exec ", "")}`,
};

/** Git tells a pre-push hook on standard input what is pushed: both hooks must hear it. */
const BEFORE_RUNS: Readonly<Record<HookName, string>> = {
  "pre-commit": 'if [ -x "$before" ]; then "$before" "$@" || exit; fi',
  "pre-push": `lines=$(cat)
if [ -x "$before" ]; then printf '%s\\n' "$lines" | "$before" "$@" || exit; fi`,
};

const script = (name: HookName): string => `#!/bin/sh
${MARK}
before="$0${BEFORE}"
${BEFORE_RUNS[name]}
bulkhead=${selfCommand()}
[ -x "$bulkhead" ] || bulkhead=$(command -v bulkhead) || {
  echo "bulkhead: error: bulkhead is gone from ${selfCommand()}" >&2
  echo "bulkhead: hint: install it and run \\\`bulkhead hook install\\\` again, or \\\`rm $0\\\`" >&2
  exit 1
}
${LAST[name]}
`;

/** Where git looks for the hook. Throws `git.no-repository`, `hook.managed`. */
function placeOf(cwd: string, name: HookName): string {
  const root = repositoryRoot(cwd);
  if (root === null) throw new BulkheadError("git.no-repository", { folder: cwd });
  const folder = configured(root, "core.hooksPath");
  if (folder !== null)
    throw new BulkheadError("hook.managed", {
      folder,
      line: HOOKS[name].replace('exec "$bulkhead"', "bulkhead"),
    });
  return resolve(root, hookPath(root, name) ?? join(".git", "hooks", name));
}

const isOurs = (path: string): boolean => existsSync(path) && readFileSync(path, "utf8").includes(MARK);

/** `kept`: another hook was there and runs first. */
export function installHook(cwd: string, name: HookName): { readonly path: string; readonly kept: boolean } {
  const path = placeOf(cwd, name);
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && !isOurs(path)) renameSync(path, `${path}${BEFORE}`);
  replaceFile(path, script(name));
  chmodSync(path, 0o755);
  return { path, kept: existsSync(`${path}${BEFORE}`) };
}

/** False where there was none of ours. */
export function removeHook(cwd: string, name: HookName): boolean {
  const path = placeOf(cwd, name);
  if (!isOurs(path)) return false;
  rmSync(path);
  if (existsSync(`${path}${BEFORE}`)) renameSync(`${path}${BEFORE}`, path);
  return true;
}
