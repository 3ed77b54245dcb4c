/** What the files here take from other repositories. */
import type { ActionRef, Repository } from "../../model.ts";

/** Every reference to another repository, of steps and calls that stand here. */
export function references({ workflows, actions }: Repository): ActionRef[] {
  const steps = [
    ...workflows.flatMap(({ remote, jobs }) => (remote ? [] : jobs)).flatMap((job) => job.steps),
  ];
  const calls = workflows.flatMap(({ remote, jobs }) =>
    remote ? [] : jobs.flatMap(({ call }) => (call === null ? [] : [call.ref])),
  );
  const inside = actions.flatMap(({ remote, steps: own }) => (remote ? [] : own));
  return [...calls, ...[...steps, ...inside].flatMap(({ uses }) => (uses === null ? [] : [uses]))].filter(
    ({ kind }) => kind === "repository",
  );
}
