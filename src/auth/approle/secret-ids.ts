/** Secret ids of a role: made or given, listed by accessor, looked up, destroyed. A secret id is shown once, when it is made. */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { Secret } from "../../core/secret.ts";
import { checkCidrs } from "../../kernel/cidr.ts";
import type {
  Call,
  FieldDeclaration,
  Handler,
  MountContext,
  PathDeclaration,
  Reply,
} from "../../kernel/plugin.ts";
import { networkWithin } from "./networks.ts";
import {
  type SecretId,
  type StoredRole,
  accessorsOf,
  deleteSecretId,
  digestOfAccessor,
  digests,
  isExpired,
  loadSecretId,
  requireRole,
  roleName,
  saveSecretId,
} from "./store.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
const MAX_METADATA = 64;

/** The metadata of a secret id: a JSON object of strings, as text. */
function metadataOf(call: Call): Record<string, string> {
  const text = call.fields.string("metadata");
  if (text === undefined || text.trim() === "") return {};
  const fail = invalid("failed to parse metadata: send a JSON object of strings, as a string");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw fail;
  const entries = Object.entries(value);
  if (entries.length > MAX_METADATA || !entries.every(([, item]) => typeof item === "string")) throw fail;
  return Object.fromEntries(entries as [string, string][]);
}

/** What a request may ask for a secret id, kept within the role's bounds. */
function newSecretId(call: Call, role: StoredRole, now: number): SecretId {
  if (!role.bind_secret_id) throw invalid("bind_secret_id is not set on the role");
  const [uses, ttl] = [call.fields.int("num_uses"), call.fields.duration("ttl")];
  if (uses !== undefined && uses < 0) throw invalid("num_uses cannot be negative");
  if (uses !== undefined && role.secret_id_num_uses > 0 && (uses === 0 || uses > role.secret_id_num_uses))
    throw invalid("num_uses cannot be higher than the role's secret_id_num_uses");
  if (ttl !== undefined && role.secret_id_ttl > 0 && (ttl === 0 || ttl > role.secret_id_ttl))
    throw invalid("ttl cannot be longer than the role's secret_id_ttl");
  const cidrs = call.fields.strings("cidr_list") ?? [];
  const tokenCidrs = call.fields.strings("token_bound_cidrs") ?? [];
  checkSubset(cidrs, role.secret_id_bound_cidrs ?? [], "secret_id_bound_cidrs");
  checkSubset(tokenCidrs, role.token_bound_cidrs, "token_bound_cidrs");
  const life = ttl ?? role.secret_id_ttl;
  return {
    accessor: uuid(),
    uses: uses ?? role.secret_id_num_uses,
    ttl: life,
    created: now,
    updated: now,
    expires: life === 0 ? 0 : now + life,
    cidrs,
    tokenCidrs,
    metadata: metadataOf(call),
    ...makerOf(call, role),
  };
}

/** A person's secret id opens no automated role; root's word that it is an exception stands in the audit log. */
function makerOf({ caller, fields, params }: Call, role: StoredRole): Pick<SecretId, "maker"> {
  const excepted = fields.bool("as_operator") === true;
  if (excepted && caller?.root !== true) throw invalid("only the store's operator may ask for as_operator");
  if (caller === null || caller.actor === "") return {};
  const { actor, principal } = caller;
  if (role.automated === true && actor === "person" && !excepted)
    throw new BulkheadError("auth.automated", { role: params.name ?? "" });
  return { maker: { actor, principal, ...(excepted && { excepted }) } };
}

function checkSubset(asked: readonly string[], allowed: readonly string[], field: string): void {
  checkCidrs(asked);
  if (allowed.length > 0 && !asked.every((network) => allowed.some((outer) => networkWithin(network, outer))))
    throw invalid(`a network lies outside the role's ${field}`);
}

async function make(context: MountContext, call: Call, secretId: Buffer): Promise<Reply> {
  const name = roleName(call.params);
  const ids = await digests(call.storage);
  const digest = ids.secretId(name, secretId);
  const entry = await call.storage.transaction(async (tx) => {
    const made = newSecretId(call, await requireRole(tx, name), context.clock.now());
    if ((await loadSecretId(tx, name, digest)) !== null)
      throw invalid("failed to store secret_id: it is already registered");
    saveSecretId(tx, name, digest, made);
    return made;
  });
  return {
    data: {
      secret_id: Secret.own(secretId),
      secret_id_accessor: entry.accessor,
      secret_id_num_uses: entry.uses,
      secret_id_ttl: Math.floor(entry.ttl / 1_000),
    },
  };
}

/** The secret id of a request, in a buffer of its own. */
function givenSecretId(call: Call): Buffer {
  const secret = call.fields.secret("secret_id");
  if (secret === undefined || secret.length === 0)
    throw new BulkheadError("approle.missing", { field: "secret_id" });
  if (secret.length > 4_096) throw invalid("secret_id is longer than 4096 bytes");
  return Buffer.from(secret.reveal());
}

