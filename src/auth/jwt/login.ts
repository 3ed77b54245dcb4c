/** `login`: a token of the platform against one of ours. One refusal for all reasons; the operator's log says which. */
import { BulkheadError } from "../../core/errors.ts";
import { withinCidrs } from "../../kernel/cidr.ts";
import type { Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { requireConfig } from "./config.ts";
import { grantFor } from "./grant.ts";
import type { KeySource } from "./key-source.ts";
import { checkRole, proveToken } from "./prove.ts";
import { orRefused, refuse } from "./refusal.ts";
import { loadRole } from "./store.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

async function login(context: MountContext, keys: KeySource, call: Call): Promise<Reply> {
  const config = await requireConfig(call);
  const name = (call.fields.string("role") || config.default_role).toLowerCase();
  if (name === "") throw invalid("missing role");
  const token = call.fields.secret("jwt");
  return await orRefused(context, call, name, async () => {
    const role = await loadRole(call.storage, name);
    if (role === null) throw refuse("there is no such role");
    if (role.role_type !== "jwt") throw refuse("the role is for people's logins (role_type oidc)");
    if (token === undefined || token.length === 0) throw invalid("missing token");
    if (!withinCidrs(call.remote, role.token_bound_cidrs))
      throw refuse("the login came from a network that the role does not take");
    const claims = await proveToken({ config, keys, clock: context.clock }, token.reveal(), role);
    checkRole(role, config, claims);
    const people = context.services.identity;
    return { auth: grantFor({ role, config, mount: call.mount.path, people }, name, claims) };
  });
}

export const loginPath = (context: MountContext, keys: KeySource): PathDeclaration => ({
  pattern: "login",
  summary: "Gives a token for a token that the issuer signed",
  unauthenticated: true,
  fields: {
    role: { type: "string", description: "The role; the mount's default when left out", plain: true },
    jwt: { type: "secret", description: "The signed token" },
  },
  operations: {
    create: (call) => login(context, keys, call),
    update: (call) => login(context, keys, call),
  },
});
