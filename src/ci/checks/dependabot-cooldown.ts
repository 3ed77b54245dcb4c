import { beforeKey } from "../fixes/edits.ts";
import type { Check } from "./types.ts";

/** Most hostile releases are found within days. */
const DAYS = 7;

export const dependabotCooldown: Check = {
  id: "dependabot-cooldown",
  class: "G",
  title: "new releases are proposed at once",
  severity: "low",
  confidence: "high",
  attack: "A hijacked package is offered, and perhaps merged by a rule, in the hours before anybody notices.",
  mend: `Let releases wait: \`cooldown: {default-days: ${DAYS}}\`; security updates come at once anyway.`,
  pedantic: true,
  systems: ["github-actions"],
  zizmor: ["dependabot-cooldown"],
  repository({ updates }, report) {
    for (const { entries, file } of updates)
      for (const { cooldownDays, span, ecosystem } of entries) {
        if ((cooldownDays ?? 0) >= DAYS) continue;
        const edit =
          cooldownDays === null
            ? beforeKey(file, span.start, ["cooldown:", `  default-days: ${DAYS}`])
            : null;
        report({
          span: ecosystem?.span ?? span,
          message: `updates of ${ecosystem?.value ?? "packages"} wait ${cooldownDays ?? 0} days`,
          subject: ecosystem?.value ?? "updates",
          ...(edit !== null && { fixes: [{ title: `wait ${DAYS} days`, safety: "safe", edits: [edit] }] }),
        });
      }
  },
};
