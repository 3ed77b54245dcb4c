/** One secret of one environment to one place: read, put there, remembered by a keyed digest. What rotation calls after a promotion. */
import { createHash } from "node:crypto";
import type { ApiClient } from "../../client/index.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { PushContext, PushedState } from "../../managers/push/index.ts";
import { KV_MOUNT, secretPath } from "../../manifest/index.ts";
import type { PushJob } from "./jobs.ts";
import { type Remembered, rememberedPushes } from "./status.ts";

export interface PushOptions {
  readonly client: ApiClient;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Also what stands there unchanged. */
  readonly force?: boolean;
  /** Nothing is sent, and no token is read. */
  readonly dryRun?: boolean;
}

export interface PushOutcome {
  readonly name: string;
  readonly done: "pushed" | "unchanged" | "would push";
  readonly version: number;
  readonly updated: string | null;
}

const dataPath = ({ project, environment }: PushJob, secret: string): string =>
  `${KV_MOUNT}/data/${secretPath(project, environment, secret)}`;

/** Throws `push.…`, `reference.…`. */
export async function pushSecret(job: PushJob, options: PushOptions): Promise<readonly PushOutcome[]> {
  const { client, dryRun = false, force = false } = options;
  const found = await client.readSecret(dataPath(job, job.secret));
  const { secret, environment } = job;
  if (found === null) throw new BulkheadError("push.no-value", { secret, environment });
  let token: Secret | null = null;
  try {
    const fields = [...found.fields.keys()];
    const entries = [...found.fields].map(([field, value]) => ({ name: job.nameOf(field, fields), value }));
    const known = await rememberedPushes(client, job.project);
    if (dryRun) return entries.map(({ name }) => outcome(name, "would push", found.version, null));
    token = await tokenOf(client, job);
    const context = contextOf(options, token);
    const settled = force ? [] : await unchanged(job, entries, { client, known, context });
    const due = entries.filter(({ name }) => !settled.includes(name));
    const states = due.length === 0 ? [] : await job.target.push(job.settings, due, context);
    for (const { name, value } of entries) {
      const state = states.find((one) => one.name === name);
      const before = known.find((one) => isSame(one, job, name));
      // An unchanged value may belong to a newer version: it is no drift then.
      if (state !== undefined || before?.version !== found.version)
        await remember(client, job, { name, value, state, mark: before?.mark ?? "", version: found.version });
    }
    return entries.map(({ name }) => {
      const state = states.find((one) => one.name === name);
      return outcome(
        name,
        state === undefined ? "unchanged" : "pushed",
        found.version,
        state?.updated ?? null,
      );
    });
  } finally {
    for (const value of found.fields.values()) value.wipe();
    token?.wipe();
  }
}

const outcome = (
  name: string,
  done: PushOutcome["done"],
  version: number,
  updated: string | null,
): PushOutcome => ({ name, done, version, updated });

const isSame = (one: Remembered, job: PushJob, name: string): boolean =>
  one.environment === job.environment &&
  one.secret === job.secret &&
  one.target === job.target.id &&
  one.place === job.place &&
  one.name === name;

export function contextOf({ env, cwd }: Pick<PushOptions, "env" | "cwd">, token: Secret | null): PushContext {
  return { env, cwd, token };
}

/** null: the target asks the machine's own identity. The caller wipes it. */
export async function tokenOf(client: ApiClient, job: PushJob): Promise<Secret | null> {
  if (job.with === null) return null;
  const found = await client.readSecret(dataPath(job, job.with));
  const value = found?.fields.get("value") ?? [...(found?.fields.values() ?? [])][0];
  if (found === null || value === undefined)
    throw new BulkheadError("push.no-value", { secret: job.with, environment: job.environment });
  for (const one of found.fields.values()) if (one !== value) one.wipe();
  return value;
}

const sha256 = (value: Secret): string => createHash("sha256").update(value.reveal()).digest("hex");
const about = ({ project, environment, secret, target, place }: PushJob, name: string) => ({
  project,
  environment,
  secret,
  target: target.id,
  place,
  name,
});

/** Names whose value was pushed as it is, and that nobody has changed there since. */
async function unchanged(
  job: PushJob,
  entries: readonly { readonly name: string; readonly value: Secret }[],
  at: { readonly client: ApiClient; readonly known: readonly Remembered[]; readonly context: PushContext },
): Promise<string[]> {
  const candidates = entries.filter(({ name }) => at.known.some((one) => isSame(one, job, name)));
  if (candidates.length === 0) return [];
  const names = candidates.map(({ name }) => name);
  const there = await job.target.state(job.settings, names, at.context);
  const settled: string[] = [];
  for (const { name, value } of candidates) {
    const mark = at.known.find((one) => isSame(one, job, name))?.mark;
    if (there.find((one) => one.name === name)?.mark !== mark) continue;
    const body = { ...about(job, name), sha256: sha256(value) };
    const answer = await at.client.write("bulkhead/inventory/pushed/compare", body);
    if (answer?.same === true) settled.push(name);
  }
  return settled;
}

async function remember(
  client: ApiClient,
  job: PushJob,
  one: {
    readonly name: string;
    readonly value: Secret;
    readonly state: PushedState | undefined;
    readonly mark: string;
    readonly version: number;
  },
): Promise<void> {
  await client.write("bulkhead/inventory/pushed", {
    ...about(job, one.name),
    version: one.version,
    sha256: sha256(one.value),
    mark: one.state?.mark ?? one.mark,
  });
}
