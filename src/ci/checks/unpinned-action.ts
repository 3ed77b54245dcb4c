import { pinFix } from "../fixes/pin.ts";
import type { ActionRef, Job, Step } from "../model.ts";
import { prize } from "./common/authority.ts";
import { jobsOf, usersOf } from "./common/users.ts";
import type { Check, Report } from "./types.ts";

/** Whoever can change these can change the runner itself. */
const HOSTS = new Set(["actions", "github"]);

export const unpinnedAction: Check = {
  id: "unpinned-action",
  class: "F",
  title: "an action is named by a tag or branch that its owner can move",
  severity: "medium",
  confidence: "high",
  attack:
    "Whoever takes over the action moves the tag: the next run executes their code with the job's secrets, before anybody sees a change.",
  mend: "Pin it by commit: `bulkhead ci lock`, then `bulkhead ci pin` writes the hash and keeps the version as a comment.",
  systems: ["github-actions"],
  zizmor: ["unpinned-uses"],
  job(job, report) {
    if (job.call !== null) judge(job.call.ref, [job], job.call.secrets.kind !== "none", report);
  },
  step(step, report) {
    if (step.uses === null) return;
    const { owner } = step;
    const users = usersOf(owner.kind === "job" ? owner.workflow.repository : owner.repository);
    judge(step.uses, jobsOf(owner, users), takesSecret(step), report);
  },
};

/** They check the tag that they were called by, and refuse a hash. */
const BY_TAG = /^slsa-framework\/slsa-github-generator\b/;

function judge(ref: ActionRef, jobs: readonly Job[], given: boolean, report: Report): void {
  if (ref.kind !== "repository" || ref.pin === "sha" || BY_TAG.test(ref.slug)) return;
  const repository = jobs[0]?.workflow.repository ?? null;
  const own = repository?.slug?.owner.toLowerCase() === ref.owner;
  const held = jobs.map(prize).find((one) => one !== null) ?? null;
  const fix = repository === null ? null : pinFix(ref, repository.lock);
  report({
    span: ref.refSpan ?? ref.span,
    message:
      held === null
        ? `${ref.slug} is not pinned by a commit`
        : `${ref.slug} is not pinned by a commit, and runs beside ${held}`,
    subject: ref.slug,
    severity: held === null ? "low" : given ? "high" : "medium",
    pedantic: held === null || own || HOSTS.has(ref.owner ?? ""),
    ...(fix !== null && { fixes: [fix] }),
  });
}

const takesSecret = (step: Step): boolean =>
  [...step.with, ...step.env].some(({ value }) =>
    value.expressions.some(({ expression }) =>
      expression.reads.secrets.some(({ carries, name }) => carries && name !== "GITHUB_TOKEN"),
    ),
  );
