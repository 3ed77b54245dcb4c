/**
 * `kv`: versioned secrets, version 2 of Vault's key-value engine. A value is kept as the JSON bytes that came, one barrier entry a
 * version; beside it stands one entry of metadata a path, and every change of both is one transaction, so that check-and-set
 * holds over all processes. Values are never parsed into JavaScript strings: only member names are read.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { Backend, MountContext, MountInfo, PathDeclaration, PluginType } from "../../kernel/plugin.ts";
import { configPath } from "./config.ts";
import { dataPath } from "./data.ts";
import { metadataPath } from "./metadata.ts";
import type { KvContext } from "./secrets.ts";
import { subkeysPath } from "./subkeys.ts";
import { deletePath, destroyPath, undeletePath } from "./versions.ts";

const WRONG_PATH =
  "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. " +
  "The secret's value is below data/, its metadata below metadata/.";

/** What people call who take the mount for version 1: told so, instead of an empty 404. */
const elsewhere: PathDeclaration = {
  pattern: "{path*}",
  summary: "Says where secrets are found in a versioned engine",
  operations: {
    read: async () => ({ status: 404, data: null, warnings: [WRONG_PATH] }),
    list: async () => ({ status: 404, data: null, warnings: [WRONG_PATH] }),
  },
};

/** Only version 2 is offered; without the option a mount would be version 1, as in Vault. */
function check({ options }: MountInfo): void {
  if (options.version !== "2") throw new BulkheadError("kv.version-1");
}

function create({ mount, clock, services }: MountContext): Backend {
  const kv: KvContext = { mount: mount.path, clock, values: services.values };
  return {
    paths: [
      configPath(),
      dataPath(kv),
      deletePath(kv),
      undeletePath(kv),
      destroyPath(kv),
      metadataPath(kv),
      subkeysPath(kv),
      elsewhere,
    ],
  };
}

export const kv: PluginType = {
  type: "kv",
  title: "Key-value secrets",
  description: "Versioned secrets with check-and-set, soft deletion and custom metadata (version 2)",
  check,
  aliases: { "kv-v2": { version: "2" } },
  create,
};
