import type { Include } from "../model.ts";
import type { Check } from "./types.ts";

const HELD: ReadonlySet<Include["pin"]> = new Set(["sha", "digest"]);

export const gitlabUnpinnedInclude: Check = {
  id: "gitlab-unpinned-include",
  class: "F",
  title: "a pipeline includes what somebody else can change",
  severity: "medium",
  confidence: "high",
  attack:
    "Whoever can push to the other project, or answers at the address, writes jobs of this pipeline: they run with its variables and tokens.",
  mend: "Name the commit as `ref:` (as the version of a component), and give an address its `integrity:`.",
  systems: ["gitlab-ci"],
  workflow({ includes }, report) {
    for (const { kind, text, project, ref, pin, span, path } of includes) {
      if (HELD.has(pin)) continue;
      if (kind === "remote")
        report({
          span,
          subject: text.value,
          severity: "high",
          message: `${text.value} is included without \`integrity\`: whoever answers there writes this pipeline`,
        });
      else if (kind === "project" || kind === "component") {
        // Tags of one's own host are moved by whoever may push there, which is seldom anybody else.
        const tag = pin === "version";
        report({
          span,
          subject: project?.value ?? text.value,
          pedantic: tag,
          ...(tag && { severity: "low" as const }),
          message: `${project === null ? text.value : `${text.value} of ${project.value}`} is included ${ref === null ? "at its default branch" : `at ${ref.value}`}${path === null ? "" : ", which the lock knows at one commit"}`,
        });
      }
    }
  },
};
