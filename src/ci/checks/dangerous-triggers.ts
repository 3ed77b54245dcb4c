import type { Check } from "./types.ts";

export const dangerousTriggers: Check = {
  id: "dangerous-triggers",
  class: "C",
  title: "a trigger gives a stranger's run full authority",
  severity: "medium",
  confidence: "low",
  systems: ["github-actions"],
  // What makes it dangerous (a checkout, an expression, an artifact, wide permissions) has checks of its own.
  pedantic: true,
  zizmor: ["dangerous-triggers"],
  attack:
    "A fork's pull request starts the run with the repository's secrets and a token that may write; one careless step hands them over.",
  mend: "Use `pull_request`, and do what needs authority in a workflow that takes nothing but checked data from it.",
  workflow({ triggers }, report) {
    for (const { event, span } of triggers)
      if (event === "pull_request_target" || event === "workflow_run")
        report({
          span,
          subject: event,
          message: `\`${event}\` runs with secrets for whatever strangers propose`,
        });
  },
};
