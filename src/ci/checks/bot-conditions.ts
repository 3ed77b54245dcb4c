import { pathOf } from "../expression/index.ts";
import type { Condition, Node, Workflow } from "../model.ts";
import { locate } from "../spans.ts";
import type { Check, Report } from "./types.ts";

const ACTOR = /^github\.(?:actor|triggering_actor|event\.sender\.login)$/;
/** Of who proposed: that does not change when somebody else acts. */
const AUTHOR = /^github\.event\.(?:pull_request|issue|comment)\.user\.(?:login|id)$/;

export const botConditions: Check = {
  id: "bot-conditions",
  class: "C",
  title: "a bot's name is taken for its authorship",
  severity: "high",
  confidence: "medium",
  systems: ["github-actions"],
  zizmor: ["bot-conditions"],
  attack:
    "The actor is who acted last. A stranger's branch that the bot is made to act on (a rebase, a comment) passes for the bot's own change.",
  mend: "Compare `github.event.pull_request.user.login`, and the repository of the head.",
  workflow(workflow, report) {
    if (!workflow.triggers.some(({ outsiders }) => outsiders === "full")) return;
    for (const { condition } of conditionsOf(workflow)) judge(condition, report);
  },
};

function* conditionsOf({ jobs }: Workflow): Iterable<{ readonly condition: Condition }> {
  for (const job of jobs) {
    if (job.condition !== null) yield { condition: job.condition };
    for (const { condition } of job.steps) if (condition !== null) yield { condition };
  }
}

function judge({ text }: Condition, report: Report): void {
  for (const { expression, sourceStart } of text.expressions) {
    if (expression.root === null) continue;
    if (expression.reads.contexts.some(({ path }) => AUTHOR.test(path))) continue;
    for (const node of comparisons(expression.root, false))
      report({
        span: locate(text, sourceStart + node.start, sourceStart + node.end),
        message: `\`${expression.source.slice(node.start, node.end).trim()}\` says who acted last, not whose change it is`,
      });
  }
}

function comparisons(node: Node, negated: boolean): Node[] {
  if (node.kind === "not") return comparisons(node.operand, !negated);
  if (node.kind === "binary" && (node.operator === "&&" || node.operator === "||"))
    return [...comparisons(node.left, negated), ...comparisons(node.right, negated)];
  if (node.kind !== "binary" || negated || node.operator !== "==") return [];
  const sides = [node.left, node.right];
  const actor = sides.some((side) => ACTOR.test(pathOf(side) ?? ""));
  const bot = sides.some(
    (side) => side.kind === "literal" && typeof side.value === "string" && side.value.endsWith("[bot]"),
  );
  return actor && bot ? [node] : [];
}
