import type { Check } from "./types.ts";

/** They record who signed or uploaded; nothing is changed with them. */
const HARMLESS = new Set(["sigstore", "codecov", "coveralls"]);

export const oidcOutsideEnvironment: Check = {
  id: "oidc-outside-environment",
  class: "B",
  title: "an identity publishes or deploys outside of an environment",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "Without an environment the claims name a branch or nothing but the file: who may push a branch, or start the workflow on one, takes on the role.",
  mend: "Give the job an `environment` with branch rules, and make the trust policy ask for it.",
  job(job, report) {
    if (job.environment !== null || job.call !== null) return;
    const identity = job.identities.find(({ kind, certain }) => kind === "oidc" && certain);
    if (identity === undefined) return;
    const uses = identity.usedBy.filter(({ system }) => !HARMLESS.has(system.id));
    const { phase, reasons } = job.placement;
    const acts = phase === "deploy" || phase === "publish";
    const [first] = uses;
    // With nothing seen to use it, it is the job's own script that does, if anything.
    if (first === undefined && phase !== "deploy") return;
    report({
      span: first?.span ?? identity.span,
      subject: job.id,
      pedantic: !acts,
      ...(first === undefined && { confidence: "low" as const, pedantic: true }),
      message: `job \`${job.id}\` ${phase === "deploy" ? "deploys" : phase === "publish" ? "publishes" : "authenticates"} with the run's identity outside of an environment${first?.target ? ` (${first.target})` : ""}`,
      related: reasons
        .filter((reason) => acts && reason.phase === phase)
        .slice(0, 1)
        .map(({ span, text }) => ({ span, message: text })),
    });
  },
};
