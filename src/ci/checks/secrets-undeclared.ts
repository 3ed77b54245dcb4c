import { isOnlyCalled } from "./parts/calls.ts";
import { usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretsUndeclared: Check = {
  id: "secrets-undeclared",
  class: "A",
  systems: ["github-actions"],
  title: "a reusable workflow and its callers disagree on a secret",
  severity: "medium",
  confidence: "high",
  attack:
    "A secret that is not declared is silently empty: a check is skipped, a login falls back to something else, a signature is left out.",
  mend: "Declare it under `on.workflow_call.secrets`, and pass it by name.",
  workflow(workflow, report) {
    for (const { call } of workflow.jobs) {
      const callable = call?.workflow?.callable;
      if (!call || !callable || call.secrets.kind !== "mapped") continue;
      const declared = new Set(callable.secrets.map(({ name }) => name.toUpperCase()));
      for (const { name, nameSpan } of call.secrets.mapped)
        if (!declared.has(name.toUpperCase()))
          report({
            span: nameSpan,
            message: `\`${call.ref.slug}\` declares no secret \`${name}\`: the run is refused`,
            subject: name,
          });
    }
    const { callable, calledBy } = workflow;
    if (callable === null || !isOnlyCalled(workflow)) return;
    if (calledBy.some(({ call }) => call?.secrets.kind === "inherit")) return;
    const declared = new Set(callable.secrets.map(({ name }) => name.toUpperCase()));
    for (const { use, jobs } of usesIn(workflow)) {
      const { kind, name, span } = use;
      if (kind !== "secret" || name === null || declared.has(name)) continue;
      // The environment of a job gives it secrets of its own.
      if (jobs.some(({ environment }) => environment !== null)) continue;
      report({
        span,
        // Callers elsewhere may let it inherit.
        pedantic: calledBy.length === 0,
        message: `\`${name}\` is not declared by this workflow: it is empty unless a caller uses \`secrets: inherit\``,
        subject: name,
      });
    }
  },
};
