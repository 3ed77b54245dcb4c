/** One job, after everything that it takes from defaults and others. */
import { NO_EFFECTS, UNPLACED } from "../../effects/none.ts";
import type { ArtifactUse, Job, Setting, Step, StepEffects, Text, Trigger, Workflow } from "../../model.ts";
import { commandsOf } from "../../shell/commands.ts";
import type { YamlEntry, YamlMap, YamlScalar } from "../../yaml/types.ts";
import { get, isTrue, words } from "../reader.ts";
import { readCall } from "./calls.ts";
import { type LabReader, named } from "./lab-reader.ts";
import {
  type Needs,
  readContainer,
  readEnvironment,
  readIdTokens,
  readManaged,
  readMatrix,
  readRunner,
  readServices,
} from "./parts.ts";
import { assignedIn } from "./reads.ts";

const KEYS = words(
  "after_script allow_failure artifacts before_script cache coverage dast_configuration default dependencies environment except extends hooks id_tokens identity image inherit inputs interruptible manual_confirmation needs only pages parallel publish release resource_group retry rules run script secrets services stage start_in tags timeout trigger type variables when",
);

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface JobSource {
  readonly entry: YamlEntry;
  /** Defaults included. */
  readonly body: YamlMap;
  readonly stage: Text;
  readonly needs: Needs | null;
  /** Some of what the pipeline includes is not known: the rest of the job may stand there. */
  readonly open: boolean;
  /** Artifacts that it gets from other jobs of the pipeline. */
  readonly downloads: readonly ArtifactUse[];
  /** Global variables that it inherits, where not all jobs inherit all. */
  readonly inherited: readonly Setting[];
  readonly triggers: readonly Trigger[];
}

export function readJob(reader: LabReader, source: JobSource, workflow: Workflow): Job {
  const { entry, body, stage, needs } = source;
  reader.known(body, KEYS, "a job");
  const scripts = scriptsOf(reader, body);
  const matrix = readMatrix(reader, get(body, "parallel"));
  const own = variablesOf(reader, body);
  const defined = new Set([...workflow.env, ...source.inherited, ...own].map(({ name }) => name));
  for (const key of ["id_tokens", "secrets"])
    for (const { name } of reader.map(get(body, key))?.entries ?? []) defined.add(name);
  for (const name of matrix?.dimensions.keys() ?? []) defined.add(name);
  reader.defined = defined;
  // What the scripts assign is theirs in scripts only: elsewhere the host's value is read.
  const env = [...source.inherited, ...variablesOf(reader, body)];
  const call = get(body, "trigger");
  const job: Draft<Job> = {
    kind: "job",
    workflow,
    id: entry.name,
    idSpan: entry.nameSpan,
    span: {
      file: entry.nameSpan.file,
      start: entry.nameStart,
      end: entry.nameSpan.file === body.file ? Math.max(entry.nameSpan.end, body.end) : entry.nameSpan.end,
    },
    name: null,
    needs: needs?.jobs.map(({ name }) => name) ?? [],
    after: [],
    condition: null,
    triggers: source.triggers,
    rules: rulesOf(reader, body),
    stage,
    runner: readRunner(reader, get(body, "tags")),
    permissions: {
      kind: "absent",
      span: { file: body.file, start: body.start, end: body.start },
      entries: [],
    },
    idTokens: readIdTokens(reader, get(body, "id_tokens")),
    managed: readManaged(reader, get(body, "secrets")),
    environment: readEnvironment(reader, get(body, "environment"), [...env, ...workflow.env]),
    concurrency: concurrencyOf(reader, body),
    env: call === undefined ? env : [],
    defaults: { shell: null, workingDirectory: null },
    matrix,
    container: readContainer(reader, get(body, "image"), false),
    services: readServices(reader, get(body, "services")),
    outputs: [],
    timeout: reader.optional(get(body, "timeout")),
    continueOnError: allowed(reader, get(body, "allow_failure")),
    steps: [],
    call: null,
    credentials: [],
    identities: [],
    placement: UNPLACED,
  };
  if (call !== undefined) job.call = readCall(reader, call, env, job);
  else if (
    scripts.length === 0 &&
    !source.open &&
    !["release", "pages", "publish", "run"].some((key) => get(body, key) !== undefined)
  )
    reader.say("missing-key", `the job \`${job.id}\` needs \`script\``, entry.nameSpan);
  job.steps = stepsOf(reader, source, job, scripts);
  return job;
}

