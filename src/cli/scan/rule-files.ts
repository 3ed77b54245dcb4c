/** `--rules`, `--only-rules`: files that the user names. One that merely lies in the scanned folder is never used. */
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { type RuleChoice, type RuleSet, ruleSet } from "../../scan/rules.ts";
import type { Context } from "../context.ts";

export interface RuleFlags {
  readonly rules: readonly string[];
  readonly onlyRules?: boolean;
}

const LYING_ABOUT = [".gitleaks.toml", "gitleaks.toml"];

export async function rulesFor(
  { rules: names, onlyRules = false }: RuleFlags,
  { paths, context }: { readonly paths: readonly string[]; readonly context: Context },
): Promise<{ readonly choice: RuleChoice; readonly rules: RuleSet }> {
  const { cwd, out } = context;
  if (onlyRules && names.length === 0)
    throw new BulkheadError("usage.invalid", { problem: "--only-rules needs --rules FILE", command: "scan" });
  const files = names.map((name) => ({ name, path: resolve(cwd, name) }));
  const choice = { files, only: onlyRules };
  const rules = await ruleSet(choice);
  for (const warning of rules.warnings) out.warn(warning);
  for (const path of paths.filter((one) => one !== "-"))
    for (const name of LYING_ABOUT) {
      const file = resolve(cwd, join(path, name));
      const short = relative(cwd, file);
      if (existsSync(file) && !files.some((one) => one.path === file))
        out.note(`a ${name} lies here and is not used: --rules ${short}`);
    }
  return { choice, rules };
}
