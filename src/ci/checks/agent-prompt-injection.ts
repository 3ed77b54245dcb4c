import { locate } from "../spans.ts";
import { agentOf } from "./parts/agents.ts";
import { holdingsOf, inWords } from "./parts/holdings.ts";
import { stepRunsFor, strangersTriggers } from "./parts/stranger.ts";
import type { Check } from "./types.ts";

export const agentPromptInjection: Check = {
  id: "agent-prompt-injection",
  class: "C",
  title: "strangers' words instruct an AI agent that holds authority",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "An issue, a comment or a pull request tells the agent to print its environment, change code or publish, and it does so with what the job holds.",
  mend: "Let only people with write access start it, give it a token that reads and no other secret, and put what it writes through a job that checks it.",
  job(job, report) {
    const triggers = strangersTriggers(job);
    const late = strangersTriggers(job, { labels: true });
    for (const step of job.steps) {
      const agent = agentOf(step);
      if (agent === null) continue;
      const holdings = holdingsOf(job);
      const open = triggers.find(({ event }) => stepRunsFor(step, { event }));
      const started = open !== undefined && (!agent.asks || agent.opened !== null);
      if (agent.opened !== null && late.length > 0)
        report({
          span: agent.opened.span,
          subject: agent.name,
          message: `everybody may start \`${agent.name}\`, which has ${inWords(holdings)}`,
          related: late.slice(0, 1).map(({ span }) => ({ span, message: "strangers start it by this" })),
        });
      for (const { text, strangers } of agent.prompts) {
        const [first] = strangers;
        if (first === undefined || (!started && late.length === 0)) continue;
        const path =
          first.expression.reads.contexts.find(({ control }) => control === "outsider")?.path ?? "";
        report({
          span: text.span === agent.span ? text.span : locate(text, first.start, first.end),
          subject: agent.name,
          // Somebody with rights starts it, and may have read the words.
          pedantic: !started,
          ...(!started && { severity: "medium" as const }),
          message: `\`${path}\` is part of what \`${agent.name}\` is told, and the job has ${inWords(holdings)}`,
          ...(open !== undefined && {
            related: [{ span: open.span, message: "strangers start it by this" }],
          }),
        });
      }
    }
  },
};
