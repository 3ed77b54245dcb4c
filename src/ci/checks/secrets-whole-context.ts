import { usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretsWholeContext: Check = {
  id: "secrets-whole-context",
  class: "A",
  systems: ["github-actions"],
  title: "every secret is handed over at once",
  severity: "high",
  confidence: "high",
  zizmor: ["overprovisioned-secrets"],
  attack:
    "Whoever controls this step, or an action it uses, reads every secret that the job can have, also those nobody meant for it.",
  mend: "Name the secrets that are needed, one variable or input each.",
  workflow(workflow, report) {
    for (const { use } of usesIn(workflow)) {
      if (use.read === null || !use.read.carries) continue;
      if (use.kind === "all-secrets")
        report({ span: use.span, message: `the whole \`secrets\` context is handed to ${receiver(use)}` });
      else if (use.kind === "dynamic-secret")
        report({
          span: use.span,
          severity: "low",
          pedantic: true,
          message: "which secret this is is chosen at run time, so the runner gets all of them",
        });
    }
  },
};

function receiver({ scope, step, as }: ReturnType<typeof usesIn>[number]["use"]): string {
  if (scope === "workflow-env" || scope === "job-env") return `every step, as \`${as}\``;
  if (scope === "call") return "another workflow";
  if (step?.uses) return `\`${step.uses.slug}\``;
  return "a script";
}
