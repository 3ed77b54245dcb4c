import { lockEntry } from "../fixes/pin.ts";
import { references } from "./common/references.ts";
import type { Check } from "./types.ts";

export const unknownRef: Check = {
  id: "unknown-ref",
  class: "F",
  title: "the lock does not know this reference",
  severity: "low",
  confidence: "high",
  attack: "Nobody looked whether the commit belongs to the action's repository, nor what the action does.",
  mend: "Run `bulkhead ci lock` after each change of `uses:` and commit the lock.",
  pedantic: true,
  systems: ["github-actions"],
  repository(repository, report) {
    if (repository.lock.entries.length === 0) return;
    for (const ref of references(repository))
      if (lockEntry(ref, repository.lock) === null)
        report({ span: ref.span, message: `${ref.text.value.trim()} is not in the lock`, subject: ref.slug });
  },
};
