import type { Trigger } from "../model.ts";
import { holdingsOf, inWords, isRich } from "./parts/holdings.ts";
import { type Proposal, proposalsIn, runnerOf } from "./parts/proposals.ts";
import { stepRunsFor, strangersTriggers } from "./parts/stranger.ts";
import type { Check } from "./types.ts";

export const untrustedCheckout: Check = {
  id: "untrusted-checkout",
  class: "C",
  title: "strangers' code is checked out where secrets are",
  severity: "critical",
  confidence: "high",
  systems: ["github-actions"],
  zizmor: ["dangerous-triggers"],
  attack:
    "A pull request changes a build script, a dependency or a test, and its author's code runs with what the job holds.",
  mend: "Build proposed code under `pull_request`, where it gets nothing, and hand results on as data; or check out the base.",
  job(job, report) {
    const triggers = strangersTriggers(job);
    if (triggers.length === 0) return;
    for (const proposal of proposalsIn(job)) {
      const trigger = triggers.find(
        (one) => stepRunsFor(proposal.step, { event: one.event }) && !isRefused(proposal, one),
      );
      if (trigger === undefined) continue;
      const runner = runnerOf(job, proposal, { event: trigger.event });
      const holdings = holdingsOf(job);
      const rich = isRich(holdings);
      report({
        span: proposal.span,
        subject: job.id,
        severity: runner === null ? "low" : rich ? "critical" : "medium",
        ...(proposal.refuses === null && { confidence: "medium" as const }),
        pedantic: runner === null,
        message:
          runner === null
            ? `under \`${trigger.event}\` a stranger's code lies where the job has ${inWords(holdings)}; nothing is seen to run it`
            : `under \`${trigger.event}\` a stranger's code runs with ${inWords(holdings)}`,
        related: [
          { span: trigger.span, message: "strangers start it by this" },
          ...(runner === null
            ? []
            : [
                {
                  span: runner.usesText?.span ?? runner.run?.text.span ?? runner.span,
                  message: "their code runs here",
                },
              ]),
        ],
      });
    }
  },
};

/** https://github.blog/changelog: since version 7, and for followed major versions since July 2026. */
export const isRefused = ({ refuses }: Proposal, { event }: Trigger): boolean =>
  refuses === true && (event === "pull_request_target" || event === "workflow_run");
