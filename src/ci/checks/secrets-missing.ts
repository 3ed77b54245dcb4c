import { secretReads } from "./parts/calls.ts";
import type { Check } from "./types.ts";

export const secretsMissing: Check = {
  id: "secrets-missing",
  class: "A",
  systems: ["github-actions"],
  title: "a call leaves out a secret that the called workflow reads",
  severity: "medium",
  confidence: "high",
  attack:
    "What is not passed is empty: a scan without its token passes, a deployment uses what the machine has, an upload goes unsigned.",
  mend: "Pass it under `secrets:`, or take it out of the called workflow's declaration.",
  job({ call }, report) {
    const target = call?.workflow;
    if (!call || !target?.callable || call.secrets.kind === "inherit") return;
    const passed = new Set(call.secrets.mapped.map(({ name }) => name.toUpperCase()));
    const reads = secretReads(target);
    for (const { name, required, span } of target.callable.secrets) {
      if (passed.has(name.toUpperCase())) continue;
      const related = [{ span, message: "it is declared here" }];
      if (required)
        report({
          span: call.span,
          message: `\`${call.ref.slug}\` requires the secret \`${name}\`, which is not passed`,
          subject: name,
          related,
        });
      else if (reads.names.has(name.toUpperCase()))
        report({
          span: call.span,
          severity: "low",
          pedantic: true,
          message: `\`${call.ref.slug}\` reads the secret \`${name}\`, which is not passed: it is empty there`,
          subject: name,
          related,
        });
    }
  },
};
