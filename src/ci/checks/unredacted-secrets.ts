import { usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const unredactedSecrets: Check = {
  id: "unredacted-secrets",
  class: "A",
  title: "a part of a secret is used, which the runner does not mask",
  severity: "medium",
  confidence: "high",
  systems: ["github-actions"],
  zizmor: ["unredacted-secrets"],
  attack:
    "The runner hides the stored text as a whole. A member of its JSON stands readable in every log line that it gets into.",
  mend: "Store each member as a secret of its own.",
  workflow(workflow, report) {
    for (const { use } of usesIn(workflow))
      if (use.kind === "secret" && use.read?.part === true && use.read.carries && use.scope !== "condition")
        report({
          span: use.span,
          subject: use.name ?? "",
          message: `a part of \`${use.name}\` is taken out of its JSON and not masked`,
        });
  },
};
