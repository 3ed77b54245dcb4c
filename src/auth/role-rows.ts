/** Rows that auth methods keep alike: one configuration, and roles by name. What stands in them is each method's own. */
import type { StorageReader, StorageTransaction } from "../kernel/barrier/index.ts";

export interface RoleRows<Config, Role> {
  loadConfig(storage: StorageReader): Promise<Config | null>;
  saveConfig(tx: StorageTransaction, config: Config): void;
  /** null: there is none, or `name` is no role's name. */
  loadRole(storage: StorageReader, name: string): Promise<Role | null>;
  saveRole(tx: StorageTransaction, name: string, role: Role): void;
  deleteRole(tx: StorageTransaction, name: string): void;
  roleNames(storage: StorageReader): Promise<string[]>;
}

const ROLE = "role/";
const CONFIG = "config";
const decode = <T>(bytes: Buffer | null): T | null =>
  bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as T);
const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** As Vault: without case. */
export const roleName = (params: Readonly<Record<string, string>>): string =>
  (params.name ?? "").toLowerCase();
export const isRoleName = (name: string): boolean => /^\w(?:[\w.-]{0,253}\w)?$/.test(name);

export const roleRows = <Config, Role>(): RoleRows<Config, Role> => ({
  loadConfig: async (storage) => decode<Config>(await storage.get(CONFIG)),
  saveConfig: (tx, config) => tx.put(CONFIG, encode(config)),
  loadRole: async (storage, name) => (isRoleName(name) ? decode<Role>(await storage.get(ROLE + name)) : null),
  saveRole: (tx, name, role) => tx.put(ROLE + name, encode(role)),
  deleteRole: (tx, name) => tx.delete(ROLE + name),
  roleNames: (storage) => storage.list(ROLE),
});
