/** The token method at `auth/token/`: making, showing, renewing and revoking tokens. Always there. */
import type { PluginType } from "../../kernel/plugin.ts";
import { createPaths } from "./create.ts";
import { lifePaths } from "./life.ts";
import { lookupPaths } from "./lookup.ts";
import { rolePaths } from "./roles.ts";

export const token: PluginType = {
  type: "token",
  title: "Tokens",
  description: "token based credentials",
  builtinAt: "auth/token/",
  create: ({ services, clock }) => ({
    paths: [
      ...createPaths(services),
      ...rolePaths((call) => call.mount.maxLeaseTtl || services.mounts.defaults.maxLeaseTtl),
      ...lookupPaths(services, clock),
      ...lifePaths(services.tokens, services.access),
    ],
  }),
};
