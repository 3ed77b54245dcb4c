import { agentOf } from "./parts/agents.ts";
import { holdingsOf, inWords } from "./parts/holdings.ts";
import type { Check } from "./types.ts";

export const agentUnrestricted: Check = {
  id: "agent-unrestricted",
  class: "C",
  title: "an AI agent runs any command without a limit",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "Words in a file, an issue or a web page that it reads become commands on the machine, with every variable and file of the job.",
  mend: "Name the tools and commands that it needs, keep its sandbox on, and give the job nothing else.",
  job(job, report) {
    // What others propose or write is among what it reads.
    const strangers = job.workflow.triggers.find(({ outsiders }) => outsiders !== "none");
    for (const step of job.steps) {
      const loose = agentOf(step)?.loose ?? null;
      if (loose === null) continue;
      const holdings = holdingsOf(job);
      report({
        span: loose.span,
        pedantic: strangers === undefined,
        ...(strangers === undefined && { severity: "medium" as const }),
        message: `\`${loose.words}\` takes the agent's limits away, and the job has ${inWords(holdings)}`,
        ...(strangers !== undefined && {
          related: [{ span: strangers.span, message: "what strangers write is read here" }],
        }),
      });
    }
  },
};
