/**
 * IAM users that live as long as their lease. Before AWS is asked to make one, a note of it is durable; the lease takes the note's
 * place in one commit. What is still noted ten minutes later has no lease, and is deleted.
 */
import { isBulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, Reply } from "../../kernel/plugin.ts";
import { AwsApi } from "./api.ts";
import { requireRoot } from "./config.ts";
import type { AwsContext } from "./context.ts";
import { generatedName } from "./names.ts";
import { LEASE, type LeaseConfig, type Role, USERS, type UserNote, load, save } from "./store.ts";

/** Longer than any request lasts. */
const LEFT_BEHIND_MS = 600_000;
const [FIRST_RETRY, LAST_RETRY] = [10_000, 3_600_000];

export async function createUser(context: AwsContext, call: Call, name: string, role: Role): Promise<Reply> {
  const { storage } = call;
  const config = await requireRoot(storage);
  const username = generatedName(context, config, {
    type: "IAM",
    displayName: call.caller?.displayName ?? "",
    role: name,
  });
  const id = uuid();
  await storage.transaction((tx) => {
    save(tx, USERS + id, {
      username,
      due: context.clock.now() + LEFT_BEHIND_MS,
      failures: 0,
    } satisfies UserNote);
    return Promise.resolve();
  });
  const api = new AwsApi(config);
  let key: Awaited<ReturnType<AwsApi["createKey"]>>;
  try {
    await equip(api, username, name, role);
    key = await api.createKey(username);
  } catch (error) {
    if (isTaken(error)) await storage.delete(USERS + id);
    else await undo(context, storage, id, username);
    throw error;
  }
  const { ttl, maxTtl } = await spans(context, storage);
  return {
    data: { access_key: key.accessKey, secret_key: Secret.copy(key.secretKey), security_token: null },
    lease: { ttl, maxTtl, renewable: true, internal: { type: "iam_user", username }, replaces: USERS + id },
  };
}

/** What was there before is not ours to delete. */
const isTaken = (error: unknown): boolean =>
  isBulkheadError(error) &&
  error.details.action === "CreateUser" &&
  error.details.code === "EntityAlreadyExists";

/** Its rights before its key: a key never works with less bounds than it will have. */
async function equip(api: AwsApi, username: string, name: string, role: Role): Promise<void> {
  await api.createUser({
    name: username,
    path: role.userPath || "/",
    boundary: role.boundary,
    tags: role.tags,
  });
  for (const arn of role.policyArns) await api.attachPolicy(username, arn);
  if (role.policyDocument !== "") await api.putPolicy(username, name.slice(0, 128), role.policyDocument);
  for (const group of role.groups) await api.addToGroup(username, group);
}

async function spans(
  { mount: { mount, services } }: AwsContext,
  storage: Storage,
): Promise<{ ttl: number; maxTtl: number }> {
  const { defaults } = services.mounts;
  const config = await load<LeaseConfig>(storage, LEASE);
  const most = mount.maxLeaseTtl || defaults.maxLeaseTtl;
  const maxTtl = Math.min(config?.max ?? most, most);
  return {
    ttl: Math.min(config?.lease ?? (mount.defaultLeaseTtl || defaults.defaultLeaseTtl), maxTtl),
    maxTtl,
  };
}

export async function deleteUser(storage: Storage, username: string): Promise<void> {
  await new AwsApi(await requireRoot(storage)).deleteUser(username);
}

/** What failed is cleaned up at once where AWS answers, otherwise later. */
async function undo(context: AwsContext, storage: Storage, id: string, username: string): Promise<void> {
  try {
    await deleteUser(storage, username);
    await storage.delete(USERS + id);
  } catch (error) {
    context.warn("aws user left behind", {
      username,
      reason: isBulkheadError(error) ? error.code : "unexpected",
    });
  }
}

/** Users that were made, or were about to be, without a lease. */
export async function deleteLeftBehind(context: AwsContext, storage: Storage): Promise<void> {
  for (const known of await storage.list(USERS)) {
    const note = await load<UserNote>(storage, USERS + known);
    if (note === null || note.due > context.clock.now()) continue;
    // from here on its creation can no longer become a lease: its note has another name
    const id = uuid();
    const taken = await storage.transaction(async (tx) => {
      if ((await tx.get(USERS + known)) === null) return false;
      const due = context.clock.now() + Math.min(FIRST_RETRY * 2 ** note.failures, LAST_RETRY);
      tx.delete(USERS + known);
      save(tx, USERS + id, { ...note, due, failures: note.failures + 1 });
      return true;
    });
    if (taken) await undo(context, storage, id, note.username);
  }
}
