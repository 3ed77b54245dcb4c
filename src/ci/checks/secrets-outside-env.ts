import { isHanded, listed } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretsOutsideEnv: Check = {
  id: "secrets-outside-env",
  class: "A",
  title: "a job publishes or deploys with secrets outside of an environment",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["secrets-outside-env"],
  attack:
    "Any branch's workflow file can read a repository secret: who may push a branch can deploy or publish, without a review.",
  mend: "Give the job an `environment` with branch rules and reviewers, and keep the secrets there.",
  job(job, report) {
    if (job.environment !== null || job.call !== null) return;
    const { phase, reasons } = job.placement;
    // A called workflow's secrets are its caller's.
    if (
      job.workflow.callable !== null &&
      job.workflow.triggers.every(({ event }) => event === "workflow_call")
    )
      return;
    const uses = job.credentials.filter(isHanded);
    const [first] = uses;
    if (first === undefined) return;
    const acts = phase === "deploy" || phase === "publish";
    report({
      span: first.span,
      pedantic: !acts,
      subject: job.id,
      message: acts
        ? `job \`${job.id}\` ${phase === "deploy" ? "deploys" : "publishes"} with ${listed(uses.map(({ name }) => name ?? ""))} outside of an environment`
        : `job \`${job.id}\` reads ${listed(uses.map(({ name }) => name ?? ""))} outside of an environment`,
      related: [
        ...reasons
          .filter((reason) => reason.phase === phase)
          .slice(0, 1)
          .map(({ span, text }) => ({ span, message: text })),
        ...uses.slice(1, 4).map(({ span, name }) => ({ span, message: `\`${name}\`` })),
      ],
    });
  },
};
