/**
 * `cubbyhole/`: storage of a token's own. What a token puts here only that token can read, and it is gone with the token; that is
 * what response wrapping stands on. The body is kept as the bytes that came.
 */
import { BulkheadError } from "../../core/errors.ts";
import { RawJson, encodeJson, members } from "../../core/json-bytes.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, PluginType, Reply } from "../../kernel/plugin.ts";

const MAX_PATH = 768;
const PAGE = 500;

/** The caller's own part of the mount's storage. */
function own(call: Call): Storage {
  if (call.caller === null) throw new BulkheadError("auth.missing-token");
  if (call.caller.type === "batch") throw new BulkheadError("cubbyhole.batch"); // nothing would ever wipe it
  return call.storage.scope(`${call.caller.tokenHash}/`);
}

/** null: a folder or nothing, where no entry can stand. */
function entryPath(call: Call): string | null {
  const path = call.params.path ?? "";
  if (Buffer.byteLength(path) > MAX_PATH)
    throw new BulkheadError("kv.bad-path", { problem: `longer than ${MAX_PATH} bytes` });
  return path === "" || path.endsWith("/") ? null : path;
}

async function read(call: Call): Promise<Reply | null> {
  const path = entryPath(call);
  const value = path === null ? null : await own(call).get(path);
  return value === null ? null : { data: Object.fromEntries(members(new RawJson(value))) };
}

async function write(call: Call): Promise<undefined> {
  const storage = own(call);
  const path = entryPath(call);
  if (path === null) throw new BulkheadError("kv.folder");
  const entries = call.body === null ? new Map<string, RawJson>() : members(call.body);
  if (entries.size === 0) throw new BulkheadError("cubbyhole.no-data");
  const value = Buffer.concat(encodeJson(Object.fromEntries(entries)));
  try {
    await storage.put(path, value);
  } finally {
    value.fill(0);
  }
}

async function remove(call: Call): Promise<undefined> {
  const path = entryPath(call);
  if (path !== null) await own(call).delete(path);
}

async function list(call: Call): Promise<Reply | null> {
  const path = call.params.path ?? "";
  const folder = path === "" || path.endsWith("/") ? path : `${path}/`;
  entryPath(call);
  const keys = await own(call).list(folder);
  return keys.length === 0 ? null : { data: { keys } };
}

/** Page by page, so that a token that filled its cubbyhole cannot make one huge transaction. */
async function wipe(tokenHash: string, storage: Storage): Promise<void> {
  const scoped = storage.scope(`${tokenHash}/`);
  for (;;) {
    const keys = await scoped.keys("", { limit: PAGE });
    if (keys.length === 0) return;
    await scoped.transaction(async (tx) => {
      for (const key of keys) tx.delete(key);
    });
  }
}

export const cubbyhole: PluginType = {
  type: "cubbyhole",
  title: "Cubbyhole",
  description: "per-token private secret storage",
  builtinAt: "cubbyhole/",
  keepsPerToken: true,
  create: () => ({
    paths: [
      {
        pattern: "{path*}",
        summary: "Reads, writes, deletes or lists entries only this token can see",
        exists: async (call) => {
          const path = entryPath(call);
          if (path === null || call.caller?.type === "batch") return false;
          return (await own(call).getEntry(path)) !== null;
        },
        operations: { read, create: write, update: write, delete: remove, list },
      },
    ],
    tokenRevoked: wipe,
  }),
};