/** Own ones, then those that rules add. */
function variablesOf(reader: LabReader, body: YamlMap): Setting[] {
  const rules = get(body, "rules")?.value;
  return [
    ...reader.variables(get(body, "variables")),
    ...(rules?.kind === "list" ? rules.items : []).flatMap((item) =>
      item.kind === "map" ? reader.variables(get(item, "variables")) : [],
    ),
  ];
}

function rulesOf(reader: LabReader, body: YamlMap): Job["rules"] {
  const entries = ["rules", "only", "except", "when"].flatMap((name) => {
    const entry = get(body, name);
    return entry === undefined
      ? []
      : [{ key: name, keySpan: entry.nameSpan, value: reader.value(entry.value) }];
  });
  return entries.length === 0 ? null : { kind: "map", entries, span: body };
}

function concurrencyOf(reader: LabReader, body: YamlMap): Job["concurrency"] {
  const entry = get(body, "resource_group");
  if (entry === undefined) return null;
  return {
    span: reader.span(entry),
    group: reader.optional(entry),
    cancelInProgress: reader.optional(get(body, "interruptible")),
  };
}

/** `true`, or exit codes at which it counts as done. */
const allowed = (reader: LabReader, entry: YamlEntry | undefined): Text | null =>
  entry?.value.kind === "map" ? named("exit_codes", entry.nameSpan) : reader.optional(entry);

interface Line {
  readonly key: YamlEntry;
  readonly node: YamlScalar;
}

function scriptsOf(reader: LabReader, body: YamlMap): Line[] {
  const lines: Line[] = [];
  const add = (key: YamlEntry | undefined): void => {
    if (key !== undefined) for (const node of reader.scalars(key.value)) lines.push({ key, node });
  };
  add(get(reader.map(get(body, "hooks")), "pre_get_sources_script"));
  for (const name of ["before_script", "script"]) add(get(body, name));
  const run = get(body, "run")?.value;
  for (const item of run?.kind === "list" ? run.items : []) if (item.kind === "map") add(get(item, "script"));
  add(get(body, "after_script"));
  return lines;
}

/** What GitLab does before and after the scripts are steps of their own, which run no command. */
function stepsOf(
  reader: LabReader,
  { entry, body, needs, downloads }: JobSource,
  job: Job,
  lines: readonly Line[],
): Step[] {
  const steps: Step[] = [];
  const add = (
    key: string,
    at: Step["span"],
    effects: Partial<StepEffects>,
    run: Step["run"] = null,
  ): void => {
    steps.push({
      kind: "step",
      owner: job,
      index: steps.length,
      span: at,
      id: named(key, at),
      name: null,
      condition: null,
      uses: null,
      usesText: null,
      with: [],
      env: [],
      run,
      workingDirectory: null,
      continueOnError: null,
      timeout: null,
      background: false,
      effects: { ...NO_EFFECTS, known: true, ...effects },
    });
  };
  secretsStep(job, add);
  const foreign = needs?.foreign ?? [];
  const received =
    foreign.length === 0
      ? downloads
      : [...downloads, ...foreign.map((name) => artifact("download", name, [], true))];
  if (received.length > 0)
    add("needs", (get(body, "needs") ?? get(body, "dependencies"))?.nameSpan ?? entry.nameSpan, {
      artifacts: received,
    });
  const caches = cachesOf(reader, get(body, "cache"));
  const restored = caches.filter(({ direction }) => direction !== "save");
  if (restored.length > 0)
    add("cache", restored[0]?.span ?? job.idSpan, {
      caches: restored.map((one) => ({ ...one, direction: "restore" as const })),
    });

  const before = reader.defined;
  const assigned = new Set(before);
  for (const { node } of lines) assignedIn(node.value, assigned);
  reader.defined = assigned;
  const powershell = job.runner?.labels.some(({ value }) => /windows/i.test(value)) === true;
  const language = powershell ? ("powershell" as const) : ("sh" as const);
  for (const { key, node } of lines) {
    const text = reader.script(node);
    add(key.name, node, NO_EFFECTS, {
      text,
      shell: null,
      language,
      commands: commandsOf(text.value, language),
    });
  }
  reader.defined = before;

  const produced = get(body, "artifacts");
  const paths = artifactPaths(reader, produced);
  if (produced !== undefined && paths !== null)
    add("artifacts", reader.span(produced), {
      artifacts: [artifact("upload", named(job.id, produced.nameSpan), paths)],
    });
  const saved = caches.filter(({ direction }) => direction !== "restore");
  if (saved.length > 0)
    add("cache", saved[0]?.span ?? job.idSpan, {
      caches: saved.map((one) => ({ ...one, direction: "save" as const })),
    });
  return steps;
}

