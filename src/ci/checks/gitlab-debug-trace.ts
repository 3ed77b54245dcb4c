import type { Setting } from "../model.ts";
import type { Check, Report } from "./types.ts";

const NAMES = new Set(["CI_DEBUG_TRACE", "CI_DEBUG_SERVICES"]);

export const gitlabDebugTrace: Check = {
  id: "gitlab-debug-trace",
  class: "A",
  title: "a job writes every variable to its log",
  severity: "high",
  confidence: "high",
  attack: "The log shows every variable and secret that the job has, to everybody who may see it.",
  mend: "Take the variable out of the file; set it for one run by hand where a developer's role sees the log alone.",
  systems: ["gitlab-ci"],
  workflow({ env }, report) {
    traced(env, report);
  },
  job({ env, workflow }, report) {
    traced(
      env.filter((one) => !workflow.env.includes(one)),
      report,
    );
  },
};

function traced(env: readonly Setting[], report: Report): void {
  for (const { name, value } of env)
    if (NAMES.has(name) && /^(?:true|1|yes)$/i.test(value.value.trim()))
      report({
        span: value.span,
        subject: name,
        message: `\`${name}\` writes ${name === "CI_DEBUG_TRACE" ? "every variable and command of the job" : "the services' output"} to the log`,
        ...(name !== "CI_DEBUG_TRACE" && { severity: "medium" as const }),
      });
}
