/** Roles: create, change, read, delete, list, and the role id. */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { checkCidrs } from "../../kernel/cidr.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  type Role,
  type StoredRole,
  deleteRole,
  digests,
  loadRole,
  newRoleId,
  requireRole,
  roleName,
  roleNames,
  saveRole,
} from "./store.ts";

const TOKEN_TYPES = ["default", "service", "batch", "default-service", "default-batch"];

export const roleFields: Readonly<Record<string, FieldDeclaration>> = {
  bind_secret_id: { type: "bool", description: "Logins need a secret id", plain: true },
  local_secret_ids: {
    type: "bool",
    description: "Kept for clients that send it; without effect",
    plain: true,
  },
  secret_id_bound_cidrs: { type: "strings", description: "Networks logins may come from", plain: true },
  bound_cidr_list: { type: "strings", description: "Former name of secret_id_bound_cidrs", plain: true },
  secret_id_num_uses: { type: "int", description: "Uses of a secret id; 0: unlimited", plain: true },
  secret_id_ttl: { type: "duration", description: "Life of a secret id; 0: for ever", plain: true },
  token_policies: { type: "strings", description: "Policies of the tokens", plain: true },
  policies: { type: "strings", description: "Former name of token_policies", plain: true },
  token_ttl: { type: "duration", description: "First life of the tokens", plain: true },
  token_max_ttl: { type: "duration", description: "Longest life of the tokens", plain: true },
  token_explicit_max_ttl: { type: "duration", description: "Hard end of the tokens' life", plain: true },
  token_period: { type: "duration", description: "Makes the tokens periodic", plain: true },
  period: { type: "duration", description: "Former name of token_period", plain: true },
  token_num_uses: { type: "int", description: "Uses of a token; 0: unlimited", plain: true },
  token_bound_cidrs: { type: "strings", description: "Networks the tokens may be used from", plain: true },
  token_no_default_policy: { type: "bool", description: "Tokens without the default policy", plain: true },
  token_type: { type: "string", description: "service, batch or default", plain: true },
  token_metadata: {
    type: "map",
    description: "Put into every token's metadata, over what a secret id says",
    plain: true,
  },
};

const NEW_ROLE: Role = {
  bind_secret_id: true,
  local_secret_ids: false,
  secret_id_bound_cidrs: null,
  secret_id_num_uses: 0,
  secret_id_ttl: 0,
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_max_ttl: 0,
  token_metadata: {},
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_policies: [],
  token_ttl: 0,
  token_type: "default",
};

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

function policyNames(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""))];
}

/** The role with what the call sets; nothing is checked yet. */
function changed(role: Role, { fields }: Call): Role {
  const policies = fields.strings("token_policies") ?? fields.strings("policies");
  return {
    bind_secret_id: fields.bool("bind_secret_id") ?? role.bind_secret_id,
    local_secret_ids: fields.bool("local_secret_ids") ?? role.local_secret_ids,
    secret_id_bound_cidrs:
      fields.strings("secret_id_bound_cidrs") ??
      fields.strings("bound_cidr_list") ??
      role.secret_id_bound_cidrs,
    secret_id_num_uses: fields.int("secret_id_num_uses") ?? role.secret_id_num_uses,
    secret_id_ttl: fields.duration("secret_id_ttl") ?? role.secret_id_ttl,
    token_bound_cidrs: fields.strings("token_bound_cidrs") ?? role.token_bound_cidrs,
    token_explicit_max_ttl: fields.duration("token_explicit_max_ttl") ?? role.token_explicit_max_ttl,
    token_max_ttl: fields.duration("token_max_ttl") ?? role.token_max_ttl,
    token_metadata: fields.map("token_metadata") ?? role.token_metadata,
    token_no_default_policy: fields.bool("token_no_default_policy") ?? role.token_no_default_policy,
    token_num_uses: fields.int("token_num_uses") ?? role.token_num_uses,
    token_period: fields.duration("token_period") ?? fields.duration("period") ?? role.token_period,
    token_policies: policies === undefined ? role.token_policies : policyNames(policies),
    token_ttl: fields.duration("token_ttl") ?? role.token_ttl,
    token_type: fields.string("token_type") || role.token_type,
  };
}

