import { acts } from "./common/authority.ts";
import { unverified } from "./common/foreign.ts";
import type { Check } from "./types.ts";

export const deployUnverifiedArtifact: Check = {
  id: "deploy-unverified-artifact",
  class: "E",
  title: "an artifact is published or deployed without a check of where it comes from",
  severity: "high",
  confidence: "medium",
  attack:
    "Whoever can start the other run, or changes the artifact on the way, has their build shipped under your name.",
  mend: "Verify provenance before the act (`gh attestation verify`, `cosign verify-blob`, `slsa-verifier`), with the workflow that must have made it.",
  systems: ["github-actions"],
  job(job, report) {
    if (!acts(job)) return;
    const act = job.steps.find(({ effects }) =>
      effects.authorities.some(({ verb, login }) => !login && verb !== "read" && verb !== "test"),
    );
    if (act === undefined) return;
    for (const { step, artifact, foreign } of unverified(job, act.index))
      report({
        span: artifact.span,
        message: `\`${job.id}\` ships ${foreign ? "an artifact of another run" : "an artifact of an earlier job"} that nothing verifies`,
        related: [{ span: act.usesText?.span ?? act.run?.text.span ?? act.span, message: "shipped here" }],
        subject: artifact.name?.value ?? step.uses?.slug ?? job.id,
        // Within one run the artifact is as trustworthy as the run's other jobs.
        ...(!foreign && { severity: "low", pedantic: true }),
      });
  },
};
