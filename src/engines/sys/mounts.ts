/** Engines at `sys/mounts`, auth methods at `sys/auth`: list, enable, tune, disable. */
import { parseDuration } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import { type ReplyValue, kindOf, members, parseJson } from "../../core/json-bytes.ts";
import type { RawJson } from "../../core/json-bytes.ts";
import type {
  Call,
  FieldDeclaration,
  Fields,
  LockoutConfig,
  MountInfo,
  PathDeclaration,
} from "../../kernel/plugin.ts";
import type { MountService } from "../../kernel/services.ts";

type Kind = "secret" | "auth";
interface Ttls {
  readonly defaultLeaseTtl?: number;
  readonly maxLeaseTtl?: number;
}

const plain = (description: string): FieldDeclaration => ({ type: "string", plain: true, description });
const description = plain("What it is for");
const options: FieldDeclaration = { type: "map", plain: true, description: 'As { "version": "2" } for kv' };
const enableFields: Readonly<Record<string, FieldDeclaration>> = {
  type: plain("Type of the engine or method"),
  description,
  options,
  config: { type: "json", plain: true, description: "default_lease_ttl, max_lease_ttl" },
};
const tuneFields: Readonly<Record<string, FieldDeclaration>> = {
  description,
  options,
  default_lease_ttl: plain("Lease when none is asked for; `system` for the default"),
  max_lease_ttl: plain("Longest lease; `system` for the default"),
};
const lockoutFields: Readonly<Record<string, FieldDeclaration>> = {
  user_lockout_config: {
    type: "json",
    plain: true,
    description: "lockout_threshold, lockout_duration, lockout_counter_reset_duration, lockout_disable",
  },
};

export function mountPaths(mounts: MountService): PathDeclaration[] {
  return [...pathsOf(mounts, "secret"), ...pathsOf(mounts, "auth")];
}