/** Throws `request.invalid` for what could not work or would be open to everybody. */
function check(role: Role): void {
  if (!TOKEN_TYPES.includes(role.token_type))
    throw invalid(`invalid 'token_type' value "${role.token_type}"`);
  if (role.token_type.endsWith("batch")) throw invalid("batch tokens are not offered: ask for type service");
  if (role.token_num_uses < 0) throw invalid("'token_num_uses' cannot be negative");
  if (role.secret_id_num_uses < 0) throw invalid("'secret_id_num_uses' cannot be negative");
  if (role.token_max_ttl !== 0 && role.token_ttl > role.token_max_ttl)
    throw invalid("'token_ttl' cannot be greater than 'token_max_ttl'");
  if (role.token_policies.includes("root")) throw invalid("auth methods cannot create root tokens");
  checkCidrs(role.secret_id_bound_cidrs ?? []);
  checkCidrs(role.token_bound_cidrs);
  if (
    !role.bind_secret_id &&
    (role.secret_id_bound_cidrs ?? []).length === 0 &&
    role.token_bound_cidrs.length === 0
  )
    throw invalid("at least one constraint should be enabled on the role");
}

/** Creates the role with a fresh role id, or changes what the call sets. */
export async function writeRole(call: Call, mayCreate: boolean): Promise<undefined> {
  const name = roleName(call.params);
  const ids = await digests(call.storage);
  await call.storage.transaction(async (tx) => {
    const before = mayCreate ? await loadRole(tx, name) : await requireRole(tx, name);
    const role: StoredRole = {
      ...changed(before ?? NEW_ROLE, call),
      role_id: before?.role_id ?? (call.fields.string("role_id") || newRoleId()),
    };
    check(role);
    await saveRole(tx, ids, name, role);
  });
}

/** Puts fields back to what a new role has. */
export async function resetFields(call: Call, names: readonly (keyof Role)[]): Promise<undefined> {
  const name = roleName(call.params);
  const ids = await digests(call.storage);
  await call.storage.transaction(async (tx) => {
    const role = await requireRole(tx, name);
    const reset = { ...role, ...Object.fromEntries(names.map((field) => [field, NEW_ROLE[field]])) };
    check(reset);
    await saveRole(tx, ids, name, reset);
  });
}

const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** The role's fields as answers carry them: spans in seconds. */
export function describeRole(role: Role): Record<string, ReplyValue> {
  return {
    bind_secret_id: role.bind_secret_id,
    local_secret_ids: role.local_secret_ids,
    secret_id_bound_cidrs: role.secret_id_bound_cidrs,
    secret_id_num_uses: role.secret_id_num_uses,
    secret_id_ttl: seconds(role.secret_id_ttl),
    token_bound_cidrs: role.token_bound_cidrs,
    token_explicit_max_ttl: seconds(role.token_explicit_max_ttl),
    token_max_ttl: seconds(role.token_max_ttl),
    token_no_default_policy: role.token_no_default_policy,
    token_num_uses: role.token_num_uses,
    token_period: seconds(role.token_period),
    token_policies: role.token_policies,
    token_ttl: seconds(role.token_ttl),
    token_type: role.token_type,
    ...(Object.keys(role.token_metadata).length === 0 ? {} : { token_metadata: role.token_metadata }),
  };
}

async function read(call: Call): Promise<Reply | null> {
  const role = await loadRole(call.storage, roleName(call.params));
  return role === null ? null : { data: describeRole(role) };
}

async function remove(call: Call): Promise<undefined> {
  const name = roleName(call.params);
  const ids = await digests(call.storage);
  await call.storage.transaction((tx) => deleteRole(tx, ids, name));
}

async function list(call: Call): Promise<Reply | null> {
  const keys = await roleNames(call.storage);
  return keys.length === 0 ? null : { data: { keys } };
}

async function readRoleId(call: Call): Promise<Reply | null> {
  const role = await loadRole(call.storage, roleName(call.params));
  return role === null ? null : { data: { role_id: role.role_id } };
}

async function writeRoleId(call: Call): Promise<undefined> {
  const name = roleName(call.params);
  const roleId = call.fields.string("role_id");
  if (!roleId) throw new BulkheadError("approle.missing", { field: "role_id" });
  const ids = await digests(call.storage);
  await call.storage.transaction(async (tx) => {
    await saveRole(tx, ids, name, { ...(await requireRole(tx, name)), role_id: roleId });
  });
}

export const rolePaths = (): PathDeclaration[] => {
  const write = (call: Call): Promise<undefined> => writeRole(call, true);
  return [
    { pattern: "role", summary: "Lists the roles", operations: { list } },
    {
      pattern: "role/{name}/role-id",
      summary: "The role's id",
      fields: { role_id: { type: "string", description: "A role id of your own", plain: true } },
      operations: { read: readRoleId, create: writeRoleId, update: writeRoleId },
    },
    {
      pattern: "role/{name}",
      summary: "Creates, changes, reads or deletes a role",
      fields: {
        ...roleFields,
        role_id: { type: "string", description: "For a new role, an id of your own", plain: true },
      },
      exists: async (call) => (await loadRole(call.storage, roleName(call.params))) !== null,
      operations: { read, create: write, update: write, delete: remove },
    },
  ];
};
