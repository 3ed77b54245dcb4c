/**
 * Schedules: one row a secret and environment, at the time at which it is next looked at, in the store's own order. While nothing is due a
 * round reads one key. A row that falls due is compared with the value's real age, so that a value that somebody replaced, or a store
 * that was restored, moves its row and rotates nothing twice.
 */
import { rfc3339 } from "../../core/clock.ts";
import { isBulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Storage, StorageTransaction } from "../../kernel/barrier/index.ts";
import { type DueKind, dueKey, dueRows, runDue } from "../../kernel/jobs/index.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import { providerById } from "../../providers/lookup.ts";
import { dueAt, withinWindow } from "../../rotate/schedule.ts";
import type { DeclaredEnvironment, Rotating } from "./declared.ts";
import { drive, start } from "./drive.ts";
import { frozen } from "./freeze.ts";
import { currentSince, declarationOf, ownClient } from "./own.ts";
import { activeId, type Place, placeOf } from "./rows.ts";

const HOUR = 3_600_000;
/** How often a secret that waits for somebody (a person, a check) is looked at again. */
const LOOK_AGAIN = 24 * HOUR;
const AT_ONCE = 8;
const PLAN = "plan/";

const placeFrom = (path: string): Place => {
  const [project = "", environment = "", secret = ""] = path.split("/");
  return { project, environment, secret };
};

/** The secret's row is at `at`, and nowhere else. */
async function putPlan(tx: StorageTransaction, path: string, at: number | null): Promise<void> {
  const before = await tx.get(PLAN + path);
  if (before !== null) tx.delete(dueKey(Number(before.toString("utf8")), `s/${path}`));
  if (at === null) {
    tx.delete(PLAN + path);
    return;
  }
  tx.put(PLAN + path, Buffer.from(String(at)));
  tx.put(dueKey(at, `s/${path}`), Buffer.from("1"));
}

/** Brings the rows of one project in line with its declaration; secrets without a value have none. */
export async function planProject(context: MountContext, storage: Storage, project: string): Promise<void> {
  const client = ownClient(context);
  const declaration = await declarationOf(client, project);
  const wanted = new Set<string>();
  for (const environment of declaration?.environments ?? [])
    for (const secret of declaration?.secrets ?? []) {
      if (!secret.stored) continue;
      const path = placeOf({ project, environment: environment.name, secret: secret.name });
      wanted.add(path);
      const since = await currentSince(client, placeFrom(path));
      const at =
        since === null ? context.clock.now() + LOOK_AGAIN : dueAt({ path, since, every: secret.every });
      const known = await storage.get(PLAN + path);
      if (known?.toString("utf8") === String(at) || (since === null && known !== null)) continue;
      await storage.transaction((tx) => putPlan(tx, path, at));
    }
  for (const key of await storage.keys(`${PLAN}${project}/`)) {
    const path = key.slice(PLAN.length);
    if (!wanted.has(path)) await storage.transaction((tx) => putPlan(tx, path, null));
  }
}

interface Known {
  readonly secret: Rotating;
  readonly environment: DeclaredEnvironment;
}

async function known(context: MountContext, path: string): Promise<Known | null> {
  const place = placeFrom(path);
  const declaration = await declarationOf(ownClient(context), place.project);
  const secret = declaration?.secrets.find(({ name }) => name === place.secret);
  const environment = declaration?.environments.find(({ name }) => name === place.environment);
  return secret === undefined || environment === undefined || !secret.stored ? null : { secret, environment };
}

/** Whether a process without a person and without the stages' commands may rotate it. */
const alone = ({ secret, environment }: Known): boolean =>
  byOf(secret) === "api" && environment.approve === 0 && secret.stages.every(({ check }) => !check);

export const byOf = ({ provider, settings }: Rotating): "api" | "person" => {
  if (settings.script !== undefined || settings.webhook !== undefined) return "api";
  const found = providerById(provider)?.rotate;
  return (found?.calls?.some(({ mint }) => mint !== undefined) ?? false) || found?.driver !== undefined
    ? "api"
    : "person";
};

async function fallDue(context: MountContext, storage: Storage, path: string): Promise<boolean> {
  const now = context.clock.now();
  const move = (at: number | null): Promise<void> => storage.transaction((tx) => putPlan(tx, path, at));
  const found = await known(context, path);
  if (found === null) {
    await move(null);
    return true;
  }
  const since = await currentSince(ownClient(context), placeFrom(path));
  const at = since === null ? now + LOOK_AGAIN : dueAt({ path, since, every: found.secret.every });
  const opens = withinWindow(now, found.environment.window);
  const freeze = await frozen(storage, placeFrom(path).project, now);
  if (at > now) await move(at);
  else if (freeze !== null) await move(freeze.until);
  else if (opens > now) await move(opens);
  else if (!alone(found)) await move(now + LOOK_AGAIN);
  else {
    // before it is begun: whatever becomes of it, it is not begun again in the next round
    await move(now + HOUR);
    const row = await start(context, storage, {
      ...{ ...placeFrom(path), reason: "schedule", finding: "", by: "schedule", principal: "", handle: "" },
    });
    await drive(context, storage, row.id);
    return true;
  }
  return false;
}

const LATER = new Set([
  "rotation.active",
  "rotation.taken",
  "rotation.no-secret",
  "rotation.frozen",
  "rotation.not-declared",
  "rotation.bad-driver",
]);

/** What is due of schedules and of rotations under way. Gives how many were looked at. */
export async function doDue(context: MountContext, storage: Storage): Promise<number> {
  const kind: DueKind = {
    due: (now, options) => dueRows(storage, now, options),
    run: async (ref) => {
      try {
        const path = ref.slice(2);
        if (ref.startsWith("s/")) return await fallDue(context, storage, path);
        await drive(context, storage, path);
        return true;
      } catch (error) {
        if (isBulkheadError(error) && LATER.has(error.code)) return false;
        throw error;
      }
    },
  };
  if ((await dueRows(storage, context.clock.now(), { limit: 1 })).length === 0) return 0;
  return await runDue([kind], { now: context.clock.now(), goesOn: () => true, concurrency: AT_ONCE });
}

/** What is due, or will be within `within` milliseconds: with owner and whose turn it is. */
export async function listDue(
  context: MountContext,
  storage: Storage,
  within: number,
): Promise<Record<string, ReplyValue>[]> {
  const now = context.clock.now();
  const client = ownClient(context);
  const found: Record<string, ReplyValue>[] = [];
  for (const { name } of await context.services.values.projects()) {
    const declaration = await declarationOf(client, name);
    for (const environment of declaration?.environments ?? [])
      for (const secret of declaration?.secrets ?? []) {
        const place = { project: name, environment: environment.name, secret: secret.name };
        const since = secret.stored ? await currentSince(client, place) : null;
        if (since === null) continue;
        const at = dueAt({ path: placeOf(place), since, every: secret.every });
        if (at > now + within) continue;
        const waits = secret.stages.some(({ check }) => check)
          ? "check"
          : environment.approve > 0
            ? "approval"
            : "";
        found.push({
          ...place,
          ...{
            due: rfc3339(at),
            overdue: at <= now,
            by: byOf(secret),
            owner: secret.owner,
            waits_for: waits,
          },
          page: providerById(secret.provider)?.rotate.page ?? "",
          rotation: await activeId(storage, place),
        });
      }
  }
  return found.sort((a, b) => (String(a.due) < String(b.due) ? -1 : 1));
}
