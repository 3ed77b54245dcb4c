import type { Job, Step } from "../model.ts";
import { carriesStored } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const phaseMix: Check = {
  id: "phase-mix",
  class: "C",
  systems: ["github-actions"],
  title: "a job runs untrusted code beside the authority to publish or deploy",
  severity: "medium",
  confidence: "medium",
  attack:
    "A dependency's install script or a test takes the credential that the same machine publishes with, or changes what is published.",
  mend: "Build in a job without authority, upload the result, and publish it in a job that runs none of the code.",
  job(job, report) {
    const { phase, phases, reasons } = job.placement;
    if ((phase !== "publish" && phase !== "deploy") || !phases.includes("build-untrusted")) return;
    // The step that publishes may build what it publishes: an image in its own sandbox.
    const builds = job.steps.filter((step) => step.effects.runsProject && !acts(step));
    const [first] = builds;
    if (first === undefined) return;
    const reach = withinReach(job, builds);
    const act = reasons.find((reason) => reason.phase === phase);
    report({
      span: first.usesText?.span ?? first.run?.text.span ?? first.span,
      subject: job.id,
      pedantic: reach === null,
      ...(reach === null && { severity: "low" as const }),
      message: `job \`${job.id}\` runs code of the checkout${reach === null ? "" : ` with ${reach} in reach`}, and ${phase === "deploy" ? "deploys" : "publishes"}`,
      related: act === undefined ? [] : [{ span: act.span, message: act.text }],
    });
  },
};

const acts = ({ effects }: Step): boolean =>
  effects.authorities.some(
    ({ verb }) => verb === "publish" || verb === "deploy" || verb === "change-infrastructure",
  );

/** What the project's code can take without waiting for the step that publishes; null: nothing that the file shows. */
function withinReach({ env, workflow, identities, steps }: Job, builds: readonly Step[]): string | null {
  const variable = [...env, ...workflow.env].find(({ value }) => carriesStored(value));
  if (variable !== undefined) return `\`${variable.name}\``;
  const last = Math.max(...builds.map((step) => steps.indexOf(step)));
  const login = steps
    .slice(0, last)
    .flatMap(({ effects }) => effects.authorities)
    .find(({ login: logs, auth }) => logs && auth !== "none" && auth !== "run-token");
  if (login !== undefined) return `the login of ${login.by.replace(/^\w+ /, "")}`;
  const claims = identities.find(
    ({ kind, certain, usedBy }) =>
      kind === "oidc" && certain && usedBy.some(({ verb }) => verb === "publish" || verb === "deploy"),
  );
  return claims === undefined ? null : "the signed identity";
}
