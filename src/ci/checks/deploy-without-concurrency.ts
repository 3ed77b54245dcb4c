import { beforeKey } from "../fixes/edits.ts";
import { deployment } from "./deploy-without-environment.ts";
import type { Check } from "./types.ts";

export const deployWithoutConcurrency: Check = {
  id: "deploy-without-concurrency",
  class: "G",
  title: "two deployments can run at once",
  severity: "low",
  confidence: "medium",
  attack:
    "An older run that was held back finishes last and puts the older, vulnerable version back; two at once leave half of each.",
  mend: "Give the job a `concurrency:` group with `cancel-in-progress: false`.",
  pedantic: true,
  systems: ["github-actions"],
  zizmor: ["concurrency-limits"],
  job(job, report) {
    if (job.concurrency !== null || job.workflow.concurrency !== null || job.call !== null) return;
    const act = deployment(job);
    if (act === undefined) return;
    const first = job.permissions.kind === "absent" ? job.permissions.span.start : null;
    const edit =
      first === null
        ? null
        : beforeKey(job.span.file, first, [
            "concurrency:",
            `  group: \${{ github.workflow }}-${job.id}`,
            "  cancel-in-progress: false",
          ]);
    report({
      span: job.idSpan,
      message: `nothing keeps two runs of \`${job.id}\` from deploying to ${act.system.title} at once`,
      related: [{ span: act.span, message: "deploys here" }],
      subject: job.id,
      ...(edit !== null && {
        fixes: [{ title: "one deployment at a time", safety: "review", edits: [edit] }],
      }),
    });
  },
};
