/** Joins what stands apart: `needs`, local and locked actions, reusable workflows and their callers. */
import type { ActionFile, ActionRef, Diagnostic, Job, Step, Workflow } from "../../model.ts";

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface Known {
  /** The action at a path of the repository, or of the lock by what `uses:` says; null when it is not there. */
  action(ref: ActionRef): ActionFile | null;
  workflow(ref: ActionRef): Workflow | null;
}

export function linkWorkflow(
  workflow: Workflow,
  known: Known,
  report: (diagnostic: Diagnostic) => void,
): void {
  const byId = new Map(workflow.jobs.map((job) => [job.id.toLowerCase(), job]));
  for (const job of workflow.jobs) {
    const after: Job[] = [];
    for (const need of job.needs) {
      const found = byId.get(need.value.toLowerCase());
      if (found !== undefined) after.push(found);
      else if (need.expressions.length === 0)
        report({
          id: "unknown-need",
          message: `\`${job.id}\` needs \`${need.value}\`, which is no job here`,
          span: need.span,
        });
    }
    (job as Draft<Job>).after = after;
    for (const step of job.steps) linkStep(step, known, report);
    if (job.call !== null) linkCall(job, known, report);
  }
}

function linkCall(job: Job, known: Known, report: (diagnostic: Diagnostic) => void): void {
  const { call } = job;
  if (call === null) return;
  const target = known.workflow(call.ref);
  if (target === null) {
    if (call.ref.kind === "local" || call.ref.kind === "self")
      report({
        id: "unresolved",
        message: `there is no workflow ${call.ref.slug} here`,
        span: call.ref.span,
      });
    return;
  }
  (call as Draft<typeof call>).workflow = target;
  (target as Draft<Workflow>).calledBy = [...target.calledBy, job];
}

export function linkStep(step: Step, known: Known, report: (diagnostic: Diagnostic) => void): void {
  const ref = step.uses;
  if (ref === null) return;
  const action = known.action(ref);
  if (action !== null) (ref as Draft<ActionRef>).action = action;
  else if (ref.kind === "self")
    // A local one may stand in what an earlier step checks out.
    report({ id: "unresolved", message: `there is no action ${ref.slug} here`, span: ref.span });
}
