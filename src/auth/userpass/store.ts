/** What a mount keeps: users by name, each with a password's hash and what its tokens are like. */
import { BulkheadError } from "../../core/errors.ts";
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { TokenParameters } from "../token-parameters.ts";
import type { StoredPassword } from "./password.ts";

export interface User extends TokenParameters {
  readonly password: StoredPassword;
}

const USER = "user/";

/** As Vault: letters, digits, `_`, `-` and `.`, without case. Throws for anything else. */
export function userName(params: Readonly<Record<string, string>>): string {
  const name = (params.name ?? "").toLowerCase();
  if (!/^[a-z0-9_]([a-z0-9_.-]{0,253}[a-z0-9_])?$/.test(name))
    throw new BulkheadError("request.invalid", { problem: "not a user's name" });
  return name;
}

export async function loadUser(storage: StorageReader, name: string): Promise<User | null> {
  const bytes = await storage.get(USER + name);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as User);
}

export async function requireUser(storage: StorageReader, name: string): Promise<User> {
  const user = await loadUser(storage, name);
  if (user === null) throw new BulkheadError("userpass.no-user");
  return user;
}

export function saveUser(tx: StorageTransaction, name: string, user: User): void {
  tx.put(USER + name, Buffer.from(JSON.stringify(user)));
}

export function deleteUser(tx: StorageTransaction, name: string): void {
  tx.delete(USER + name);
}

export const userNames = (storage: StorageReader): Promise<string[]> => storage.list(USER);
