import type { Job, PermissionEntry } from "../model.ts";
import { mayUseToken } from "./parts/token.ts";
import { listed } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

const writes = ({ access, scope }: PermissionEntry): boolean => access === "write" && scope !== "id-token";

export const tokenWiderThanUsed: Check = {
  id: "token-wider-than-used",
  class: "B",
  title: "a permission to write is granted where nothing uses it",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["excessive-permissions"],
  attack:
    "Code that runs in the job, a dependency's too, gets the token through an action that it can influence, and writes with it.",
  mend: "Grant it to the jobs that use it, and nothing to the others.",
  workflow({ permissions, jobs }, report) {
    const inherits = jobs.filter((job) => job.permissions.kind === "absent");
    for (const entry of permissions.entries.filter(writes)) {
      const idle = inherits.filter((job) => !mayUseToken(job, entry.scope));
      if (idle.length > 0)
        report({
          span: entry.span,
          subject: entry.scope,
          message: `\`${entry.scope}: write\` is granted to ${inherits.length === 1 ? "" : `${inherits.length} jobs, `}${who(idle)} without a use for it`,
        });
    }
  },
  job(job, report) {
    for (const entry of job.permissions.entries.filter(writes))
      if (!mayUseToken(job, entry.scope))
        report({
          span: entry.span,
          severity: "low",
          subject: entry.scope,
          message: `nothing in job \`${job.id}\` can use \`${entry.scope}: write\``,
        });
  },
};

const who = (jobs: readonly Job[]): string => listed(jobs.map(({ id }) => id));