function pathsOf(mounts: MountService, kind: Kind): PathDeclaration[] {
  const base = kind === "auth" ? "auth" : "mounts";
  const sudo = kind === "auth";
  const nameOf = (info: MountInfo): string => (kind === "auth" ? info.path.slice("auth/".length) : info.path);
  const find = async (call: Call): Promise<MountInfo> => {
    const name = `${(call.params.path ?? "").replace(/^\/+|\/+$/g, "")}/`;
    const found = (await mounts.list(kind)).find((info) => nameOf(info) === name);
    if (found === undefined) throw new BulkheadError("mount.unknown", { path: name });
    return found;
  };
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
    {
      pattern: `${base}/{path*}/tune`,
      summary: "Read or change a mount's settings",
      sudo,
      fields: { ...tuneFields, ...lockoutFields },
      operations: {
        read: async (call) => ({ data: tuneBody(await find(call), mounts.defaults), flatten: true }),
        update: async (call) => {
          await mounts.tune(kind, nameOf(await find(call)), {
            ...common(call.fields),
            ...tunedTtls(call.fields),
            ...tunedLockout(call.fields.json("user_lockout_config")),
          });
          return undefined;
        },
      },
    },
    {
      pattern: `${base}/{path*}`,
      summary: "Enable, read or disable a mount",
      sudo,
      fields: enableFields,
      operations: {
        read: async (call) => ({ data: mountBody(await find(call)), flatten: true }),
        update: async (call) => {
          const type = call.fields.string("type");
          if (!type)
            throw new BulkheadError("request.invalid", {
              problem: "backend type must be specified as a string",
            });
          const config = call.fields.json("config");
          await mounts.mount(kind, call.params.path ?? "", {
            type,
            ...common(call.fields),
            ...configTtls(config),
          });
          return undefined;
        },
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

function common(fields: Fields): { description?: string; options?: Record<string, string> } {
  const [text, chosen] = [fields.string("description"), fields.map("options")];
  return {
    ...(text === undefined ? {} : { description: text }),
    ...(chosen === undefined ? {} : { options: { ...chosen } }),
  };
}

function configTtls(config: RawJson | undefined): Ttls {
  if (config === undefined || config.bytes[0] !== 0x7b) return {};
  const ttl = (name: string): number | undefined => {
    const raw = members(config).get(name);
    return raw === undefined ? undefined : spanOf(parseJson(raw));
  };
  return ttls(ttl("default_lease_ttl"), ttl("max_lease_ttl"));
}

function tunedTtls(fields: Fields): Ttls {
  return ttls(spanOf(fields.string("default_lease_ttl")), spanOf(fields.string("max_lease_ttl")));
}

const ttls = (defaultLeaseTtl: number | undefined, maxLeaseTtl: number | undefined): Ttls => ({
  ...(defaultLeaseTtl === undefined ? {} : { defaultLeaseTtl }),
  ...(maxLeaseTtl === undefined ? {} : { maxLeaseTtl }),
});

/** Numbers may come as texts, as Vault's command line sends them. */
function tunedLockout(raw: RawJson | undefined): { lockout?: Partial<LockoutConfig> } {
  if (raw === undefined) return {};
  const refuse = (name: string): BulkheadError =>
    new BulkheadError("request.invalid", { problem: `user_lockout_config holds no valid ${name}` });
  if (kindOf(raw) !== "object") throw refuse("object");
  const given = members(raw);
  const read = <T>(name: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = given.get(name);
    if (value === undefined) return undefined;
    const parsed = parse(String(parseJson(value)));
    if (parsed === undefined) throw refuse(name);
    return parsed;
  };
  const threshold = read("lockout_threshold", (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined));
  const duration = read("lockout_duration", parseDuration);
  const counterReset = read("lockout_counter_reset_duration", parseDuration);
  const disabled = read("lockout_disable", (text) => ({ true: true, false: false })[text]);
  return {
    lockout: {
      ...(threshold === undefined ? {} : { threshold }),
      ...(duration === undefined ? {} : { duration }),
      ...(counterReset === undefined ? {} : { counterReset }),
      ...(disabled === undefined ? {} : { disabled }),
    },
  };
}

const lockoutBody = ({ lockout }: MountInfo): Record<string, ReplyValue> =>
  lockout === undefined
    ? {}
    : {
        user_lockout_counter_reset_duration: Math.floor(lockout.counterReset / 1_000),
        user_lockout_disable: lockout.disabled,
        user_lockout_duration: Math.floor(lockout.duration / 1_000),
        user_lockout_threshold: lockout.threshold,
      };

function spanOf(given: unknown): number | undefined {
  if (given === "system") return 0;
  if (given === undefined || given === null || given === "") return undefined;
  return parseDuration(typeof given === "number" ? given : String(given));
}

export function mountBody(info: MountInfo): Record<string, ReplyValue> {
  return {
    accessor: info.accessor,
    config: {
      default_lease_ttl: Math.floor(info.defaultLeaseTtl / 1_000),
      force_no_cache: false,
      max_lease_ttl: Math.floor(info.maxLeaseTtl / 1_000),
      ...(info.class === "auth" ? { token_type: "default-service" } : {}),
      ...(info.lockout === undefined ? {} : { user_lockout_config: lockoutBody(info) }),
    },
    deprecation_status: "supported",
    description: info.description,
    external_entropy_access: false,
    local: false,
    options: Object.keys(info.options).length > 0 ? info.options : null,
    plugin_version: "",
    running_plugin_version: "",
    running_sha256: "",
    seal_wrap: false,
    type: info.type,
    uuid: info.uuid,
  };
}

function tuneBody(info: MountInfo, defaults: MountService["defaults"]): Record<string, ReplyValue> {
  return {
    default_lease_ttl: Math.floor((info.defaultLeaseTtl || defaults.defaultLeaseTtl) / 1_000),
    description: info.description,
    force_no_cache: false,
    max_lease_ttl: Math.floor((info.maxLeaseTtl || defaults.maxLeaseTtl) / 1_000),
    ...(Object.keys(info.options).length > 0 ? { options: info.options } : {}),
    ...(info.class === "auth" ? { token_type: "default-service" } : {}),
    ...lockoutBody(info),
  };
}
