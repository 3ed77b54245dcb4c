/** What a mount can be set to when it is made (`config`) and tuned: read from what a client sends, and shown again. */
import { parseDuration } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import {
  type Json,
  type RawJson,
  type ReplyValue,
  kindOf,
  members,
  parseJson,
} from "../../core/json-bytes.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { FieldDeclaration, LockoutConfig, MountInfo, MountSettings } from "../../kernel/plugin.ts";

export type Kind = "secret" | "auth";
type Given = ReadonlyMap<string, Json>;

/** Field of Vault's → member of the mount's settings. */
const LISTS = {
  audit_non_hmac_request_keys: "auditNonHmacRequestKeys",
  audit_non_hmac_response_keys: "auditNonHmacResponseKeys",
  passthrough_request_headers: "passthroughRequestHeaders",
  allowed_response_headers: "allowedResponseHeaders",
} as const;
const VISIBILITIES = ["", "hidden", "unauth"];
const TOKEN_TYPES = ["default-service", "default-batch", "service", "batch"];
const TTLS = ["default_lease_ttl", "max_lease_ttl"] as const;

export const settingFields: Readonly<Record<string, FieldDeclaration>> = {
  default_lease_ttl: plain("string", "Lease when none is asked for; `system` for the default"),
  max_lease_ttl: plain("string", "Longest lease; `system` for the default"),
  listing_visibility: plain("string", "`unauth` names the mount to callers without a token"),
  audit_non_hmac_request_keys: plain("strings", "Fields that stand in clear in the audit log"),
  audit_non_hmac_response_keys: plain("strings", "Members of answers that stand in clear there"),
  passthrough_request_headers: plain("strings", "Kept and shown; nothing here reads a request's headers"),
  allowed_response_headers: plain("strings", "Kept and shown; nothing here sets an answer's headers"),
  token_type: plain("string", "Of an auth method's tokens: service, batch, default-service, default-batch"),
  plugin_version: plain("string", "Only the one there is: leave it out"),
  user_lockout_config: plain(
    "json",
    "lockout_threshold, lockout_duration, lockout_counter_reset_duration, lockout_disable",
  ),
};

const invalid = (problem: string): BulkheadError => new BulkheadError("mount.invalid", { problem });

/** The members of a JSON object as they were sent. Throws `request.invalid` for another kind. */
export function objectOf(raw: RawJson | undefined, field: string): Given {
  if (raw === undefined) return new Map();
  if (kindOf(raw) !== "object")
    throw new BulkheadError("request.invalid", {
      problem: `Field validation failed: error converting input for field "${field}": expected type "map"`,
    });
  return new Map([...members(raw)].map(([name, value]) => [name, parseJson(value)]));
}

export interface Setting {
  readonly defaultLeaseTtl?: number;
  readonly maxLeaseTtl?: number;
  readonly settings?: MountSettings;
}

/** Throws `mount.invalid` for what cannot be, and for what is not offered. */
export function settingOf(given: Given, kind: Kind, type: string): Setting {
  const [defaultLeaseTtl, maxLeaseTtl] = TTLS.map((name) => spanOf(name, given.get(name)));
  const settings: Record<string, unknown> = {};
  for (const [field, name] of Object.entries(LISTS)) {
    const value = given.get(field);
    if (value !== undefined && value !== null) settings[name] = listOf(field, value);
  }
  const visibility = given.get("listing_visibility");
  if (typeof visibility === "string") settings.listingVisibility = visibilityOf(visibility);
  const tokenType = given.get("token_type");
  if (typeof tokenType === "string") settings.tokenType = tokenTypeOf(tokenType, kind, type);
  if (typeof given.get("force_no_cache") === "boolean") settings.forceNoCache = given.get("force_no_cache");
  if (given.get("plugin_version")) throw invalid(`plugin not found in the catalog: ${type}, in that version`);
  return {
    ...(defaultLeaseTtl === undefined ? {} : { defaultLeaseTtl }),
    ...(maxLeaseTtl === undefined ? {} : { maxLeaseTtl }),
    ...(Object.keys(settings).length === 0 ? {} : { settings: settings as MountSettings }),
  };
}

