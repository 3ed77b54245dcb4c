/** One pipeline: the merged file's jobs in their stages, and what can start them. */
import type { ArtifactUse, Job, Repository, Setting, Text, Trigger, Workflow } from "../../model.ts";
import { map } from "../../yaml/nodes.ts";
import type { YamlEntry, YamlMap } from "../../yaml/types.ts";
import type { AdapterContext } from "../types.ts";
import { ignoresOf } from "../comments.ts";
import { get, words } from "../reader.ts";
import type { Lookup } from "./conditions.ts";
import type { Loaded } from "./includes.ts";
import { type JobSource, artifact, artifactPaths, readJob } from "./jobs.ts";
import { LabReader, named } from "./lab-reader.ts";
import { Jobs, textsOf } from "./merge.ts";
import { inherits, readNeeds } from "./parts.ts";
import { type Admission, type Admits, admitsOf, pipelineAdmits } from "./rules.ts";
import { type Source, sourcesOf } from "./sources.ts";

const RESERVED = words(
  "default include stages types variables workflow spec image services cache before_script after_script",
);
const DEFAULTS =
  "after_script artifacts before_script cache hooks id_tokens image interruptible retry services tags timeout".split(
    " ",
  );
const STAGES = ["build", "test", "deploy"];

type Draft<T> = { -readonly [K in keyof T]: T[K] };
const NO_FILTERS: Trigger["filters"] = {
  types: null,
  branches: null,
  branchesIgnore: null,
  tags: null,
  tagsIgnore: null,
  paths: null,
  pathsIgnore: null,
};

export interface PipelineSource {
  readonly loaded: Loaded;
  /** Another pipeline starts it. */
  readonly child: boolean;
  readonly repository: Repository;
  readonly report: AdapterContext["report"];
}

interface Body extends Pick<JobSource, "entry" | "body" | "stage" | "needs"> {
  readonly order: number;
  readonly produces: boolean;
  readonly inheritsVariable: (name: string) => boolean;
  readonly admits: Admits;
}

export function readPipeline({ loaded, child, repository, report }: PipelineSource): Workflow {
  const { root, file } = loaded;
  const reader = new LabReader(file, report);
  reader.masked = new Set(
    repository.host?.secrets?.filter(({ masked }) => masked === true).map(({ name }) => name),
  );
  const globals = reader.map(get(root, "variables"));
  reader.defined = new Set(globals?.entries.map(({ name }) => name));
  const env = reader.variables(get(root, "variables"));
  const values = new Map(env.map(({ name, value }) => [name, value.value]));
  const lookup: Lookup = (name) => {
    // A value of the project's settings would win over the file's.
    const value = values.get(name);
    return value === undefined || value.includes("$") ? undefined : value;
  };
  const bodies = bodiesOf(reader, loaded, lookup);
  // A job that does not inherit a variable must not seem to hold it: then each says what it does.
  const all = bodies.every(({ inheritsVariable }) => env.every(({ name }) => inheritsVariable(name)));
  const pipeline = pipelineAdmits(reader.map(get(root, "workflow")), reader, lookup);
  const sources = sourcesOf(child);
  const triggers = triggersOf(sources, pipeline, bodies, root);
  const jobs: Job[] = [];
  const workflow: Draft<Workflow> = {
    kind: "workflow",
    system: "gitlab-ci",
    repository,
    file,
    span: root,
    id: file.path.slice(file.path.lastIndexOf("/") + 1).replace(/(?!^)\.ya?ml$/, ""),
    name: reader.optional(get(reader.map(get(root, "workflow")), "name")),
    runName: null,
    triggers: triggers.map(({ trigger }) => trigger),
    permissions: { kind: "absent", span: { file, start: root.start, end: root.start }, entries: [] },
    env: all ? env : [],
    defaults: { shell: null, workingDirectory: null },
    concurrency: null,
    jobs,
    callable: child ? { span: root, inputs: [], secrets: [], outputs: [] } : null,
    calledBy: [],
    remote: false,
    includes: loaded.includes,
    ignores: loaded.files.flatMap(ignoresOf),
  };
  const downloads = new Downloads(bodies);
  for (const one of bodies) {
    const inherited: Setting[] = all ? [] : env.filter(({ name }) => one.inheritsVariable(name));
    const starts = triggers.flatMap(({ trigger, source }) => {
      const admission = one.admits(source);
      return admission === null ? [] : [held(trigger, admission)];
    });
    jobs.push(
      readJob(
        reader,
        { ...one, downloads: downloads.of(one), inherited, triggers: starts, open: loaded.open },
        workflow,
      ),
    );
  }
  link(bodies, jobs, reader, loaded.open);
  return workflow;
}

