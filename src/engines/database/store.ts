/**
 * What a mount keeps, all of it in the barrier: configurations, roles, and notes of what is under way. A note is durable before the
 * database is touched, and says enough to finish or to undo what a killed process left.
 *
 * `config/NAME`, `role/NAME`, `static/NAME`; `user/ID` (a user is being made), `root/NAME` and `rotation/NAME` (a password is being
 * changed), `due/TIME/NAME` (when a static role's password is next due).
 */
import { BulkheadError } from "../../core/errors.ts";
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { ConnectionDetails } from "./drivers/types.ts";

export interface Config {
  /** Drawn anew at each change: connections made under another one are closed. */
  readonly revision: string;
  readonly plugin: string;
  readonly details: ConnectionDetails;
  /** Names of the details that were given, to be shown. */
  readonly given: readonly string[];
  readonly allowedRoles: readonly string[];
  readonly usernameTemplate: string;
  readonly rootRotation: readonly string[];
}

/** Spans in milliseconds; 0: the mount's. */
export interface Role {
  readonly db: string;
  readonly creation: readonly string[];
  readonly revocation: readonly string[];
  readonly rollback: readonly string[];
  readonly renew: readonly string[];
  readonly defaultTtl: number;
  readonly maxTtl: number;
}

export interface StaticRole {
  readonly db: string;
  readonly username: string;
  readonly period: number;
  readonly rotation: readonly string[];
  readonly password: string;
  /** Milliseconds since the epoch. */
  readonly lastRotation: number;
  /** When its password is next to be changed: after a failure later than its period says. */
  readonly due: number;
  readonly failures: number;
}

/** A user who may be there without a lease. */
export interface UserNote {
  readonly db: string;
  readonly username: string;
  readonly statements: readonly string[];
  /** When what is still noted counts as left behind. */
  readonly due: number;
  readonly failures: number;
}

/** A password that the database may have or not have yet. */
export interface RotationNote {
  readonly id: string;
  readonly password: string;
  readonly started: number;
}
/** With the role as it will be. */
export interface StaticNote extends RotationNote {
  readonly role: Omit<StaticRole, "password" | "lastRotation" | "due" | "failures">;
}

const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

async function load<T>(from: Pick<StorageReader, "get">, key: string): Promise<T | null> {
  const bytes = await from.get(key);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString("utf8")) as T;
  } finally {
    bytes.fill(0);
  }
}

interface Table<T extends object> {
  readonly prefix: string;
  load(from: Pick<StorageReader, "get">, name: string): Promise<T | null>;
  save(tx: StorageTransaction, name: string, value: T): void;
  delete(tx: StorageTransaction, name: string): void;
  names(from: StorageReader): Promise<string[]>;
}

const table = <T extends object>(prefix: string): Table<T> => ({
  prefix,
  load: (from, name) => load<T>(from, prefix + name),
  save: (tx, name, value) => {
    const bytes = encode(value);
    tx.put(prefix + name, bytes);
    bytes.fill(0);
  },
  delete: (tx, name) => tx.delete(prefix + name),
  names: (from) => from.list(prefix),
});

export const configs = table<Config>("config/");
export const roles = table<Role>("role/");
export const staticRoles = table<StaticRole>("static/");
export const userNotes = table<UserNote>("user/");
export const rootNotes = table<RotationNote>("root/");
export const staticNotes = table<StaticNote>("rotation/");

/** Throws `database.no-connection`. */
export async function requireConfig(from: Pick<StorageReader, "get">, name: string): Promise<Config> {
  const config = await configs.load(from, name);
  if (config === null) throw new BulkheadError("database.no-connection", { name });
  return config;
}
