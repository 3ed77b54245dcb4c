/** What a mount keeps: its configuration and its roles. Spans of `TokenParameters` in milliseconds, leeways in seconds as Vault's. */
import type { Json } from "../../core/json-bytes.ts";
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { Actor } from "../../kernel/plugin.ts";
import type { TokenParameters } from "../token-parameters.ts";

export interface Config {
  readonly oidc_discovery_url: string;
  readonly oidc_discovery_ca_pem: string;
  readonly jwks_url: string;
  readonly jwks_ca_pem: string;
  readonly jwt_validation_pubkeys: readonly string[];
  readonly jwt_supported_algs: readonly string[];
  readonly bound_issuer: string;
  readonly default_role: string;
  readonly oidc_client_id: string;
  /** Never shown. */
  readonly oidc_client_secret: string;
  readonly namespace_in_state: boolean;
}

export interface Role extends TokenParameters {
  readonly role_type: string;
  readonly bound_audiences: readonly string[] | null;
  readonly bound_subject: string;
  readonly bound_claims: Readonly<Record<string, Json>> | null;
  readonly bound_claims_type: string;
  readonly claim_mappings: Readonly<Record<string, string>> | null;
  readonly user_claim: string;
  readonly user_claim_json_pointer: boolean;
  readonly groups_claim: string;
  /** Seconds; 0: the default, negative: none. */
  readonly clock_skew_leeway: number;
  readonly expiration_leeway: number;
  readonly not_before_leeway: number;
  readonly max_age: number;
  readonly allowed_redirect_uris: readonly string[] | null;
  readonly oidc_scopes: readonly string[] | null;
  /** An issuer's id, or none. */
  readonly preset: string;
  readonly actor: Actor;
  /** Why a role that lint finds too broad stands; empty: it does not. */
  readonly allow_broad: string;
}

const ROLE = "role/";
const CONFIG = "config";

const decode = <T>(bytes: Buffer): T => JSON.parse(bytes.toString("utf8")) as T;
const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

/** As Vault: without case. */
export const roleName = (params: Readonly<Record<string, string>>): string =>
  (params.name ?? "").toLowerCase();
export const isRoleName = (name: string): boolean => /^\w(?:[\w.-]{0,253}\w)?$/.test(name);

export async function loadConfig(storage: StorageReader): Promise<Config | null> {
  const bytes = await storage.get(CONFIG);
  return bytes === null ? null : decode<Config>(bytes);
}

export function saveConfig(tx: StorageTransaction, config: Config): void {
  tx.put(CONFIG, encode(config));
}

export async function loadRole(storage: StorageReader, name: string): Promise<Role | null> {
  if (!isRoleName(name)) return null;
  const bytes = await storage.get(ROLE + name);
  return bytes === null ? null : decode<Role>(bytes);
}

export function saveRole(tx: StorageTransaction, name: string, role: Role): void {
  tx.put(ROLE + name, encode(role));
}

export function deleteRole(tx: StorageTransaction, name: string): void {
  tx.delete(ROLE + name);
}

export const roleNames = (storage: StorageReader): Promise<string[]> => storage.list(ROLE);
