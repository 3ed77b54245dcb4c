/** Fixtures of checks: one workflow, or several files of which each begins with a line `-- path --`. */
import type { Check } from "../../src/ci/index.ts";

/** One workflow, or its parts. */
export function filesOf(text: string): Record<string, string> {
  const parts = text.split(/^-- (\S+) --\n/m);
  if (parts.length === 1) return { ".github/workflows/w.yml": text };
  const files: Record<string, string> = {};
  for (let at = 1; at < parts.length; at += 2) files[parts[at] ?? ""] = parts[at + 1] ?? "";
  return files;
}

const head = (id: string): Omit<Check, "step" | "job"> => ({
  id,
  class: "A",
  title: id,
  severity: "low",
  confidence: "high",
  attack: "",
  mend: "",
});
/** Finds every place that a fix could be made at: the fixes, not the checks, are asked here. */
export const EVERYWHERE: readonly Check[] = [
  {
    ...head("artipacked"),
    step: (step, report) => {
      if (step.effects.checkout) report({ span: step.span, message: "x" });
    },
  },
  { ...head("excessive-permissions"), job: (job, report) => report({ span: job.idSpan, message: "x" }) },
  {
    ...head("secret-env-too-wide"),
    job: (job, report) => {
      for (const { scope, span } of job.credentials)
        if (scope === "job-env" || scope === "workflow-env") report({ span, message: "x" });
    },
  },
  {
    ...head("static-cloud-key"),
    step: (step, report) => {
      if (step.uses) report({ span: step.span, message: "x" });
    },
  },
];
