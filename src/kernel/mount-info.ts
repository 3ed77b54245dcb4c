/** A mount's description: what a built-in's is, which paths may be mounted, which times fit together. */
import { createHash } from "node:crypto";
import { BulkheadError } from "../core/errors.ts";
import type { MountInfo, PluginType } from "./plugin.ts";

export type MountKind = "secret" | "auth";

/** Not to be mounted below; `sys/`, `cubbyhole/` and the like are taken by what is mounted there. */
const RESERVED = ["sys/", "auth/", "audit/"];
const MOST_MOUNT_PATH = 256;

/** Where a mount's own storage is. */
export const storagePrefix = (mount: MountInfo): string => `logical/${mount.uuid}/`;

export const kindOf = (info: MountInfo): MountKind => (info.class === "auth" ? "auth" : "secret");

/** A built-in is the same mount in every process without being written anywhere, so its ids follow from its path. */
export function builtin(plugin: PluginType, kind: MountKind): MountInfo[] {
  if (plugin.builtinAt === undefined) return [];
  const id = createHash("sha256").update(plugin.builtinAt).digest("hex");
  return [
    {
      path: plugin.builtinAt,
      type: plugin.type,
      class: plugin.builtinAt === "sys/" ? "system" : kind,
      accessor: `${kind === "auth" ? "auth_" : ""}${plugin.type}_${id.slice(0, 8)}`,
      uuid: `builtin-${id.slice(0, 24)}`,
      description: plugin.description,
      options: {},
      defaultLeaseTtl: 0,
      maxLeaseTtl: 0,
    },
  ];
}

/** With the kind's prefix and a slash at the end. Throws `mount.invalid`. */
export function fullPath(kind: MountKind, path: string): string {
  const own = path.replace(/^\/+|\/+$/g, "");
  const full = `${kind === "auth" ? "auth/" : ""}${own}/`;
  const problem =
    own === ""
      ? "a mount needs a path"
      : /[\0-\x20\x7f+*{}?#%]|\/\/|(^|\/)\.\.?(\/|$)/.test(own)
        ? "a mount path has plain segments without spaces, wildcards or dots alone"
        : Buffer.byteLength(full) > MOST_MOUNT_PATH
          ? `a mount path has at most ${MOST_MOUNT_PATH} bytes`
          : kind === "secret" && RESERVED.some((reserved) => full.startsWith(reserved))
            ? `cannot mount under reserved path "${full}"`
            : null;
  if (problem !== null) throw new BulkheadError("mount.invalid", { problem });
  return full;
}

export function checkTtls(info: MountInfo): void {
  if (info.maxLeaseTtl > 0 && info.defaultLeaseTtl > info.maxLeaseTtl)
    throw new BulkheadError("mount.invalid", {
      problem: "backend default TTL is greater than the backend's max TTL",
    });
}
