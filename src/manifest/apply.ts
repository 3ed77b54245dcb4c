/**
 * `bulkhead apply`: carries a plan out under the project's lock. What is about to be made is written down first, so that an
 * apply that died in the middle is completed by the next, and nothing it made is ever forgotten.
 */
import { BulkheadError } from "../core/errors.ts";
import type { JsonObject, ManifestApi } from "../core/ports/manifest-api.ts";
import { type Desired, canonical, desired } from "./desired.ts";
import { type Plan, type PlannedWrite, planFor, readApplied } from "./plan.ts";
import type { Manifest } from "./types.ts";

export interface ApplyOptions {
  /** Plan only. */
  readonly dryRun?: boolean;
  /** Called after each write, for progress. */
  readonly onWrite?: (write: PlannedWrite) => void;
}

export interface Applied {
  /** What was (or, dry, would be) written. */
  readonly plan: Plan;
  /** True when something was changed. */
  readonly changed: boolean;
}

const LOCK_SECONDS = 120;

/**
 * Throws `manifest.refused` when the plan holds a refused finding, `project.locked` while another apply runs, and the API's own
 * error (`value.reused` …) where it refuses a write; running it again goes on from there.
 */
export async function apply(
  manifest: Manifest,
  api: ManifestApi,
  options: ApplyOptions = {},
): Promise<Applied> {
  const wanted = desired(manifest);
  const first = await planFor(manifest, wanted, api);
  refuse(first);
  if (first.upToDate || options.dryRun === true) return { plan: first, changed: false };
  const lock = await takeLock(manifest.project, api);
  try {
    // What stood there may have changed until the lock was ours.
    const plan = await planFor(manifest, wanted, api);
    refuse(plan);
    await carryOut({ plan, wanted, api, lock, ...(options.onWrite ? { onWrite: options.onWrite } : {}) });
    return { plan, changed: !plan.upToDate };
  } finally {
    await lock.release();
  }
}

function refuse({ findings, file }: Plan): void {
  const refused = findings.filter(({ level }) => level === "refused");
  if (refused.length === 0) return;
  const list = refused
    .map(({ line, column, message }) => `${file}${placeOf(line, column)}: ${message}`)
    .join("\n");
  throw new BulkheadError("manifest.refused", { list });
}

const placeOf = (line: number, column: number | undefined): string =>
  line > 0 ? `:${line}${column === undefined ? "" : `:${column}`}` : "";

interface Work {
  readonly plan: Plan;
  readonly wanted: Desired;
  readonly api: ManifestApi;
  readonly lock: Lock;
  readonly onWrite?: (write: PlannedWrite) => void;
}

async function carryOut({ plan, wanted, api, lock, onWrite }: Work): Promise<void> {
  const project = `bulkhead/projects/${plan.project}`;
  for (const write of plan.writes) {
    if (write.action === "same") continue;
    await lock.keep();
    if (write.what === "project") await announce(project, plan, { wanted, api, lock });
    else if (write.action === "delete") await remove(write, plan.project, api);
    else await api.write("POST", write.path, write.after ?? {});
    onWrite?.(write);
  }
  const { policies, roles, digest } = wanted;
  const state = await readApplied(plan.project, api);
  const done = { policies, roles, digest };
  if (
    canonical(done) !== canonical({ policies: state?.policies, roles: state?.roles, digest: state?.digest })
  )
    await api.write("POST", project, { applied: done, lock: lock.token });
}

/** The declaration, and every role and policy that stands or will: before any of them is made. */
async function announce(
  path: string,
  { project: name, revision }: Plan,
  { wanted, api, lock }: Pick<Work, "wanted" | "api" | "lock">,
): Promise<void> {
  const before = await readApplied(name, api);
  const all = (old: readonly string[] | undefined, now: readonly string[]): readonly string[] =>
    [...new Set([...(old ?? []), ...now])].sort();
  await api.write("POST", path, {
    manifest: wanted.project as unknown as JsonObject,
    declaration: wanted.declaration,
    applied: {
      policies: all(before?.policies, wanted.policies),
      roles: all(before?.roles, wanted.roles),
      digest: "",
    },
    cas: revision,
    lock: lock.token,
  });
}

/** A role goes with the tokens it gave out; its policy goes after it. */
async function remove(write: PlannedWrite, project: string, api: ManifestApi): Promise<void> {
  if (write.what !== "role") {
    await api.write("DELETE", write.path);
    return;
  }
  const [role = ""] = write.name.split("@");
  const [, stage, environment] = role.split(".");
  await api.write("DELETE", write.path);
  if (stage !== undefined && environment !== undefined)
    await api.write("POST", "bulkhead/runs/revoke", { project, stage, environment });
}

interface Lock {
  readonly token: string;
  /** Prolongs the lock when half of its time is over. */
  keep(): Promise<void>;
  release(): Promise<void>;
}

async function takeLock(project: string, api: ManifestApi): Promise<Lock> {
  const path = `bulkhead/projects/${project}`;
  const reply = await api.write("POST", `${path}/lock`, { ttl: LOCK_SECONDS });
  const token = typeof reply?.token === "string" ? reply.token : "";
  let since = performance.now();
  return {
    token,
    async keep() {
      if (performance.now() - since < LOCK_SECONDS * 500) return;
      await api.write("POST", `${path}/lock`, { ttl: LOCK_SECONDS, token });
      since = performance.now();
    },
    async release() {
      try {
        await api.write("POST", `${path}/unlock`, { token });
      } catch {
        // It ends by itself; the error that brought us here says more.
      }
    },
  };
}
