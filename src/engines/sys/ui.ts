/**
 * What a caller can see of the mounts, and what it may do. Asked by the `vault` and `bao` commands before every `kv` call, and by
 * login pages without a token: those see only what was tuned to `listing_visibility: unauth`.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, MountInfo, PathDeclaration } from "../../kernel/plugin.ts";
import type { AccessService, MountService } from "../../kernel/services.ts";
import { mountBody } from "./mount-settings.ts";

export function uiPaths(mounts: MountService, access: AccessService): PathDeclaration[] {
  const open = (info: MountInfo): boolean => info.settings?.listingVisibility === "unauth";
  const visible = async (call: Call, info: MountInfo): Promise<boolean> =>
    call.caller !== null && (await access.mayList(call.caller, info.path));
  const named = async (call: Call, kind: "secret" | "auth") => {
    const seen: [string, ReplyValue][] = [];
    for (const info of await mounts.list(kind)) {
      const name = info.path.replace(/^auth\//, "");
      if (call.caller === null && open(info))
        seen.push([name, { type: info.type, description: info.description, options: info.options }]);
      else if (call.caller !== null && (open(info) || (await visible(call, info))))
        seen.push([name, mountBody(info)]);
    }
    return Object.fromEntries(seen);
  };
  return [
    {
      pattern: "internal/ui/mounts",
      summary: "The mounts the caller can see",
      unauthenticated: true,
      callerOptional: true,
      operations: {
        read: async (call) => ({
          data: { secret: await named(call, "secret"), auth: await named(call, "auth") },
        }),
      },
    },
    {
      pattern: "internal/ui/mounts/{path*}",
      summary: "The mount that serves a path",
      operations: {
        read: async (call) => {
          const path = call.params.path ?? "";
          const info = await mounts.find(path);
          // the same answer for unknown and for invisible, so that mounts cannot be found out
          if (info === null || !(await visible(call, info)))
            throw new BulkheadError("mount.invisible", {
              path: `${path.replace(/\/+$/, "").slice(0, 512)}/`,
            });
          return { data: { ...mountBody(info), path: info.path.replace(/^auth\//, "") } };
        },
      },
    },
    {
      pattern: "internal/ui/resultant-acl",
      summary: "All that the caller's policies grant",
      operations: {
        read: async (call) => {
          const granted = await access.granted(call.caller ?? { policies: [], entityId: "" });
          if (granted === null) return { data: { root: true } };
          const exact: [string, ReplyValue][] = [];
          const glob: [string, ReplyValue][] = [];
          for (const [path, capabilities] of [...granted].sort(([a], [b]) => (a < b ? -1 : 1)))
            if (path.endsWith("*")) glob.push([path.slice(0, -1), { capabilities }]);
            else exact.push([path, { capabilities }]);
          return {
            data: {
              exact_paths: Object.fromEntries(exact),
              glob_paths: Object.fromEntries(glob),
              root: false,
            },
          };
        },
      },
    },
  ];
}
