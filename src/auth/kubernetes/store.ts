/** What a mount keeps: the cluster it asks, and roles by name. */
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import { isRoleName } from "../jwt/store.ts";
import type { TokenParameters } from "../token-parameters.ts";

export interface Config {
  readonly kubernetes_host: string;
  readonly kubernetes_ca_cert: string;
  /** Never shown. */
  readonly token_reviewer_jwt: string;
  readonly pem_keys: readonly string[];
  readonly issuer: string;
  readonly disable_iss_validation: boolean;
  readonly disable_local_ca_jwt: boolean;
}

export interface Role extends TokenParameters {
  readonly bound_service_account_names: readonly string[];
  readonly bound_service_account_namespaces: readonly string[];
  readonly audience: string;
  readonly alias_name_source: string;
  readonly allow_broad: string;
}

const ROLE = "role/";
const CONFIG = "config";
const decode = <T>(bytes: Buffer): T => JSON.parse(bytes.toString("utf8")) as T;
const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

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
