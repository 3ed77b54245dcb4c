/** A mount's description: what a built-in's is, which paths may be mounted, which times fit together. */
import { createHash } from "node:crypto";
import { BulkheadError } from "../core/errors.ts";
import type { MountInfo, PluginFacts } from "./plugin.ts";

export type MountKind = "secret" | "auth";

/** Not to be mounted below; `sys/`, `cubbyhole/` and the like are taken by what is mounted there. */
const RESERVED = ["sys/", "auth/", "audit/"];
const MOST_MOUNT_PATH = 256;

/** Where a mount's own storage is. */
export const storagePrefix = (mount: MountInfo): string => `logical/${mount.uuid}/`;

export const kindOf = (info: MountInfo): MountKind => (info.class === "auth" ? "auth" : "secret");

const idOf = (path: string): string => createHash("sha256").update(path).digest("hex");
/** The id of a built-in mount, under which its storage is. */
export const builtinId = (path: string): string => `builtin-${idOf(path).slice(0, 24)}`;

/** A built-in is the same mount in every process without being written anywhere, so its ids follow from its path. */
export function builtin(plugin: PluginFacts, kind: MountKind): MountInfo[] {
  if (plugin.builtinAt === undefined) return [];
  const id = idOf(plugin.builtinAt);
  return [
    {
      path: plugin.builtinAt,
      type: plugin.type,
      class: plugin.builtinAt === "sys/" ? "system" : kind,
      accessor: `${kind === "auth" ? "auth_" : ""}${plugin.type}_${id.slice(0, 8)}`,
      uuid: builtinId(plugin.builtinAt),
      description: plugin.description ?? "",
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

/** Full paths of a move and what kind it is. Throws `mount.not-movable`, `mount.invalid`. */
export function movePaths(
  from: string,
  to: string,
  builtins: readonly MountInfo[],
): { kind: MountKind; source: string; target: string } {
  const [source, target] = [from, to].map((path) => `${path.replace(/^\/+|\/+$/g, "")}/`) as [string, string];
  const refuse = (problem: string): BulkheadError => new BulkheadError("mount.not-movable", { problem });
  const builtinAt = (path: string): boolean => builtins.some((info) => path.startsWith(info.path));
  const kind = source.startsWith("auth/") ? "auth" : "secret";
  if (builtinAt(source)) throw refuse(`"${source}"`);
  if (kind === "auth" && !target.startsWith("auth/"))
    throw refuse(`auth mount to non-auth mount "${target}"`);
  if (builtinAt(target) || (kind === "secret" && RESERVED.some((reserved) => target.startsWith(reserved))))
    throw refuse(kind === "auth" ? `to destination "${target}"` : `to destination ${target}`);
  fullPath(kind, kind === "auth" ? target.slice("auth/".length) : target);
  return { kind, source, target };
}

export function checkTtls(info: MountInfo, defaults: { readonly maxLeaseTtl: number }): void {
  const most = Math.floor(defaults.maxLeaseTtl / 1_000);
  if (info.maxLeaseTtl === 0 && info.defaultLeaseTtl > defaults.maxLeaseTtl)
    throw new BulkheadError("mount.invalid", {
      problem: `given default lease TTL greater than system max lease TTL of ${most}`,
    });
  if (info.maxLeaseTtl > 0 && info.defaultLeaseTtl > info.maxLeaseTtl)
    throw new BulkheadError("mount.invalid", {
      problem: "backend default TTL is greater than the backend's max TTL",
    });
}
