/** Every credential that a job can read, at each place where it becomes visible. */
import { actionRow } from "../effects/actions/index.ts";
import { system, variableMatch } from "../effects/systems.ts";
import type { Embedded, SecretRead } from "../expression/types.ts";
import type { CredentialUse, ExternalSystem, Job, Setting, Span, Step, Text, Workflow } from "../model.ts";
import { locate } from "../spans.ts";

interface Place extends Pick<CredentialUse, "scope" | "step" | "as"> {
  /** AWS's variables name another vendor's keys here. */
  readonly elsewhere?: boolean;
}

/** The run's own token by its names, and whose it is. */
const RUN_TOKENS: ReadonlyMap<string, string> = new Map([
  ["GITHUB_TOKEN", "github"],
  ["CI_JOB_TOKEN", "gitlab"],
  ["CI_REGISTRY_PASSWORD", "gitlab"],
  ["CI_DEPENDENCY_PROXY_PASSWORD", "gitlab"],
  ["CI_REPOSITORY_URL", "gitlab"],
]);

/** `ofWorkflow`: those of the workflow's `env`, made once for all of its jobs. */
export function credentialsOf(job: Job, ofWorkflow: readonly CredentialUse[]): CredentialUse[] {
  const into: CredentialUse[] = [...ofWorkflow];
  settings(job.env, { scope: "job-env", step: null }, into);
  if (job.condition !== null) text(job.condition.text, { scope: "condition", step: null, as: null }, into);
  for (const container of [job.container, ...job.services]) {
    if (container === null) continue;
    settings(container.env, { scope: "container", step: null }, into);
    for (const [as, one] of [
      ["username", container.username],
      ["password", container.password],
    ] as const)
      if (one !== null) {
        text(one, { scope: "container", step: null, as }, into);
        if (as === "password") literal(one, { scope: "container", step: null, as }, into);
      }
  }
  if (job.call !== null) {
    settings(job.call.with, { scope: "call", step: null }, into);
    settings(job.call.secrets.mapped, { scope: "call", step: null }, into);
    if (job.call.secrets.kind === "inherit")
      into.push({
        kind: "all-secrets",
        name: null,
        span: job.call.secrets.span ?? job.call.span,
        scope: "call",
        step: null,
        as: null,
        text: null,
        read: null,
        system: null,
        by: null,
      });
  }
  for (const { name, span, manager, path } of job.managed)
    into.push({
      kind: "managed",
      name: path?.value ?? name,
      span,
      scope: "job-env",
      step: null,
      as: name,
      text: path,
      read: null,
      system: manager,
      by: "name",
    });
  for (const step of job.steps) ofStep(step, into);
  settings(job.outputs, { scope: "output", step: null }, into);
  return into;
}

export function workflowCredentials(workflow: Workflow): CredentialUse[] {
  const into: CredentialUse[] = [];
  settings(workflow.env, { scope: "workflow-env", step: null }, into);
  return into;
}

function ofStep(step: Step, into: CredentialUse[]): void {
  settings(step.env, { scope: "step-env", step }, into);
  settings(step.with, { scope: "input", step }, into);
  if (step.run !== null) text(step.run.text, { scope: "script", step, as: null }, into);
  if (step.condition !== null) text(step.condition.text, { scope: "condition", step, as: null }, into);
}

function settings(list: readonly Setting[], place: Omit<Place, "as">, into: CredentialUse[]): void {
  const elsewhere = isElsewhere(list);
  for (const { name, value } of list) {
    if (value.expressions.length > 0) text(value, { ...place, as: name, elsewhere }, into);
    else if (variableMatch(name)?.secret === true) literal(value, { ...place, as: name }, into);
  }
}

