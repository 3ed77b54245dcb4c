/** `roles/NAME`: which statements make, renew and end a user, on which configuration, and how long the user lives. */
import { BulkheadError } from "../../core/errors.ts";
import { parseJson } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { nameOf, statements, statementsField } from "./input.ts";
import { splitStatements } from "./sql.ts";
import { type Role, roles, staticRoles } from "./store.ts";

export const roleProblem = (problem: string): BulkheadError =>
  new BulkheadError("database.role", { problem });

/** The one kind of credential, for dynamic and static roles alike. */
export const credentialFields: Readonly<Record<string, FieldDeclaration>> = {
  credential_type: { type: "string", plain: true, description: "password, the only one offered" },
  credential_config: {
    type: "json",
    plain: true,
    description: "Not offered: nothing of a password can be chosen",
  },
};

export function checkCredential({ fields }: Call): void {
  const type = fields.string("credential_type") ?? "password";
  if (type !== "password") throw roleProblem(`invalid credential_type "${type.slice(0, 40)}"`);
  const raw = fields.json("credential_config");
  const given = raw === undefined ? null : parseJson(raw);
  if (given !== null && (typeof given !== "object" || Object.keys(given).length > 0))
    throw roleProblem("credential_config is not offered: leave it out");
}

const fields: Readonly<Record<string, FieldDeclaration>> = {
  db_name: { type: "string", plain: true, description: "The configuration" },
  creation_statements: statementsField("What makes a user; {{name}}, {{password}}, {{expiration}}"),
  revocation_statements: statementsField(
    "What ends one; without any its rights are revoked and it is dropped",
  ),
  rollback_statements: statementsField(
    "What cleans up after a creation that failed; without any what ends one",
  ),
  renew_statements: statementsField("What lets one live longer; without any VALID UNTIL is set"),
  default_ttl: { type: "duration", plain: true, description: "How long a user lives; 0: as the mount says" },
  max_ttl: { type: "duration", plain: true, description: "With renewals at most; 0: as the mount says" },
  ...credentialFields,
};

const NEW: Role = {
  db: "",
  creation: [],
  revocation: [],
  rollback: [],
  renew: [],
  defaultTtl: 0,
  maxTtl: 0,
};

async function write(call: Call): Promise<undefined> {
  const name = nameOf(call);
  checkCredential(call);
  const given = {
    creation: statements(call, "creation_statements"),
    revocation: statements(call, "revocation_statements"),
    rollback: statements(call, "rollback_statements"),
    renew: statements(call, "renew_statements"),
  };
  for (const list of Object.values(given)) list?.forEach(splitStatements); // an open quote is told now
  await call.storage.transaction(async (tx) => {
    const before = (await roles.load(tx, name)) ?? NEW;
    const role: Role = {
      db: call.fields.string("db_name") || before.db,
      creation: given.creation ?? before.creation,
      revocation: given.revocation ?? before.revocation,
      rollback: given.rollback ?? before.rollback,
      renew: given.renew ?? before.renew,
      defaultTtl: call.fields.duration("default_ttl") ?? before.defaultTtl,
      maxTtl: call.fields.duration("max_ttl") ?? before.maxTtl,
    };
    if (role.db === "") throw roleProblem("database name is required");
    if ((await staticRoles.load(tx, name)) !== null)
      throw roleProblem("Role and Static Role names must be unique");
    roles.save(tx, name, role);
  });
}

async function read(call: Call): Promise<Reply | null> {
  const role = await roles.load(call.storage, nameOf(call));
  if (role === null) return null;
  return {
    data: {
      creation_statements: role.creation,
      credential_type: "password",
      db_name: role.db,
      default_ttl: role.defaultTtl / 1_000,
      max_ttl: role.maxTtl / 1_000,
      renew_statements: role.renew,
      revocation_statements: role.revocation,
      rollback_statements: role.rollback,
    },
  };
}

async function remove(call: Call): Promise<undefined> {
  const name = nameOf(call);
  await call.storage.transaction((tx) => {
    roles.delete(tx, name);
    return Promise.resolve();
  });
}

export const rolePaths = (): PathDeclaration[] => [
  {
    pattern: "roles",
    summary: "Lists the roles",
    operations: { list: async ({ storage }) => ({ data: { keys: await roles.names(storage) } }) },
  },
  {
    pattern: "roles/{name}",
    summary: "Makes, changes, reads or deletes a role",
    fields,
    exists: async (call) => (await roles.load(call.storage, nameOf(call))) !== null,
    operations: { read, create: write, update: write, patch: write, delete: remove },
  },
];
