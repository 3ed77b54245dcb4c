/** `metadata/:path`: a secret's settings and versions, removal of all of it, and the listing of secrets. */
import { rfc3339 } from "../../core/clock.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  boolField,
  checkedCustom,
  countField,
  customField,
  folderPath,
  goDuration,
  secretPath,
  spanField,
  writablePath,
} from "./input.ts";
import { describeRetired } from "./retire.ts";
import {
  type KvContext,
  METADATA,
  type Metadata,
  describeVersions,
  eraseSecret,
  loadMetadata,
  newMetadata,
  saveMetadata,
} from "./secrets.ts";

const PAGE = 1_000;

async function read(call: Call): Promise<Reply | null> {
  const path = secretPath(call);
  const metadata = path === null ? null : await loadMetadata(call.storage, path);
  if (metadata === null) return null;
  return { data: describeSecret(metadata) };
}

export const describeSecret = (metadata: Metadata): Record<string, ReplyValue> => ({
  cas_required: metadata.casRequired,
  created_time: rfc3339(metadata.created),
  current_version: metadata.current,
  custom_metadata: metadata.custom,
  delete_version_after: goDuration(metadata.deleteAfter),
  max_versions: metadata.maxVersions,
  oldest_version: metadata.oldest,
  updated_time: rfc3339(metadata.updated),
  versions: describeVersions(metadata),
  ...(metadata.retired === undefined ? {} : { retired: describeRetired(metadata.retired) }),
});

/** What the request sets; undefined members stay as they are, null resets. */
function settings(call: Call) {
  return {
    maxVersions: countField(call, "max_versions"),
    casRequired: boolField(call, "cas_required"),
    deleteAfter: spanField(call, "delete_version_after", null),
    custom: customField(call),
  };
}

type Settings = ReturnType<typeof settings>;

function changed(metadata: Metadata, asked: Settings, custom: Metadata["custom"], now: number): Metadata {
  return {
    ...metadata,
    updated: now,
    maxVersions: asked.maxVersions === undefined ? metadata.maxVersions : (asked.maxVersions ?? 0),
    casRequired: asked.casRequired === undefined ? metadata.casRequired : (asked.casRequired ?? false),
    deleteAfter: asked.deleteAfter === undefined ? metadata.deleteAfter : (asked.deleteAfter ?? 0),
    custom,
  };
}

const withoutNulls = (custom: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(custom).flatMap(([key, value]) => (value === null ? [] : [[key, value] as const])),
  );

async function write(kv: KvContext, call: Call): Promise<undefined> {
  const path = writablePath(call);
  const asked = settings(call);
  if (Object.values(asked).every((value) => value === undefined)) return;
  const custom = asked.custom ? checkedCustom(withoutNulls(asked.custom)) : null;
  await call.storage.transaction(async (tx) => {
    const now = kv.clock.now();
    const metadata = (await loadMetadata(tx, path)) ?? newMetadata(now);
    saveMetadata(
      tx,
      path,
      changed(metadata, asked, asked.custom === undefined ? metadata.custom : custom, now),
    );
  });
}

async function patch(kv: KvContext, call: Call): Promise<Reply | null | undefined> {
  const path = writablePath(call);
  const asked = settings(call);
  return await call.storage.transaction(async (tx): Promise<null | undefined> => {
    const metadata = await loadMetadata(tx, path);
    if (metadata === null) return null;
    const custom =
      asked.custom === undefined
        ? metadata.custom
        : asked.custom === null
          ? null
          : checkedCustom(withoutNulls({ ...metadata.custom, ...asked.custom }));
    saveMetadata(tx, path, changed(metadata, asked, custom, kv.clock.now()));
    return undefined;
  });
}

async function remove(kv: KvContext, call: Call): Promise<undefined> {
  const path = secretPath(call);
  if (path === null) return;
  await call.storage.transaction(async (tx) => {
    const metadata = await loadMetadata(tx, path);
    if (metadata !== null) await eraseSecret(kv, tx, path, metadata);
  });
}

/** Names below the asked folder: those of one level, or (`deep`) the whole paths of all that lies below. */
export async function namesBelow(call: Call, deep: boolean): Promise<readonly string[]> {
  const prefix = METADATA + folderPath(call);
  const asked = call.fields.int("limit") ?? 0;
  const limit = asked > 0 ? asked : Number.POSITIVE_INFINITY;
  const names: string[] = [];
  let after = call.fields.string("after") || undefined;
  // In pages, so that a folder of any size is read without one huge query. `after` and `limit` as OpenBao offers them.
  while (names.length < limit) {
    const size = Math.min(PAGE, limit - names.length);
    const found = await page(call.storage, { prefix, deep, after, limit: size });
    names.push(...found);
    after = found.at(-1);
    if (found.length < size) break;
  }
  return names;
}

async function page(
  storage: Storage,
  { prefix, deep, after, limit }: { prefix: string; deep: boolean; after: string | undefined; limit: number },
): Promise<string[]> {
  if (!deep) return await storage.list(prefix, after === undefined ? { limit } : { after, limit });
  const found = await storage.keys(
    prefix,
    after === undefined ? { limit } : { after: prefix + after, limit },
  );
  return found.map((key) => key.slice(prefix.length));
}

async function names(call: Call, deep: boolean): Promise<Reply | null> {
  const keys = await namesBelow(call, deep);
  return keys.length === 0 ? null : { data: { keys } };
}

export const metadataPath = (kv: KvContext): PathDeclaration => ({
  pattern: "metadata/{path*}",
  summary: "A secret's settings and versions; lists secrets; deletes all of a secret",
  fields: {
    max_versions: { type: "json", description: "Versions kept; 0: the mount's", plain: true },
    cas_required: { type: "json", description: "Every write must say which version it follows", plain: true },
    delete_version_after: {
      type: "json",
      description: "How long a version lives; 0s: the mount's",
      plain: true,
    },
    custom_metadata: {
      type: "json",
      description: "Up to 64 names (128 bytes) with texts (512 bytes); never a secret",
    },
    after: { type: "string", description: "List: names after this one", plain: true },
    limit: { type: "int", description: "List: at most so many", plain: true },
  },
  exists: async (call) => {
    const path = secretPath(call);
    return path !== null && (await loadMetadata(call.storage, path)) !== null;
  },
  operations: {
    read,
    create: (call) => write(kv, call),
    update: (call) => write(kv, call),
    patch: (call) => patch(kv, call),
    delete: (call) => remove(kv, call),
    list: (call) => names(call, false),
    scan: (call) => names(call, true),
  },
});
