/** `config`: the mount's defaults. */
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { boolField, countField, goDuration, spanField } from "./input.ts";
import { loadConfig, saveConfig } from "./secrets.ts";

async function read(call: Call): Promise<Reply> {
  const config = await loadConfig(call.storage);
  return {
    data: {
      cas_required: config.casRequired,
      delete_version_after: goDuration(config.deleteAfter),
      max_versions: config.maxVersions,
    },
  };
}

async function write(call: Call): Promise<undefined> {
  const maxVersions = countField(call, "max_versions");
  const casRequired = boolField(call, "cas_required");
  const deleteAfter = spanField(call, "delete_version_after", 0); // Vault: a negative span switches it off
  await call.storage.transaction(async (tx) => {
    const config = await loadConfig(tx);
    saveConfig(tx, {
      maxVersions: maxVersions ?? config.maxVersions,
      casRequired: casRequired ?? config.casRequired,
      deleteAfter: deleteAfter ?? config.deleteAfter,
    });
  });
}

export const configPath = (): PathDeclaration => ({
  pattern: "config",
  summary: "The defaults for every secret of this mount",
  fields: {
    max_versions: { type: "json", description: "Versions kept of each secret; 0: ten", plain: true },
    cas_required: { type: "json", description: "Every write must say which version it follows", plain: true },
    delete_version_after: {
      type: "json",
      description: "How long a version lives; 0s or negative: for ever",
      plain: true,
    },
  },
  operations: { read, create: write, update: write },
});
