/** Users: create, change, read, delete, list, and a password or policies alone. A password is never shown, in no form. */
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { Call, FieldDeclaration, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  type FormerNames,
  NEW_TOKEN_PARAMETERS,
  changedParameters,
  checkParameters,
  describeParameters,
  tokenFields,
} from "../token-parameters.ts";
import { hashPassword } from "./password.ts";
import { type User, deleteUser, loadUser, requireUser, saveUser, userName, userNames } from "./store.ts";

const FORMER_NAMES: FormerNames = {
  token_policies: "policies",
  token_ttl: "ttl",
  token_max_ttl: "max_ttl",
  token_bound_cidrs: "bound_cidrs",
};
const MOST_PASSWORD = 4_096;

export const passwordFields: Readonly<Record<string, FieldDeclaration>> = {
  password: { type: "secret", description: "The password" },
};
const newPasswordFields: Readonly<Record<string, FieldDeclaration>> = {
  ...passwordFields,
  password_hash: { type: "secret", description: "Not offered: passwords are kept as Argon2id" },
};

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

/** The password that came along, or null. */
export function passwordOf({ fields }: Call): Secret | null {
  if (fields.has("password_hash"))
    throw invalid("password_hash is not offered: send the password, it is kept as Argon2id");
  const password = fields.secret("password");
  if (password === undefined || password.length === 0) return null;
  if (password.length > MOST_PASSWORD) throw invalid(`a password has at most ${MOST_PASSWORD} bytes`);
  return password;
}

export function requirePassword(call: Call): Secret {
  const password = passwordOf(call);
  if (password === null) throw new BulkheadError("userpass.missing");
  return password;
}

async function write(call: Call): Promise<undefined> {
  const name = userName(call.params);
  const given = passwordOf(call);
  const password = given === null ? null : await hashPassword(given);
  await call.storage.transaction(async (tx) => {
    const before = await loadUser(tx, name);
    const kept = password ?? before?.password;
    if (kept === undefined) throw new BulkheadError("userpass.missing");
    const user: User = {
      ...changedParameters(before ?? NEW_TOKEN_PARAMETERS, call.fields, FORMER_NAMES),
      password: kept,
    };
    checkParameters(user);
    saveUser(tx, name, user);
  });
}

async function writePassword({ services }: MountContext, call: Call): Promise<undefined> {
  const name = userName(call.params);
  const password = await hashPassword(requirePassword(call));
  await call.storage.transaction(async (tx) => {
    saveUser(tx, name, { ...(await requireUser(tx, name)), password });
  });
  await services.lockouts.unlock(call.mount.accessor, name);
}

async function writePolicies(call: Call): Promise<undefined> {
  const name = userName(call.params);
  await call.storage.transaction(async (tx) => {
    const user = await requireUser(tx, name);
    const changed = { ...user, ...changedParameters(user, call.fields, FORMER_NAMES) };
    checkParameters(changed);
    saveUser(tx, name, changed);
  });
}

async function read(call: Call): Promise<Reply | null> {
  const user = await loadUser(call.storage, userName(call.params));
  return user === null ? null : { data: describeParameters(user) };
}

async function remove({ services }: MountContext, call: Call): Promise<undefined> {
  const name = userName(call.params);
  await call.storage.transaction(async (tx) => {
    deleteUser(tx, name);
    return Promise.resolve();
  });
  await services.lockouts.unlock(call.mount.accessor, name);
}

async function list(call: Call): Promise<Reply | null> {
  const keys = await userNames(call.storage);
  return keys.length === 0 ? null : { data: { keys } };
}

/** Declared fields by name, so that a path takes only its own. */
function only(...names: readonly string[]): Record<string, FieldDeclaration> {
  const all = tokenFields(FORMER_NAMES);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

export const userPaths = (context: MountContext): PathDeclaration[] => {
  const password = (call: Call): Promise<undefined> => writePassword(context, call);
  return [
    { pattern: "users", summary: "Lists the users", operations: { list } },
    {
      pattern: "users/{name}/password",
      summary: "Sets a user's password",
      fields: newPasswordFields,
      operations: { create: password, update: password },
    },
    {
      pattern: "users/{name}/policies",
      summary: "Sets the policies of a user's tokens",
      fields: only("token_policies", "policies"),
      operations: { create: writePolicies, update: writePolicies },
    },
    {
      pattern: "users/{name}",
      summary: "Creates, changes, reads or deletes a user",
      fields: { ...newPasswordFields, ...tokenFields(FORMER_NAMES) },
      exists: async (call) => (await loadUser(call.storage, userName(call.params))) !== null,
      operations: { read, create: write, update: write, delete: (call) => remove(context, call) },
    },
  ];
};