function secretsStep(
  job: Job,
  add: (key: string, at: Step["span"], effects: Partial<StepEffects>) => void,
): void {
  const [first] = job.managed;
  if (first === undefined) return;
  add("secrets", first.span, {
    authorities: job.managed.map(({ manager, name, path, span }) => ({
      verb: "read" as const,
      system: manager,
      by: "keyword secrets",
      span,
      auth: job.idTokens.length > 0 ? ("oidc" as const) : ("unknown" as const),
      through: [name],
      target: path?.value ?? null,
      login: true,
    })),
  });
}

/** Named after the job that makes it, as GitLab has no other name for it. */
export const artifact = (
  direction: ArtifactUse["direction"],
  name: Text,
  paths: readonly Text[],
  foreign = false,
): ArtifactUse => ({
  direction,
  name,
  paths,
  foreign,
  span: name.span,
});

/** Null where nothing is kept for other jobs. */
export function artifactPaths(reader: LabReader, entry: YamlEntry | undefined): readonly Text[] | null {
  const body = entry?.value.kind === "map" ? entry.value : null;
  if (body === null) return null;
  const reports = get(body, "reports")?.value;
  const nodes = [
    get(body, "paths")?.value,
    ...(reports?.kind === "map" ? reports.entries.map(({ value }) => value) : []),
  ];
  const paths = nodes
    .flatMap((node) => (node === undefined || node.kind === "map" ? [] : reader.scalars(node)))
    .map((one) => reader.text(one));
  return paths.length === 0 && !isTrue(reader.optional(get(body, "untracked"))) ? null : paths;
}

function cachesOf(reader: LabReader, entry: YamlEntry | undefined): StepEffects["caches"][number][] {
  if (entry === undefined) return [];
  const maps = entry.value.kind === "list" ? entry.value.items : [entry.value];
  return maps.flatMap((item) => {
    if (item.kind !== "map" || item.entries.length === 0) return [];
    const key = get(item, "key");
    const files =
      key?.value.kind === "map" ? (reader.scalars(get(key.value, "files")?.value)[0] ?? null) : null;
    const policy = reader.optional(get(item, "policy"))?.value ?? "pull-push";
    return [
      {
        direction:
          policy === "pull"
            ? ("restore" as const)
            : policy === "push"
              ? ("save" as const)
              : ("both" as const),
        key:
          key === undefined
            ? named("default", entry.nameSpan)
            : key.value.kind === "scalar"
              ? reader.text(key.value)
              : files === null
                ? null
                : reader.text(files),
        restoreKeys:
          reader.scalars(get(item, "fallback_keys")?.value).map((one) => reader.text(one))[0] ?? null,
        paths: reader.scalars(get(item, "paths")?.value).map((one) => reader.text(one))[0] ?? null,
        by: "cache",
        span: item,
      },
    ];
  });
}