function text(value: Text, place: Place, into: CredentialUse[]): void {
  for (const embedded of value.expressions) {
    const { secrets, contexts } = embedded.expression.reads;
    for (const read of secrets) into.push(use(value, embedded, read, place));
    for (const { path, carries, start, end } of contexts)
      if (path === "github.token" || ((path === "github" || path === "github.*") && carries)) {
        const read: SecretRead = {
          kind: "named",
          name: "GITHUB_TOKEN",
          part: path !== "github.token",
          carries,
          start,
          end,
        };
        into.push(use(value, embedded, read, place));
      }
  }
}

function use(value: Text, { sourceStart }: Embedded, read: SecretRead, where: Place): CredentialUse {
  const { elsewhere = false, ...place } = where;
  const span: Span = locate(value, sourceStart + read.start, sourceStart + read.end);
  const base = { name: read.name, span, text: value, read, ...place };
  const host = read.name === null ? undefined : RUN_TOKENS.get(read.name);
  if (host !== undefined) return { ...base, kind: "run-token", system: system(host), by: "name" };
  const kind = read.kind === "all" ? "all-secrets" : read.kind === "dynamic" ? "dynamic-secret" : "secret";
  return { ...base, kind, ...opened(read, place, elsewhere) };
}

/** What it opens: the action that takes it knows best, then the variable, then the secret's own name. */
function opened(
  read: SecretRead,
  { scope, step, as }: Place,
  elsewhere: boolean,
): { system: ExternalSystem | null; by: CredentialUse["by"] } {
  const uses = step?.uses ?? null;
  if (uses !== null && as !== null) {
    const row = actionRow(uses.slug);
    const takes = scope === "input" ? row?.secrets?.includes(as.toLowerCase()) : row?.variables?.includes(as);
    const found = takes === true ? step?.effects.authorities[0]?.system : undefined;
    if (found !== undefined) return { system: found, by: "action" };
  }
  if (step !== null && step.run !== null && as !== null) {
    const command = step.effects.authorities.find(({ through }) => through.includes(as));
    if (command !== undefined)
      return {
        system: command.system.id === "aws" && elsewhere ? system("object-store") : command.system,
        by: "command",
      };
  }
  for (const [name, by] of [
    [scope === "input" ? null : as, "variable"],
    [read.name, "name"],
  ] as const) {
    const provider = name === null ? null : (variableMatch(name)?.provider ?? null);
    if (provider !== null)
      return {
        system: provider.id === "aws" && elsewhere ? system("object-store") : system(provider.id),
        by,
      };
  }
  return { system: null, by: null };
}

/** Variables that send AWS's clients to another vendor's object store: the keys beside them are not AWS's then. */
const ENDPOINT = /^(?:AWS_ENDPOINT_URL(?:_S3)?|S3_ENDPOINT(?:_URL)?|MLFLOW_S3_ENDPOINT_URL|AWS_S3_ENDPOINT)$/;
const AMAZON = /amazonaws\.com/;

const isElsewhere = (list: readonly Setting[]): boolean =>
  list.some(({ name, value }) => ENDPOINT.test(name) && !AMAZON.test(value.value));

/** Values that cannot be a credential: switches, numbers, paths, addresses without a password, references to other variables. */
const HARMLESS =
  /^(?:|true|false|null|none|yes|no|\d+|[./~].*|\$.*|.*\s.*|[a-z]+:\/\/[^@\s]*|(?:x|test|dummy|fake|example|changeme|placeholder|password|postgres|root|secret|admin|mysql|redis|guest)[\w.-]{0,12})$/i;

function literal(value: Text, place: Place, into: CredentialUse[]): void {
  const text = value.value.trim();
  if (value.expressions.length > 0 || text.length < 8 || HARMLESS.test(text)) return;
  const match = place.as === null ? null : variableMatch(place.as);
  into.push({
    kind: "literal",
    name: null,
    span: value.span,
    text: value,
    read: null,
    ...place,
    system: match?.provider ? system(match.provider.id) : null,
    by: match?.provider ? "variable" : null,
  });
}
