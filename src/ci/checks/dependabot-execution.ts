import type { Check } from "./types.ts";

export const dependabotExecution: Check = {
  id: "dependabot-execution",
  class: "G",
  title: "Dependabot may run code of the packages that it updates",
  severity: "high",
  confidence: "high",
  attack: "A hostile release runs in the update job and reads the credentials of your private registries.",
  mend: "Set `insecure-external-code-execution: deny`, or give that ecosystem no registry.",
  systems: ["github-actions"],
  zizmor: ["dependabot-execution"],
  repository({ updates }, report) {
    for (const { entries, registries } of updates)
      for (const { externalCode, span, ecosystem, registries: used } of entries)
        if (externalCode)
          report({
            span: ecosystem?.span ?? span,
            message: `updates of ${ecosystem?.value ?? "packages"} may run their code${registries.length + used.length > 0 ? ", beside the registries' credentials" : ""}`,
            subject: ecosystem?.value ?? "updates",
            ...(registries.length + used.length === 0 && { severity: "medium" }),
          });
  },
};
