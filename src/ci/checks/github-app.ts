import { settingOf } from "../effects/of-action.ts";
import type { Check } from "./types.ts";

const ACTIONS = new Set(["actions/create-github-app-token", "tibdex/github-app-token"]);

export const githubApp: Check = {
  id: "github-app",
  class: "B",
  title: "a GitHub App's token reaches more than the job needs",
  severity: "medium",
  confidence: "high",
  systems: ["github-actions"],
  zizmor: ["github-app"],
  attack:
    "The token has all that the app was ever granted, in every repository it is installed in: who takes it in this job has them all.",
  mend: "Name `repositories` and the `permission-…` inputs that the job needs, and let the token be revoked at the end.",
  step(step, report) {
    if (step.uses === null || !ACTIONS.has(step.uses.slug)) return;
    const span = step.usesText?.span ?? step.span;
    const given = (name: string): boolean => (settingOf(step.with, name)?.value.trim() ?? "") !== "";
    const old = step.uses.slug === "tibdex/github-app-token";
    const narrow = old
      ? given("permissions")
      : step.with.some(({ name }) => name.toLowerCase().startsWith("permission-"));
    if (given("owner") && !given("repositories"))
      report({
        span,
        subject: "repositories",
        message: "the token reaches every repository that the app is installed in",
      });
    if (!narrow)
      report({ span, subject: "permissions", message: "the token has every permission of the app" });
    const kept = settingOf(step.with, "skip-token-revoke");
    if (/^\s*true\s*$/i.test(kept?.value ?? ""))
      report({
        span: kept?.span ?? span,
        severity: "low",
        subject: "revoke",
        message: "the token lives on after the job, up to an hour",
      });
  },
};
