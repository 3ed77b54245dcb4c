/** The second half of reading: what adapters left open, from the syntax alone. Callees before callers, so that what a call does is known. */
import { credentialsOf, workflowCredentials } from "./authority/credentials.ts";
import { identitiesOf } from "./authority/identities.ts";
import { effective } from "./authority/permissions.ts";
import { placementOf } from "./authority/placement.ts";
import { effectsOf } from "./effects/of-step.ts";
import type { ActionFile, Job, Repository, Step, Workflow } from "./model.ts";

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function finish({ workflows, actions }: Repository): void {
  const doneActions = new Set<ActionFile>();
  const finishAction = (action: ActionFile): void => {
    if (doneActions.has(action)) return;
    doneActions.add(action);
    for (const step of action.steps) {
      if (step.uses?.action) finishAction(step.uses.action);
      (step as Draft<Step>).effects = effectsOf(step, { around: [], oidc: true });
    }
  };
  for (const action of actions) finishAction(action);

  const done = new Set<Workflow>();
  const finishWorkflow = (workflow: Workflow): void => {
    if (done.has(workflow)) return;
    done.add(workflow);
    for (const { call } of workflow.jobs) if (call?.workflow) finishWorkflow(call.workflow);
    const shared = workflowCredentials(workflow);
    for (const job of workflow.jobs) finishJob(job, workflow, shared);
  };
  for (const workflow of workflows) finishWorkflow(workflow);
}

function finishJob(job: Job, workflow: Workflow, shared: Job["credentials"]): void {
  const around = [job.env, workflow.env];
  const oidc = effective(job, "id-token") !== "none";
  for (const step of job.steps) (step as Draft<Step>).effects = effectsOf(step, { around, oidc });
  const draft = job as Draft<Job>;
  draft.credentials = credentialsOf(job, [...shared]);
  draft.identities = identitiesOf(job);
  draft.placement = placementOf(job);
}
