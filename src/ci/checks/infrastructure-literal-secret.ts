import { literalsIn } from "../literals.ts";
import type { Check } from "./types.ts";

export const infrastructureLiteralSecret: Check = {
  id: "infrastructure-literal-secret",
  class: "A",
  title: "a file of infrastructure holds a credential as it is",
  severity: "high",
  confidence: "medium",
  attack:
    "Everybody who can read the repository, its history or the state that is made of it has the credential.",
  mend: "Replace it at its vendor; take it from a secret manager when it is applied (a data source, a dynamic reference), or let the cloud make and keep it.",
  repository({ policies }, report) {
    for (const { kind, value } of policies) {
      if (kind !== "other") continue;
      for (const { entry, path } of literalsIn(value))
        report({
          span: entry.value.span,
          subject: path.join("."),
          message: `the value of \`${entry.key}\` stands in the file`,
        });
    }
  },
};
