/**
 * Can somebody without rights in the repository make this run? A condition is evaluated with what is true of a stranger: their fork, their name,
 * no association. What a condition asks besides is unknown, and unknown may hold.
 */
import { asText, pathOf } from "../../expression/index.ts";
import type { Condition, Job, Node, Step, Trigger } from "../../model.ts";

type Value = string | number | boolean | null | readonly unknown[];
/** Undefined: not known. */
type Known = Value | undefined;

const OWN = "\0own/repository";
const STRANGER = "\0stranger";

const TRUE_OF_STRANGERS: readonly (readonly [RegExp, Value])[] = [
  [/^github\.repository$|\.base\.repo\.full_name$/, OWN],
  [/^github\.event\.repository\.full_name$/, OWN],
  [/^github\.repository_owner$|\.base\.repo\.owner\.login$/, "\0own"],
  [/\.head\.repo\.full_name$|\.head_repository\.full_name$/, "\0stranger/fork"],
  [/\.head\.repo\.fork$|\.head_repository\.fork$/, true],
  [/\.head\.repo\.owner\.login$|\.head_repository\.owner\.login$|\.head\.user\.login$/, STRANGER],
  [/\.author_association$/, "NONE"],
  [
    /^github\.event\.(?:sender|comment\.user|issue\.user|pull_request\.user|review\.user|discussion\.user)\.login$/,
    STRANGER,
  ],
  [/^github\.event\.pull_request\.merged$/, false],
  [/^github\.event\.workflow_run\.event$/, "pull_request"],
  // Labels are given by people with rights.
  [/\.labels\.\*\.name$|^github\.event\.label\.name$/, []],
];
/** The last who acted, not who wrote the code: a comparison with a bot's name holds for what a stranger prepared. */
const ACTOR = /^github\.(?:actor|triggering_actor)$/;

export interface Assumed {
  readonly event: string;
  /** Of code that was accepted or labelled nothing is assumed where this is set. */
  readonly labels?: boolean;
}

/** False only where the condition cannot hold. */
export function mayHold(condition: Condition | null, assumed: Assumed): boolean {
  if (condition === null) return true;
  if (condition.constant === false) return false;
  const [only, more] = condition.text.expressions;
  if (only === undefined || more !== undefined) return true;
  // `if: ${{ … }} text` is never false.
  if (condition.text.value.trim().length > only.end - only.start + 1) return true;
  const { root } = only.expression;
  return root === null || truth(evaluate(root, assumed)) !== false;
}

/** Events by which a stranger can make the job run with its whole authority. */
export function strangersTriggers(job: Job, options: { readonly labels?: boolean } = {}): Trigger[] {
  return job.workflow.triggers.filter((trigger) => {
    if (trigger.outsiders !== "full") return false;
    if (options.labels !== true && onlyByRights(trigger)) return false;
    return runsFor(job, { event: trigger.event, ...options }, 0);
  });
}

/** Every activity of it is one that needs rights. */
const RIGHTS = new Set([
  "labeled",
  "unlabeled",
  "assigned",
  "unassigned",
  "milestoned",
  "auto_merge_enabled",
  "enqueued",
  "review_requested",
]);
export const onlyByRights = ({ event, filters }: Trigger): boolean =>
  (event === "pull_request_target" || event === "issues") &&
  filters.types !== null &&
  filters.types.length > 0 &&
  filters.types.every(({ value }) => RIGHTS.has(value));

/** A job that needs one that cannot run does not run either, unless it says so. */
function runsFor(job: Job, assumed: Assumed, depth: number): boolean {
  if (!mayHold(job.condition, assumed)) return false;
  if (depth > 20 || job.condition?.status.some((name) => name !== "success") === true) return true;
  return job.after.every((before) => runsFor(before, assumed, depth + 1));
}

export const stepRunsFor = (step: Step, assumed: Assumed): boolean => mayHold(step.condition, assumed);

function evaluate(node: Node, assumed: Assumed): Known {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "context":
    case "index":
    case "star":
      return read(pathWithStars(node) ?? "", assumed);
    case "not": {
      const value = truth(evaluate(node.operand, assumed));
      return value === undefined ? undefined : !value;
    }
    case "call":
      return call(node.name, node.args, assumed);
    case "binary":
      return binary(node, assumed);
  }
}

function pathWithStars(node: Node): string | null {
  if (node.kind !== "star" && !(node.kind === "index" && node.property !== null)) return pathOf(node);
  const object = pathWithStars(node.object);
  return object === null
    ? null
    : `${object}.${node.kind === "star" ? "*" : (node.property ?? "").toLowerCase()}`;
}

function read(path: string, { event, labels }: Assumed): Known {
  if (path === "github.event_name") return event;
  if (labels === true && /label/.test(path)) return undefined;
  return TRUE_OF_STRANGERS.find(([pattern]) => pattern.test(path))?.[1];
}

function call(name: string, args: readonly Node[], assumed: Assumed): Known {
  const values = args.map((arg) => evaluate(arg, assumed));
  const [first, second] = values;
  if (name === "always") return true;
  if (name === "contains" && first !== undefined && second !== undefined) {
    const wanted = asText(second as string).toLowerCase();
    if (Array.isArray(first))
      return (first as unknown[]).some((one) => asText(one as string).toLowerCase() === wanted);
    return asText(first as string)
      .toLowerCase()
      .includes(wanted);
  }
  if (name === "contains" && Array.isArray(first) && first.length === 0) return false;
  if (name === "startswith" && typeof first === "string" && typeof second === "string")
    return first.toLowerCase().startsWith(second.toLowerCase());
  if (name === "fromjson" && typeof first === "string")
    try {
      return JSON.parse(first) as Value;
    } catch {
      return undefined;
    }
  return undefined;
}

function binary({ operator, left, right }: Extract<Node, { kind: "binary" }>, assumed: Assumed): Known {
  const a = evaluate(left, assumed);
  if (operator === "&&" || operator === "||") {
    const [x, b] = [truth(a), evaluate(right, assumed)];
    if (operator === "&&")
      return x === false ? false : x === true ? b : truth(b) === false ? false : undefined;
    return x === true ? true : x === false ? b : truth(b) === true ? true : undefined;
  }
  if (operator !== "==" && operator !== "!=") return undefined;
  const named = actorName(left, right);
  // A person's name is not a stranger's; a bot's can be had.
  if (named !== null) return named.endsWith("[bot]") ? undefined : operator === "!=";
  const b = evaluate(right, assumed);
  if (a === undefined || b === undefined || Array.isArray(a) || Array.isArray(b)) return undefined;
  const same = loose(a as string) === loose(b as string);
  return operator === "==" ? same : !same;
}

function actorName(left: Node, right: Node): string | null {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const)
    if (other.kind === "literal" && typeof other.value === "string" && ACTOR.test(pathOf(one) ?? ""))
      return other.value;
  return null;
}

const loose = (value: string | number | boolean | null): string =>
  typeof value === "boolean"
    ? value
      ? "1"
      : "0"
    : value === "true"
      ? "1"
      : value === "false"
        ? "0"
        : asText(value).toLowerCase();

const truth = (value: Known): boolean | undefined =>
  value === undefined
    ? undefined
    : Array.isArray(value)
      ? true
      : value !== null && value !== "" && value !== 0 && value !== false;
