/** How an attacker's code or content goes from one job to another: needs, outputs, artifacts, caches, calls, runs that follow runs, tokens that start runs. */
import type { ArtifactUse, Job, Repository, Step, Trigger, Workflow } from "../model.ts";
import { locate } from "../spans.ts";
import { type Draft, after, code, content, control, forked, keyOf, right, short } from "./draft.ts";

export function flows(draft: Draft, { workflows }: Repository): void {
  for (const workflow of workflows) {
    needs(draft, workflow);
    for (const job of workflow.jobs) {
      draft.mean(control(job), { is: "control", job });
      draft.edge({
        kind: "entry",
        from: [code(job)],
        to: control(job),
        span: job.idSpan,
        says: `${short(job)} runs it`,
      });
      uploads(draft, job);
      downloads(draft, job, workflows);
      outputs(draft, job);
      caches(draft, job);
      calls(draft, job);
      starts(draft, job);
    }
  }
  started(draft, workflows);
}

/** No host runs a pipeline of more; the ways through it grow with the square. */
const MOST_JOBS = 1_000;

/** `needs`, and what follows from it through other jobs. */
function needs(draft: Draft, { jobs }: Workflow): void {
  for (const job of jobs) {
    for (const need of job.needs) {
      const earlier = job.after.find(({ id }) => id.toLowerCase() === need.value.toLowerCase());
      if (earlier === undefined) continue;
      draft.edge({
        kind: "needs",
        from: [],
        to: after(job, earlier),
        span: need.span,
        says: `${job.id} needs ${earlier.id}`,
      });
      if (jobs.length > MOST_JOBS) continue;
      for (const before of ancestors(earlier))
        draft.edge({
          kind: "needs",
          from: [after(job, earlier), after(earlier, before)],
          to: after(job, before),
          span: need.span,
          says: `${job.id} runs after ${before.id}`,
        });
    }
  }
}

/** Without recursion: `needs` may chain thousands of jobs. */
function ancestors(job: Job): Set<Job> {
  const seen = new Set<Job>();
  const open = [...job.after];
  for (let one = open.pop(); one !== undefined; one = open.pop())
    if (!seen.has(one)) {
      seen.add(one);
      open.push(...one.after);
    }
  return seen;
}

const artifact = (workflow: Workflow, name: string): string => `artifact ${workflow.file.path} ${name}`;
const nameOf = ({ name }: ArtifactUse): string => name?.value.trim() ?? "artifact";

function uploads(draft: Draft, job: Job): void {
  for (const { effects } of job.steps)
    for (const use of effects.artifacts) {
      if (use.direction !== "upload") continue;
      const name = nameOf(use);
      const to = draft.mean(artifact(job.workflow, name), {
        is: "artifact",
        name: `${name} of ${job.workflow.id}`,
      });
      for (const from of [control(job), forked(job), content(job)])
        draft.edge({
          kind: "upload",
          from: [from],
          to,
          span: use.span,
          says: `${short(job)} uploads ${name}`,
        });
    }
}

/** Names with an expression may be any. */
const matches = (wanted: ArtifactUse, given: ArtifactUse): boolean =>
  wanted.name === null ||
  wanted.name.expressions.length > 0 ||
  (given.name?.expressions.length ?? 0) > 0 ||
  nameOf(wanted) === nameOf(given);

const uploadsOf = (job: Job): ArtifactUse[] =>
  job.steps.flatMap(({ effects }) => effects.artifacts.filter(({ direction }) => direction === "upload"));

function downloads(draft: Draft, job: Job, workflows: readonly Workflow[]): void {
  for (const step of job.steps)
    for (const use of step.effects.artifacts) {
      if (use.direction !== "download") continue;
      const arrive = arriving(draft, job, step);
      const before = job.workflow.jobs.length > MOST_JOBS ? job.after : ancestors(job);
      for (const earlier of use.foreign ? [] : before)
        for (const given of uploadsOf(earlier))
          if (matches(use, given))
            arrive({
              kind: "download",
              from: [artifact(job.workflow, nameOf(given)), after(job, earlier)],
              span: use.span,
              says: `${short(job)} downloads ${nameOf(given)}`,
            });
      if (!use.foreign) continue;
      for (const { follows } of job.workflow.triggers)
        for (const follow of follows)
          for (const other of workflows.filter(
            (one) => (one.name?.value ?? one.file.path) === follow.value,
          )) {
            const fact = `follows ${job.workflow.file.path} ${other.file.path}`;
            draft.edge({
              kind: "follows",
              from: [],
              to: fact,
              span: follow.span,
              says: `${job.workflow.id} runs after ${other.id}`,
            });
            for (const given of other.jobs.flatMap(uploadsOf))
              if (matches(use, given))
                arrive({
                  kind: "download",
                  from: [artifact(other, nameOf(given)), fact],
                  span: use.span,
                  says: `${short(job)} downloads ${nameOf(given)} of the run before it`,
                });
          }
    }
}

/** Whether what arrives at a step is run by it or by a later one; a script over a folder may run what lies there. */
export const runsAfter = (job: Job, index: number): boolean =>
  job.steps.some(
    (step) =>
      step.index >= index &&
      (step.run !== null ||
        step.effects.runsProject ||
        (!step.effects.known && step.uses?.slug !== "actions/download-artifact")),
  );

type Arrival = Omit<Parameters<Draft["edge"]>[0], "to">;
const arriving =
  (draft: Draft, job: Job, { index }: Step) =>
  (parts: Arrival): void => {
    draft.edge({ ...parts, to: content(job) });
    if (runsAfter(job, index)) draft.edge({ ...parts, to: control(job) });
  };

