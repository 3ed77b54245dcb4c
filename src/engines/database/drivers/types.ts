/**
 * What a database is to the engine. A driver is one file here and one line in index.ts; the engine keeps configurations, roles,
 * leases and what a crash may leave behind, and knows no database's name.
 */

/** How a database is reached, as `config/NAME` keeps it. Whoever gets it must not keep it in clear longer than needed. */
export interface ConnectionDetails {
  /** As written, with `{{username}}` and `{{password}}` where these belong. */
  readonly connectionUrl: string;
  readonly username: string;
  readonly password: string;
  readonly maxOpenConnections: number;
  readonly maxIdleConnections: number;
  /** Milliseconds; 0: no limit. */
  readonly maxConnectionLifetime: number;
  /** PEM; empty: none. */
  readonly tlsCa: string;
  readonly tlsCertificate: string;
  readonly privateKey: string;
  /** `scram-sha-256` or `password`: what stands for `{{password}}` in statements. */
  readonly passwordAuthentication: string;
  readonly disableEscaping: boolean;
}

export interface NewUser {
  readonly username: string;
  readonly password: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

/**
 * One configured database. Statements are the role's own; an empty list means the driver's. Errors are `database.unreachable` (it may
 * work later; what became of the statements is not known) and `database.refused` (the database said no, nothing was kept); neither
 * shows an address, a password or a statement. A refusal has the detail `taken: true` when a user of that name was there before.
 */
export interface DatabaseConnection {
  verify(): Promise<void>;
  createUser(user: NewUser, statements: readonly string[]): Promise<void>;
  extendUser(user: Pick<NewUser, "username" | "expires">, statements: readonly string[]): Promise<void>;
  /** Done too when there is no such user. */
  dropUser(username: string, statements: readonly string[]): Promise<void>;
  setPassword(user: Pick<NewUser, "username" | "password">, statements: readonly string[]): Promise<void>;
  /** Finishes what is under way and lets go of every connection. */
  close(): Promise<void>;
}

export interface DatabaseDriver {
  /** `plugin_name`: `postgresql-database-plugin`. */
  readonly plugin: string;
  /** `username_template` when none is given. */
  readonly usernameTemplate: string;
  /** Longest user name, in bytes. */
  readonly longestUsername: number;
  /** Throws `database.config` for what cannot be understood. No I/O. */
  check(details: ConnectionDetails): void;
  /** Connects when first used. */
  open(details: ConnectionDetails): DatabaseConnection;
  /** The URL to show: without a password that stands in it. */
  shownUrl(connectionUrl: string): { readonly url: string; readonly hidden: boolean };
}
