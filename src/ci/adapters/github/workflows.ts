/** One workflow file. */
import type { Diagnostic, Job, Repository, SourceFile, Trigger, Workflow } from "../../model.ts";
import { parseYaml } from "../../yaml/parse.ts";
import type { YamlEntry, YamlMap } from "../../yaml/types.ts";
import { ignoresOf } from "../comments.ts";
import { readJob } from "./jobs.ts";
import { readConcurrency, readDefaults, readPermissions } from "./parts.ts";
import { Reader, get, words } from "../reader.ts";
import { readCallable, readTriggers } from "./triggers.ts";

const KEYS = words("name run-name on permissions env defaults concurrency jobs");

export interface WorkflowSource {
  readonly file: SourceFile;
  readonly repository: Repository;
  readonly remote: boolean;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** The map of a file; null with reports when there is none. Reports everything that its YAML has wrong. */
export function rootOf(reader: Reader): YamlMap | null {
  const { documents, problems } = parseYaml(reader.file);
  for (const { id, message, start, end } of problems) reader.say(id, message, { start, end });
  const root = documents[0] ?? null;
  if (root?.kind === "map") return root;
  if (problems.length === 0) reader.say("wrong-type", "the file holds no map", { start: 0, end: 0 });
  return null;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function readWorkflow({ file, repository, remote, report }: WorkflowSource): Workflow | null {
  const reader = new Reader(file, report);
  const root = rootOf(reader);
  if (root === null) return null;
  // Written by tools that read YAML 1.1: the key `on` is true there.
  const on = get(root, "on") ?? get(root, "true") ?? get(root, "True") ?? get(root, "ON") ?? get(root, "On");
  for (const entry of root.entries)
    if (!KEYS.has(entry.name) && entry !== on)
      reader.say("unknown-key", `\`${entry.name}\` is unknown in a workflow`, entry.nameSpan);
  const jobs: Job[] = [];
  const workflow: Draft<Workflow> = {
    kind: "workflow",
    system: "github-actions",
    repository,
    file,
    span: reader.span(root),
    id: file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.ya?ml(?:@.*)?$/, ""),
    name: reader.optional(get(root, "name")),
    runName: reader.optional(get(root, "run-name")),
    triggers: on === undefined ? noTriggers(reader) : readTriggers(reader, on),
    permissions: readPermissions(reader, get(root, "permissions"), insertionPoint(root, on)),
    env: reader.settings(get(root, "env")),
    defaults: readDefaults(reader, get(root, "defaults")),
    concurrency: readConcurrency(reader, get(root, "concurrency")),
    jobs,
    callable: on === undefined ? null : readCallable(reader, on),
    calledBy: [],
    remote,
    includes: [],
    ignores: ignoresOf(file),
  };
  const entry = get(root, "jobs");
  if (entry === undefined) reader.say("missing-key", "a workflow needs `jobs`", { start: 0, end: 0 });
  for (const one of reader.map(entry)?.entries ?? []) {
    const job = readJob(reader, one, workflow);
    if (job !== null) jobs.push(job);
  }
  return workflow;
}

function noTriggers(reader: Reader): Trigger[] {
  reader.say("missing-key", "a workflow needs `on`", { start: 0, end: 0 });
  return [];
}

/** Before `jobs:`, else behind `on:`. */
const insertionPoint = (root: YamlMap, on: YamlEntry | undefined): number =>
  get(root, "jobs")?.nameStart ?? on?.value.end ?? root.start;
