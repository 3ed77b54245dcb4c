import type { Step } from "../model.ts";
import { isForeign, isPinned } from "./parts/actions.ts";
import { isHanded } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretToUnpinnedAction: Check = {
  id: "secret-to-unpinned-action",
  class: "A",
  systems: ["github-actions"],
  title: "a secret is given to somebody else's action that can change",
  severity: "high",
  confidence: "medium",
  attack:
    "Who can move the action's tag or branch has the secret at the next run, and nothing in this repository changes.",
  mend: "Pin the action to a commit that was read, or use the vendor's command line in a step of your own.",
  job({ credentials }, report) {
    const told = new Set<Step>();
    for (const use of credentials) {
      const { step, scope, span, name } = use;
      if (!step?.uses || told.has(step) || !isHanded(use) || !isForeign(step)) continue;
      if (scope !== "input" && scope !== "step-env") continue;
      const pinned = isPinned(step);
      const { known } = step.effects;
      if (pinned && known) continue;
      told.add(step);
      const { slug, kind, pin, ref } = step.uses;
      const how =
        kind === "docker" || kind === "unknown"
          ? "whose image can change"
          : pin === "branch" || pin === "none"
            ? "which follows a branch"
            : "which follows a tag";
      report({
        span,
        // Of an action that is made for this the pin alone is left to say, which is another check's.
        pedantic: pinned || (known && (pin === "version" || isRelease(ref))),
        ...(pinned && { severity: "low" as const }),
        subject: slug,
        message: pinned
          ? `\`${name}\` is given to \`${slug}\`, which is not known: its commit should have been read`
          : `\`${name}\` is given to \`${slug}\`, ${how}`,
        related: [{ span: step.usesText?.span ?? step.span, message: "the action" }],
      });
    }
  },
};

/** A branch that stands for a major version, as `release/v1`. */
const isRelease = (ref: string | null): boolean => /^(?:releases?|stable)\/v?\d/.test(ref ?? "");
