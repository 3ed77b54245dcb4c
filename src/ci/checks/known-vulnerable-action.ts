import type { ActionRef, Repository } from "../model.ts";
import { ofEveryReference } from "./common/references.ts";
import { isBelow, versionOf } from "./common/versions.ts";
import type { Check, Report } from "./types.ts";

interface Advisory {
  readonly slug: string;
  /** The first version that may have it; all earlier ones when left out. */
  readonly from?: string;
  readonly fixed: string;
  /** https://github.com/advisories/… */
  readonly id: string;
  readonly what: string;
  /** Its tags were moved to hostile code: a tag of then may have run it, whatever it says today. */
  readonly planted?: boolean;
}

const ADVISORIES: readonly Advisory[] = [
  {
    slug: "tj-actions/changed-files",
    fixed: "46.0.1",
    id: "GHSA-mrrh-fwg8-r2c3",
    what: "tags were moved to code that prints secrets",
    planted: true,
  },
  {
    slug: "reviewdog/action-setup",
    fixed: "1.3.2",
    id: "GHSA-qmg3-hpqr-gqvc",
    what: "the tag v1 was moved to code that prints secrets",
    planted: true,
  },
  {
    slug: "aquasecurity/trivy-action",
    fixed: "0.35.0",
    id: "GHSA-69fq-xp46-6x23",
    what: "tags were moved to code that steals secrets",
    planted: true,
  },
  {
    slug: "tj-actions/branch-names",
    fixed: "9.0.0",
    id: "GHSA-gq52-6phf-x2r6",
    what: "a branch's name becomes part of a script",
  },
  {
    slug: "tj-actions/verify-changed-files",
    fixed: "17",
    id: "GHSA-ghm2-rq8q-wrhc",
    what: "a file's name becomes part of a script",
  },
  {
    slug: "actions/download-artifact",
    from: "4.0.0",
    fixed: "4.1.3",
    id: "GHSA-cxww-7g56-2vh6",
    what: "an artifact writes files anywhere",
  },
  {
    slug: "dawidd6/action-download-artifact",
    fixed: "6",
    id: "GHSA-5xr6-xhww-33m4",
    what: "artifacts of forks are taken by default",
  },
  {
    slug: "rlespinasse/github-slug-action",
    from: "4.0.0",
    fixed: "4.4.1",
    id: "GHSA-6q4m-7476-932w",
    what: "a branch's name becomes part of a script",
  },
  {
    slug: "gradle/gradle-build-action",
    fixed: "2.4.2",
    id: "GHSA-h3qr-39j9-4r5v",
    what: "secrets are kept in the cache",
  },
  {
    slug: "hashicorp/vault-action",
    fixed: "2.2.0",
    id: "GHSA-4mgv-m5cm-f9h7",
    what: "secrets of several lines are not masked",
  },
  {
    slug: "azure/setup-kubectl",
    fixed: "3",
    id: "GHSA-p756-rfxh-x63h",
    what: "the program may be replaced by others on the runner",
  },
  {
    slug: "check-spelling/check-spelling",
    fixed: "0.0.19",
    id: "GHSA-g86g-chm8-7r2p",
    what: "a pull request reads the token",
  },
  {
    slug: "sonarsource/sonarqube-scan-action",
    from: "4",
    fixed: "6.0.0",
    id: "GHSA-5xq9-5g24-4g6f",
    what: "its arguments become part of a script",
  },
];

export const knownVulnerableAction: Check = {
  id: "known-vulnerable-action",
  class: "F",
  title: "a version of an action with a published flaw",
  severity: "high",
  confidence: "high",
  attack:
    "The flaw is public, and so is every workflow that uses it: a crafted branch name or artifact is enough.",
  mend: "Move to the fixed version or a later one; after hostile code has run, rotate what the job held.",
  systems: ["github-actions"],
  zizmor: ["known-vulnerable-actions"],
  ...ofEveryReference(judge),
};

function judge(ref: ActionRef, { lock }: Repository, report: Report): void {
  if (ref.kind !== "repository") return;
  const repository = `${ref.owner ?? ""}/${ref.repo ?? ""}`;
  for (const { slug, from, fixed, id, what, planted } of ADVISORIES) {
    if (slug !== repository) continue;
    const version = versionOf(ref, lock);
    if (version === null || !isBelow(version, fixed) || (from !== undefined && isBelow(version, from)))
      continue;
    // A commit is what it was: moved tags do not change it.
    if (planted === true && ref.pin === "sha") continue;
    report({
      span: ref.span,
      message: `${slug} ${version}: ${what} (${id}, mended in ${fixed})`,
      subject: slug,
      ...(planted === true && { severity: "critical" }),
    });
  }
}
