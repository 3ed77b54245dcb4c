import { isMap, isPair, isScalar, parseDocument, visit } from "yaml";
import { span } from "../spans.ts";
import type { Check } from "./types.ts";

export const mergeKey: Check = {
  id: "merge-key",
  class: "G",
  title: "a merge key that GitHub does not resolve",
  severity: "medium",
  confidence: "high",
  attack:
    "GitHub knows anchors and aliases but not `<<`: it refuses the workflow, and a reviewer sees permissions or conditions that never apply.",
  mend: "Write the keys out, or alias the whole value (`env: *shared`).",
  systems: ["github-actions"],
  workflow({ file }, report) {
    // A parse of its own: the model has the keys applied, as other CI systems do.
    if (!/(?:^|[\s{,])<<\s*:/m.test(file.text)) return;
    const document = parseDocument(file.text, { merge: false, strict: false, logLevel: "silent" });
    visit(document, {
      Map(_, map) {
        if (!isMap(map)) return;
        for (const pair of map.items) {
          if (!isPair(pair) || !isScalar(pair.key) || pair.key.value !== "<<" || pair.key.type !== "PLAIN")
            continue;
          const [start, end] = pair.key.range ?? [0, 0];
          report({
            span: span(file, start, end),
            message: "GitHub does not resolve `<<`: it refuses this workflow",
          });
        }
      },
    });
  },
};
