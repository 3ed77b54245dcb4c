/** Workflows and actions that reach themselves: reported, and left open. */
import type { ActionFile, ActionRef, Diagnostic, Workflow } from "../model.ts";

type Draft<T> = { -readonly [K in keyof T]: T[K] };

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
