/**
 * `kv`: Vault's key-value engine in both versions. Of a versioned secret (version 2) a value is kept as the JSON bytes that came,
 * one barrier entry a version; beside it stands one entry of metadata a path, and every change of both is one transaction, so that
 * check-and-set holds over all processes. Version 1 (`unversioned.ts`) keeps one value a path. Values are never parsed into
 * JavaScript strings: only member names are read.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { Backend, MountContext, MountInfo, PathDeclaration, PluginType } from "../../kernel/plugin.ts";
import { configPath } from "./config.ts";
import { dataPath } from "./data.ts";
import { detailedPath } from "./detailed.ts";
import { metadataPath } from "./metadata.ts";
import type { KvContext } from "./secrets.ts";
import { destroyRetired, retirePaths } from "./retire.ts";
import { subkeysPath } from "./subkeys.ts";
import { unversionedPath } from "./unversioned.ts";
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

/** Either version's secrets lie elsewhere, so that a mount keeps the one it was made with. */
function check({ options, path }: MountInfo, before?: MountInfo): void {
  const version = options.version ?? "";
  if (!Object.hasOwn(VERSIONS, version)) throw new BulkheadError("kv.version", { version });
  if (before === undefined || before.options.version === version) return;
  throw new BulkheadError(version === "1" ? "kv.downgrade" : "kv.upgrade", { path });
}

const VERSIONS: Readonly<Record<string, (kv: KvContext, context: MountContext) => PathDeclaration[]>> = {
  "1": (kv, { mount, services }) => [
    unversionedPath(kv, mount.defaultLeaseTtl || services.mounts.defaults.defaultLeaseTtl),
  ],
  "2": (kv) => [
    configPath(),
    dataPath(kv),
    deletePath(kv),
    undeletePath(kv),
    destroyPath(kv),
    metadataPath(kv),
    subkeysPath(kv),
    detailedPath(),
    ...retirePaths(kv),
    elsewhere,
  ],
};

function create(context: MountContext): Backend {
  const { mount, clock, services } = context;
  const kv: KvContext = { mount: mount.path, clock, values: services.values };
  return {
    paths: VERSIONS[mount.options.version ?? ""]?.(kv, context) ?? [],
    ...(mount.options.version === "2" && { tidy: (storage) => destroyRetired(kv, storage) }),
  };
}

export const kv: PluginType = {
  type: "kv",
  title: "Key-value secrets",
  description:
    "Secrets as fields: version 2 with history, check-and-set, soft deletion and custom metadata; version 1 without",
  check,
  defaultOptions: { version: "1" },
  aliases: { "kv-v1": { version: "1" }, "kv-v2": { version: "2" } },
  create,
};
