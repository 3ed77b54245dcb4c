/** Where the attacker begins: a job, an action, a branch, a fork. Each way in is an edge with its line. */
import type { ActionFile, Job, Repository, Span, Step, Trigger } from "../model.ts";
import { type Draft, code, control, forked, short } from "./draft.ts";
import { runsAfter } from "./flows.ts";

export type Compromise =
  | { readonly kind: "job" }
  | { readonly kind: "fork" }
  | { readonly kind: "action"; readonly name: string }
  | { readonly kind: "branch"; readonly name: string };

/** `job`, `fork`, `action:owner/name`, `branch:name`; null for anything else. */
export function compromiseOf(text: string): Compromise | null {
  if (text === "job" || text === "fork") return { kind: text };
  const [, kind, name] = /^(action|branch):(\S+)$/.exec(text) ?? [];
  if (name === undefined) return null;
  return kind === "action"
    ? { kind: "action", name: name.replace(/@.*$/, "").toLowerCase() }
    : { kind: "branch", name: name.replace(/^refs\/heads\//, "") };
}

/** `jobs`: those in question. */
export function entries(draft: Draft, jobs: readonly Job[], compromise: Compromise): void {
  for (const job of jobs)
    for (const { to, span, says, certain = true } of ENTRIES[compromise.kind](job, compromise))
      draft.edge({ kind: "entry", from: [], to, span, says, certain });
}

interface Entry {
  readonly to: string;
  readonly span: Span;
  readonly says: string;
  readonly certain?: boolean;
}

const ENTRIES: Readonly<Record<Compromise["kind"], (job: Job, compromise: Compromise) => Entry[]>> = {
  job: (job) => [{ to: control(job), span: job.idSpan, says: `${short(job)} is compromised` }],
  action: (job, compromise) => byAction(job, "name" in compromise ? compromise.name : ""),
  branch: (job, compromise) => byBranch(job, "name" in compromise ? compromise.name : ""),
  fork: (job) => job.workflow.triggers.flatMap((trigger) => byFork(job, trigger)),
};

function byAction(job: Job, name: string): Entry[] {
  const named = (slug: string): boolean => slug === name || slug.startsWith(`${name}/`);
  const uses = (steps: readonly Step[], seen: ReadonlySet<ActionFile>): Span[] =>
    steps.flatMap((step) => {
      if (step.uses === null) return [];
      if (named(step.uses.slug)) return [step.uses.span];
      const { action } = step.uses;
      return action === null || seen.has(action) ? [] : uses(action.steps, new Set([...seen, action]));
    });
  const spans = uses(job.steps, new Set());
  if (job.call !== null && named(job.call.ref.slug)) spans.push(job.call.ref.span);
  return spans.map((span) => ({ to: code(job), span, says: `${short(job)} uses ${name}` }));
}

const MOST_WILDCARDS = 6;

/** As GitHub's filters: `*` stays in a part, `**` does not, `!` takes away what an earlier one let in. */
export function passesFilter(patterns: readonly string[], name: string): boolean {
  let passes = false;
  for (const pattern of patterns) {
    const body = pattern
      .replace(/^!/, "")
      .replaceAll(/\*\*|[*.^$()|{}\\]/g, (sign) =>
        sign === "**" ? ".*" : sign === "*" ? "[^/]*" : `\\${sign}`,
      );
    let hit: boolean;
    try {
      if ((pattern.match(/\*+|[?+]/g)?.length ?? 0) > MOST_WILDCARDS)
        throw new RangeError("too many wildcards");
      hit = new RegExp(`^${body}$`).test(name);
    } catch {
      hit = true; // what cannot be read lets everything in
    }
    if (hit) passes = !pattern.startsWith("!");
  }
  return passes;
}

/** A branch's writer chooses the workflow's file too: what counts is whether a run of the branch begins. */
function byBranch(job: Job, branch: string): Entry[] {
  const host = job.workflow.repository.host;
  const name = job.environment?.constant ?? null;
  const rules = host?.environments?.find((one) => one.name === name)?.branches ?? null;
  if (rules !== null && !passesFilter(rules, branch)) return [];
  return job.workflow.triggers.flatMap((trigger): Entry[] => {
    const { event, filters, span } = trigger;
    if (event !== "push" && event !== "pull_request" && event !== "workflow_dispatch") return [];
    const texts = (list: typeof filters.branches): string[] => list?.map(({ value }) => value) ?? [];
    if (event === "push") {
      if (filters.branches !== null && !passesFilter(texts(filters.branches), branch)) return [];
      if (filters.branchesIgnore !== null && passesFilter(texts(filters.branchesIgnore), branch)) return [];
      if (filters.branches === null && filters.tags !== null && filters.branchesIgnore === null) return [];
    }
    const certain = job.environment === null || rules !== null;
    return [{ to: code(job), span, certain, says: `\`${event}\` runs what ${branch} holds` }];
  });
}

/** Code of a fork: without secrets on `pull_request`, with them where a privileged run checks it out or puts its words into a script. */
function byFork(job: Job, trigger: Trigger): Entry[] {
  const { event, outsiders, code: origin, span } = trigger;
  if (outsiders === "none") return [];
  if (origin === "proposed" && outsiders === "read-only")
    return job.steps.some(({ index, effects }) => effects.checkout !== null && runsAfter(job, index))
      ? [{ to: forked(job), span, says: `\`${event}\` runs code of forks, without secrets` }]
      : [];
  return job.steps.flatMap((step): Entry[] => {
    const { checkout } = step.effects;
    const found: Entry[] = [];
    const refused =
      checkout?.refusesForkCode === true &&
      !checkout.allowUnsafe &&
      /^(?:pull_request_target|workflow_run)$/.test(event);
    if (checkout?.untrusted === true && !refused && runsAfter(job, step.index + 1))
      found.push({
        to: code(job),
        span: checkout.span,
        certain: checkout.refusesForkCode !== null || checkout.allowUnsafe,
        says: `\`${event}\` checks out what was proposed, and runs it with the job's rights`,
      });
    for (const { expression, start } of step.run?.text.expressions ?? [])
      if (expression.reads.contexts.some(({ control: who, carries }) => who === "outsider" && carries))
        found.push({
          to: code(job),
          span: step.run?.text.span ?? step.span,
          says: `a script holds words that anybody may choose (\`${event}\`, offset ${start})`,
        });
    return found;
  });
}

/** Of all workflows, of one by its file, name or id, or of one of its jobs. Null: there is none. */
export function jobsNamed({ workflows }: Repository, target: string | null): readonly Job[] | null {
  if (target === null) return workflows.flatMap(({ jobs }) => jobs);
  const fits = ({ file, id, name }: (typeof workflows)[number], text: string): boolean =>
    file.path === text || file.path.endsWith(`/${text}`) || id === text || name?.value === text;
  const whole = workflows.filter((one) => fits(one, target));
  if (whole.length > 0) return whole.flatMap(({ jobs }) => jobs);
  const colon = target.lastIndexOf(":");
  const [text, job] = [target.slice(0, colon), target.slice(colon + 1)];
  const found =
    colon < 0
      ? []
      : workflows.filter((one) => fits(one, text)).flatMap(({ jobs }) => jobs.filter(({ id }) => id === job));
  return found.length > 0 ? found : null;
}
