/**
 * `config/rotate-root`: the configured key is replaced by a new one of the same user. A note goes before each step, so that a process
 * may die at any point: a key whose answer was lost is found among the user's keys and deleted; a new key that works is taken, and the
 * old one is deleted only after the new one stands in the configuration.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { AwsApi } from "./api.ts";
import { configProblem, requireRoot } from "./config.ts";
import type { AwsContext } from "./context.ts";
import { CONFIG, ROTATION, type RootConfig, type RotationNote, load, save } from "./store.ts";

const LEFT_BEHIND_MS = 120_000;
/** AWS lets a user have two. */
const MOST_KEYS = 2;
/** A new key is known everywhere only after some seconds. */
const [PROOFS, PAUSE_MS] = [10, 1_500];

async function rotate(context: AwsContext, call: Call): Promise<Reply> {
  const { storage } = call;
  const config = await requireRoot(storage);
  const api = new AwsApi(config);
  const user = await api.ownUser();
  const known = await api.listKeys(user);
  if (known.length >= MOST_KEYS)
    throw configProblem(
      "the configured key's user has two keys already: delete the one that is not configured",
    );
  const note: RotationNote = {
    id: uuid(),
    user,
    started: context.clock.now(),
    known,
    old: config.accessKey,
    fresh: null,
  };
  await storage.transaction(async (tx) => {
    if ((await tx.get(ROTATION)) !== null)
      throw new BulkheadError("database.rotating", { name: "config/root" });
    save(tx, ROTATION, note);
  });
  const fresh = await api.createKey(user).catch(async (error: unknown) => {
    if (isBulkheadError(error) && error.code === "aws.refused") await settle(storage, note.id);
    throw error;
  });
  await noteFresh(storage, { ...note, fresh });
  await takeFresh(storage, { ...note, fresh });
  return { data: { access_key: fresh.accessKey } };
}

async function noteFresh(storage: Storage, note: RotationNote): Promise<void> {
  await storage.transaction(async (tx) => {
    const now = await load<RotationNote>(tx, ROTATION);
    if (now?.id !== note.id) throw new BulkheadError("store.contended");
    save(tx, ROTATION, note);
  });
}

/** The new key works: the configuration's from now on; then the old one goes. */
async function takeFresh(storage: Storage, note: RotationNote): Promise<void> {
  const { fresh, old, user, id } = note;
  if (fresh === null) return;
  const before = await requireRoot(storage);
  const config: RootConfig = { ...before, ...fresh, revision: id };
  const api = new AwsApi(config);
  await prove(api);
  const taken = await storage.transaction(async (tx) => {
    const [now, present] = [await load<RotationNote>(tx, ROTATION), await load<RootConfig>(tx, CONFIG)];
    if (now?.id !== id || present === null) return false;
    save(tx, CONFIG, { ...present, ...fresh, revision: id });
    return true;
  });
  if (!taken) return; // another configuration was written meanwhile
  await api.deleteKey(user, old);
  await settle(storage, id);
}

async function prove(api: AwsApi): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await api.identity();
      return;
    } catch (error) {
      if (tries >= PROOFS || !isBulkheadError(error) || error.code !== "aws.refused") throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function settle(storage: Storage, id: string): Promise<void> {
  await storage.transaction(async (tx) => {
    if ((await load<RotationNote>(tx, ROTATION))?.id === id) tx.delete(ROTATION);
  });
}

export async function finishRotation(context: AwsContext, storage: Storage): Promise<void> {
  const note = await load<RotationNote>(storage, ROTATION);
  if (note === null || context.clock.now() - note.started < LEFT_BEHIND_MS) return;
  try {
    if (note.fresh !== null) await takeFresh(storage, note);
    else {
      const config = await requireRoot(storage);
      const api = new AwsApi(config);
      for (const key of await api.listKeys(note.user))
        if (!note.known.includes(key) && key !== config.accessKey) await api.deleteKey(note.user, key);
      await settle(storage, note.id);
    }
  } catch (error) {
    context.warn("aws root rotation unfinished", {
      reason: isBulkheadError(error) ? error.code : "unexpected",
    });
  }
}

export const rotatePaths = (context: AwsContext): PathDeclaration[] => [
  {
    pattern: "config/rotate-root",
    summary: "Replaces the configured key by a new one that nobody else knows",
    operations: { update: (call) => rotate(context, call) },
  },
];
