/** `login`: role id and secret id against a token. Every refusal says the same, whichever of the two was wrong and why. */
import { BulkheadError } from "../../core/errors.ts";
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import { withinCidrs } from "../../kernel/cidr.ts";
import type { AuthGrant, Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { grantOf } from "../token-parameters.ts";
import {
  type Digests,
  type SecretId,
  type StoredRole,
  deleteSecretId,
  digests,
  isExpired,
  loadRole,
  loadSecretId,
  roleOfId,
  saveSecretId,
} from "./store.ts";

/** A name no role can have: an unknown role id costs the same look-ups as a known one. */
const NO_ROLE = "-";

interface Proven {
  readonly name: string;
  readonly role: StoredRole;
  /** null: the role needs none. */
  readonly secretId: SecretId | null;
}

/** Checks both ids and takes one use; null when anything is wrong. */
async function prove(tx: StorageTransaction, ids: Digests, call: Call, now: number): Promise<Proven | null> {
  const found = await roleOfId(tx, ids, call.fields.string("role_id") ?? "");
  const name = found ?? NO_ROLE;
  const role = await loadRole(tx, name);
  if (role !== null && !role.bind_secret_id)
    return withinCidrs(call.remote, role.secret_id_bound_cidrs ?? []) ? { name, role, secretId: null } : null;
  const given = call.fields.secret("secret_id");
  if (given === undefined || given.length === 0) return null;
  const digest = ids.secretId(name, given.reveal());
  const secretId = await loadSecretId(tx, name, digest);
  if (role === null || secretId === null) return null;
  if (isExpired(secretId, now)) return null;
  if (
    !withinCidrs(call.remote, role.secret_id_bound_cidrs ?? []) ||
    !withinCidrs(call.remote, secretId.cidrs)
  )
    return null;
  // the role may have become automated since
  if (role.automated === true && secretId.maker?.actor === "person" && secretId.maker.excepted !== true)
    return null;
  if (secretId.uses === 1) deleteSecretId(tx, name, digest, secretId);
  else if (secretId.uses > 1)
    saveSecretId(tx, name, digest, { ...secretId, uses: secretId.uses - 1, updated: now });
  return { name, role, secretId };
}

function granted({ name, role, secretId }: Proven): AuthGrant {
  const grant = grantOf(role, {
    displayName: "approle",
    // the role's word counts over the secret id's: who makes secret ids may not pose as another stage
    metadata: { ...secretId?.metadata, ...role.token_metadata, role_name: name },
    role: name,
    alias: { name: role.role_id, metadata: {} },
  });
  const { tokenCidrs: own = [], maker } = secretId ?? {};
  // who makes a secret id stands behind its tokens
  const behind = maker?.actor === "person" ? maker : { actor: "machine" as const };
  const { actor, principal } = { principal: undefined, ...behind };
  return { ...grant, actor, principal, ...(own.length > 0 && { boundCidrs: own }) };
}

async function login(context: MountContext, call: Call): Promise<Reply> {
  if (!call.fields.string("role_id")) throw new BulkheadError("approle.missing", { field: "role_id" });
  const ids = await digests(call.storage);
  return {
    login: async (tx) => {
      const proven = await prove(tx, ids, call, context.clock.now());
      if (proven === null) throw new BulkheadError("auth.invalid-credentials");
      return granted(proven);
    },
  };
}

export const loginPath = (context: MountContext): PathDeclaration => ({
  pattern: "login",
  summary: "Gives a token for a role id and a secret id",
  unauthenticated: true,
  fields: {
    role_id: { type: "string", description: "The role's id" },
    secret_id: { type: "secret", description: "A secret id of the role" },
  },
  operations: { create: (call) => login(context, call), update: (call) => login(context, call) },
});
