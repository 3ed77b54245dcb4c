/** `config`: settings of the mount. */
import type { Call, PathDeclaration } from "../../kernel/plugin.ts";
import { loadConfig, saveConfig } from "./store.ts";

async function write({ storage, fields }: Call): Promise<undefined> {
  const before = await loadConfig(storage);
  await saveConfig(storage, {
    disable_binding: fields.bool("disable_binding") ?? before.disable_binding,
    enable_identity_alias_metadata:
      fields.bool("enable_identity_alias_metadata") ?? before.enable_identity_alias_metadata,
  });
}

export const configPaths = (): PathDeclaration[] => [
  {
    pattern: "config",
    summary: "Settings of the mount",
    fields: {
      disable_binding: {
        type: "bool",
        description: "A token may be renewed without its certificate",
        plain: true,
      },
      enable_identity_alias_metadata: {
        type: "bool",
        description: "The alias carries the login's metadata",
        plain: true,
      },
      ocsp_cache_size: {
        type: "int",
        description: "Kept for Vault's clients: OCSP is not offered",
        plain: true,
      },
    },
    operations: {
      read: async ({ storage }) => ({ data: { ...(await loadConfig(storage)), ocsp_cache_size: 0 } }),
      create: write,
      update: write,
    },
  },
];
