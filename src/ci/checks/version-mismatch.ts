import { ofEveryReference } from "./common/references.ts";
import { lockEntry } from "../fixes/pin.ts";
import type { ActionRef, Repository } from "../model.ts";
import type { Check, Report } from "./types.ts";

export const versionMismatch: Check = {
  id: "version-mismatch",
  class: "F",
  title: "the version in the comment is not what the pinned commit is",
  severity: "medium",
  confidence: "high",
  attack:
    "A reviewer reads the comment and trusts the version; what runs is another, perhaps a vulnerable or a planted one.",
  mend: "Write hash and comment together: `bulkhead ci pin --update`.",
  systems: ["github-actions"],
  zizmor: ["ref-version-mismatch"],
  ...ofEveryReference(judge),
};

function judge(ref: ActionRef, { lock }: Repository, report: Report): void {
  if (ref.kind !== "repository" || ref.pin !== "sha" || ref.comment === null) return;
  const version = lockEntry(ref, lock)?.version ?? null;
  const bare = (text: string): string => text.replace(/^v/, "");
  if (version === null || !/^v?\d/.test(ref.comment) || !/^v?\d/.test(version)) return;
  // `v4` beside a commit of v4.2.1 says less, but nothing wrong.
  if (`${bare(version)}.`.startsWith(`${bare(ref.comment)}.`)) return;
  report({
    span: ref.refSpan ?? ref.span,
    message: `the comment says ${ref.comment}, the commit of ${ref.slug} is ${version}`,
    subject: ref.slug,
  });
}
