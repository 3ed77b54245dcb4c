import { covers, credentialPath, isWorkspace, lineOfPath, pathsIn } from "./parts/files.ts";
import { secretInWord, secretVariables } from "./parts/secrets.ts";
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
    const writtenTo: {
      readonly path: string;
      readonly secret: string;
      readonly span: (typeof steps)[number]["span"];
    }[] = [];
    for (const step of steps) {
      const variables = secretVariables(step);
      if (step.run !== null)
        for (const { kind, name, text, span } of step.effects.derived) {
          if (kind !== "file" || name === null) continue;
          const secret = secretInWord(text, variables);
          if (secret !== null) writtenTo.push({ path: name, secret, span });
        }
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
