/**
 * `identity`: who stands behind tokens. Entities with the names they log in by, groups of them, and an OIDC issuer that says to
 * others who a token's holder is (`oidc/`). The kernel reads the same rows at logins and requests (`kernel/identity/`).
 */
import type { PluginType } from "../../kernel/plugin.ts";
import { IDENTITY_MOUNT } from "../../kernel/identity/rows.ts";
import { aliasPaths } from "./aliases.ts";
import { entityPaths } from "./entities.ts";
import { groupAliasPaths } from "./group-aliases.ts";
import { groupPaths } from "./groups.ts";
import { lookupPaths } from "./lookup.ts";
import { mergePath } from "./merge.ts";
import { issuerPaths } from "./oidc/issuer.ts";
import { keyPaths } from "./oidc/key-paths.ts";
import { rotateDue } from "./oidc/keys.ts";
import { rolePaths } from "./oidc/roles.ts";
import { tokenPaths } from "./oidc/tokens.ts";
import { partsOf } from "./parts.ts";

export const identity: PluginType = {
  type: "identity",
  title: "Identities",
  description: "identity store",
  builtinAt: IDENTITY_MOUNT,
  create: (context) => {
    const parts = partsOf(context);
    return {
      paths: [
        mergePath(parts),
        ...entityPaths(parts),
        ...aliasPaths(parts),
        ...groupPaths(parts),
        ...groupAliasPaths(parts),
        ...lookupPaths(parts),
        ...issuerPaths(parts),
        ...keyPaths(parts),
        ...rolePaths(parts),
        ...tokenPaths(parts),
      ],
      tidy: (storage) => rotateDue(storage, context.clock.now()),
    };
  },
};
