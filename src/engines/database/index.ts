/**
 * `database`: users of databases that live as long as their lease, and passwords of standing users changed by time; Vault's engine of
 * that name. A database is one driver file (`drivers/`); this folder keeps configurations and roles, and makes sure that no crash
 * leaves a user without a lease or a password that nobody knows (notes in `store.ts`, finished by `tidy`).
 */
import type { Backend, MountContext, PluginType } from "../../kernel/plugin.ts";
import { configPaths } from "./config.ts";
import { Connections } from "./connections.ts";
import type { DatabaseContext } from "./context.ts";
import { rolePaths } from "./roles.ts";
import { finishRootRotations, rootPaths } from "./root.ts";
import { rotateDue } from "./rotation.ts";
import { staticPaths } from "./static-roles.ts";
import { dropLeftBehind, leaseHandlers, userPaths } from "./users.ts";

function create(mount: MountContext): Backend {
  const connections = new Connections();
  const context: DatabaseContext = {
    clock: mount.clock,
    connections,
    mount,
    warn: (event, fields) => mount.services.operatorLog.warn(event, { ...fields, mount: mount.mount.path }),
  };
  return {
    paths: [
      ...configPaths(context),
      ...rootPaths(context),
      ...rolePaths(),
      ...userPaths(context),
      ...staticPaths(context),
    ],
    ...leaseHandlers(context),
    tidy: async (storage) => {
      await finishRootRotations(context, storage);
      await rotateDue(context, storage);
      await dropLeftBehind(context, storage);
    },
    close: () => connections.close(),
  };
}

export const database: PluginType = {
  type: "database",
  title: "Database users",
  description: "Makes users of databases that end with their lease, and changes standing users' passwords",
  create,
};
