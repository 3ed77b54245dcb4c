/** Whose code a step runs. */
import type { Job, Step } from "../../model.ts";

/** Of the CI host itself. */
const HOST = new Set(["actions", "github"]);

/** An action of somebody else than the host and the repository's owner. */
export function isForeign(step: Step): boolean {
  const { uses, owner } = step;
  if (uses === null || uses.kind === "local" || uses.kind === "self") return false;
  if (uses.kind !== "repository") return true;
  const own = owner.kind === "job" ? (owner.workflow.repository.slug?.owner.toLowerCase() ?? null) : null;
  return !HOST.has(uses.owner ?? "") && uses.owner !== own;
}

/** The bytes that run are those that somebody looked at. */
export const isPinned = ({ uses }: Step): boolean =>
  uses === null ||
  uses.kind === "local" ||
  uses.kind === "self" ||
  uses.pin === "sha" ||
  uses.pin === "digest";

/** It runs code of the checkout, or a script or local action that nobody can look into. */
export const runsCheckout = ({ effects, run }: Step): boolean =>
  effects.runsProject || (run !== null && !effects.known && run.commands.length > 0);

export const named = (job: Job): string => `job \`${job.id}\``;
