/** Which incident a command means: the flags of a new one, or the beginning of an id. */
import { BulkheadError } from "../../core/errors.ts";
import type { IncidentRecord, Target } from "../../incident/index.ts";
import { listOf } from "../alerts.ts";
import type { FlagSet } from "../command.ts";
import type { Context } from "../context.ts";

export const targetFlags = {
  workflow: {
    kind: "text",
    short: "w",
    placeholder: "workflow",
    brief: "a compromised workflow, or WORKFLOW:JOB",
  },
  stage: { kind: "text", short: "s", placeholder: "stage", brief: "a compromised stage" },
  run: { kind: "text", placeholder: "run", brief: "a compromised run, by its id" },
  secret: { kind: "text", placeholder: "name", brief: "a secret that leaked, by its name" },
  everything: { kind: "switch", brief: "all that bulkhead.yaml and the pipelines hold" },
  env: { kind: "text", short: "e", placeholder: "environment", brief: "of a stage or secret (default: all)" },
} as const satisfies FlagSet;

export interface TargetValues {
  readonly workflow: string | undefined;
  readonly stage: string | undefined;
  readonly run: string | undefined;
  readonly secret: string | undefined;
  readonly everything: boolean;
}

/** null when none is named. Throws `usage.invalid` for several. */
export function targetOf(flags: TargetValues, command: string): Target | null {
  const named = (["workflow", "stage", "run", "secret"] as const).flatMap((kind): Target[] => {
    const name = flags[kind];
    return name === undefined ? [] : [{ kind, name }];
  });
  const all: Target[] = flags.everything ? [...named, { kind: "everything", name: "" }] : named;
  if (all.length > 1) throw new BulkheadError("usage.invalid", { problem: "name one target", command });
  return all[0] ?? null;
}

export function requiredTarget(flags: TargetValues, command: string): Target {
  const target = targetOf(flags, command);
  if (target === null)
    throw new BulkheadError("usage.invalid", {
      problem: "name --workflow, --stage, --run, --secret or --everything",
      command,
    });
  return target;
}

export interface IncidentInfo {
  readonly id: string;
  readonly state: string;
  readonly target: Target;
  readonly created_time: string;
  readonly by: string;
  readonly items: number;
}

export const incidentsOf = (context: Context): Promise<IncidentInfo[]> =>
  listOf<IncidentInfo>(context, "bulkhead/incidents");

/** The id that begins so; without a beginning the one that is open. Throws `incident.unknown`, `usage.invalid`. */
export async function incidentNamed(
  context: Context,
  start: string | undefined,
  command: string,
): Promise<string> {
  const all = await incidentsOf(context);
  const found =
    start === undefined
      ? all.filter(({ state }) => state === "open")
      : all.filter(({ id }) => id.startsWith(start));
  if (found.length > 1)
    throw new BulkheadError("usage.invalid", {
      problem: "several incidents fit: name one with --id",
      command,
    });
  const [only] = found;
  if (only === undefined) throw new BulkheadError("incident.unknown", { id: start ?? "that is open" });
  return only.id;
}

export async function readIncident(context: Context, id: string): Promise<IncidentRecord> {
  const { client } = await context.api();
  const data = await client.read(`bulkhead/incidents/${id}`);
  if (data === null) throw new BulkheadError("incident.unknown", { id });
  return data as unknown as IncidentRecord;
}

export const idFlag = {
  id: { kind: "text", placeholder: "incident", brief: "its id, or how it begins (default: the open one)" },
} as const satisfies FlagSet;
