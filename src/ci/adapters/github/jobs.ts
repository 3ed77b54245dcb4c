/** Jobs: their own parts, steps, or a call of a reusable workflow. */
import type { Lookup } from "../../expression/index.ts";
import type { Job, PassedSecrets, Runner, Step, Workflow, WorkflowCall } from "../../model.ts";
import { UNPLACED } from "../../effects/none.ts";
import type { YamlEntry } from "../../yaml/types.ts";
import {
  readConcurrency,
  readContainer,
  readDefaults,
  readEnvironment,
  readMatrix,
  readPermissions,
  readRunner,
  readServices,
} from "./parts.ts";
import { type Reader, get, words } from "../reader.ts";
import { readReference } from "./references.ts";
import { readSteps } from "./steps.ts";

const KEYS = words(
  "name permissions needs if runs-on environment concurrency outputs env defaults steps timeout-minutes strategy continue-on-error container services uses with secrets snapshot",
);

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export function readJob(reader: Reader, entry: YamlEntry, workflow: Workflow): Job | null {
  const body = reader.map(entry);
  if (body === null) {
    reader.say("missing-key", `the job \`${entry.name}\` is empty`, entry.nameSpan);
    return null;
  }
  reader.known(body, KEYS, "a job");
  const matrix = readMatrix(reader, get(body, "strategy"));
  const lookup = lookupOf(workflow, matrix);
  const runner = readRunner(reader, get(body, "runs-on"), lookup);
  const defaults = readDefaults(reader, get(body, "defaults"));
  const steps: Step[] = [];
  const job: Draft<Job> = {
    kind: "job",
    workflow,
    id: entry.name,
    idSpan: entry.nameSpan,
    span: reader.span(entry),
    name: reader.optional(get(body, "name")),
    needs: reader.texts(get(body, "needs")?.value),
    after: [],
    condition: reader.condition(get(body, "if")),
    triggers: null,
    rules: null,
    stage: null,
    runner,
    permissions: readPermissions(reader, get(body, "permissions"), body.start),
    idTokens: [],
    managed: [],
    environment: readEnvironment(reader, get(body, "environment"), lookup),
    concurrency: readConcurrency(reader, get(body, "concurrency")),
    env: reader.settings(get(body, "env")),
    defaults,
    matrix,
    container: readContainer(reader, get(body, "container"), null),
    services: readServices(reader, get(body, "services")),
    outputs: reader.settings(get(body, "outputs")),
    timeout: reader.optional(get(body, "timeout-minutes")),
    continueOnError: reader.optional(get(body, "continue-on-error")),
    steps,
    call: null,
    credentials: [],
    identities: [],
    placement: UNPLACED,
  };
  const uses = reader.optional(get(body, "uses"));
  if (uses !== null)
    job.call = {
      ref: readReference(uses),
      span: reader.span({ start: get(body, "uses")?.nameStart ?? body.start, end: uses.span.end }),
      with: reader.settings(get(body, "with")),
      secrets: passed(reader, get(body, "secrets")),
      workflow: null,
      job,
    } satisfies WorkflowCall;
  else if (runner === null)
    reader.say("missing-key", `the job \`${job.id}\` needs \`runs-on\``, entry.nameSpan);
  steps.push(
    ...readSteps(reader, get(body, "steps"), {
      owner: job,
      defaults: [defaults, workflow.defaults],
      windows: onWindows(runner),
    }),
  );
  return job;
}

const onWindows = (runner: Runner | null): boolean =>
  runner?.labels.some(({ value }) => /^windows(?:-|$)/i.test(value)) === true;

function passed(reader: Reader, entry: YamlEntry | undefined): PassedSecrets {
  if (entry === undefined) return { kind: "none", span: null, mapped: [] };
  const span = reader.span(entry);
  if (entry.value.kind === "scalar" && entry.value.value === "inherit")
    return { kind: "inherit", span, mapped: [] };
  return { kind: "mapped", span, mapped: reader.settings(entry) };
}

/** What the file itself lists: a matrix, the choices of an input. */
function lookupOf(workflow: Workflow, matrix: Job["matrix"]): Lookup {
  return (path) => {
    const [root, ...rest] = path.split(".");
    if (root === "matrix") {
      if (matrix === null || matrix.dynamic) return null;
      const wanted = rest.join(".");
      for (const [name, texts] of matrix.dimensions)
        if (name.toLowerCase() === wanted && texts.every(({ expressions }) => expressions.length === 0))
          return texts.map(({ value }) => value);
      return null;
    }
    const input =
      root === "inputs"
        ? rest.join(".")
        : path.startsWith("github.event.inputs.")
          ? rest.slice(2).join(".")
          : null;
    if (input === null || workflow.callable !== null) return null;
    for (const { event, inputs } of workflow.triggers)
      if (event === "workflow_dispatch")
        for (const { name, type, options } of inputs)
          if (name.toLowerCase() === input && type === "choice")
            return options.every(({ expressions }) => expressions.length === 0)
              ? options.map(({ value }) => value)
              : null;
    return null;
  };
}
