import type { WorkflowCall } from "../model.ts";
import { secretReads } from "./parts/calls.ts";
import { listed } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretsInherit: Check = {
  id: "secrets-inherit",
  class: "A",
  systems: ["github-actions"],
  title: "a called workflow inherits every secret",
  severity: "medium",
  confidence: "high",
  zizmor: ["secrets-inherit"],
  attack:
    "Who changes the called workflow, or an action in it, reads every secret of the caller, now and whenever one is added.",
  mend: "Pass the secrets it needs by name under `secrets:`.",
  job({ call, workflow }, report) {
    if (call?.secrets.kind !== "inherit") return;
    const span = call.secrets.span ?? call.span;
    const own = workflow.repository.slug?.owner.toLowerCase() ?? null;
    const { kind, owner, slug } = call.ref;
    if (kind === "local" || kind === "self")
      // The same people review both files.
      return report({
        span,
        severity: "low",
        pedantic: true,
        message: `\`${slug}\` inherits every secret${needs(call)}`,
        subject: slug,
      });
    const foreign = own === null || owner !== own;
    report({
      span,
      ...(foreign ? { severity: "high" as const } : { severity: "low" as const, pedantic: true }),
      message: `\`${slug}\`${foreign ? ", which stands in another repository," : ""} inherits every secret${needs(call)}`,
      subject: slug,
    });
  },
};

function needs({ workflow }: WorkflowCall): string {
  if (workflow === null) return "";
  const { names, any } = secretReads(workflow);
  if (any) return "";
  return names.size === 0 ? ", and reads none" : `, and reads ${listed([...names])} alone`;
}
