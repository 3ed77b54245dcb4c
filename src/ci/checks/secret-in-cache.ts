import { covers, credentialPath, lineOfPath, pathsIn } from "./parts/files.ts";
import { secretsWritten } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretInCache: Check = {
  id: "secret-in-cache",
  class: "A",
  systems: ["github-actions"],
  title: "a cache holds a credential",
  severity: "high",
  confidence: "medium",
  attack:
    "A cache of the default branch is restored by every branch and pull request, a fork's too: their code reads what is in it.",
  mend: "Cache only what can be downloaded again, and log in anew in each job.",
  job({ steps }, report) {
    const writtenTo = steps.flatMap(secretsWritten);
    for (const { effects, uses } of steps) {
      if (uses?.action) continue;
      for (const { direction, paths, span } of effects.caches) {
        if (direction === "restore" || paths === null) continue;
        const all = pathsIn([paths]);
        const kept = credentialPath(all);
        // A cache is saved when the job ends: what a later step writes is in it too.
        const covering = (file: string): string | undefined => all.find((one) => covers(one, file));
        const written = writtenTo.find(({ path }) => covering(path) !== undefined);
        const path = written === undefined ? kept : covering(written.path);
        if (kept === null && written === undefined) continue;
        report({
          span: lineOfPath([paths], path ?? "") ?? span,
          subject: written?.secret ?? kept ?? "",
          message:
            written === undefined
              ? `the cache holds \`${kept}\`, a place for credentials`
              : `the cache holds \`${written.path}\`, to which \`${written.secret}\` is written`,
          ...(written !== undefined && { related: [{ span: written.span, message: "it is written here" }] }),
        });
      }
    }
  },
};
