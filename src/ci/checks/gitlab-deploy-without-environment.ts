import type { Check } from "./types.ts";

export const gitlabDeployWithoutEnvironment: Check = {
  id: "gitlab-deploy-without-environment",
  class: "G",
  title: "a deployment has no environment to gate it",
  severity: "medium",
  confidence: "medium",
  attack: "Whoever can push a branch deploys: nobody approves, and the credentials are those of every job.",
  mend: "Name an `environment:` on the job, protect it, and give the deployment's variables its scope.",
  systems: ["gitlab-ci"],
  job(job, report) {
    if (job.environment !== null || job.call !== null) return;
    const act = job.steps
      .flatMap(({ effects }) => effects.authorities)
      .find(
        ({ verb, login, auth }) =>
          !login && auth !== "none" && (verb === "deploy" || verb === "change-infrastructure"),
      );
    if (act === undefined) return;
    report({
      span: job.idSpan,
      subject: job.id,
      message: `\`${job.id}\` deploys to ${act.system.title} (${act.by}) outside of any environment`,
      related: [{ span: act.span, message: "deploys here" }],
    });
  },
};
