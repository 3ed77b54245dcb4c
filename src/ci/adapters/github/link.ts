/** Joins what stands apart: `needs`, local and locked actions, reusable workflows and their callers. Cycles are reported and left open. */
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

/** Takes away the calls that close a circle. */
export function cutCycles(
  workflows: readonly Workflow[],
  actions: readonly ActionFile[],
  report: (diagnostic: Diagnostic) => void,
): void {
  const done = new Set<Workflow | ActionFile>();
  const open = new Set<Workflow | ActionFile>();
  const visit = (node: Workflow | ActionFile): void => {
    open.add(node);
    for (const edge of edgesOf(node)) {
      const target = edge.target();
      if (target === null || done.has(target)) continue;
      if (open.has(target)) {
        edge.cut();
        report({
          id: "cycle",
          message: `${target.file.path} reaches itself through this`,
          span: edge.ref.span,
        });
      } else visit(target);
    }
    open.delete(node);
    done.add(node);
  };
  for (const node of [...workflows, ...actions]) if (!done.has(node)) visit(node);
}

interface Edge {
  readonly ref: ActionRef;
  target(): Workflow | ActionFile | null;
  cut(): void;
}

function edgesOf(node: Workflow | ActionFile): Edge[] {
  const steps = node.kind === "action" ? node.steps : node.jobs.flatMap((job) => job.steps);
  const edges: Edge[] = steps.flatMap(({ uses }) =>
    uses === null || uses.action === null
      ? []
      : [
          {
            ref: uses,
            target: () => uses.action,
            cut: () => void ((uses as Draft<ActionRef>).action = null),
          },
        ],
  );
  if (node.kind === "workflow")
    for (const { call } of node.jobs)
      if (call?.workflow)
        edges.push({
          ref: call.ref,
          target: () => call.workflow,
          cut: () => {
            const target = call.workflow;
            (call as Draft<typeof call>).workflow = null;
            if (target !== null)
              (target as Draft<Workflow>).calledBy = target.calledBy.filter((job) => job.call !== call);
          },
        });
  return edges;
}
