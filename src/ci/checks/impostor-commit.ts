import { ofEveryReference } from "./common/references.ts";
import { lockEntry } from "../fixes/pin.ts";
import type { ActionRef, Repository } from "../model.ts";
import type { Check, Report } from "./types.ts";

export const impostorCommit: Check = {
  id: "impostor-commit",
  class: "F",
  title: "a pinned commit belongs to no branch or tag of the action's repository",
  severity: "critical",
  confidence: "high",
  attack:
    "GitHub serves commits of forks under the original's name: the hash is somebody else's code that looks like the action.",
  mend: "Take the hash of a released tag: `bulkhead ci pin --update`.",
  systems: ["github-actions"],
  zizmor: ["impostor-commit"],
  ...ofEveryReference(judge),
};

function judge(ref: ActionRef, { lock }: Repository, report: Report): void {
  if (ref.kind === "repository" && ref.pin === "sha" && lockEntry(ref, lock)?.reachable === false)
    report({
      span: ref.refSpan ?? ref.span,
      message: `${ref.ref?.slice(0, 12) ?? ""} is on no branch and under no tag of ${ref.owner ?? ""}/${ref.repo ?? ""}`,
      subject: ref.slug,
    });
}
