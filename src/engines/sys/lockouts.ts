/** Names whose logins are locked: listed, and unlocked before their time. */
import type { PathDeclaration } from "../../kernel/plugin.ts";
import type { LockoutService } from "../../kernel/services.ts";

export const lockoutPaths = (lockouts: LockoutService): PathDeclaration[] => [
  {
    pattern: "locked-users",
    summary: "The names that are locked now, by mount",
    fields: {
      mount_accessor: { type: "string", plain: true, description: "Only this mount's" },
    },
    operations: {
      read: async (call) => {
        const asked = call.fields.string("mount_accessor");
        const mounts = [...(await lockouts.locked())]
          .filter(([accessor]) => !asked || accessor === asked)
          .map(([accessor, names]) => ({
            mount_accessor: accessor,
            counts: names.length,
            alias_identifiers: names,
          }));
        const total = mounts.reduce((sum, { counts }) => sum + counts, 0);
        const root = { namespace_id: "root", namespace_path: "", counts: total, mount_accessors: mounts };
        return { data: { by_namespace: [root], total } };
      },
    },
  },
  {
    pattern: "locked-users/{accessor}/unlock/{name*}",
    summary: "Lets a locked name log in again",
    operations: {
      update: async (call) => {
        await lockouts.unlock(call.params.accessor ?? "", (call.params.name ?? "").toLowerCase());
        return undefined;
      },
    },
  },
];
