import { writtenBy } from "./common/files.ts";
import { chooses, weighed } from "./template-injection.ts";
import type { Check, Report } from "./types.ts";
import type { Step } from "../model.ts";

export const environmentInjection: Check = {
  id: "environment-injection",
  class: "D",
  title: "text of others is written to GITHUB_ENV or GITHUB_PATH",
  severity: "critical",
  confidence: "medium",
  attack:
    "A line break in the text starts a variable of the attacker's choice: LD_PRELOAD, NODE_OPTIONS or PATH, which the next step of the job obeys.",
  mend: "Write it behind a delimiter that nobody can guess (`NAME<<$(uuidgen)`), or hand it on as a step's output and read that in `env`.",
  systems: ["github-actions"],
  zizmor: ["github-env"],
  step(step, report) {
    hits(step, "env", "GITHUB_ENV", report);
    hits(step, "path", "GITHUB_PATH", report);
  },
};

function hits(step: Step, kind: "env" | "path", file: string, report: Report): void {
  for (const { derived, taint, lines } of writtenBy(step, kind)) {
    const wide = lines || kind === "path";
    report({
      span: derived.span,
      message: `${chooses(taint)}, which is written to ${file}${wide ? "" : ` as ${derived.name ?? "a variable"}`}`,
      related: taint.trail,
      subject: taint.source,
      ...weighed(taint),
      // Without line breaks nothing but this one variable is theirs.
      ...(!wide && { severity: "low", pedantic: true }),
    });
  }
}
