import { usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const hardcodedSecret: Check = {
  id: "hardcoded-secret",
  class: "A",
  systems: ["github-actions"],
  title: "a credential stands in the workflow",
  severity: "high",
  confidence: "medium",
  attack:
    "Everybody who can read the repository has it, and its history keeps it after it is gone from the file.",
  mend: "Replace it at its vendor, store the new one as a secret and read that.",
  workflow(workflow, report) {
    for (const { use, jobs } of usesIn(workflow)) {
      if (use.kind !== "literal" || use.as === null) continue;
      if (use.scope === "container" && use.as === "password") continue; // another check's
      // The password of a service that lives as long as the job opens nothing else.
      const throwaway = jobs.some(({ services }) =>
        services.some(({ span }) => span.start <= use.span.start && use.span.end <= span.end),
      );
      report({
        span: use.span,
        pedantic: throwaway,
        ...(throwaway && { severity: "info" as const }),
        subject: use.as,
        message: throwaway
          ? `the service's \`${use.as}\` stands in the file`
          : `the value of \`${use.as}\` stands in the file`,
      });
    }
  },
};
