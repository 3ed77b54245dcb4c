import { providerById } from "../../providers/lookup.ts";
import { isHanded, usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const staticModelKey: Check = {
  id: "static-model-key",
  class: "B",
  systems: ["github-actions"],
  title: "a stored key opens a model provider",
  severity: "info",
  confidence: "high",
  attack:
    "Whoever reads it once calls the models on your account from everywhere, and sees or changes what the account keeps.",
  mend: "Keep it in an environment, give it a budget and a project of its own at the vendor, and rotate it; use the vendor's federation where it has one.",
  workflow(workflow, report) {
    const told = new Set<string>();
    for (const { use } of usesIn(workflow)) {
      if (!isHanded(use) || use.system === null || told.has(use.system.id)) continue;
      if (providerById(use.system.id)?.kind !== "model-api") continue;
      told.add(use.system.id);
      report({
        span: use.span,
        subject: use.name ?? "",
        message: `\`${use.name}\` is a static key of ${use.system.title}: it does not end with the run`,
      });
    }
  },
};
