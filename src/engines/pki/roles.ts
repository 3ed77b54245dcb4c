/** Roles: what may be asked for with them. A role is written as a whole; fields that a request leaves out get their defaults (PATCH keeps them). */
import { checkCidrs } from "../../kernel/cidr.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { StorageReader } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, FieldType, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { EXT_KEY_USAGES, KEY_USAGES } from "../../x509/extensions.ts";
import { oid } from "../../x509/der.ts";
import { checkKeySize, defaultBits } from "./key-sizes.ts";
import { checkName, invalid, timeOf } from "./input.ts";

/** Spans in milliseconds. Members are named as Vault's fields, which is how they are read and written. */
export interface Role {
  readonly allow_any_name: boolean;
  readonly allow_bare_domains: boolean;
  readonly allow_glob_domains: boolean;
  readonly allow_globs_in_identity_templates: boolean;
  readonly allow_ip_sans: boolean;
  readonly allow_localhost: boolean;
  readonly allow_subdomains: boolean;
  readonly allow_token_displayname: boolean;
  readonly allow_wildcard_certificates: boolean;
  readonly allowed_domains: readonly string[];
  readonly allowed_domains_template: boolean;
  readonly allowed_ip_sans_cidr: readonly string[];
  readonly allowed_other_sans: readonly string[];
  readonly allowed_serial_numbers: readonly string[];
  readonly allowed_uri_sans: readonly string[];
  readonly allowed_uri_sans_template: boolean;
  readonly allowed_user_ids: readonly string[];
  readonly basic_constraints_valid_for_non_ca: boolean;
  readonly client_flag: boolean;
  readonly cn_validations: readonly string[];
  readonly code_signing_flag: boolean;
  readonly country: readonly string[];
  readonly email_protection_flag: boolean;
  readonly enforce_hostnames: boolean;
  readonly ext_key_usage: readonly string[];
  readonly ext_key_usage_oids: readonly string[];
  readonly generate_lease: boolean;
  readonly issuer_ref: string;
  readonly key_bits: number;
  readonly key_type: string;
  readonly key_usage: readonly string[];
  readonly locality: readonly string[];
  readonly max_ttl: number;
  readonly no_store: boolean;
  readonly not_after: string;
  readonly not_after_bound: string;
  readonly not_before: string;
  readonly not_before_bound: string;
  readonly not_before_duration: number;
  readonly organization: readonly string[];
  readonly ou: readonly string[];
  readonly policy_identifiers: readonly string[];
  readonly postal_code: readonly string[];
  readonly province: readonly string[];
  readonly require_cn: boolean;
  readonly server_flag: boolean;
  readonly signature_bits: number;
  readonly street_address: readonly string[];
  readonly ttl: number;
  readonly use_csr_common_name: boolean;
  readonly use_csr_sans: boolean;
  readonly use_pss: boolean;
}

export const NEW_ROLE: Role = {
  allow_any_name: false,
  allow_bare_domains: false,
  allow_glob_domains: false,
  allow_globs_in_identity_templates: false,
  allow_ip_sans: true,
  allow_localhost: true,
  allow_subdomains: false,
  allow_token_displayname: false,
  allow_wildcard_certificates: true,
  allowed_domains: [],
  allowed_domains_template: false,
  allowed_ip_sans_cidr: [],
  allowed_other_sans: [],
  allowed_serial_numbers: [],
  allowed_uri_sans: [],
  allowed_uri_sans_template: false,
  allowed_user_ids: [],
  basic_constraints_valid_for_non_ca: false,
  client_flag: true,
  cn_validations: ["email", "hostname"],
  code_signing_flag: false,
  country: [],
  email_protection_flag: false,
  enforce_hostnames: true,
  ext_key_usage: [],
  ext_key_usage_oids: [],
  generate_lease: false,
  issuer_ref: "default",
  key_bits: 0,
  key_type: "rsa",
  key_usage: ["DigitalSignature", "KeyAgreement", "KeyEncipherment"],
  locality: [],
  max_ttl: 0,
  no_store: false,
  not_after: "",
  not_after_bound: "permit",
  not_before: "",
  not_before_bound: "permit",
  not_before_duration: 30_000,
  organization: [],
  ou: [],
  policy_identifiers: [],
  postal_code: [],
  province: [],
  require_cn: true,
  server_flag: true,
  signature_bits: 0,
  street_address: [],
  ttl: 0,
  use_csr_common_name: true,
  use_csr_sans: true,
  use_pss: false,
};

const SPANS: ReadonlySet<string> = new Set(["ttl", "max_ttl", "not_before_duration"]);
const NOT_OFFERED = [
  "allowed_domains_template",
  "allowed_uri_sans_template",
  "allow_globs_in_identity_templates",
] as const;
const ROLE = "role/";

function typeOf(name: string, value: Role[keyof Role]): FieldType {
  if (SPANS.has(name)) return "duration";
  return Array.isArray(value)
    ? "strings"
    : typeof value === "boolean"
      ? "bool"
      : typeof value === "number"
        ? "int"
        : "string";
}

export const roleFields: Readonly<Record<string, FieldDeclaration>> = Object.fromEntries(
  Object.entries(NEW_ROLE).map(([name, value]: [string, Role[keyof Role]]) => [
    name,
    { type: typeOf(name, value), description: name.replaceAll("_", " "), plain: true },
  ]),
);

