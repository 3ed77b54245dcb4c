/** What auth methods with roles by name have alike: the rows (one configuration, the roles) and the routes. What stands in a role is each method's own. */
import { BulkheadError } from "../core/errors.ts";
import type { StorageReader, StorageTransaction } from "../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, Handler, PathDeclaration } from "../kernel/plugin.ts";

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
const isRoleName = (name: string): boolean => /^\w(?:[\w.-]{0,253}\w)?$/.test(name);

export const roleRows = <Config, Role>(): RoleRows<Config, Role> => ({
  loadConfig: async (storage) => decode<Config>(await storage.get(CONFIG)),
  saveConfig: (tx, config) => tx.put(CONFIG, encode(config)),
  loadRole: async (storage, name) => (isRoleName(name) ? decode<Role>(await storage.get(ROLE + name)) : null),
  saveRole: (tx, name, role) => tx.put(ROLE + name, encode(role)),
  deleteRole: (tx, name) => tx.delete(ROLE + name),
  roleNames: (storage) => storage.list(ROLE),
});

/** Throws `request.unsupported-path`. */
export function requireRoleName({ params }: Call): string {
  const name = roleName(params);
  if (!isRoleName(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

/** `role` and `role/:name`. */
export function roleRoutes(
  rows: RoleRows<unknown, unknown>,
  own: {
    readonly fields: Readonly<Record<string, FieldDeclaration>>;
    readonly read: Handler;
    readonly write: Handler;
  },
): PathDeclaration[] {
  const list: Handler = async ({ storage }) => {
    const keys = await rows.roleNames(storage);
    return keys.length === 0 ? null : { data: { keys } };
  };
  const remove: Handler = async (call) => {
    const name = requireRoleName(call);
    await call.storage.transaction((tx) => {
      rows.deleteRole(tx, name);
      return Promise.resolve();
    });
    return undefined;
  };
  const { fields, read, write } = own;
  return [
    { pattern: "role", summary: "Lists the roles", operations: { list } },
    {
      pattern: "role/{name}",
      summary: "Creates, changes, reads or deletes a role",
      fields,
      exists: async ({ storage, params }) => (await rows.loadRole(storage, roleName(params))) !== null,
      operations: { read, create: write, update: write, delete: remove },
    },
  ];
}
