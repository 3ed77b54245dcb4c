/** Engines at `sys/mounts`, auth methods at `sys/auth`: list, enable, tune, disable; `sys/remount` moves either. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, Handler, MountInfo, PathDeclaration } from "../../kernel/plugin.ts";
import type { MountService } from "../../kernel/services.ts";
import {
  type Kind,
  lockoutOf,
  mountBody,
  objectOf,
  settingFields,
  settingOf,
  tuneBody,
} from "./mount-settings.ts";

const plain = (description: string): FieldDeclaration => ({ type: "string", plain: true, description });
const bool = (description: string): FieldDeclaration => ({ type: "bool", description });
const description = plain("What it is for");
const options: FieldDeclaration = { type: "map", plain: true, description: 'As { "version": "2" } for kv' };
const enableFields: Readonly<Record<string, FieldDeclaration>> = {
  type: plain("Type of the engine or method"),
  description,
  options,
  config: { type: "json", plain: true, description: "What can be tuned" },
  local: bool("Kept and shown: nothing is replicated elsewhere"),
  seal_wrap: bool("Not offered"),
  external_entropy_access: bool("Not offered"),
  plugin_version: plain("Only the one there is: leave it out"),
};
const tuneFields: Readonly<Record<string, FieldDeclaration>> = { description, options, ...settingFields };

export function mountPaths(mounts: MountService): PathDeclaration[] {
  return [...pathsOf(mounts, "secret"), ...pathsOf(mounts, "auth"), ...remountPaths(mounts)];
}

function common({ fields }: Call): { description?: string; options?: Record<string, string> } {
  const [text, chosen] = [fields.string("description"), fields.map("options")];
  return {
    ...(text === undefined ? {} : { description: text }),
    ...(chosen === undefined ? {} : { options: { ...chosen } }),
  };
}

async function enable(call: Call, mounts: MountService, kind: Kind): Promise<undefined> {
  const type = call.fields.string("type");
  if (!type)
    throw new BulkheadError("request.invalid", { problem: "backend type must be specified as a string" });
  for (const name of ["seal_wrap", "external_entropy_access"])
    if (call.fields.bool(name) === true)
      throw new BulkheadError("mount.invalid", { problem: `${name} is not offered` });
  const config = new Map(objectOf(call.fields.json("config"), "config"));
  const version = call.fields.string("plugin_version");
  if (version) config.set("plugin_version", version);
  // what an engine's mount cannot be set to is no reason not to make it: clients send one form for both kinds
  if (kind !== "auth") config.delete("token_type");
  const setting = settingOf(config, kind, type);
  const local = call.fields.bool("local") === true ? { local: true } : {};
  const settings = { ...setting.settings, ...local };
  await mounts.mount(kind, call.params.path ?? "", {
    type,
    ...common(call),
    ...setting,
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
  });
  return undefined;
}

async function tune(call: Call, mounts: MountService, kind: Kind, info: MountInfo): Promise<undefined> {
  const given = new Map(objectOf(call.body ?? undefined, "body"));
  await mounts.tune(kind, nameOf(info), {
    ...common(call),
    ...settingOf(given, kind, info.type),
    ...lockoutOf(objectOf(call.fields.json("user_lockout_config"), "user_lockout_config")),
  });
  return undefined;
}

function tunePath(mounts: MountService, kind: Kind, base: string): PathDeclaration {
  return {
    pattern: `${base}/{path*}/tune`,
    summary: "Read or change a mount's settings",
    sudo: kind === "auth",
    fields: tuneFields,
    operations: {
      read: async (call) => ({
        data: tuneBody(await find(call, mounts, kind), mounts.defaults),
        flatten: true,
      }),
      update: async (call) => tune(call, mounts, kind, await find(call, mounts, kind)),
    },
  };
}

const nameOf = (info: MountInfo): string => info.path.replace(/^auth\//, "");

async function find(call: Call, mounts: MountService, kind: Kind): Promise<MountInfo> {
  const name = `${(call.params.path ?? "").replace(/^\/+|\/+$/g, "")}/`;
  const found = (await mounts.list(kind)).find((info) => nameOf(info) === name);
  if (found === undefined) throw new BulkheadError("mount.unknown", { path: name });
  return found;
}

function pathsOf(mounts: MountService, kind: Kind): PathDeclaration[] {
  const base = kind === "auth" ? "auth" : "mounts";
  const sudo = kind === "auth";
  return [
    {
      pattern: base,
      summary: kind === "auth" ? "List the auth methods" : "List the secrets engines",
      operations: {
        read: async () => {
          const listed = await mounts.list(kind);
          return {
            data: Object.fromEntries(listed.map((info) => [nameOf(info), mountBody(info)])),
            flatten: true,
          };
        },
      },
    },
    // the command line tunes auth methods there
    ...(kind === "secret" ? [tunePath(mounts, "auth", "mounts/auth")] : []),
    tunePath(mounts, kind, base),
    {
      pattern: `${base}/{path*}`,
      summary: "Enable, read or disable a mount",
      sudo,
      fields: enableFields,
      operations: {
        read: async (call) => ({ data: mountBody(await find(call, mounts, kind)), flatten: true }),
        update: (call) => enable(call, mounts, kind),
        delete: async (call) => {
          // disabling what is not there is done already
          const name = `${(call.params.path ?? "").replace(/^\/+|\/+$/g, "")}/`;
          if ((await mounts.list(kind)).some((info) => nameOf(info) === name))
            await mounts.unmount(kind, name);
          return undefined;
        },
      },
    },
  ];
}

function remountPaths(mounts: MountService): PathDeclaration[] {
  const remount: Handler = async (call) => {
    const [from, to] = [call.fields.string("from") ?? "", call.fields.string("to") ?? ""];
    if (from === "" || to === "")
      throw new BulkheadError("request.invalid", {
        problem: "both 'from' and 'to' path must be specified as a string",
      });
    return { data: { migration_id: await mounts.remount(from, to) }, flatten: true };
  };
  return [
    {
      pattern: "remount",
      summary: "Moves a mount; its leases, and the tokens it gave, are revoked",
      sudo: true,
      fields: { from: plain("Where it is"), to: plain("Where it is to be") },
      operations: { update: remount },
    },
    {
      pattern: "remount/status/{id}",
      summary: "How a move stands",
      operations: {
        read: async (call) => {
          const id = call.params.id ?? "";
          const found = await mounts.remountStatus(id);
          if (found === null) return null;
          const { from, to, done } = found;
          const status = done ? "success" : "in-progress";
          return {
            data: {
              migration_id: id,
              migration_info: { source_mount: from, target_mount: to, status },
            },
          };
        },
      },
    },
  ];
}
