import { strangersTriggers } from "./parts/stranger.ts";
import { isOnlyCalled } from "./parts/calls.ts";
import { listed } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const tokenDefault: Check = {
  id: "token-default",
  class: "B",
  title: "what the run's token may do is left to a setting",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["excessive-permissions"],
  attack:
    "Where the repository's setting is the old one the token writes everything, and nothing in the file says so.",
  mend: "Set `permissions: {}` for the workflow, and name what each job needs.",
  workflow(workflow, report) {
    const { permissions, jobs, repository, name, span } = workflow;
    if (permissions.kind !== "absent" || isOnlyCalled(workflow)) return;
    const open = jobs.filter((job) => job.permissions.kind === "absent");
    const [first] = open;
    if (first === undefined) return;
    const setting = repository.host?.defaultPermissions ?? null;
    const strangers = open.filter((job) => strangersTriggers(job).length > 0);
    report({
      span: name?.span ?? workflow.triggers[0]?.span ?? span,
      // Read-only by default since 2023, and for forks always: worth a line only where the setting is known, or strangers start it.
      pedantic: setting === "read" || (setting === null && strangers.length === 0),
      message:
        setting === "write"
          ? `no \`permissions\`: ${listed(open.map(({ id }) => id))} may write everything, by the repository's setting`
          : setting === "read"
            ? `no \`permissions\`: ${listed(open.map(({ id }) => id))} may read, as long as the repository's setting says so`
            : strangers.length > 0
              ? `no \`permissions\`, and strangers start ${listed(strangers.map(({ id }) => id))}: what the token may do is unknown`
              : `no \`permissions\`: what the token of ${listed(open.map(({ id }) => id))} may do is unknown`,
    });
  },
};
