/** Which language a `shell:` value means. */
import type { Script } from "../model.ts";

const LANGUAGES: readonly (readonly [RegExp, Script["language"]])[] = [
  [/^(?:bash|sh|zsh|dash|ksh)(?:\.exe)?$/, "sh"],
  [/^(?:pwsh|powershell)(?:\.exe)?$/, "powershell"],
  [/^cmd(?:\.exe)?$/, "cmd"],
  [/^python\d?(?:\.\d+)?$/, "python"],
];

/** `bash -eo pipefail {0}` → `sh`; an expression: `sh`, as most are. */
export function languageOf(shell: string): Script["language"] {
  const program = shell.trim().split(/\s+/, 1)[0] ?? "";
  if (program === "" || program.startsWith("$")) return "sh";
  const name = program.slice(program.lastIndexOf("/") + 1).toLowerCase();
  return LANGUAGES.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}
