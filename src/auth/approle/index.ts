/**
 * `approle`: logins for machines. A role id names the role, a secret id proves it; both are looked up by their HMAC under a key of
 * the mount's own, so that neither stands in the store and a look-up's time says nothing about a near miss. A secret id's uses
 * are counted in the login's transaction: of several logins at once with a single-use id, one succeeds.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { MountContext, PathDeclaration, PluginType } from "../../kernel/plugin.ts";
import { loginPath } from "./login.ts";
import { fieldPaths } from "./role-fields.ts";
import { rolePaths } from "./roles.ts";
import { secretIdPaths } from "./secret-ids.ts";
import { loadRole } from "./store.ts";
import { dropExpired, tidyPath } from "./tidy.ts";

const TIDY_MS = 60_000;

const paths = (context: MountContext): PathDeclaration[] => [
  loginPath(context),
  tidyPath(context),
  ...secretIdPaths(context),
  ...fieldPaths(),
  ...rolePaths(),
];

export const approle: PluginType = {
  type: "approle",
  title: "AppRole",
  description: "Logins of machines by role id and secret id",
  create: (context) => {
    let next = Number.NEGATIVE_INFINITY;
    return {
      paths: paths(context),
      renewLogin: async ({ metadata, role }, storage) => {
        // tokens of older versions say their role in the metadata only
        if ((await loadRole(storage, role || (metadata.role_name ?? ""))) === null)
          throw new BulkheadError("token.login-over");
      },
      tidy: async (storage) => {
        const now = context.clock.now();
        if (now < next) return; // it reads every secret id, and one that is over opens nothing in the meantime
        next = now + TIDY_MS;
        await dropExpired(context, storage);
      },
    };
  },
};
