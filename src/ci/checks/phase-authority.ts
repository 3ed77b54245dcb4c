import { providerById } from "../../providers/lookup.ts";
import type { CredentialUse } from "../model.ts";
import { runsCheckout } from "./parts/actions.ts";
import { isHanded, listed, takes } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

/** What is worth more than the build it is given to. */
const STRONG = new Set([
  "cloud",
  "service-account",
  "database",
  "package-registry",
  "source-control",
  "signing",
  "model-registry",
]);

export const phaseAuthority: Check = {
  id: "phase-authority",
  class: "C",
  systems: ["github-actions"],
  title: "a job holds more than its phase allows",
  severity: "medium",
  confidence: "medium",
  attack:
    "Build and test run the code of every dependency: what the job holds is what the least careful of them can take.",
  mend: "Move the step that needs the credential to a job of its own, after the build, that takes its result and runs none of its code.",
  job(job, report) {
    const { phase } = job.placement;
    const uses = job.credentials.filter(isHanded);
    if (phase === "build-untrusted") {
      const runs = job.steps.filter(runsCheckout);
      const exposed = uses.filter(
        (use) =>
          use.scope === "step-env" && use.step !== null && use.step.effects.runsProject && isStrong(use),
      );
      const [first] = exposed.length > 0 ? exposed : uses;
      if (first === undefined || runs.length === 0) return;
      // Of a wider scope another check says so.
      report({
        span: first.span,
        subject: job.id,
        pedantic: exposed.length === 0,
        ...(exposed.length === 0 && { severity: "low" as const }),
        message: `job \`${job.id}\` builds and tests, and holds ${listed((exposed.length > 0 ? exposed : uses).map(({ name }) => name ?? ""))}`,
        related: runs.slice(0, 1).map((step) => ({
          span: step.run?.text.span ?? step.span,
          message: "code of the checkout runs here",
        })),
      });
    } else if (phase === "publish") {
      const targets = new Set(
        job.steps
          .flatMap(({ effects }) => effects.authorities)
          .filter(({ verb }) => verb === "publish")
          .flatMap(({ through }) => through),
      );
      const other = uses.filter(
        (use) =>
          use.system !== null &&
          use.as !== null &&
          !targets.has(use.as) &&
          isStrong(use) &&
          !job.steps.some(
            (step) => step.effects.authorities.some(({ login }) => login) && use.step === step,
          ) &&
          !job.steps.some((step) => use.scope !== "step-env" && takes(step, use.as ?? "")),
      );
      const [first] = other;
      if (first === undefined || targets.size === 0) return;
      report({
        span: first.span,
        subject: job.id,
        severity: "low",
        pedantic: true,
        message: `job \`${job.id}\` publishes, and also holds ${listed(other.map(({ name }) => name ?? ""))}`,
      });
    }
  },
};

const isStrong = ({ system }: CredentialUse): boolean =>
  STRONG.has(providerById(system?.id ?? "")?.kind ?? "");
