import type { Step } from "../model.ts";
import { isForeign, runsCheckout } from "./parts/actions.ts";
import { isHanded, takes, usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretEnvTooWide: Check = {
  id: "secret-env-too-wide",
  class: "A",
  systems: ["github-actions"],
  title: "a secret is in the environment of more than what uses it",
  severity: "medium",
  confidence: "high",
  attack:
    "Every process of every step inherits the variable: a package's install script or any action there reads it without being given it.",
  mend: "Move the variable to the `env` of the steps that use it.",
  workflow(workflow, report) {
    for (const { use, jobs } of usesIn(workflow)) {
      const { scope, as, span, name } = use;
      if (!isHanded(use) || as === null || (scope !== "workflow-env" && scope !== "job-env")) continue;
      const steps = jobs.flatMap((job) => job.steps);
      const users = steps.filter((step) => takes(step, as));
      const others = steps.filter((step) => !users.includes(step) && !isBefore(step, users));
      if (others.length === 0) continue;
      const exposed = others.filter((step) => runsCheckout(step) || isForeign(step));
      const where =
        scope === "workflow-env"
          ? `${jobs.length === 1 ? "the job" : `all ${jobs.length} jobs`}`
          : "every step of the job";
      report({
        span,
        subject: name ?? as,
        // Where nobody is seen to use it, or no other code is there to take it, there is nothing to act on at once.
        pedantic: users.length === 0 || exposed.length === 0,
        message:
          users.length === 0
            ? `\`${as}\` is in the environment of ${where}, and no step is seen to use it`
            : `\`${as}\` is in the environment of ${where}, and ${users.length === 1 ? "one step uses" : `${users.length} steps use`} it`,
        related: users
          .slice(0, 3)
          .map((step) => ({ span: spanOf(step), message: "it is used here" }))
          .concat(
            exposed
              .slice(0, 2)
              .map((step) => ({ span: spanOf(step), message: `it can be taken here: ${doing(step)}` })),
          ),
      });
    }
  },
};

/** An action of the host that prepares the machine. */
const isBefore = (step: Step, users: readonly Step[]): boolean =>
  step.uses?.owner === "actions" && step.effects.known && !users.includes(step);

const spanOf = (step: Step) => step.usesText?.span ?? step.run?.text.span ?? step.span;

const doing = (step: Step): string =>
  step.uses === null ? "it runs code of the checkout" : `\`${step.uses.slug}\` is somebody else's action`;