function bodiesOf(reader: LabReader, loaded: Loaded, lookup: Lookup): Body[] {
  const { root } = loaded;
  const resolver = new Jobs(root, reader, loaded.open);
  const stages = [".pre", ...(stageNames(root) ?? STAGES), ".post"];
  const defaults = defaultsOf(reader, root, resolver);
  return root.entries.flatMap((entry) => {
    if (RESERVED.has(entry.name) || entry.name.startsWith(".")) return [];
    if (entry.value.kind !== "map") {
      reader.say("unknown-key", `\`${entry.name}\` is unknown in a pipeline`, entry.nameSpan);
      return [];
    }
    const own = resolver.job(entry.name) ?? entry.value;
    const takes = inherits(own, "default");
    const names = new Set(own.entries.map(({ name }) => name));
    const added = defaults.filter(({ name }) => !names.has(name) && takes(name));
    const body = added.length === 0 ? own : map(own.file, [...own.entries, ...added], own.start, own.end);
    const stage = reader.optional(get(body, "stage")) ?? named("test", entry.nameSpan);
    const order = stages.indexOf(stage.value);
    if (order === -1 && !loaded.open && !stage.value.includes("$"))
      reader.say("wrong-type", `\`${stage.value}\` is no stage of this pipeline`, stage.span);
    return [
      {
        entry,
        body,
        stage,
        order: order === -1 ? stages.length : order,
        needs: readNeeds(reader, get(body, "needs")),
        produces: artifactPaths(reader, get(body, "artifacts")) !== null,
        inheritsVariable: inherits(own, "variables"),
        admits: admitsOf(body, reader, lookup),
      },
    ];
  });
}

function stageNames(root: YamlMap): string[] | null {
  const entry = get(root, "stages") ?? get(root, "types");
  return entry === undefined ? null : textsOf(entry.value).map(({ value }) => value);
}

/** `default:`, and the same keys at the top as they were written before it. */
function defaultsOf(reader: LabReader, root: YamlMap, resolver: Jobs): YamlEntry[] {
  const entry = get(root, "default");
  const body = reader.map(entry);
  const resolved = body === null ? null : (resolver.resolve(body, 0) as YamlMap);
  return DEFAULTS.flatMap((name) => {
    const found = get(resolved, name) ?? get(root, name);
    return found === undefined ? [] : [found];
  });
}

interface Start {
  readonly trigger: Trigger;
  readonly source: Source;
}

function triggersOf(
  sources: readonly Source[],
  pipeline: Admits,
  bodies: readonly Body[],
  root: YamlMap,
): Start[] {
  return sources.flatMap((source) => {
    const whole = pipeline(source);
    if (whole === null) return [];
    const admitted = bodies.flatMap(({ admits }) => admits(source) ?? []);
    const [first] = admitted;
    if (first === undefined) return [];
    const held = admitted.every(({ branches }) => branches !== null);
    const branches =
      whole.branches ?? (held ? distinct(admitted.flatMap((one) => one.branches ?? [])) : null);
    const span = whole.by ?? first.by ?? { file: root.file, start: root.start, end: root.start };
    const trigger: Trigger = {
      event: source.event,
      span,
      starters: source.starters,
      code: source.code,
      outsiders: source.outsiders,
      filters: branches === null ? NO_FILTERS : { ...NO_FILTERS, branches },
      follows: [],
      cron: [],
      inputs: [],
      known: true,
    };
    return [{ trigger, source }];
  });
}

const distinct = (texts: readonly Text[]): Text[] => [
  ...new Map(texts.map((text) => [text.value, text])).values(),
];

const held = (trigger: Trigger, { branches }: Admission): Trigger =>
  branches === null ? trigger : { ...trigger, filters: { ...trigger.filters, branches } };

/** Of all earlier stages, unless `needs` or `dependencies` choose. Jobs of a stage share one list. */
class Downloads {
  readonly #producers: readonly Body[];
  readonly #names: ReadonlySet<string>;
  readonly #byOrder = new Map<number, readonly ArtifactUse[]>();

  constructor(bodies: readonly Body[]) {
    this.#producers = bodies.filter(({ produces }) => produces);
    this.#names = new Set(this.#producers.map(({ entry }) => entry.name));
  }

  of({ body, needs, order }: Body): readonly ArtifactUse[] {
    const chosen = get(body, "dependencies");
    if (chosen?.value.kind === "list")
      return textsOf(chosen.value).map((name) => artifact("download", name, []));
    if (needs !== null)
      return needs.jobs
        .filter(({ name, artifacts }) => artifacts && this.#names.has(name.value))
        .map(({ name }) => artifact("download", name, []));
    let known = this.#byOrder.get(order);
    if (known === undefined) {
      known = this.#producers
        .filter((one) => one.order < order)
        .map(({ entry }) => artifact("download", named(entry.name, entry.nameSpan), []));
      this.#byOrder.set(order, known);
    }
    return known;
  }
}

/** `needs` where it is given, else the jobs of the stage before. */
function link(bodies: readonly Body[], jobs: readonly Job[], reader: LabReader, open: boolean): void {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const byStage = new Map<number, Job[]>();
  bodies.forEach(({ order }, at) => {
    const job = jobs[at];
    if (job === undefined) return;
    const stage = byStage.get(order);
    if (stage === undefined) byStage.set(order, [job]);
    else stage.push(job);
  });
  const orders = [...byStage.keys()].sort((a, b) => a - b);
  bodies.forEach(({ needs, order }, at) => {
    const job = jobs[at] as Draft<Job> | undefined;
    if (job === undefined) return;
    if (needs === null) {
      job.after = byStage.get(orders.filter((one) => one < order).at(-1) ?? -1) ?? [];
      return;
    }
    job.after = needs.jobs.flatMap(({ name }) => {
      const found = byId.get(name.value);
      if (found === undefined && !open && !name.value.includes("$"))
        reader.say("unknown-need", `\`${job.id}\` needs \`${name.value}\`, which is no job here`, name.span);
      return found === undefined ? [] : [found];
    });
  });
}
