/** Downloads from other runs: which of them somebody outside may have filled, and whether anything checked them. */
import type { ArtifactUse, Condition, Job, Step } from "../../model.ts";

/** Conditions that keep out runs which a fork started. A branch's name does not: a fork has its own `main`. */
const TELLS = /^github\.event\.workflow_run\.(?:event|head_repository(?:\..*)?)$/;

const tells = (condition: Condition | null): boolean =>
  condition?.text.expressions.some(({ expression }) =>
    expression.reads.contexts.some(({ path }) => TELLS.test(path)),
  ) === true;

/** Filters of the step that leave only runs of the repository's own code: a fixed branch, the event `push`. */
const filtered = ({ with: settings, uses }: Step): boolean =>
  uses?.slug !== "actions/download-artifact" &&
  settings.some(
    ({ name, value }) =>
      (name === "event" && /^(?:push|release|schedule|workflow_dispatch)$/.test(value.value.trim())) ||
      (name === "commit" &&
        value.expressions.some(({ expression }) => /^\s*github\.sha\s*$/.test(expression.source))),
  );

export interface Download {
  readonly step: Step;
  readonly artifact: ArtifactUse;
  readonly foreign: boolean;
}

/** Downloads that no later step verifies before `until`. */
export function unverified(job: Job, until: number = job.steps.length): Download[] {
  if (tells(job.condition)) return [];
  return job.steps.slice(0, until).flatMap((step) =>
    step.effects.artifacts
      .filter(({ direction }) => direction === "download")
      .filter(() => !tells(step.condition))
      .filter(() => !job.steps.slice(step.index + 1, until).some(({ effects }) => effects.verifies))
      .map((artifact) => ({ step, artifact, foreign: artifact.foreign && !filtered(step) })),
  );
}
