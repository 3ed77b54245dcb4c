/**
 * `userpass`: logins of people by name and password. A password is kept as an Argon2id hash; unknown names cost the same work and
 * get the same answer as wrong passwords; after five failures in a row a name is locked for a while, known or not.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { PluginType } from "../../kernel/plugin.ts";
import { loginPath } from "./login.ts";
import { type User, loadUser } from "./store.ts";
import { userPaths } from "./users.ts";

/** As Vault: a token whose user has other policies by now is not renewed. */
function samePolicies(user: User, policies: readonly string[]): boolean {
  const own = new Set(user.token_policies);
  if (!user.token_no_default_policy) own.add("default");
  return own.size === policies.length && policies.every((name) => own.has(name));
}

export const userpass: PluginType = {
  type: "userpass",
  title: "User names and passwords",
  description: "Logins of people by name and password",
  locksOut: true,
  create: (context) => ({
    paths: [loginPath(context), ...userPaths(context)],
    renewLogin: async ({ internal, metadata, policies }, storage) => {
      const user = await loadUser(storage, internal.user ?? metadata.username ?? "");
      if (user === null || !samePolicies(user, policies)) throw new BulkheadError("token.login-over");
    },
  }),
};
