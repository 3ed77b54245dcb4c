import { covers, credentialPath, isWorkspace, lineOfPath, pathsIn } from "./parts/files.ts";
import { type WrittenSecret, secretsWritten } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

export const secretInArtifact: Check = {
  id: "secret-in-artifact",
  class: "A",
  systems: ["github-actions"],
  title: "an artifact holds a credential",
  severity: "high",
  confidence: "medium",
  attack:
    "Everybody who may read the repository downloads its artifacts, for as long as they are kept; of a public one, everybody.",
  mend: "Upload only what later jobs need, and write credentials outside of it (below `$RUNNER_TEMP`), or not at all.",
  job({ steps }, report) {
    const writtenTo: WrittenSecret[] = [];
    for (const step of steps) {
      writtenTo.push(...secretsWritten(step));
      if (step.uses?.action) continue;
      for (const { direction, paths, span } of step.effects.artifacts) {
        if (direction !== "upload") continue;
        const all = pathsIn(paths);
        const covering = (file: string): string | undefined => all.find((one) => covers(one, file));
        const written = writtenTo.find(({ path }) => covering(path) !== undefined);
        const at = (path: string) => lineOfPath(paths, path) ?? span;
        const kept = credentialPath(all.filter((path) => !isWorkspace(path)));
        if (written !== undefined)
          report({
            span: at(covering(written.path) ?? ""),
            subject: written.secret,
            message: `the artifact holds \`${written.path}\`, to which \`${written.secret}\` is written`,
            related: [{ span: written.span, message: "it is written here" }],
          });
        else if (kept !== null)
          report({
            span: at(kept),
            subject: kept,
            message: `the artifact holds \`${kept}\`, a file for credentials`,
          });
      }
    }
  },
};
