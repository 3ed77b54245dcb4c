import type { Job, Trigger } from "../model.ts";
import { holdingsOf, inWords, isRich } from "./parts/holdings.ts";
import { proposalsIn, runnerOf } from "./parts/proposals.ts";
import { onlyByRights, strangersTriggers } from "./parts/stranger.ts";
import type { Check } from "./types.ts";
import { isRefused } from "./untrusted-checkout.ts";

export const untrustedCheckoutRace: Check = {
  id: "untrusted-checkout-race",
  class: "C",
  title: "code is approved, and other code is run",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "The author pushes again between the label or comment of a maintainer and the checkout, and that push runs with what the job holds.",
  mend: "Check out the commit that was looked at (`head.sha` of the event that carries the approval), and take the label away on every push.",
  job(job, report) {
    if (strangersTriggers(job).length > 0) return; // another check's
    const gated = job.workflow.triggers.filter(({ outsiders }) => outsiders === "full");
    if (gated.length === 0) return;
    const holdings = holdingsOf(job);
    if (!isRich(holdings)) return;
    for (const proposal of proposalsIn(job)) {
      const found = gated
        .map((trigger) => ({ trigger, how: raceOf(job, trigger, proposal.fixed) }))
        .find(({ trigger, how }) => how !== null && !isRefused(proposal, trigger));
      if (
        found === undefined ||
        runnerOf(job, proposal, { event: found.trigger.event, labels: true }) === null
      )
        continue;
      report({
        span: proposal.span,
        subject: job.id,
        message: `${found.how}: what runs with ${inWords(holdings)} is not what was looked at`,
        related: [{ span: found.trigger.span, message: "it is started by this" }],
      });
    }
  },
};

/** How the code changes behind the approval; null: it cannot, or nobody approves anything. */
function raceOf(job: Job, trigger: Trigger, fixed: boolean): string | null {
  const { event, filters } = trigger;
  if (event === "pull_request_target") {
    if (onlyByRights(trigger))
      return fixed || !has(trigger, "labeled")
        ? null
        : "the label is for a branch that its author can push to meanwhile";
    // A label that stays on lets every later push through.
    if (!readsLabels(job) || !(filters.types === null || has(trigger, "synchronize"))) return null;
    return "the label stays, and every later push runs";
  }
  if (event !== "issue_comment" || fixed) return null;
  return approves(job) ? "the comment names no commit, and the branch can be pushed to meanwhile" : null;
}

const has = ({ filters }: Trigger, type: string): boolean =>
  filters.types?.some(({ value }) => value === type) === true;

const reads = (job: Job, wanted: RegExp): boolean =>
  [job, ...job.after].some(({ condition }) =>
    condition?.text.expressions.some(({ expression }) =>
      expression.reads.contexts.some(({ path }) => wanted.test(path)),
    ),
  );

const readsLabels = (job: Job): boolean => reads(job, /\.labels\.|\.label\.name$/);
const approves = (job: Job): boolean =>
  reads(job, /\.author_association$|^github\.(?:actor|triggering_actor)$|\.user\.login$/);
