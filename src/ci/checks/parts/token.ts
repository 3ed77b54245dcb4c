/** Whether a job can be seen to need its own identities. */
import { actionRow } from "../../effects/actions/index.ts";
import type { Job, Step } from "../../model.ts";

/** They work without the run's token, or only read with it. */
const WITHOUT_TOKEN =
  /^(?:actions\/(?:cache|upload-artifact|download-artifact|setup-[\w-]+)(?:\/|$)|docker\/(?:setup-[\w-]+|metadata-action)$|pnpm\/action-setup$|oven-sh\/setup-bun$|denoland\/setup-deno$|dtolnay\/rust-toolchain$|astral-sh\/setup-uv$|swatinem\/rust-cache$)/;

/**
 * False only where no step of the job can use the run's token for that: nothing is handed it, no action takes it by itself, and no git command finds
 * what a checkout left behind.
 */
export function mayUseToken(job: Job, scope: string): boolean {
  if (job.call !== null) return true;
  if (
    job.credentials.some(
      ({ kind, scope: where }) => kind === "all-secrets" || (kind === "run-token" && where !== "condition"),
    )
  )
    return true;
  let left = false;
  for (const step of job.steps) {
    if (step.effects.checkout !== null && step.uses?.slug === "actions/checkout") {
      left ||= step.effects.checkout.persistCredentials !== false;
      continue;
    }
    // What a checkout left is good for git alone.
    if (step.run !== null) {
      if (left && scope === "contents" && mayPush(step)) return true;
    } else if (step.uses !== null && !WITHOUT_TOKEN.test(step.uses.slug)) return true;
  }
  return false;
}

const mayPush = ({ run, effects }: Step): boolean =>
  effects.runsProject || !effects.known || run?.commands.some(({ words }) => words.includes("push")) === true;

/** `unknown`: it has a script, an action or a called workflow that nobody can look into, or publishes, which can sign with it. */
export function usesClaims(job: Job): "yes" | "no" | "unknown" {
  if (job.call !== null) {
    const called = job.call.workflow?.jobs.map(usesClaims) ?? ["unknown" as const];
    return called.includes("yes") ? "yes" : called.includes("unknown") ? "unknown" : "no";
  }
  const authorities = job.steps.flatMap(({ effects }) => effects.authorities);
  if (authorities.some(({ auth }) => auth === "oidc")) return "yes";
  if (job.steps.some(({ run }) => run !== null && /ACTIONS_ID_TOKEN|getIDToken/.test(run.text.value)))
    return "yes";
  // It may sign with them besides what it is handed.
  if (authorities.some(({ verb }) => verb === "publish")) return "unknown";
  if (job.steps.some(({ uses }) => uses !== null && actionRow(uses.slug)?.oidc === true)) return "unknown";
  return job.steps.every(({ effects }) => effects.known) ? "no" : "unknown";
}
