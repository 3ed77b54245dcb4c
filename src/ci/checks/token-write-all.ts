import type { Permissions } from "../model.ts";
import type { Check, Report } from "./types.ts";

export const tokenWriteAll: Check = {
  id: "token-write-all",
  class: "B",
  title: "the run's token may write everything",
  severity: "high",
  confidence: "high",
  systems: ["github-actions"],
  zizmor: ["excessive-permissions"],
  attack:
    "One step's code (a dependency, an action) pushes commits, publishes packages, changes releases and takes on every role that trusts this repository.",
  mend: "Set `permissions: {}` for the workflow, and name what each job needs.",
  workflow: ({ permissions, jobs }, report) => {
    tell(permissions, report, jobs.length > 1 ? "every job" : "the job");
    for (const job of jobs) tell(job.permissions, report, `job \`${job.id}\``);
  },
};

function tell({ kind, span }: Permissions, report: Report, who: string): void {
  if (kind === "write-all")
    report({ span, message: `${who} has a token that may write everything, and signed claims` });
}
