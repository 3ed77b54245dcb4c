/** One secret of one environment to one place: read, put there, remembered by a keyed digest. `carry.ts` is a rotation's. */
import { createHash } from "node:crypto";
import type { ApiClient } from "../../client/index.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { PushContext, PushedState } from "../../managers/push/index.ts";
import { KV_MOUNT, secretPath } from "../../manifest/desired.ts";
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
  /** False: no local file is read for a declaration. */
  readonly files?: boolean;
  /** What must be current here; another value goes nowhere. */
  readonly expected?: ReadonlyMap<string, Secret>;
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
  const { client, dryRun = false, force = false, expected } = options;
  const found = await client.readSecret(dataPath(job, job.secret));
  const { secret, environment } = job;
  if (found === null) throw new BulkheadError("push.no-value", { secret, environment });
  let token: Secret | null = null;
  try {
    if (expected !== undefined && !isEqual(found.fields, expected))
      throw new BulkheadError("push.superseded", { secret, environment });
    const fields = [...found.fields.keys()];
    const entries = [...found.fields].map(([field, value]) => ({ name: job.nameOf(field, fields), value }));
    const known = await rememberedPushes(client, job.project);
    if (dryRun) return entries.map(({ name }) => outcome(name, "would push", found.version, null));
    token = await tokenOf(client, job);
    const context = contextOf(options, token);
    const names = entries.map(({ name }) => name);
    // Asked before anything is sent: where this fails, it is certain that nothing was.
    const there = await job.target.state(job.settings, names, context);
    const settled = force ? [] : await unchanged(job, entries, { client, known, there });
    const due = entries.filter(({ name }) => !settled.includes(name));
    const states = due.length === 0 ? [] : await sent(job, due, { client, context, version: found.version });
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

type Surroundings = Pick<PushOptions, "env" | "cwd" | "files">;

export function contextOf({ env, cwd, files = true }: Surroundings, token: Secret | null): PushContext {
  return { env, cwd, files, token };
}

const isEqual = (a: ReadonlyMap<string, Secret>, b: ReadonlyMap<string, Secret>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name)?.equals(value) === true);

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

type Entries = readonly { readonly name: string; readonly value: Secret }[];

/** Of what may or may not have arrived: no target gives it. */
const UNKNOWN = "unknown";

/** An answer that did not come, or made no sense, leaves open what stands there now: that is remembered before it is thrown. */
async function sent(
  job: PushJob,
  due: Entries,
  at: { readonly client: ApiClient; readonly context: PushContext; readonly version: number },
): Promise<readonly PushedState[]> {
  try {
    return await job.target.push(job.settings, due, at.context);
  } catch (error) {
    if (!isBulkheadError(error) || !CERTAIN.has(error.code) || due.length > 1)
      for (const { name, value } of due)
        await remember(at.client, job, { name, value, state: undefined, mark: UNKNOWN, version: at.version });
    throw error;
  }
}

/** Errors after which the one value that was sent is not there. */
const CERTAIN: ReadonlySet<string> = new Set([
  "push.refused",
  "push.absent",
  "push.value-unfit",
  "push.bad-place",
]);

interface Seen {
  readonly client: ApiClient;
  readonly known: readonly Remembered[];
  readonly there: readonly PushedState[];
}

/** Names whose value was pushed as it is, and that nobody has changed there since. */
async function unchanged(job: PushJob, entries: Entries, { client, known, there }: Seen): Promise<string[]> {
  const settled: string[] = [];
  for (const { name, value } of entries) {
    const before = known.find((one) => isSame(one, job, name));
    if (before === undefined || there.find((one) => one.name === name)?.mark !== before.mark) continue;
    if (await wasPushed(client, job, name, value)) settled.push(name);
  }
  return settled;
}

async function wasPushed(client: ApiClient, job: PushJob, name: string, value: Secret): Promise<boolean> {
  const body = { ...about(job, name), sha256: sha256(value) };
  return (await client.write("bulkhead/inventory/pushed/compare", body))?.same === true;
}

/**
 * After a push of `value` that failed: whether no other value of ours can stand there, by what the target says, or where it says nothing by
 * what is remembered. False where that is not sure.
 */
export async function holdsNoOther(
  job: PushJob,
  value: ReadonlyMap<string, Secret>,
  options: PushOptions,
): Promise<boolean> {
  const { client } = options;
  const fields = [...value.keys()];
  const known = await rememberedPushes(client, job.project);
  let token: Secret | null = null;
  let there: readonly PushedState[] | null = null;
  try {
    token = await tokenOf(client, job);
    const names = fields.map((field) => job.nameOf(field, fields));
    there = await job.target.state(job.settings, names, contextOf(options, token));
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
  } finally {
    token?.wipe();
  }
  for (const [field, one] of value) {
    const name = job.nameOf(field, fields);
    const before = known.find((other) => isSame(other, job, name));
    const state = there?.find((other) => other.name === name);
    if (there !== null && state?.mark !== before?.mark) return false;
    if (before !== undefined && !(await wasPushed(client, job, name, one))) return false;
  }
  return true;
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
