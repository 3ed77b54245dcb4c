/** `subkeys/:path`: which fields a version has, without a value. */
import { BulkheadError } from "../../core/errors.ts";
import { RawJson, type ReplyValue, kindOf, members } from "../../core/json-bytes.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { findVersion } from "./data.ts";
import { secretPath } from "./input.ts";
import { type KvContext, describe } from "./secrets.ts";

/** Names down to `depth` levels; everything that is no object with members, or lies deeper, is null. */
function subkeys(raw: RawJson, depth: number): ReplyValue {
  if (depth === 0 || kindOf(raw) !== "object") return null;
  const entries = [...members(raw)];
  if (entries.length === 0) return null;
  return Object.fromEntries(entries.map(([name, value]) => [name, subkeys(value, depth - 1)]));
}

async function read(kv: KvContext, call: Call): Promise<Reply | null> {
  const path = secretPath(call);
  const depth = call.fields.int("depth") ?? 0;
  if (depth < 0) throw new BulkheadError("request.invalid", { problem: "depth must be at least 0" });
  const found = path === null ? null : await findVersion(kv, call, path);
  if (found === null) return null;
  const metadata = describe(found.metadata, found.number, found.version);
  if (found.value === null) return { status: 404, data: { subkeys: null, metadata } };
  const names = subkeys(new RawJson(found.value), depth === 0 ? Number.POSITIVE_INFINITY : depth);
  found.value.fill(0);
  return { data: { subkeys: names ?? {}, metadata } };
}

export const subkeysPath = (kv: KvContext): PathDeclaration => ({
  pattern: "subkeys/{path*}",
  summary: "The names of a version's fields, with null in place of every value",
  fields: {
    version: { type: "int", description: "The version to read; 0: the latest", plain: true },
    depth: { type: "int", description: "Levels to go down; 0: all", plain: true },
  },
  operations: { read: (call) => read(kv, call) },
});
