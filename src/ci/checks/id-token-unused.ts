import { usesClaims } from "./parts/token.ts";
import type { Check } from "./types.ts";

export const idTokenUnused: Check = {
  id: "id-token-unused",
  class: "B",
  title: "a job has the signed identity and never authenticates",
  severity: "medium",
  confidence: "high",
  systems: ["github-actions"],
  attack:
    "Code that runs in the job, a dependency's too, asks for the claims and takes on every role that trusts them.",
  mend: "Take `id-token: write` out of the job.",
  job(job, report) {
    const entry = job.permissions.entries.find(
      ({ scope, access }) => scope === "id-token" && access === "write",
    );
    if (entry === undefined) return;
    const uses = usesClaims(job);
    if (uses === "no")
      report({
        span: entry.span,
        subject: job.id,
        message: `no step of job \`${job.id}\` authenticates with it`,
      });
    else if (uses === "unknown")
      // A script may do it: to accuse it would be a guess.
      report({
        span: entry.span,
        severity: "info",
        confidence: "low",
        pedantic: true,
        subject: job.id,
        message: `whether job \`${job.id}\` authenticates is unknown: its scripts or actions cannot be looked into`,
      });
  },
};