function spanOf(name: string, given: Json | undefined): number | undefined {
  if (given === "system") return 0;
  if (given === undefined || given === null || given === "") return undefined;
  try {
    return parseDuration(typeof given === "number" ? given : String(given));
  } catch {
    const what = name === "max_lease_ttl" ? "max" : "default";
    throw invalid(`unable to parse ${what} TTL of ${String(given).slice(0, 40)}`);
  }
}

function listOf(field: string, value: Json): readonly string[] {
  const items = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === "string"))
    throw invalid(`${field} is a list of names`);
  return [...new Set((items as string[]).map((item) => item.trim()).filter((item) => item !== ""))];
}

function visibilityOf(text: string): string {
  if (!VISIBILITIES.includes(text)) throw invalid(`invalid listing_visibility ${text.slice(0, 40)}`);
  return text;
}

function tokenTypeOf(text: string, kind: Kind, type: string): string {
  if (kind !== "auth") throw invalid("'token_type' can only be modified on auth mounts");
  if (type === "token") throw invalid("'token_type' cannot be set for 'token' or 'ns_token' auth mounts");
  if (text !== "" && !TOKEN_TYPES.includes(text)) throw invalid("invalid value for 'token_type'");
  return text === "" ? "default-service" : text;
}

/** Numbers may come as texts, as Vault's command line sends them. */
export function lockoutOf(given: Given): { lockout?: Partial<LockoutConfig> } {
  if (given.size === 0) return {};
  const read = <T>(name: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = given.get(name);
    if (value === undefined) return undefined;
    const parsed = parse(String(value));
    if (parsed === undefined)
      throw new BulkheadError("request.invalid", { problem: `user_lockout_config holds no valid ${name}` });
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

/** What was set, as both forms show it. */
function settingsBody({ class: kind, settings = {} }: MountInfo): Record<string, ReplyValue> {
  const lists = Object.entries(LISTS)
    .map(([field, name]) => [field, settings[name] ?? []] as const)
    .filter(([, value]) => value.length > 0);
  return {
    ...Object.fromEntries(lists),
    force_no_cache: settings.forceNoCache ?? false,
    ...(settings.listingVisibility ? { listing_visibility: settings.listingVisibility } : {}),
    ...(kind === "auth" ? { token_type: settings.tokenType ?? "default-service" } : {}),
  };
}

const optionsOf = (info: MountInfo): ReplyValue =>
  Object.keys(info.options).length > 0 ? info.options : null;

export function mountBody(info: MountInfo): Record<string, ReplyValue> {
  return {
    accessor: info.accessor,
    config: {
      default_lease_ttl: Math.floor(info.defaultLeaseTtl / 1_000),
      max_lease_ttl: Math.floor(info.maxLeaseTtl / 1_000),
      ...settingsBody(info),
      ...(info.lockout === undefined ? {} : { user_lockout_config: lockoutBody(info) }),
    },
    deprecation_status: "supported",
    description: info.description,
    external_entropy_access: false,
    local: info.settings?.local ?? false,
    options: optionsOf(info),
    plugin_version: "",
    running_plugin_version: "",
    running_sha256: "",
    seal_wrap: false,
    type: info.type,
    uuid: info.uuid,
  };
}

export function tuneBody(
  info: MountInfo,
  defaults: { readonly defaultLeaseTtl: number; readonly maxLeaseTtl: number },
): Record<string, ReplyValue> {
  return {
    default_lease_ttl: Math.floor((info.defaultLeaseTtl || defaults.defaultLeaseTtl) / 1_000),
    description: info.description,
    max_lease_ttl: Math.floor((info.maxLeaseTtl || defaults.maxLeaseTtl) / 1_000),
    ...settingsBody(info),
    ...(Object.keys(info.options).length > 0 ? { options: info.options } : {}),
    ...lockoutBody(info),
  };
}
