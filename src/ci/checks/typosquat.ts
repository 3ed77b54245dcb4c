import type { ActionRef } from "../model.ts";
import type { Check, Report } from "./types.ts";

/** Owners whose actions nearly everybody uses. */
const POPULAR = new Set(
  "actions github docker aws-actions azure google-github-actions hashicorp pypa peter-evans softprops codecov goreleaser golangci sigstore slsa-framework astral-sh gradle dtolnay swatinem taiki-e step-security aquasecurity anchore slackapi jamesives peaceiris cloudflare changesets pre-commit shivammathur browser-actions microsoft reviewdog sonarsource trufflesecurity gitleaks anthropics openai huggingface crazy-max dorny tj-actions subosito coverallsapp zizmorcore bufbuild denoland oven-sh opentofu pulumi databricks snowflakedb getsentry dependabot stefanzweifel ncipollo mxschmitt dawidd6 appleboy conda-incubator mamba-org".split(
    " ",
  ),
);

export const typosquat: Check = {
  id: "typosquat",
  class: "F",
  title: "an action's owner is one letter away from a well-known one",
  severity: "high",
  confidence: "medium",
  attack:
    "Somebody registered the misspelt name and waits: their action runs in place of the one you meant, with the job's token.",
  mend: "Correct the owner's name, or allow it with a comment when it is the one you meant.",
  systems: ["github-actions"],
  job(job, report) {
    if (job.call !== null) judge(job.call.ref, job.workflow.repository.slug?.owner ?? null, report);
  },
  step({ uses, owner }, report) {
    const { slug } = owner.kind === "job" ? owner.workflow.repository : owner.repository;
    if (uses !== null) judge(uses, slug?.owner ?? null, report);
  },
};

function judge({ kind, owner, slug, span }: ActionRef, own: string | null, report: Report): void {
  if (kind !== "repository" || owner === null || POPULAR.has(owner) || owner === own?.toLowerCase()) return;
  const meant = meantBy(owner);
  if (meant !== undefined)
    report({
      span,
      message: `\`${owner}\` is nearly \`${meant}\`, whose actions are well known`,
      subject: slug,
    });
}

/** Remembered: a few hundred owners stand in all workflows there are. */
const asked = new Map<string, string | undefined>();

function meantBy(owner: string): string | undefined {
  if (asked.has(owner)) return asked.get(owner);
  const meant = [...POPULAR].find((one) => one.length >= 5 && isNear(owner, one));
  if (asked.size < 10_000) asked.set(owner, meant);
  return meant;
}

/** One letter more, less or other, or two neighbours swapped. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let back = 0;
  while (back < Math.min(a.length, b.length) - from && a.at(-1 - back) === b.at(-1 - back)) back++;
  const [x, y] = [a.slice(from, a.length - back), b.slice(from, b.length - back)];
  if (x.length <= 1 && y.length <= 1) return true;
  return x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0];
}
