import { beforeKey } from "../fixes/edits.ts";
import type { Job } from "../model.ts";
import { prize } from "./common/authority.ts";
import type { Check } from "./types.ts";

/** Clusters that live on the runner and end with the job. */
const OWN_CLUSTER =
  /^(?:helm\/kind-action|engineerd\/setup-kind|medyagh\/setup-minikube|.*\/(?:setup-)?k3[ds](?:-action)?)$/;
const STARTS_CLUSTER = /^(?:kind|k3d|minikube|k3s|microk8s)$/;

export const startsCluster = ({ steps }: Job): boolean =>
  steps.some(
    ({ uses, run }) =>
      (uses !== null && OWN_CLUSTER.test(uses.slug)) ||
      run?.commands.some(({ words }) => STARTS_CLUSTER.test((words[0] ?? "").replace(/^.*\//, ""))) === true,
  );

/** The act by which a job changes what runs somewhere. */
export const deployment = (job: Job) =>
  startsCluster(job)
    ? undefined
    : job.steps
        .flatMap(({ effects }) => effects.authorities)
        .find(
          ({ verb, login, auth }) =>
            !login && auth !== "none" && (verb === "deploy" || verb === "change-infrastructure"),
        );

export const deployWithoutEnvironment: Check = {
  id: "deploy-without-environment",
  class: "G",
  title: "a deployment has no environment to gate it",
  severity: "medium",
  confidence: "medium",
  attack:
    "Whoever can push a branch or start the workflow deploys: nobody approves, no branch rule applies, and the secret is the whole repository's.",
  mend: "Name an `environment:` on the job, give it reviewers and branch rules, and move the deployment's secrets into it.",
  systems: ["github-actions"],
  job(job, report) {
    if (job.environment !== null || job.call !== null || job.workflow.callable !== null) return;
    const act = deployment(job);
    if (act === undefined) return;
    const held = prize(job);
    if (held === null || (act.auth === "run-token" && act.system.id === "github")) return;
    const first = job.permissions.kind === "absent" ? job.permissions.span.start : null;
    const edit = first === null ? null : beforeKey(job.span.file, first, ["environment: production"]);
    report({
      span: job.idSpan,
      message: `\`${job.id}\` deploys to ${act.system.title} (${act.by}) outside of any environment`,
      related: [{ span: act.span, message: "deploys here" }],
      subject: job.id,
      ...(edit !== null && {
        fixes: [{ title: "run it in the environment production", safety: "review", edits: [edit] }],
      }),
    });
  },
};
