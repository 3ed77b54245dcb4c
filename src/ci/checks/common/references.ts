/** What the files here take from other repositories. */
import type { ActionRef, Repository } from "../../model.ts";
import type { Check, Report } from "../types.ts";

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

/** A check of every `uses:` of jobs and steps, whoever owns them. */
export const ofEveryReference = (
  judge: (ref: ActionRef, repository: Repository, report: Report) => void,
): Required<Pick<Check, "job" | "step">> => ({
  job({ call, workflow }, report) {
    if (call !== null) judge(call.ref, workflow.repository, report);
  },
  step({ uses, owner }, report) {
    if (uses !== null)
      judge(uses, owner.kind === "job" ? owner.workflow.repository : owner.repository, report);
  },
});
