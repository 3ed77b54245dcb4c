/** Rule files of others and of one's own, read into rules and allow lists. Nothing here is loaded before the first such file. */
import { BulkheadError } from "../../core/errors.ts";
import type { Rule } from "../types.ts";
import type { AllowList } from "./allow.ts";

export type RuleFileFormat = "yaml" | "gitleaks";

export interface LoadOptions {
  readonly format: RuleFileFormat;
  /** Its name, for errors. */
  readonly file?: string;
  /** False: comments beside a value excuse nothing, since whoever asks judges them himself. */
  readonly comments?: boolean;
  /** Reads a file that this one extends; without it such files are left out, with a warning. */
  readonly read?: (path: string) => Promise<string>;
}

export interface LoadedRules {
  readonly rules: readonly Rule[];
  readonly allow: AllowList;
  readonly warnings: readonly string[];
  /** Whether our own rules are to be used beside these. */
  readonly useDefault: boolean;
  /** Ids of default rules that the file switches off. */
  readonly disabled: readonly string[];
}

const MAX_BYTES = 4 << 20;

/** Throws `rules.invalid` with the place of what is wrong. */
export async function loadRules(text: string, options: LoadOptions): Promise<LoadedRules> {
  if (text.length > MAX_BYTES) throw problem(options.file ?? "the rules", `larger than ${MAX_BYTES} bytes`);
  const { loadCompiler } = await import("./expression.ts");
  const compiler = await loadCompiler();
  if (options.format === "yaml") return (await import("./yaml.ts")).loadYaml(text, compiler, options);
  return (await import("./gitleaks.ts")).loadGitleaks(text, compiler, options);
}

export function problem(file: string, what: string, at?: { line: number; column: number }): BulkheadError {
  return new BulkheadError("rules.invalid", {
    file: at === undefined ? file : `${file}:${at.line}:${at.column}`,
    problem: what,
  });
}
