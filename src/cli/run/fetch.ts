/** Fetches what a run wants: stored secrets and minted ones over /v1, references from where they lead. */
import type { ApiClient } from "../../client/index.ts";
import { BulkheadError } from "../../core/errors.ts";
import { decodeString, parseObject } from "../../core/json-bytes.ts";
import { Secret } from "../../core/secret.ts";
import { fillTemplate } from "../../core/template.ts";
import type { ComposedValue, IssuedSecret, IssuedValues } from "../../run/session.ts";
import type { ReferenceReader } from "../../managers/index.ts";
import { type Source, type Wanted, type WantedField, sourcesOf } from "./wanted.ts";

export interface Lease {
  readonly secret: string;
  readonly id: string;
  /** Milliseconds. */
  readonly ttl: number;
  readonly renewable: boolean;
  /** How long the declaration lets it live at a time, in milliseconds. */
  readonly increment?: number | undefined;
}

export interface Fetched {
  readonly source: Source;
  readonly fields: ReadonlyMap<string, Secret>;
  /** null where the place has no versions. */
  readonly version: number | null;
  /** Where its newest version is told, below /v1; null where nowhere. */
  readonly metadata: string | null;
  readonly lease: Lease | null;
}

export interface FetchContext {
  /** null: there is no store, and references are all that can be had. */
  readonly client: ApiClient | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly environment: string;
}

/**
 * Each source once, and two fields of one secret of another manager with one request. When one fails, the leases of the others are
 * the token's to end and their values are wiped.
 */
export async function fetchAll(wanted: Wanted, context: FetchContext): Promise<Map<string, Fetched>> {
  const found = new Map<string, Fetched>();
  let reader: ReferenceReader | null = null;
  try {
    for (const source of sourcesOf(wanted))
      if (source.kind === "reference") {
        reader ??= await readerOf(context);
        found.set(source.name, await referred(source, reader));
      } else found.set(source.name, await fetchOne(source, context));
    return found;
  } catch (error) {
    wipe(found.values());
    throw error;
  } finally {
    reader?.wipe();
  }
}

/** Most runs need none: loaded when one does. */
async function readerOf(context: FetchContext): Promise<ReferenceReader> {
  const { referenceReader } = await import("../../managers/index.ts");
  return referenceReader(context);
}

async function referred(
  source: Extract<Source, { kind: "reference" }>,
  reader: ReferenceReader,
): Promise<Fetched> {
  const { parseReference } = await import("../../managers/index.ts");
  const { fields } = await reader.read(parseReference(source.text));
  const copies = new Map([...fields].map(([name, value]) => [name, Secret.copy(value.reveal())]));
  return { source, fields: withMembers(copies), version: null, metadata: null, lease: null };
}

export function wipe(found: Iterable<Fetched>): void {
  for (const { fields } of found) for (const value of fields.values()) value.wipe();
}

export async function fetchOne(
  source: Exclude<Source, { kind: "reference" }>,
  context: FetchContext,
): Promise<Fetched> {
  const { client, environment } = context;
  if (client === null)
    throw new BulkheadError("run.no-store", { what: `${source.name} is kept in the store` });
  if (source.kind === "stored") return await stored(client, source, source.path, environment);
  if (source.kind === "minted") return await leased(client, source, source.path, environment);
  const data = await versionedPath(client, source.path);
  return data === null
    ? await leased(client, source, source.path, environment)
    : await stored(client, source, data, environment);
}

