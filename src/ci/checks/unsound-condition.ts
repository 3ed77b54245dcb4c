import type { Condition } from "../model.ts";
import type { Check } from "./types.ts";

export const unsoundCondition: Check = {
  id: "unsound-condition",
  class: "C",
  title: "a condition is always true",
  severity: "high",
  confidence: "high",
  systems: ["github-actions"],
  zizmor: ["unsound-condition"],
  attack:
    "Text beside `${{ … }}`, a line break of a block too, makes the condition a text, and a text that is not empty is true: what it should keep out runs.",
  mend: "Write the whole condition as one expression without `${{ }}`, or in a block that drops its last line break (`|-`, `>-`).",
  job({ condition, steps, id }, report) {
    for (const one of [condition, ...steps.map((step) => step.condition)])
      if (one !== null && isText(one))
        report({
          span: one.text.span,
          subject: id,
          message: "text stands beside the expression: the condition is always true",
        });
  },
};

function isText({ text: { value, expressions } }: Condition): boolean {
  const [first, second] = expressions;
  if (first === undefined || !value.includes("${{") || first.expression.problem !== null) return false;
  return second !== undefined || value.slice(0, first.start) !== "" || value.slice(first.end) !== "";
}
