/** What one step does with whose authority. */
import type { Setting, Step, StepEffects } from "../model.ts";
import { NO_EFFECTS } from "./none.ts";
import { actionRow } from "./actions/index.ts";
import { actionAuthority, artifactsOf, cachesOf, checkoutOf } from "./of-action.ts";
import { scriptEffects } from "./of-script.ts";
import { Variables } from "./variables.ts";

export interface StepScope {
  /** Settings that its processes see besides its own: of the job, of the workflow. */
  readonly around: readonly (readonly Setting[])[];
  /** The job may have signed claims. */
  readonly oidc: boolean;
}

/** The effects of a local action's steps must be known before: they are part of the step that uses it. */
export function effectsOf(step: Step, { around, oidc }: StepScope): StepEffects {
  const variables = new Variables([step.env, ...around]);
  if (step.run !== null) {
    const script = scriptEffects(step, step.run, variables, oidc);
    return { ...NO_EFFECTS, ...script };
  }
  // What the CI system does itself (artifacts, caches, secrets of a manager) its adapter has said.
  if (step.uses === null) return step.effects;
  const { action } = step.uses;
  if (action?.using === "composite") return ofComposite(action.steps);
  const row = actionRow(step.uses.slug);
  const authority = row === null ? null : actionAuthority(step, row, variables);
  const checkout = checkoutOf(step);
  return {
    authorities: authority === null ? NO_EFFECTS.authorities : [authority],
    artifacts: artifactsOf(step),
    caches: cachesOf(step),
    checkout,
    derived: NO_EFFECTS.derived,
    verifies: row?.verifies === true,
    runsProject: row?.runsProject === true || step.uses.kind === "local" || step.uses.kind === "self",
    known: row !== null,
  };
}

function ofComposite(steps: readonly Step[]): StepEffects {
  const all = steps.map(({ effects }) => effects);
  return {
    authorities: all.flatMap(({ authorities }) => authorities),
    artifacts: all.flatMap(({ artifacts }) => artifacts),
    caches: all.flatMap(({ caches }) => caches),
    checkout: all.find(({ checkout }) => checkout !== null)?.checkout ?? null,
    derived: all.flatMap(({ derived }) => derived),
    verifies: all.some(({ verifies }) => verifies),
    runsProject: all.some(({ runsProject }) => runsProject),
    known: all.every(({ known }) => known),
  };
}