async function list(call: Call): Promise<Reply | null> {
  const name = roleName(call.params);
  await requireRole(call.storage, name);
  const keys = await accessorsOf(call.storage, name);
  return keys.length === 0 ? null : { data: { keys } };
}

function describe(entry: SecretId): Record<string, ReplyValue> {
  return {
    cidr_list: entry.cidrs,
    creation_time: rfc3339(entry.created),
    expiration_time: entry.expires === 0 ? "0001-01-01T00:00:00Z" : rfc3339(entry.expires),
    last_updated_time: rfc3339(entry.updated),
    metadata: entry.metadata,
    secret_id_accessor: entry.accessor,
    secret_id_num_uses: entry.uses,
    secret_id_ttl: Math.floor(entry.ttl / 1_000),
    token_bound_cidrs: entry.tokenCidrs,
  };
}

/** How a request names a secret id: by itself (unknown: null) or by its accessor (unknown: 404). */
type Find = (call: Call, role: string) => Promise<string | null>;

const bySecretId: Find = async (call, role) => {
  const secretId = givenSecretId(call);
  try {
    return (await digests(call.storage)).secretId(role, secretId);
  } finally {
    secretId.fill(0);
  }
};

const byAccessor: Find = async (call, role) => {
  const accessor = call.fields.string("secret_id_accessor");
  if (!accessor) throw new BulkheadError("approle.missing", { field: "secret_id_accessor" });
  const digest = await digestOfAccessor(call.storage, role, accessor);
  if (digest === null) throw new BulkheadError("approle.no-accessor", { accessor: accessor.slice(0, 64) });
  return digest;
};

async function lookup(context: MountContext, call: Call, find: Find): Promise<Reply | undefined> {
  const name = roleName(call.params);
  await requireRole(call.storage, name);
  const digest = await find(call, name);
  const entry = digest === null ? null : await loadSecretId(call.storage, name, digest);
  if (entry === null || isExpired(entry, context.clock.now())) return undefined;
  return { data: describe(entry) };
}

async function destroy(call: Call, find: Find): Promise<undefined> {
  const name = roleName(call.params);
  await requireRole(call.storage, name);
  const digest = await find(call, name);
  if (digest === null) return;
  await call.storage.transaction(async (tx) => {
    const entry = await loadSecretId(tx, name, digest);
    if (entry !== null) deleteSecretId(tx, name, digest, entry);
  });
}

const making: Readonly<Record<string, FieldDeclaration>> = {
  metadata: {
    type: "string",
    description: "A JSON object of strings, as text: the tokens' metadata",
    plain: true,
  },
  cidr_list: { type: "strings", description: "Networks logins may come from", plain: true },
  token_bound_cidrs: { type: "strings", description: "Networks the tokens may be used from", plain: true },
  num_uses: { type: "int", description: "Uses; 0: unlimited", plain: true },
  ttl: { type: "duration", description: "Life; 0: for ever", plain: true },
  as_operator: {
    type: "bool",
    description: "Root only: for a role that is automated, although a person makes it",
    plain: true,
  },
};
const secretIdField: FieldDeclaration = { type: "secret", description: "The secret id" };
const accessorField: FieldDeclaration = {
  type: "string",
  description: "The secret id's accessor",
  plain: true,
};

const both = (handler: Handler) => ({ create: handler, update: handler });

export function secretIdPaths(context: MountContext): PathDeclaration[] {
  const find = (tail: string, fields: PathDeclaration["fields"], by: Find): PathDeclaration[] => [
    {
      pattern: `role/{name}/${tail}/lookup`,
      summary: "Properties of a secret id, never the id itself",
      fields: fields ?? {},
      operations: both((call) => lookup(context, call, by)),
    },
    {
      pattern: `role/{name}/${tail}/destroy`,
      summary: "Ends a secret id",
      fields: fields ?? {},
      operations: { ...both((call) => destroy(call, by)), delete: (call) => destroy(call, by) },
    },
  ];
  return [
    ...find("secret-id", { secret_id: secretIdField }, bySecretId),
    ...find("secret-id-accessor", { secret_id_accessor: accessorField }, byAccessor),
    {
      pattern: "role/{name}/secret-id",
      summary: "Makes a secret id; lists the accessors",
      fields: making,
      operations: { list, ...both((call) => make(context, call, Buffer.from(uuid()))) },
    },
    {
      pattern: "role/{name}/custom-secret-id",
      summary: "Registers a secret id of your own",
      fields: { ...making, secret_id: secretIdField },
      operations: both((call) => make(context, call, givenSecretId(call))),
    },
  ];
}
