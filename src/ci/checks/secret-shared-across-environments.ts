import type { CredentialUse, Job } from "../model.ts";
import { isOnlyCalled } from "./parts/calls.ts";
import { isHanded, usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

interface Seen {
  readonly use: CredentialUse;
  readonly job: Job;
}

export const secretSharedAcrossEnvironments: Check = {
  id: "secret-shared-across-environments",
  class: "A",
  title: "one secret serves two environments",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "Who gets it where it is least guarded has it where it is most: an environment's rules guard a value that other jobs read without them.",
  mend: "Keep a value of its own in each environment, and delete the repository's secret of that name.",
  repository({ workflows, host }, report) {
    const byName = new Map<string, Seen[]>();
    for (const workflow of workflows) {
      if (workflow.remote || isOnlyCalled(workflow)) continue;
      for (const { use, jobs } of usesIn(workflow))
        if (isHanded(use) && use.name !== null)
          for (const job of jobs)
            if (job.call === null) byName.set(use.name, [...(byName.get(use.name) ?? []), { use, job }]);
    }
    for (const [name, seen] of byName) {
      const names = new Set(seen.map(({ job }) => environmentOf(job)));
      if (names.size < 2) continue;
      const guarded = seen.find(({ job }) => environmentOf(job) !== "" && isGuarded(job));
      const open = seen.find(({ job }) => environmentOf(job) === "");
      const known = host?.secrets?.filter((secret) => secret.name.toUpperCase() === name) ?? null;
      // Each environment may have a value of its own: only the host can tell.
      const shared = known === null ? open !== undefined : known.some(({ scope }) => scope !== "environment");
      if (known !== null && !shared) continue;
      const at = guarded ?? seen.find(({ job }) => environmentOf(job) !== "");
      if (at === undefined) continue;
      const other = open ?? seen.find(({ job }) => environmentOf(job) !== environmentOf(at.job));
      report({
        span: at.use.span,
        subject: name,
        pedantic: !shared || guarded === undefined,
        ...((!shared || guarded === undefined) && { severity: "low" as const }),
        message:
          open === undefined
            ? `\`${name}\` is read in ${[...names].map((one) => `\`${one}\``).join(", ")}: whether each has a value of its own is unknown`
            : `\`${name}\` is read in \`${environmentOf(at.job)}\` and, without an environment, in job \`${open.job.id}\``,
        related: other === undefined ? [] : [{ span: other.use.span, message: `job \`${other.job.id}\`` }],
      });
    }
  },
};

const environmentOf = ({ environment }: Job): string =>
  environment === null ? "" : (environment.constant ?? environment.name?.value ?? "");

const isGuarded = ({ placement }: Job): boolean =>
  placement.phase === "deploy" || placement.phase === "publish";
