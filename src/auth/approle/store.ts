/** What a mount keeps: roles by name, the index of role ids, secret ids by digest, and their accessors. */
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { Actor } from "../../kernel/plugin.ts";
import type { TokenParameters } from "../token-parameters.ts";

/** Spans in milliseconds. Members are named as Vault's fields, which is how they are read and written. */
export interface Role extends TokenParameters {
  readonly bind_secret_id: boolean;
  readonly local_secret_ids: boolean;
  readonly secret_id_bound_cidrs: readonly string[] | null;
  readonly secret_id_num_uses: number;
  readonly secret_id_ttl: number;
  /** Bulkhead's own: secret ids that a person made are refused (B1). Absent in older rows. */
  readonly automated?: boolean;
}

export interface StoredRole extends Role {
  readonly role_id: string;
}

/** Times in milliseconds since the epoch; `expires` 0: never; `uses` 0: unlimited. */
export interface SecretId {
  readonly accessor: string;
  readonly uses: number;
  readonly ttl: number;
  readonly created: number;
  readonly updated: number;
  readonly expires: number;
  readonly cidrs: readonly string[];
  readonly tokenCidrs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Who made it; absent in older rows and where nobody is known. */
  readonly maker?: { readonly actor: Actor; readonly principal: string; readonly excepted?: boolean };
}

const ROLE = "role/";
const roleKey = (name: string): string => ROLE + name;
const roleIdKey = (digest: string): string => `role-id/${digest}`;
const secretIdKey = (role: string, digest: string): string => `secret-id/${role}/${digest}`;
const accessorKey = (role: string, accessor: string): string => `accessor/${role}/${accessor}`;

const decode = <T>(bytes: Buffer): T => JSON.parse(bytes.toString("utf8")) as T;
const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

/** As Vault: letters, digits, `_`, `-` and `.`, without case. Throws for anything else. */
export function roleName(params: Readonly<Record<string, string>>): string {
  const name = (params.name ?? "").toLowerCase();
  if (!/^[a-z0-9_]([a-z0-9_.-]{0,253}[a-z0-9_])?$/.test(name))
    throw new BulkheadError("request.invalid", { problem: "not a role's name" });
  return name;
}

/** The mount's HMAC key, made at first use. */
async function hmacKey(storage: Storage): Promise<Buffer> {
  const known = await storage.get("key");
  if (known !== null) return known;
  return await storage.transaction(async (tx) => {
    const other = await tx.get("key"); // another process may have been first
    if (other !== null) return other;
    const made = randomBytes(32);
    tx.put("key", made);
    return made;
  });
}

export interface Digests {
  /** Of a role id, for the index. */
  roleId(roleId: string): string;
  /** Of a secret id, apart for each role. */
  secretId(role: string, secretId: Buffer): string;
}

export async function digests(storage: Storage): Promise<Digests> {
  const bytes = await hmacKey(storage);
  const key = createSecretKey(bytes); // once for the digests of a login: each would make its own
  bytes.fill(0);
  const digest = (purpose: string, value: string | Buffer): string =>
    createHmac("sha256", key).update(`${purpose}\0`).update(value).digest("hex");
  return {
    roleId: (roleId) => digest("role-id", roleId),
    secretId: (role, secretId) => digest(`secret-id\0${role}`, secretId),
  };
}

export async function loadRole(storage: StorageReader, name: string): Promise<StoredRole | null> {
  const bytes = await storage.get(roleKey(name));
  return bytes === null ? null : decode<StoredRole>(bytes);
}

export async function requireRole(storage: StorageReader, name: string): Promise<StoredRole> {
  const role = await loadRole(storage, name);
  if (role === null) throw new BulkheadError("approle.no-role", { role: name });
  return role;
}

export const roleNames = (storage: StorageReader): Promise<string[]> => storage.list(ROLE);

/** Stores a role; a changed role id replaces the old one in the index. Throws when another role has that id. */
export async function saveRole(
  tx: StorageTransaction,
  ids: Digests,
  name: string,
  role: StoredRole,
): Promise<void> {
  const before = await loadRole(tx, name);
  if (before?.role_id !== role.role_id) {
    const key = roleIdKey(ids.roleId(role.role_id));
    if ((await tx.get(key)) !== null)
      throw new BulkheadError("request.invalid", { problem: "role_id already in use" });
    if (before !== null) tx.delete(roleIdKey(ids.roleId(before.role_id)));
    tx.put(key, encode({ name }));
  }
  tx.put(roleKey(name), encode(role));
}

export const newRoleId = uuid;

/** A role with its ids; login is refused from the moment this is committed. */
export async function deleteRole(tx: StorageTransaction, ids: Digests, name: string): Promise<void> {
  const role = await loadRole(tx, name);
  if (role === null) return;
  tx.delete(roleIdKey(ids.roleId(role.role_id)));
  for (const folder of [`secret-id/${name}/`, `accessor/${name}/`])
    for (const key of await tx.keys(folder)) tx.delete(key);
  tx.delete(roleKey(name));
}

/** The role that has this role id, or null. */
export async function roleOfId(storage: StorageReader, ids: Digests, roleId: string): Promise<string | null> {
  const bytes = await storage.get(roleIdKey(ids.roleId(roleId)));
  return bytes === null ? null : decode<{ name: string }>(bytes).name;
}

export async function loadSecretId(
  storage: StorageReader,
  role: string,
  digest: string,
): Promise<SecretId | null> {
  const bytes = await storage.get(secretIdKey(role, digest));
  return bytes === null ? null : decode<SecretId>(bytes);
}

export function saveSecretId(tx: StorageTransaction, role: string, digest: string, entry: SecretId): void {
  tx.put(secretIdKey(role, digest), encode(entry));
  tx.put(accessorKey(role, entry.accessor), encode({ digest }));
}

export function deleteSecretId(tx: StorageTransaction, role: string, digest: string, entry: SecretId): void {
  tx.delete(secretIdKey(role, digest));
  tx.delete(accessorKey(role, entry.accessor));
}

/** The digest behind an accessor, or null. */
export async function digestOfAccessor(
  storage: StorageReader,
  role: string,
  accessor: string,
): Promise<string | null> {
  if (!/^[0-9a-f-]{36}$/.test(accessor)) return null;
  const bytes = await storage.get(accessorKey(role, accessor));
  return bytes === null ? null : decode<{ digest: string }>(bytes).digest;
}

export const accessorsOf = (storage: StorageReader, role: string): Promise<string[]> =>
  storage.list(`accessor/${role}/`);

/** Digests of a role's secret ids, in pages. */
export function secretIdDigests(
  storage: StorageReader,
  role: string,
  options: { readonly after?: string; readonly limit: number },
): Promise<string[]> {
  return storage.list(`secret-id/${role}/`, options);
}

export const isExpired = (entry: SecretId, now: number): boolean =>
  entry.expires !== 0 && entry.expires <= now;
