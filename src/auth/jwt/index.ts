/**
 * `jwt` and `oidc`: logins with a token that somebody else signed. A workload sends the token its platform gave it; a person is sent to
 * the provider's page and comes back with a code. Which tokens count says the mount's `config` (whose keys) and the role (which claims);
 * a role that takes more than the job that was meant is refused when it is written. Why a login failed stands in the operator's log.
 */
import type { MountContext, PluginType } from "../../kernel/plugin.ts";
import { BulkheadError } from "../../core/errors.ts";
import { configPath } from "./config.ts";
import { KeySource } from "./key-source.ts";
import { loginPath } from "./login.ts";
import { oidcPaths } from "./oidc/paths.ts";
import { rolePaths } from "./roles.ts";
import { loadRole } from "./store.ts";

function create(context: MountContext) {
  const keys = new KeySource(context.clock);
  return {
    paths: [
      configPath(context, keys),
      loginPath(context, keys),
      ...oidcPaths(context, keys),
      ...rolePaths(context),
    ],
    renewLogin: async ({ role }: { readonly role: string }, storage: Parameters<typeof loadRole>[0]) => {
      if ((await loadRole(storage, role)) === null)
        throw new BulkheadError("request.invalid", {
          problem: `could not find role "${role}" during renewal`,
        });
    },
  };
}

export const jwt: PluginType = {
  type: "jwt",
  title: "JWT",
  description: "Logins of workloads by a token that their platform signs",
  create,
};

export const oidc: PluginType = {
  type: "oidc",
  title: "OpenID Connect",
  description: "Logins of people by the browser, and of workloads by a token",
  create,
};
