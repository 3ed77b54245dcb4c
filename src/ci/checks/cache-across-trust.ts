import { foreign } from "./common/files.ts";
import type { CacheUse, Job, Workflow } from "../model.ts";
import type { Check, Related } from "./types.ts";

export const cacheAcrossTrust: Check = {
  id: "cache-across-trust",
  class: "E",
  title: "code of others can write a cache that trusted jobs restore",
  severity: "high",
  confidence: "medium",
  attack:
    "The run belongs to the default branch, so what its untrusted code leaves in the cached folders is restored by later pushes and releases.",
  mend: "Give the job that handles code of others no cache, or move it to `pull_request`, whose caches nobody else restores.",
  systems: ["github-actions"],
  zizmor: ["cache-poisoning"],
  workflow(workflow, report) {
    // Caches of `pull_request` belong to that pull request alone.
    if (!workflow.triggers.some(({ outsiders }) => outsiders === "full")) return;
    for (const job of workflow.jobs)
      for (const step of job.steps)
        for (const cache of step.effects.caches) {
          if (cache.direction === "restore") continue;
          const last = job.steps.length;
          const from = foreign(job, last);
          // It must run before the cache is saved: at the end of the job for actions that do both.
          const until = cache.direction === "save" ? step.index : last;
          if (from === null || !runsAfter(job, from.step.index, until)) continue;
          const restores = restoredBy(workflow, job, cache);
          report({
            span: cache.span,
            message: `\`${job.id}\` runs ${from.what} and saves a cache of the default branch`,
            related: [
              { span: from.step.usesText?.span ?? from.step.span, message: `${from.what} comes in here` },
              ...restores,
            ],
            subject: cache.by,
            ...(restores.length === 0 && { severity: "medium", confidence: "low" }),
          });
        }
  },
};

const runsAfter = ({ steps }: Job, from: number, until: number): boolean =>
  steps
    .slice(from + 1, until)
    .some(({ effects, run }) => effects.runsProject || (run !== null && !effects.known));

/** Jobs outside of this one that would take it. */
function restoredBy({ repository }: Workflow, own: Job, { by, key }: CacheUse): Related[] {
  const family = by.replace(/\/(?:save|restore)$/, "");
  const prefix = (key?.value ?? "").split("${{", 1)[0] ?? "";
  return repository.workflows.flatMap(({ jobs }) =>
    jobs.flatMap((job) =>
      job === own || job.placement.phase === "build-untrusted"
        ? []
        : job.steps.flatMap(({ effects }) =>
            effects.caches
              .filter(
                (one) =>
                  one.direction !== "save" &&
                  one.by.startsWith(family) &&
                  (one.key?.value ?? "").startsWith(prefix),
              )
              .map(({ span }) => ({ span, message: `\`${job.id}\` may restore it` })),
          ),
    ),
  );
}
