import { locate } from "../spans.ts";
import { Taints } from "./common/taint.ts";
import { chooses, weighed } from "./template-injection.ts";
import type { Check } from "./types.ts";

/** Inputs of actions that are run as code, by slug. */
const CODE: Readonly<Record<string, readonly string[]>> = {
  "actions/github-script": ["script"],
  "azure/cli": ["inlinescript"],
  "azure/powershell": ["inlinescript"],
  "appleboy/ssh-action": ["script"],
  "nick-fields/retry": ["command", "on_retry_command"],
  "nick-invision/retry": ["command"],
  "wandalen/wretry.action": ["command"],
  "jannekem/run-python-script-action": ["script"],
  "amadevus/pwsh-script": ["script"],
  "mikefarah/yq": ["cmd"],
  "cloudflare/wrangler-action": ["command", "precommands", "postcommands"],
  "addnab/docker-run-action": ["run", "options"],
  "google-github-actions/ssh-compute": ["command"],
  "vmactions/freebsd-vm": ["run", "prepare"],
  "reactivecircus/android-emulator-runner": ["script"],
  "uraimo/run-on-arch-action": ["run", "install", "setup"],
  "coactions/setup-xvfb": ["run"],
  "gabrielbb/xvfb-action": ["run"],
};

export const codeInputInjection: Check = {
  id: "code-input-injection",
  class: "D",
  title: "text of others becomes part of code that an action runs",
  severity: "critical",
  confidence: "high",
  attack:
    "The text is put into the code before it is read: a title that closes the quotes runs as code with the token that the action holds.",
  mend: "Hand the value over in the step's `env` and read it there: `process.env.TITLE` in github-script, or `context.payload`.",
  systems: ["github-actions"],
  zizmor: ["template-injection"],
  step(step, report) {
    const inputs =
      step.uses === null || !Object.hasOwn(CODE, step.uses.slug) ? undefined : CODE[step.uses.slug];
    if (inputs === undefined) return;
    const taints = new Taints(step);
    for (const { name, value } of step.with) {
      if (!inputs.includes(name.toLowerCase())) continue;
      for (const embedded of value.expressions) {
        const taint = taints.ofText({ ...value, expressions: [embedded] }, { owner: step.owner, step });
        if (taint !== null)
          report({
            span: locate(value, embedded.start, embedded.end),
            message: `${chooses(taint)}, which becomes part of the code in \`${name}\``,
            related: taint.trail,
            subject: taint.source,
            ...weighed(taint),
          });
      }
    }
  },
};
