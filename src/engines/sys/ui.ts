/** What a caller can see of the mounts. Asked by the `vault` and `bao` commands before every `kv` call. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, MountInfo, PathDeclaration } from "../../kernel/plugin.ts";
import type { AccessService, MountService } from "../../kernel/services.ts";
import { mountBody } from "./mounts.ts";

export function uiPaths(mounts: MountService, access: AccessService): PathDeclaration[] {
  const visible = async (call: Call, info: MountInfo): Promise<boolean> =>
    call.caller !== null && (await access.mayList(call.caller, info.path));
  const named = async (call: Call, kind: "secret" | "auth") => {
    const seen: [string, ReturnType<typeof mountBody>][] = [];
    for (const info of await mounts.list(kind))
      if (await visible(call, info)) seen.push([info.path.replace(/^auth\//, ""), mountBody(info)]);
    return Object.fromEntries(seen);
  };
  return [
    {
      pattern: "internal/ui/mounts",
      summary: "The mounts the caller can see",
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
            throw new BulkheadError("auth.denied", { operation: "read", path });
          return { data: { ...mountBody(info), path: info.path } };
        },
      },
    },
  ];
}
