/**
 * Version 1: one value a path, no history. The body is the secret; it is kept as the JSON bytes that came. A `ttl` (or `lease`)
 * among its fields is a hint to readers when to read again: it is answered as `lease_duration`, and nothing ends by it.
 */
import { parseDuration } from "../../core/duration.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { RawJson, kindOf, members, parseJson } from "../../core/json-bytes.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { ValuePlace } from "../../kernel/services.ts";
import { compact, folderPath, secretPath, stringFields, wipe, writablePath } from "./input.ts";
import type { KvContext } from "./secrets.ts";

const VALUE = "value/";
/** A longer text is no duration; nothing longer is made a string of. */
const LONGEST_HINT = 40;

const valueKey = (path: string): string => VALUE + path;
/** The value index counts versions; here there is only the one. */
const placeOf = (kv: KvContext, path: string): ValuePlace => ({ mount: kv.mount, path, version: 1 });

/** Milliseconds of the secret's own hint, or what the mount gives where there is none that can be read. */
function leaseHint(fields: ReadonlyMap<string, RawJson>, otherwise: number): number {
  const raw = fields.get("ttl") ?? fields.get("lease");
  if (raw === undefined || raw.bytes.length > LONGEST_HINT) return otherwise;
  const kind = kindOf(raw);
  if (kind === "null") return 0;
  if (kind !== "string" && kind !== "number") return otherwise;
  const given = parseJson(raw) as string | number;
  if (given === "") return 0;
  if (typeof given === "number" && !Number.isSafeInteger(given)) return otherwise;
  if (/^-/.test(String(given))) return 0; // over already
  try {
    return parseDuration(given);
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    return otherwise;
  }
}

async function read(call: Call, defaultLease: number): Promise<Reply | null> {
  const path = secretPath(call);
  const value = path === null ? null : await call.storage.get(valueKey(path));
  if (value === null) return null;
  const fields = members(new RawJson(value));
  return { data: Object.fromEntries(fields), leaseDuration: leaseHint(fields, defaultLease) };
}

async function write(kv: KvContext, call: Call): Promise<undefined> {
  const path = writablePath(call);
  if (call.body === null || members(call.body).size === 0) throw new BulkheadError("kv.no-fields");
  const value = compact(call.body);
  const fields = stringFields(new RawJson(value));
  try {
    await call.storage.transaction(async (tx) => {
      await kv.values.forget(tx, placeOf(kv, path));
      tx.put(valueKey(path), value);
      await kv.values.record(tx, placeOf(kv, path), fields);
    });
  } finally {
    wipe([value, ...fields.values()]);
  }
}

async function remove(kv: KvContext, call: Call): Promise<undefined> {
  const path = secretPath(call);
  if (path === null) return;
  await call.storage.transaction(async (tx) => {
    tx.delete(valueKey(path));
    await kv.values.forget(tx, placeOf(kv, path));
  });
}

async function list(call: Call): Promise<Reply | null> {
  const keys = await call.storage.list(VALUE + folderPath(call));
  return keys.length === 0 ? null : { data: { keys } };
}

async function scan(call: Call): Promise<Reply | null> {
  const folder = VALUE + folderPath(call);
  const keys = (await call.storage.keys(folder)).map((key) => key.slice(folder.length));
  return keys.length === 0 ? null : { data: { keys } };
}

/** `defaultLease`: milliseconds. No fields are declared: every name in a body is the secret's. */
export const unversionedPath = (kv: KvContext, defaultLease: number): PathDeclaration => ({
  pattern: "{path*}",
  summary: "Reads, writes, deletes or lists secrets",
  exists: async (call) => {
    const path = secretPath(call);
    return path !== null && (await call.storage.getEntry(valueKey(path))) !== null;
  },
  operations: {
    read: (call) => read(call, defaultLease),
    create: (call) => write(kv, call),
    update: (call) => write(kv, call),
    delete: (call) => remove(kv, call),
    list,
    scan,
  },
});
