/**
 * `kubernetes`: logins of pods with their service account's token. The cluster is asked whether the token stands (TokenReview, so that a
 * deleted pod's token is refused), or, where it cannot be reached, the token is proved with the cluster's public keys.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { PluginType } from "../../kernel/plugin.ts";
import { configPath } from "./config.ts";
import { loginPath } from "./login.ts";
import { rolePaths } from "./roles.ts";
import { loadRole } from "./store.ts";

export const kubernetes: PluginType = {
  type: "kubernetes",
  title: "Kubernetes",
  description: "Logins of pods by their service account's token",
  create: (context) => ({
    paths: [configPath, loginPath(context), ...rolePaths],
    renewLogin: async ({ role }, storage) => {
      if ((await loadRole(storage, role)) === null)
        throw new BulkheadError("request.invalid", {
          problem: `could not find role "${role}" during renewal`,
        });
    },
  }),
};
