import { acts } from "./common/authority.ts";
import { unverified } from "./common/foreign.ts";
import type { Step } from "../model.ts";
import type { Check } from "./types.ts";

export const artifactPoisoning: Check = {
  id: "artifact-poisoning",
  class: "E",
  title: "an artifact of another run is used without a check",
  severity: "high",
  confidence: "medium",
  attack:
    "The other run may be a pull request's of a fork: its artifact brings scripts or overwrites files that this job, with its secrets, then runs.",
  mend: "Download to a folder outside of the workspace, treat the content as data, and verify it (`gh attestation verify`) before anything runs it; or take only runs whose event is `push`.",
  systems: ["github-actions"],
  job(job, report) {
    if (acts(job)) return; // said by deploy-unverified-artifact
    for (const { step, artifact, foreign } of unverified(job)) {
      if (!foreign || isApart(artifact.paths)) continue;
      const user = job.steps.slice(step.index + 1).find(runs);
      if (user !== undefined)
        report({
          span: artifact.span,
          message: `\`${job.id}\` takes an artifact of another run and then runs what it may have brought`,
          related: [{ span: user.usesText?.span ?? user.run?.text.span ?? user.span, message: "run here" }],
          subject: artifact.name?.value ?? step.uses?.slug ?? job.id,
        });
    }
  },
};

const runs = ({ effects, run }: Step): boolean => effects.runsProject || (run !== null && !effects.known);

/** Where nothing of the checkout is overwritten and nothing is run by its usual path. */
const isApart = (paths: readonly { readonly value: string }[]): boolean =>
  paths.length > 0 && paths.every(({ value }) => /^\s*(?:\/tmp\/|\$\{\{\s*runner\.temp\s*\}\})/.test(value));
