/** `data/:path`: read a version, write or patch a new one, delete the latest. */
import { BulkheadError } from "../../core/errors.ts";
import { RawJson, mergePatch } from "../../core/json-bytes.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { casOption, compact, dataValue, secretPath, stringFields, wipe, writablePath } from "./input.ts";
import { refuseRetired } from "./retire.ts";
import {
  type KvContext,
  type Metadata,
  type Version,
  addVersion,
  checkCas,
  describe,
  isLive,
  loadConfig,
  loadMetadata,
  loadValue,
} from "./secrets.ts";
import { markDeleted } from "./versions.ts";

export interface FoundVersion {
  readonly metadata: Metadata;
  readonly number: number;
  readonly version: Version;
  /** JSON the caller owns; null when the version is deleted or destroyed. */
  readonly value: Buffer | null;
}

/** The version asked for (0 or less: the latest), or null when there is none. */
export async function findVersion(kv: KvContext, call: Call, path: string): Promise<FoundVersion | null> {
  const asked = call.fields.int("version") ?? 0;
  let number = 0;
  // Metadata and value are two reads: a version destroyed in between is looked up again and then seen as destroyed.
  for (let tries = 0; tries < 3; tries++) {
    const metadata = await loadMetadata(call.storage, path);
    if (metadata === null) return null;
    refuseRetired(metadata);
    number = asked > 0 ? asked : metadata.current;
    const version = metadata.versions[number];
    if (version === undefined) return null;
    if (!isLive(version, kv.clock.now())) return { metadata, number, version, value: null };
    const value = await loadValue(call.storage, path, number);
    if (value !== null) return { metadata, number, version, value };
  }
  throw new BulkheadError("kv.incomplete", { version: number, mount: kv.mount });
}

async function read(kv: KvContext, call: Call): Promise<Reply | null> {
  const path = secretPath(call);
  const found = path === null ? null : await findVersion(kv, call, path);
  if (found === null) return null;
  const metadata = describe(found.metadata, found.number, found.version);
  if (found.value === null) return { status: 404, data: { data: null, metadata } };
  return { data: { data: new RawJson(found.value), metadata } };
}

/** The answer to a write: the new version's metadata. */
function written(metadata: Metadata): Reply {
  const version = metadata.versions[metadata.current];
  return version === undefined ? {} : { data: describe(metadata, metadata.current, version) };
}

async function write(kv: KvContext, call: Call): Promise<Reply> {
  const path = writablePath(call);
  const data = dataValue(call);
  const cas = casOption(call);
  const value = compact(data);
  const fields = stringFields(new RawJson(value));
  try {
    return written(
      await call.storage.transaction(async (tx) => {
        const [metadata, config] = [await loadMetadata(tx, path), await loadConfig(tx)];
        refuseRetired(metadata);
        checkCas(metadata, config, cas);
        return await addVersion(kv, tx, { path, value, fields, metadata, config });
      }),
    );
  } finally {
    wipe([value, ...fields.values()]);
  }
}

/** RFC 7396 on the latest version; nothing to patch is 404. */
async function patch(kv: KvContext, call: Call): Promise<Reply | null> {
  const path = writablePath(call);
  const change = dataValue(call);
  const cas = casOption(call);
  return await call.storage.transaction(async (tx): Promise<Reply | null> => {
    const [metadata, config] = [await loadMetadata(tx, path), await loadConfig(tx)];
    const latest = metadata?.versions[metadata.current];
    if (metadata === null || latest === undefined) return null;
    refuseRetired(metadata);
    checkCas(metadata, config, cas);
    if (!isLive(latest, kv.clock.now()))
      return { status: 404, data: describe(metadata, metadata.current, latest) };
    const before = await loadValue(tx, path, metadata.current);
    if (before === null)
      throw new BulkheadError("kv.incomplete", { version: metadata.current, mount: kv.mount });
    const merged = mergePatch(new RawJson(before), change).bytes;
    const value = compact(new RawJson(merged));
    const fields = stringFields(new RawJson(value));
    try {
      return written(await addVersion(kv, tx, { path, value, fields, metadata, config }));
    } finally {
      // `change` belongs to the request and is read again when the transaction is run again
      wipe([before, value, ...fields.values()]);
      if (merged !== change.bytes) wipe([merged]);
    }
  });
}

async function remove(kv: KvContext, call: Call): Promise<undefined> {
  const path = secretPath(call);
  if (path !== null) await markDeleted(kv, call.storage, path, null);
}

export const dataPath = (kv: KvContext): PathDeclaration => ({
  pattern: "data/{path*}",
  summary: "Reads, writes, patches or deletes a secret's latest version",
  fields: {
    version: { type: "int", description: "The version to read; 0: the latest", plain: true },
    data: { type: "json", description: "The secret's fields, an object" },
    options: { type: "json", description: "`cas`: the version this write follows; 0: it must not exist" },
  },
  exists: async (call) => {
    const path = secretPath(call);
    return path !== null && (await loadMetadata(call.storage, path)) !== null;
  },
  operations: {
    read: (call) => read(kv, call),
    create: (call) => write(kv, call),
    update: (call) => write(kv, call),
    patch: (call) => patch(kv, call),
    delete: (call) => remove(kv, call),
  },
});
