import { mayHold } from "./parts/stranger.ts";
import type { Check } from "./types.ts";

export const selfHostedRunner: Check = {
  id: "self-hosted-runner",
  class: "C",
  title: "proposed code runs on a machine that stays",
  severity: "high",
  confidence: "low",
  systems: ["github-actions"],
  zizmor: ["self-hosted-runner"],
  attack:
    "In a public repository a fork's pull request leaves something on the machine, and later jobs run beside it with their secrets.",
  mend: "Run proposals on the host's machines or on ones that are made for one job, and require approval for outside contributors.",
  job(job, report) {
    const { runner, workflow, condition } = job;
    if (runner?.hosting !== "self-hosted") return;
    const trigger = workflow.triggers.find(
      ({ outsiders, event }) => outsiders !== "none" && mayHold(condition, { event }),
    );
    report({
      span: runner.span,
      subject: job.id,
      pedantic: trigger === undefined,
      ...(trigger === undefined && { severity: "low" as const }),
      message:
        trigger === undefined
          ? `job \`${job.id}\` runs on a machine of your own: whether it keeps anything from one job to the next is unknown`
          : `\`${trigger.event}\` runs proposed code on a machine of your own, if the repository is public`,
      ...(trigger !== undefined && { related: [{ span: trigger.span, message: "it is started by this" }] }),
    });
  },
};
