import { pathOf } from "../expression/index.ts";
import type { Condition, Node, Workflow } from "../model.ts";
import { locate } from "../spans.ts";
import type { Check, Report } from "./types.ts";

const ASSOCIATION = /\.author_association$/;
const NAME = /^github\.(?:actor|triggering_actor)$|\.user\.login$|^github\.event\.sender\.login$/;
/** Whoever once got a change merged. */
const WEAK = /\b(?:CONTRIBUTOR|FIRST_TIME_CONTRIBUTOR|FIRST_TIMER|NONE)\b/;

export const weakActorCheck: Check = {
  id: "weak-actor-check",
  class: "C",
  title: "who may start it is asked in a way that strangers can satisfy",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "One merged typo makes a stranger a CONTRIBUTOR; a user name that its owner gives up can be taken by anybody.",
  mend: "Ask for OWNER, MEMBER or COLLABORATOR, or for the permission in the repository.",
  workflow(workflow, report) {
    if (!workflow.triggers.some(({ outsiders }) => outsiders === "full")) return;
    for (const condition of conditionsOf(workflow)) judge(condition, report);
  },
};

function* conditionsOf({ jobs }: Workflow): Iterable<Condition> {
  for (const job of jobs) {
    if (job.condition !== null) yield job.condition;
    for (const { condition } of job.steps) if (condition !== null) yield condition;
  }
}

function judge({ text }: Condition, report: Report): void {
  for (const { expression, sourceStart } of text.expressions) {
    if (expression.root === null) continue;
    for (const { node, weak } of tests(expression.root, false))
      report({
        span: locate(text, sourceStart + node.start, sourceStart + node.end),
        ...(!weak && { severity: "low" as const, pedantic: true }),
        message: weak
          ? `\`${weak}\` is everybody who once got a change merged, or nobody in particular`
          : `\`${expression.source.slice(node.start, node.end).trim()}\` trusts a user name, which can change hands`,
      });
  }
}

function tests(node: Node, negated: boolean): { readonly node: Node; readonly weak: string | null }[] {
  if (node.kind === "not") return tests(node.operand, !negated);
  if (node.kind === "binary" && (node.operator === "&&" || node.operator === "||"))
    return [...tests(node.left, negated), ...tests(node.right, negated)];
  if (negated) return [];
  const parts =
    node.kind === "binary" && node.operator === "=="
      ? [node.left, node.right]
      : node.kind === "call" && node.name === "contains"
        ? node.args
        : [];
  const paths = parts.map((part) => pathOf(part) ?? "");
  const words = parts.map(literalOf).join(" ");
  if (words.trim() === "") return [];
  if (paths.some((path) => ASSOCIATION.test(path))) {
    const weak = WEAK.exec(words)?.[0];
    return weak === undefined ? [] : [{ node, weak }];
  }
  return paths.some((path) => NAME.test(path)) && !words.includes("[bot]") ? [{ node, weak: null }] : [];
}

function literalOf(node: Node): string {
  if (node.kind === "literal") return typeof node.value === "string" ? node.value : "";
  return node.kind === "call" && node.name === "fromjson" ? node.args.map(literalOf).join(" ") : "";
}
