/** Who uses what: callers of local actions, and the events under which a step or job runs. Made once for a repository. */
import type { ActionFile, Job, Repository, Step, Trigger, Workflow } from "../../model.ts";

export interface Users {
  /** Steps that use an action of this repository. */
  readonly steps: ReadonlyMap<ActionFile, readonly Step[]>;
}

const known = new WeakMap<Repository, Users>();

export function usersOf(repository: Repository): Users {
  let users = known.get(repository);
  if (users === undefined) {
    const steps = new Map<ActionFile, Step[]>();
    const add = (step: Step): void => {
      const action = step.uses?.action ?? null;
      if (action === null) return;
      const list = steps.get(action);
      if (list === undefined) steps.set(action, [step]);
      else list.push(step);
    };
    for (const { jobs } of repository.workflows)
      for (const job of jobs) for (const step of job.steps) add(step);
    for (const action of repository.actions) for (const step of action.steps) add(step);
    users = { steps };
    known.set(repository, users);
  }
  return users;
}

/** Jobs whose runs a step belongs to; of an action's step those that use the action, through others too. */
export function jobsOf(owner: Job | ActionFile, users: Users, seen = new Set<unknown>()): Job[] {
  if (owner.kind === "job") return [owner];
  if (seen.has(owner)) return [];
  seen.add(owner);
  return (users.steps.get(owner) ?? []).flatMap((step) => jobsOf(step.owner, users, seen));
}

/** Events that start a workflow: its own, and those of the workflows that call it. Empty when only others call it. */
export function triggersOf(workflow: Workflow, seen = new Set<Workflow>()): Trigger[] {
  if (seen.has(workflow)) return [];
  seen.add(workflow);
  return [
    ...workflow.triggers.filter(({ event }) => event !== "workflow_call"),
    ...workflow.calledBy.flatMap((job) => triggersOf(job.workflow, seen)),
  ];
}