/** A single value that is a JSON object (a CI variable, a file) has its members as fields besides. */
function withMembers(fields: ReadonlyMap<string, Secret>): ReadonlyMap<string, Secret> {
  const value = fields.get("value");
  if (
    fields.size !== 1 ||
    value === undefined ||
    !/^\s*\{/.test(value.reveal().subarray(0, 64).toString("latin1"))
  )
    return fields;
  try {
    const parts = [...parseObject(value.reveal())].map(([name, raw]): [string, Secret] => [
      name,
      Secret.own(decodeString(raw) ?? Buffer.from(raw.bytes)),
    ]);
    return new Map([...parts, ["value", value]]);
  } catch {
    return fields;
  }
}

async function stored(
  client: ApiClient,
  source: Source,
  path: string,
  environment: string,
): Promise<Fetched> {
  const found = await client.readSecret(path);
  if (found === null) throw absent(source, environment);
  const metadata = path.replace("/data/", "/metadata/");
  return { source, fields: found.fields, version: found.version, metadata, lease: null };
}

async function leased(
  client: ApiClient,
  source: Source,
  path: string,
  environment: string,
): Promise<Fetched> {
  const found = await client.readLeased(path);
  if (found === null) throw absent(source, environment);
  const { fields, lease } = found;
  if (lease === null) return { source, fields, version: null, metadata: null, lease: null };
  const increment = source.kind === "minted" ? source.ttl : undefined;
  const kept = { secret: source.name, ...lease, increment };
  return { source, fields, version: null, metadata: null, lease: kept };
}

const absent = ({ name, kind }: Source, environment: string): BulkheadError =>
  kind === "path"
    ? new BulkheadError("cli.found-nothing", {
        what: `value at ${name}`,
        help: "check the path, and that you may read it",
      })
    : new BulkheadError("run.no-value", { secret: name, environment });

/** `secret/team/key` as the path of its data, where the mount keeps versions; null elsewhere. */
async function versionedPath(client: ApiClient, path: string): Promise<string | null> {
  const mount = await client.read(`sys/internal/ui/mounts/${path}`);
  const options = (mount?.options ?? {}) as { version?: unknown };
  const prefix = String(mount?.path ?? "");
  if (mount?.type !== "kv" || options.version !== "2" || !path.startsWith(prefix)) return null;
  const rest = path.slice(prefix.length);
  return `${prefix}${rest.startsWith("data/") ? "" : "data/"}${rest}`;
}

/** The values as the job gets them. Fields that nothing wants are wiped. Throws `run.no-field`. */
export function issue(wanted: Wanted, found: ReadonlyMap<string, Fetched>): IssuedValues {
  const used = new Set<Secret>();
  const { environment } = wanted;
  const pick = ({ source, field }: WantedField): { value: Secret; field: string; from: Fetched } | null => {
    const from = found.get(source.name);
    const [only] = from?.fields.size === 1 ? from.fields.keys() : [];
    // a reference to one field gives that one alone, under its own name
    const name =
      field === null || (source.kind === "reference" && field === "value") ? (only ?? "value") : field;
    const value = from?.fields.get(name);
    if (from === undefined || value === undefined) return null;
    used.add(value);
    return { value, field: field ?? name, from };
  };
  const missing = ({ source, field }: WantedField, variable: string): BulkheadError =>
    new BulkheadError("run.no-field", {
      secret: source.name,
      field: field ?? "value",
      variable,
      environment,
    });
  const secrets: IssuedSecret[] = [];
  for (const one of wanted.values) {
    const { variable, optional, plain, source: _source, field: _field, ...way } = one;
    const got = pick(one);
    if (got === null && optional && hasAnother(wanted, one, found)) continue;
    if (got === null) throw missing(one, variable);
    const { from, value, field } = got;
    secrets.push({
      variable,
      secretName: from.source.name,
      field,
      version: from.version,
      value,
      ...(plain && { plain }),
      ...way,
    });
  }
  const composed: ComposedValue[] = [];
  for (const { variable, template, parts, ...way } of wanted.composed) {
    const values = new Map<string, Secret>();
    for (const [place, part] of parts) {
      const got = pick(part);
      if (got === null) throw missing(part, variable);
      values.set(place, got.value);
      const { from, value, field } = got;
      const name = from.source.name;
      secrets.push({
        variable,
        secretName: name,
        field,
        version: from.version,
        value,
        ...(part.plain && { plain: true }),
      });
    }
    const value = fillTemplate(template, (place) => {
      const part = values.get(place);
      if (part === undefined) throw new TypeError("a place without a value");
      return part;
    });
    composed.push({ variable, value, ...way });
  }
  for (const { fields } of found.values())
    for (const value of fields.values()) if (!used.has(value)) value.wipe();
  return { secrets, composed };
}

/** Of a provider's usual variables those are set whose field is there, and one must be. */
const hasAnother = (wanted: Wanted, one: WantedField, found: ReadonlyMap<string, Fetched>): boolean =>
  wanted.values.some(
    ({ source, field }) =>
      source.name === one.source.name && field !== null && found.get(source.name)?.fields.has(field) === true,
  );