/** `before` with what the call sets. */
function changed(before: Role, { fields }: Call): Role {
  const read = (name: string): Role[keyof Role] | undefined => {
    const type = roleFields[name]?.type;
    if (type === "duration") return fields.duration(name);
    if (type === "strings") return fields.strings(name);
    if (type === "bool") return fields.bool(name);
    return type === "int" ? fields.int(name) : fields.string(name);
  };
  const set = Object.keys(roleFields).map((name) => [name, read(name)] as const);
  return {
    ...before,
    ...(Object.fromEntries(set.filter(([, value]) => value !== undefined)) as Partial<Role>),
  };
}

export const usageNames = (names: readonly string[], known: readonly string[], prefix: string): string[] =>
  known.filter((one) =>
    names.some((name) => {
      const own = name.trim().toLowerCase();
      return own === one.toLowerCase() || own === `${prefix}${one}`.toLowerCase();
    }),
  );

/** With what follows from it. Throws for what could not work, or would be another thing than its writer believes. */
function checked(role: Role): Role {
  for (const name of NOT_OFFERED)
    if (role[name]) throw invalid(`${name} is not offered: write the names into the role`);
  if (role.max_ttl > 0 && role.ttl > role.max_ttl)
    throw invalid(`"ttl" value must be less than "max_ttl" value`);
  const bits = role.key_bits === 0 ? defaultBits(role.key_type) : role.key_bits;
  checkKeySize(role.key_type, bits);
  if (![0, 256, 384, 512].includes(role.signature_bits))
    throw invalid(`unsupported hash signature algorithm: ${role.signature_bits}`);
  if (role.generate_lease && role.no_store)
    throw invalid("generate_lease and no_store exclude each other: a lease revokes what was stored");
  for (const id of [...role.ext_key_usage_oids, ...role.policy_identifiers]) oid(id);
  for (const one of role.allowed_other_sans) checkOtherSan(one);
  checkCidrs(role.allowed_ip_sans_cidr);
  checkValidations(role.cn_validations);
  for (const bound of [role.not_after_bound, role.not_before_bound])
    if (!["permit", "forbid", "duration", "ttl-limited"].includes(bound)) timeOf(bound);
  for (const time of [role.not_after, role.not_before]) if (time !== "") timeOf(time);
  if (role.not_before_duration < 0) throw invalid("not_before_duration cannot be negative");
  return {
    ...role,
    key_bits: bits,
    ext_key_usage: role.ext_key_usage.filter(
      (name) => usageNames([name], Object.keys(EXT_KEY_USAGES), "ExtKeyUsage").length > 0,
    ),
    key_usage: role.key_usage.filter((name) => usageNames([name], KEY_USAGES, "KeyUsage").length > 0),
  };
}

function checkOtherSan(text: string): void {
  if (text === "*") return;
  const [id = "", rest = ""] = text.split(/;(.*)/s);
  if (!/^utf-?8:/i.test(rest))
    throw invalid("error parsing allowed_other_sans: expected an OID, then `;UTF8:` and a pattern");
  oid(id);
}

function checkValidations(names: readonly string[]): void {
  const known = ["email", "hostname", "disabled"];
  if (names.some((name) => !known.includes(name)) || (names.includes("disabled") && names.length > 1))
    throw invalid('cn_validations must be "disabled" alone, or a list of "email" and "hostname"');
}

export function describeRole(role: Role): Record<string, ReplyValue> {
  return Object.fromEntries(
    Object.entries(role).map(([name, value]: [string, Role[keyof Role]]) => [
      name,
      SPANS.has(name) && typeof value === "number" ? Math.floor(value / 1_000) : value,
    ]),
  );
}

export async function loadRole(storage: StorageReader, name: string): Promise<Role | null> {
  const bytes = await storage.get(ROLE + name);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Role);
}

/** Throws `pki.no-role`. */
export async function requireRole(storage: StorageReader, name: string): Promise<Role> {
  const role = await loadRole(storage, name);
  if (role === null) throw new BulkheadError("pki.no-role", { role: name.slice(0, 200) });
  return role;
}

const LEASE_WARNING =
  "it is encouraged to disable generate_lease and rely on PKI's native capabilities when possible; this option can cause instance-wide issues with large numbers of issued certificates";

async function write(call: Call, patch: boolean): Promise<Reply | null> {
  const name = checkName(call.params.name ?? "");
  const role = await call.storage.transaction(async (tx) => {
    const before = patch ? await loadRole(tx, name) : NEW_ROLE;
    if (before === null) return null;
    const next = checked(changed(before, call));
    tx.put(ROLE + name, Buffer.from(JSON.stringify(next)));
    return next;
  });
  if (role === null) return null;
  return { data: describeRole(role), warnings: role.generate_lease ? [LEASE_WARNING] : [] };
}

async function read(call: Call): Promise<Reply | null> {
  const role = await loadRole(call.storage, call.params.name ?? "");
  return role === null ? null : { data: describeRole(role) };
}

export const rolePaths = (): PathDeclaration[] => [
  {
    pattern: "roles",
    summary: "Lists the roles",
    operations: { list: async ({ storage }) => ({ data: { keys: await storage.list(ROLE) } }) },
  },
  {
    pattern: "roles/{name}",
    summary: "Writes, reads or deletes a role",
    fields: roleFields,
    operations: {
      read,
      create: (call) => write(call, false),
      update: (call) => write(call, false),
      patch: (call) => write(call, true),
      delete: async ({ storage, params }) => {
        await storage.delete(ROLE + (params.name ?? ""));
        return undefined;
      },
    },
  },
];
