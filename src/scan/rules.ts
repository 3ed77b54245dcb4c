/** The rules of a scan: the catalogue's and the generic ones, and those of rule files that the user names. */
import { readFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { type AllowList, firstOf, loadRules } from "../detect/custom/index.ts";
import type { Detector, Rule } from "../detect/types.ts";
import type { Found } from "./types.ts";
import { usualDetector } from "./usual-detector.ts";

/** Plain data: a thread makes its own rules of it. */
export interface RuleChoice {
  /** Absolute paths, and the names that people gave. */
  readonly files: readonly { readonly path: string; readonly name: string }[];
  /** None but those of the files. */
  readonly only: boolean;
}

/** Why the lists of the rule files allow it; null: they do not. `path` as in the list: relative to the scanned root. */
export type Judge = (
  found: Found,
  path: string,
  commit?: string,
) => { readonly reason: string; readonly source: string } | null;

export interface RuleSet {
  readonly detector: Detector;
  readonly warnings: readonly string[];
  /** Absent where no file has a list. */
  readonly judge?: Judge;
}

export const usualRules: RuleChoice = { files: [], only: false };

/** Throws `rules.invalid` with the place, `io.failed`. */
export async function ruleSet({ files, only }: RuleChoice = usualRules): Promise<RuleSet> {
  const extraRules: Rule[] = [];
  const warnings: string[] = [];
  const lists: { readonly name: string; readonly allow: AllowList }[] = [];
  const off = new Set<string>();
  for (const { path, name } of files) {
    const text = textOf(path, name);
    const loaded = await loadRules(text, {
      format: formatOf(path, text),
      file: name,
      // Comments beside a value are judged with all others.
      comments: false,
      read: async (other) => textOf(resolve(dirname(path), other), other),
    });
    extraRules.push(...loaded.rules);
    warnings.push(...loaded.warnings);
    lists.push({ name, allow: firstOf([loaded.allow]) });
    for (const id of loaded.disabled) off.add(id);
  }
  return {
    detector: usualDetector({ extraRules, leaveOut: ({ id }) => only || off.has(id) }),
    warnings,
    ...(lists.length > 0 && { judge: judgeOf(lists) }),
  };
}

const judgeOf =
  (lists: readonly { readonly name: string; readonly allow: AllowList }[]): Judge =>
  ({ match, lines }, path, commit) => {
    const value = match.value.toString("latin1");
    const line =
      lines === undefined
        ? value
        : `${lines.line.toString("latin1", 0, lines.at)}${value}${lines.line.toString("latin1", lines.at + 1)}`;
    const candidate = { path, line, value, rule: match.rule.id, ...(commit !== undefined && { commit }) };
    for (const { name, allow } of lists) {
      const reason = allow.allows(candidate);
      if (reason !== null) return { reason, source: name };
    }
    return null;
  };

/** TOML is gitleaks' language, YAML is ours. */
function formatOf(path: string, text: string): "yaml" | "gitleaks" {
  const ending = extname(path).toLowerCase();
  if (ending === ".toml") return "gitleaks";
  if (ending === ".yaml" || ending === ".yml") return "yaml";
  return /^\s*\[{1,2}[\w.]+\]{1,2}\s*$/m.test(text) ? "gitleaks" : "yaml";
}

function textOf(path: string, name: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path: name, reason }, { cause });
  }
}
