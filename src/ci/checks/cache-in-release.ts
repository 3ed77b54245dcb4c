import { acts } from "./common/authority.ts";
import type { CacheUse, Job, Step } from "../model.ts";
import type { Check } from "./types.ts";

/** They keep a tool of their own vendor, nothing of the build. */
const TOOL_ONLY = new Set(["docker/setup-buildx-action"]);

export const cacheInRelease: Check = {
  id: "cache-in-release",
  class: "E",
  title: "what is published or deployed is built from a restored cache",
  severity: "high",
  confidence: "medium",
  attack:
    "Any job on the default branch can write the cache, also one that ran code of others for a moment: what it left there is built into the release.",
  mend: "Build releases without caches: leave out the cache step, or turn the set-up action's own cache off in this job.",
  systems: ["github-actions"],
  zizmor: ["cache-poisoning"],
  job(job, report) {
    const { phase } = job.placement;
    if (phase !== "publish" && phase !== "deploy") return;
    for (const step of job.steps)
      for (const cache of step.effects.caches) {
        if (cache.direction === "save" || ofThisRun(cache) || onlyLooks(step)) continue;
        report({
          span: cache.span,
          message: `\`${job.id}\` ${phase === "deploy" ? "deploys" : "publishes"} and restores a cache (${cache.by})`,
          related: reasonsOf(job),
          subject: cache.by,
          confidence: cache.key === null ? "low" : "medium",
          severity: cache.key === null ? "medium" : "high",
          // Without an act of its own the job may only look like a release.
          pedantic: TOOL_ONLY.has(cache.by) || !acts(job),
        });
      }
  },
};

const reasonsOf = ({ placement: { phase, reasons } }: Job) =>
  reasons
    .filter((reason) => reason.phase === phase)
    .slice(0, 1)
    .map(({ span, text }) => ({ span, message: text }));

/** The run's number is in the key, and nothing else fits: only jobs of this run wrote it. */
const ofThisRun = ({ key, restoreKeys }: CacheUse): boolean =>
  restoreKeys === null &&
  key !== null &&
  key.expressions.some(({ expression }) =>
    expression.reads.contexts.some(({ path, carries }) => carries && path === "github.run_id"),
  );

const onlyLooks = (step: Step): boolean =>
  step.with.some(
    ({ name, value }) => name.toLowerCase() === "lookup-only" && /^\s*true\s*$/i.test(value.value),
  );
