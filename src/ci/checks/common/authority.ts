/** What a job could lose: the question behind most supply-chain findings. */
import { effective } from "../../authority/permissions.ts";
import type { Job } from "../../model.ts";

const WRITES = ["contents", "packages", "actions", "deployments", "pages", "attestations", "checks"] as const;

/** Why a job is worth an attack: `the secret NPM_TOKEN`, `an identity (id-token: write)`; null when it holds nothing of the kind. */
export function prize(job: Job): string | null {
  let known = prizes.get(job);
  if (known === undefined) prizes.set(job, (known = look(job)));
  return known;
}

/** Every step of a job asks. */
const prizes = new WeakMap<Job, string | null>();

function look(job: Job): string | null {
  const secret = job.credentials.find(
    ({ kind, scope }) => kind !== "run-token" && kind !== "literal" && scope !== "condition",
  );
  if (secret !== undefined)
    return secret.name === null ? "every secret it is given" : `the secret ${secret.name}`;
  if (effective(job, "id-token") === "write") return "an identity (`id-token: write`)";
  for (const scope of WRITES)
    if (effective(job, scope) === "write") return `a token with \`${scope}: write\``;
  const { phase, reasons } = job.placement;
  if (phase === "publish" || phase === "deploy")
    return reasons.find((reason) => reason.phase === phase)?.text ?? `the phase ${phase}`;
  return null;
}

/** It publishes, deploys or changes something by an act of its own, not only by its name. */
export const acts = (job: Job): boolean =>
  job.steps.some(({ effects }) =>
    effects.authorities.some(
      ({ verb, login }) =>
        !login && (verb === "publish" || verb === "deploy" || verb === "change-infrastructure"),
    ),
  );