/** `needs.a.outputs.x`: text in a script is code, elsewhere content. */
function outputs(draft: Draft, job: Job): void {
  for (const step of job.steps) {
    const texts = [
      ...(step.run === null ? [] : [{ text: step.run.text, runs: true }]),
      ...step.with.map(({ name, value }) => ({
        text: value,
        runs: name === "script" && step.uses?.slug === "actions/github-script",
      })),
      ...step.env.map(({ value }) => ({ text: value, runs: false })),
    ];
    for (const { text, runs } of texts)
      for (const { expression, sourceStart } of text.expressions)
        for (const { path, start, end, carries } of expression.reads.contexts) {
          const [, id, name] = /^needs\.([^.]+)\.outputs\.([^.]+)$/.exec(path) ?? [];
          const earlier = job.after.find((one) => one.id.toLowerCase() === id);
          const setting = earlier?.outputs.find((one) => one.name.toLowerCase() === name);
          if (earlier === undefined || setting === undefined || !carries) continue;
          const fact = `output ${keyOf(earlier)} ${name}`;
          draft.edge({
            kind: "output",
            from: [control(earlier)],
            to: fact,
            span: setting.nameSpan,
            says: `${short(earlier)} sets the output ${setting.name}`,
          });
          draft.edge({
            kind: "input",
            from: [fact, after(job, earlier)],
            to: runs ? control(job) : content(job),
            span: locate(text, sourceStart + start, sourceStart + end),
            says: runs ? `${short(job)} puts it into a script` : `${short(job)} works with it`,
          });
        }
  }
}

const CACHE = "cache of the default branch";

/** A tag's or a pull request's run keeps a cache of its own. */
const onDefaultBranch = ({ code: origin, event, filters }: Trigger): boolean =>
  origin === "default" ||
  origin === "base" ||
  event === "workflow_dispatch" ||
  (event === "push" && (filters.tags === null || filters.branches !== null));

/** Whoever runs code on the default branch may write any entry of its cache, whatever the job's own keys are. */
function caches(draft: Draft, job: Job): void {
  const { triggers, system } = job.workflow;
  const hosted = system === "github-actions";
  const trusted = triggers.find(onDefaultBranch);
  const fact = (key: string): string => (hosted ? CACHE : `cache ${key}`);
  const uses = job.steps.flatMap((step) => step.effects.caches.map((use) => ({ use, step })));
  if (hosted && trusted !== undefined)
    draft.edge({
      kind: "cache",
      from: [control(job)],
      to: draft.mean(CACHE, { is: "cache", name: "every entry" }),
      span: trusted.span,
      says: `${short(job)} runs on the default branch, where it may write every cache`,
    });
  for (const { use, step } of uses) {
    const key = use.key?.value ?? use.by;
    if (!hosted && use.direction !== "restore")
      draft.edge({
        kind: "cache",
        from: [control(job)],
        to: draft.mean(fact(key), { is: "cache", name: key }),
        span: use.span,
        says: `${short(job)} writes the cache ${key}`,
      });
    if (use.direction !== "save")
      arriving(
        draft,
        job,
        step,
      )({
        kind: "cache",
        from: [fact(key)],
        span: use.key?.span ?? use.span,
        says: `${short(job)} restores the cache ${key}`,
      });
  }
}

function calls(draft: Draft, job: Job): void {
  const { call } = job;
  if (call === null || call.workflow === null) return;
  const { span } = call.ref;
  for (const called of call.workflow.jobs) {
    draft.edge({
      kind: "call",
      from: [control(job)],
      to: control(called),
      span,
      says: `${short(job)} calls ${called.workflow.id}`,
    });
    draft.edge({
      kind: "call",
      from: [code(called)],
      to: control(job),
      span,
      says: `${short(job)} hands its secrets to ${called.workflow.id}`,
    });
  }
}

const STARTER = "starts runs";
const PUSHER = "pushes and starts runs";

/** Runs that the job's token or a token it holds can start. */
function starts(draft: Draft, job: Job): void {
  const [contents, actions] = [right(job, "contents", "write"), right(job, "actions", "write")];
  const { idSpan: span } = job;
  draft.edge({
    kind: "dispatch",
    from: [control(job), actions],
    to: STARTER,
    span,
    says: `${short(job)} may start workflows`,
  });
  draft.edge({
    kind: "dispatch",
    from: [control(job), actions, contents],
    to: PUSHER,
    span,
    says: `${short(job)} may push a branch and start its workflows`,
  });
  for (const use of job.credentials)
    if (
      use.system?.id === "github" &&
      use.kind === "secret" &&
      use.name !== null &&
      use.scope !== "condition"
    )
      draft.edge({
        kind: "push",
        from: [`holds ${keyOf(job)} ${use.name}`],
        to: PUSHER,
        span: use.span,
        certain: false,
        says: `${use.name} may be allowed to push, which starts runs`,
      });
}

function started(draft: Draft, workflows: readonly Workflow[]): void {
  for (const { triggers, jobs, file } of workflows)
    for (const { event, span } of triggers) {
      if (event === "workflow_dispatch")
        draft.edge({
          kind: "dispatch",
          from: [STARTER],
          to: draft.claim("start", file.path, "github"),
          span,
          says: "it can be started by hand",
        });
      if (event === "workflow_dispatch" || event === "push")
        for (const job of jobs)
          draft.edge({
            kind: event === "push" ? "push" : "dispatch",
            from: [PUSHER],
            to: control(job),
            span,
            // The host's rules for the environment are not in the files.
            certain: job.environment === null,
            says: `${short(job)} runs what was pushed${job.environment === null ? "" : ", if its environment lets the branch in"}`,
          });
    }
}
