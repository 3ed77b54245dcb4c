/** Roles: create, change, read, delete, list, and the role id. */
import { seconds } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { checkCidrs } from "../../kernel/cidr.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  type FormerNames,
  NEW_TOKEN_PARAMETERS,
  changedParameters,
  checkParameters,
  describeParameters,
  tokenFields,
} from "../token-parameters.ts";
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

const FORMER_NAMES: FormerNames = { token_policies: "policies", token_period: "period" };

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
  automated: { type: "bool", description: "Secret ids made by people are refused", plain: true },
  ...tokenFields(FORMER_NAMES),
};

const NEW_ROLE: Role = {
  ...NEW_TOKEN_PARAMETERS,
  bind_secret_id: true,
  local_secret_ids: false,
  secret_id_bound_cidrs: null,
  secret_id_num_uses: 0,
  secret_id_ttl: 0,
};

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

/** The role with what the call sets; nothing is checked yet. */
function changed(role: Role, { fields }: Call): Role {
  const automated = fields.bool("automated") ?? role.automated;
  return {
    ...changedParameters(role, fields, FORMER_NAMES),
    bind_secret_id: fields.bool("bind_secret_id") ?? role.bind_secret_id,
    local_secret_ids: fields.bool("local_secret_ids") ?? role.local_secret_ids,
    secret_id_bound_cidrs:
      fields.strings("secret_id_bound_cidrs") ??
      fields.strings("bound_cidr_list") ??
      role.secret_id_bound_cidrs,
    secret_id_num_uses: fields.int("secret_id_num_uses") ?? role.secret_id_num_uses,
    secret_id_ttl: fields.duration("secret_id_ttl") ?? role.secret_id_ttl,
    ...(automated === undefined ? {} : { automated }),
  };
}

/** Throws `request.invalid` for what could not work or would be open to everybody. */
function check(role: Role): void {
  checkParameters(role);
  if (role.secret_id_num_uses < 0) throw invalid("'secret_id_num_uses' cannot be negative");
  checkCidrs(role.secret_id_bound_cidrs ?? []);
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

/** The role's fields as answers carry them: spans in seconds. */
export function describeRole(role: Role): Record<string, ReplyValue> {
  return {
    ...describeParameters(role),
    ...(role.automated === undefined ? {} : { automated: role.automated }),
    bind_secret_id: role.bind_secret_id,
    local_secret_ids: role.local_secret_ids,
    secret_id_bound_cidrs: role.secret_id_bound_cidrs,
    secret_id_num_uses: role.secret_id_num_uses,
    secret_id_ttl: seconds(role.secret_id_ttl),
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
      fields: { role_id: { type: "string", description: "A role id of your own" } },
      operations: { read: readRoleId, create: writeRoleId, update: writeRoleId },
    },
    {
      pattern: "role/{name}",
      summary: "Creates, changes, reads or deletes a role",
      fields: {
        ...roleFields,
        // not plain: where a role asks for no secret id it is all that a login needs
        role_id: { type: "string", description: "For a new role, an id of your own" },
      },
      exists: async (call) => (await loadRole(call.storage, roleName(call.params))) !== null,
      operations: { read, create: write, update: write, delete: remove },
    },
  ];
};
