/** `static-roles/NAME`, `static-creds/NAME`, `rotate-role/NAME`: a user that is there already, whose password Bulkhead changes by time. */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { DatabaseContext } from "./context.ts";
import { nameOf, statements, statementsField } from "./input.ts";
import { checkCredential, credentialFields, roleProblem } from "./roles.ts";
import { dueKey, rotateStatic } from "./rotation.ts";
import { splitStatements } from "./sql.ts";
import { type StaticNote, type StaticRole, requireConfig, roles, staticNotes, staticRoles } from "./store.ts";
import { checkAllowed } from "./users.ts";

const LEAST_PERIOD = 5_000;

const fields: Readonly<Record<string, FieldDeclaration>> = {
  db_name: { type: "string", plain: true, description: "The configuration" },
  username: { type: "string", plain: true, description: "The user, who is there already" },
  rotation_period: {
    type: "duration",
    plain: true,
    description: "How long a password lives; at least 5 seconds",
  },
  rotation_schedule: { type: "string", plain: true, description: "Not offered: give rotation_period" },
  rotation_window: { type: "string", plain: true, description: "Not offered: give rotation_period" },
  rotation_statements: statementsField("What changes the password; {{name}}, {{password}}"),
  ...credentialFields,
};

async function write(context: DatabaseContext, call: Call): Promise<undefined> {
  const name = nameOf(call);
  checkCredential(call);
  for (const one of ["rotation_schedule", "rotation_window"])
    if ((call.fields.string(one) ?? "") !== "")
      throw roleProblem(`${one} is not offered: give rotation_period`);
  const before = await staticRoles.load(call.storage, name);
  const role = wanted(call, before);
  if ((await roles.load(call.storage, name)) !== null)
    throw roleProblem("Role and Static Role names must be unique");
  const config = await requireConfig(call.storage, role.db);
  checkAllowed(config, name);
  if (role.username === config.details.username)
    throw roleProblem("this is the configured user itself: its password changes by rotate-root");
  await refuseSecond(call.storage, name, role);
  if (before === null || before.db !== role.db)
    return await rotateStatic(context, call.storage, name, { role });
  await call.storage.transaction(async (tx) => {
    const now = await staticRoles.load(tx, name);
    if (now === null) throw new BulkheadError("store.contended");
    const due = now.lastRotation + role.period;
    tx.delete(dueKey(now.due, name));
    tx.put(dueKey(due, name), Buffer.from("1"));
    staticRoles.save(tx, name, { ...now, ...role, due, failures: 0 });
  });
}

function wanted(call: Call, before: StaticRole | null): StaticNote["role"] {
  const rotation = statements(call, "rotation_statements") ?? before?.rotation ?? [];
  rotation.forEach(splitStatements); // an open quote is told now
  const role = {
    db: call.fields.string("db_name") || (before?.db ?? ""),
    username: call.fields.string("username") || (before?.username ?? ""),
    period: call.fields.duration("rotation_period") ?? before?.period ?? 0,
    rotation,
  };
  if (role.db === "") throw roleProblem("database name is a required field");
  if (role.username === "") throw roleProblem("username is a required field to create a static account");
  if (before !== null && role.username !== before.username)
    throw roleProblem("cannot update static account username");
  if (role.period === 0) throw roleProblem("rotation_period is required to create static accounts");
  if (role.period < LEAST_PERIOD) throw roleProblem("rotation_period must be 5 seconds or more");
  return role;
}

/** Two roles for one user would take each other's password away. */
async function refuseSecond(storage: Storage, name: string, role: StaticNote["role"]): Promise<void> {
  for (const other of await staticRoles.names(storage)) {
    const found = other === name ? null : await staticRoles.load(storage, other);
    if (found?.db === role.db && found.username === role.username)
      throw roleProblem(`static role ${other} has this user already`);
  }
}

async function read(call: Call): Promise<Reply | null> {
  const role = await staticRoles.load(call.storage, nameOf(call));
  if (role === null) return null;
  return {
    data: {
      credential_type: "password",
      db_name: role.db,
      last_vault_rotation: rfc3339(role.lastRotation),
      rotation_period: role.period / 1_000,
      rotation_statements: role.rotation,
      username: role.username,
    },
  };
}

async function remove(call: Call): Promise<undefined> {
  const name = nameOf(call);
  await call.storage.transaction(async (tx) => {
    const role = await staticRoles.load(tx, name);
    if (role !== null) tx.delete(dueKey(role.due, name));
    staticRoles.delete(tx, name);
    staticNotes.delete(tx, name);
  });
}

async function credentials({ clock }: DatabaseContext, call: Call): Promise<Reply> {
  const name = nameOf(call);
  const role = await staticRoles.load(call.storage, name);
  if (role === null) throw new BulkheadError("database.unknown-role", { name });
  checkAllowed(await requireConfig(call.storage, role.db), name);
  return {
    data: {
      last_vault_rotation: rfc3339(role.lastRotation),
      password: Secret.copy(role.password),
      rotation_period: role.period / 1_000,
      ttl: Math.max(0, Math.ceil((role.lastRotation + role.period - clock.now()) / 1_000)),
      username: role.username,
    },
  };
}

async function rotateNow(context: DatabaseContext, call: Call): Promise<undefined> {
  const name = nameOf(call);
  const role = await staticRoles.load(call.storage, name);
  if (role === null) throw roleProblem("no static role found for role name");
  const { db, username, period, rotation } = role;
  await rotateStatic(context, call.storage, name, { role: { db, username, period, rotation } });
}

export const staticPaths = (context: DatabaseContext): PathDeclaration[] => [
  {
    pattern: "static-roles",
    summary: "Lists the static roles",
    operations: { list: async ({ storage }) => ({ data: { keys: await staticRoles.names(storage) } }) },
  },
  {
    pattern: "static-roles/{name}",
    summary: "Makes, changes, reads or forgets a static role",
    fields,
    exists: async (call) => (await staticRoles.load(call.storage, nameOf(call))) !== null,
    operations: {
      read,
      create: (call) => write(context, call),
      update: (call) => write(context, call),
      delete: remove,
    },
  },
  {
    pattern: "static-creds/{name}",
    summary: "The present password of a static role",
    operations: { read: (call) => credentials(context, call) },
  },
  {
    pattern: "rotate-role/{name}",
    summary: "Changes a static role's password now",
    operations: { update: (call) => rotateNow(context, call) },
  },
];
