/** What the secret commands share: reading versions' metadata, writing fields, checking that a value is text. */
import { isUtf8 } from "node:buffer";
import type { ApiClient, SecretVersion } from "../client/index.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import type { Json } from "../core/json-bytes.ts";
import type { Secret } from "../core/secret.ts";
import type { Api } from "./context.ts";
import { type SecretTarget, dataPath, metadataPath } from "./project.ts";

export interface VersionInfo {
  readonly version: number;
  readonly created: string;
  /** Empty while it is readable. */
  readonly deleted: string;
  readonly destroyed: boolean;
}

export interface SecretInfo {
  readonly current: number;
  readonly updated: string;
  readonly versions: readonly VersionInfo[];
}

const object = (value: Json | undefined): Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : {};

/** null when there is no such secret. */
export async function secretInfo(client: ApiClient, target: SecretTarget): Promise<SecretInfo | null> {
  const data = await client.read(metadataPath(target));
  if (data === null) return null;
  const versions = Object.entries(object(data.versions)).map(([version, raw]) => {
    const facts = object(raw);
    return {
      version: Number(version),
      created: String(facts.created_time ?? ""),
      deleted: String(facts.deletion_time ?? ""),
      destroyed: facts.destroyed === true,
    };
  });
  return {
    current: Number(data.current_version ?? 0),
    updated: String(data.updated_time ?? ""),
    versions: versions.sort((a, b) => b.version - a.version),
  };
}

/** Throws `cli.found-nothing` when there is none, it was deleted, or the version does not exist. */
export async function requireVersion(
  client: ApiClient,
  target: SecretTarget,
  version?: number,
): Promise<SecretVersion> {
  const found = await client.readSecret(dataPath(target), version);
  if (found !== null) return found;
  const what = `${version === undefined ? "value" : `version ${version}`} of ${target.label}`;
  throw new BulkheadError("cli.found-nothing", {
    what,
    help: "`bulkhead secret history` shows what there is; store one with `bulkhead secret put`",
  });
}

/** Sets the fields, leaving others as they are. Gives the new version. */
export async function writeFields(
  api: Api,
  target: SecretTarget,
  fields: ReadonlyMap<string, Secret>,
): Promise<number> {
  for (const [name, value] of fields)
    if (!isUtf8(value.reveal())) throw new BulkheadError("cli.value-not-text", { field: name });
  if (api.operator) await mountHere(api, target.mount);
  const { client } = api;
  const data = Object.fromEntries(fields);
  const merged = await client.call("PATCH", dataPath(target), { data }, { allow: [404] });
  if (merged.status !== 404) return versionOf(merged.body);
  // Check-and-set 0: whoever wrote in between is not overwritten.
  return versionOf((await client.call("POST", dataPath(target), { data, options: { cas: 0 } })).body);
}

/** On the local store `secret/` is there when the first value comes, as `bulkhead apply` would make it. */
async function mountHere({ client }: Api, mount: string): Promise<void> {
  const { KV_MOUNT } = await import("../manifest/desired.ts");
  if (mount !== KV_MOUNT || (await client.read("sys/mounts"))?.[`${KV_MOUNT}/`] !== undefined) return;
  try {
    await client.call("POST", `sys/mounts/${KV_MOUNT}`, { type: "kv", options: { version: "2" } });
  } catch (error) {
    if (!isBulkheadError(error) || error.code !== "mount.exists") throw error; // another process was first
  }
}

/** Replaces all fields. */
export async function replaceFields(
  client: ApiClient,
  target: SecretTarget,
  fields: ReadonlyMap<string, Secret>,
  cas: number,
): Promise<number> {
  const body = { data: Object.fromEntries(fields), options: { cas } };
  return versionOf((await client.call("POST", dataPath(target), body)).body);
}

function versionOf(body: ReadonlyMap<string, { readonly bytes: Buffer }>): number {
  const data = body.get("data");
  if (data === undefined) return 0;
  return Number((JSON.parse(data.bytes.toString("utf8")) as { version?: number }).version ?? 0);
}

/** The field a command means: the one asked for, the only one, or the declared `value`. */
export function pickField(label: string, known: readonly string[], asked: string | undefined): string {
  const first = known[0] ?? "value";
  if (asked !== undefined) {
    if (known.includes(asked)) return asked;
    throw new BulkheadError("cli.unknown-field", { secret: label, field: asked, known });
  }
  if (known.length > 1) throw new BulkheadError("cli.several-fields", { secret: label, known, first });
  return first;
}

/** `2026-11-21 10:15`, or as it came. */
export const shortTime = (rfc3339: string): string => rfc3339.replace(/^(.{10})T(.{5}).*$/, "$1 $2");
