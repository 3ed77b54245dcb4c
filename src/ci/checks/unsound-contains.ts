import { pathOf } from "../expression/index.ts";
import type { Node } from "../model.ts";
import { locate } from "../spans.ts";
import type { Check } from "./types.ts";

export const unsoundContains: Check = {
  id: "unsound-contains",
  class: "C",
  title: "a condition looks for a name inside of a text",
  severity: "medium",
  confidence: "high",
  systems: ["github-actions"],
  zizmor: ["unsound-contains"],
  attack:
    "Every part of the text passes, too: a branch called `ma` or `refs` satisfies `contains('refs/heads/main', github.ref)`.",
  mend: "Compare with `==`, or look in a list: `contains(fromJSON('[\"refs/heads/main\"]'), github.ref)`.",
  job({ condition, steps }, report) {
    for (const one of [condition, ...steps.map((step) => step.condition)])
      for (const { expression, sourceStart } of one?.text.expressions ?? [])
        if (one !== null && expression.root !== null)
          for (const node of calls(expression.root))
            report({
              span: locate(one.text, sourceStart + node.start, sourceStart + node.end),
              message: `\`${pathOf(node.args[1] as Node)}\` passes when it is any part of the text`,
            });
  },
};

type Call = Extract<Node, { kind: "call" }>;

function calls(node: Node): Call[] {
  if (node.kind === "not") return calls(node.operand);
  if (node.kind === "binary") return [...calls(node.left), ...calls(node.right)];
  if (node.kind !== "call") return [];
  const [text, wanted] = node.args;
  const hit =
    node.name === "contains" &&
    text?.kind === "literal" &&
    typeof text.value === "string" &&
    wanted !== undefined &&
    /^github\.(?:ref|ref_name|head_ref|base_ref|actor|triggering_actor)$/.test(pathOf(wanted) ?? "");
  return [...(hit ? [node] : []), ...node.args.flatMap(calls)];
}
