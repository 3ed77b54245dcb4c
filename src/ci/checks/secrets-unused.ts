import { secretReads } from "./parts/calls.ts";
import type { Check } from "./types.ts";

export const secretsUnused: Check = {
  id: "secrets-unused",
  class: "A",
  systems: ["github-actions"],
  title: "a secret is passed to a workflow that does not read it",
  severity: "low",
  confidence: "high",
  attack:
    "Authority without a use: an action in the called workflow can take it, and nobody misses it when it is gone.",
  mend: "Take it out of the call and of the declaration.",
  job({ call }, report) {
    const target = call?.workflow;
    if (!call || !target?.callable || call.secrets.kind !== "mapped") return;
    const { names, any } = secretReads(target);
    if (any) return;
    const declared = new Set(target.callable.secrets.map(({ name }) => name.toUpperCase()));
    for (const { name, nameSpan } of call.secrets.mapped)
      if (declared.has(name.toUpperCase()) && !names.has(name.toUpperCase()))
        report({
          span: nameSpan,
          message: `\`${call.ref.slug}\` never reads the secret \`${name}\``,
          subject: name,
        });
  },
  workflow({ callable, calledBy, jobs }, report) {
    if (callable === null || calledBy.length > 0) return;
    const { names, any } = secretReads({ jobs } as Parameters<typeof secretReads>[0]);
    if (any) return;
    for (const { name, span } of callable.secrets)
      if (!names.has(name.toUpperCase()))
        report({
          span,
          pedantic: true,
          message: `the secret \`${name}\` is declared and never read`,
          subject: name,
        });
  },
};
