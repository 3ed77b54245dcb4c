import { writtenBy } from "./common/files.ts";
import { chooses, weighed } from "./template-injection.ts";
import type { Check } from "./types.ts";

export const outputInjection: Check = {
  id: "output-injection",
  class: "D",
  title: "lines of others are written to GITHUB_OUTPUT",
  severity: "high",
  confidence: "medium",
  attack:
    "A line break in the text sets other outputs of the step too: a flag like `approved=true` that later jobs decide by.",
  mend: "Write it behind a delimiter that nobody can guess: `NAME<<$(uuidgen)`.",
  systems: ["github-actions"],
  step(step, report) {
    for (const { derived, taint, lines } of writtenBy(step, "output")) {
      if (!lines || !taint.lines) continue;
      const { severity, ...rest } = weighed(taint);
      report({
        span: derived.span,
        message: `${chooses(taint)}, of which each line can set another output of this step`,
        related: taint.trail,
        subject: taint.source,
        severity: severity === "critical" ? "high" : (severity ?? "high"),
        ...rest,
      });
    }
  },
};
