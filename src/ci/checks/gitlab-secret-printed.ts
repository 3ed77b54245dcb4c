import type { Check } from "./types.ts";
import { locate } from "../spans.ts";

const PRINTS = new Set(["echo", "printf", "write-host", "write-output"]);

export const gitlabSecretPrinted: Check = {
  id: "gitlab-secret-printed",
  class: "A",
  title: "a script prints a secret of the project's settings",
  severity: "medium",
  confidence: "high",
  attack:
    "Logs are read by everybody who can see the project. GitLab hides only variables that are marked as masked, and only as they were stored.",
  mend: "Print something about it instead: whether it is set, its length, a name. Mark the variable as masked and hidden.",
  systems: ["gitlab-ci"],
  step({ run }, report) {
    if (run === null) return;
    const reads = run.text.expressions.filter(({ expression }) => expression.reads.secrets.length > 0);
    if (reads.length === 0) return;
    for (const { words, start, end, piped, writesTo } of run.commands) {
      if (!PRINTS.has((words[0] ?? "").toLowerCase()) || piped || writesTo.length > 0) continue;
      // Inside of `$(…)` it is a value and no line of the log.
      if (/\$\($|`$/.test(run.text.value.slice(0, start).trimEnd()) || isCaptured(run.text.value, start))
        continue;
      const found = reads.find(
        (read) =>
          read.start >= start &&
          read.end <= end &&
          !/^\$\{(?:#|\w+:?\+)/.test(run.text.value.slice(read.start)),
      );
      const name = found?.expression.reads.secrets[0]?.name;
      if (name !== undefined && name !== null)
        report({
          span: locate(run.text, start, end),
          subject: name,
          message: `\`${name}\` is printed: only a mask in the project's settings hides it`,
        });
    }
  },
};

function isCaptured(text: string, start: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  return line.split("$(").length > line.split(")").length;
}
