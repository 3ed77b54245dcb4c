/**
 * PostgreSQL 11 and later, and what speaks like it. Every change is one transaction on a connection whose session state is thrown
 * away after it. Revoking a user ends its sessions too: PostgreSQL lets a dropped role's connections live on.
 */
import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Socket, type TcpNetConnectOpts } from "node:net";
import type pg from "pg";
import { guardedLookup } from "../../../core/destination.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { parseConnectionUrl, shownUrl } from "../connection-url.ts";
import { scramVerifier } from "../scram.ts";
import { type TemplateValues, fillStatement, quoteIdentifier, splitStatements } from "../sql.ts";
import type { ConnectionDetails, DatabaseConnection, DatabaseDriver, NewUser } from "./types.ts";
import { isContended, isLost, refusalOf, unreachable } from "../failure.ts";

type Run = (
  text: string,
  values?: readonly string[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

const CONNECT_MS = 5_000;
const ANSWER_MS = 30_000;
const IDLE_MS = 15_000;
const MOST_TRIES = 12;

const SET_PASSWORD = `ALTER ROLE "{{username}}" WITH PASSWORD '{{password}}'`;
const SET_EXPIRATION = `ALTER ROLE "{{username}}" VALID UNTIL '{{expiration}}'`;

class Postgresql implements DatabaseConnection {
  readonly #details: ConnectionDetails;
  #pool: Promise<pg.Pool> | null = null;
  #closed = false;

  constructor(details: ConnectionDetails) {
    this.#details = details;
  }

  async verify(): Promise<void> {
    await this.#using((run) => run("SELECT 1"));
  }

  async createUser({ username, password, expires }: NewUser, statements: readonly string[]): Promise<void> {
    if (statements.length === 0) throw new BulkheadError("database.no-statements");
    const filled = filledWith(statements, {
      ...(await this.#passwordValue(password)),
      ...userValues(username),
      ...expiration(expires),
    });
    await this.#transaction(filled, "creation");
  }

  async extendUser(
    { username, expires }: Pick<NewUser, "username" | "expires">,
    statements: readonly string[],
  ): Promise<void> {
    const wanted = statements.length === 0 ? [SET_EXPIRATION] : statements;
    await this.#transaction(filledWith(wanted, { ...userValues(username), ...expiration(expires) }), "renew");
  }

  async setPassword(
    { username, password }: Pick<NewUser, "username" | "password">,
    statements: readonly string[],
  ): Promise<void> {
    const wanted = statements.length === 0 ? [SET_PASSWORD] : statements;
    const values = { ...(await this.#passwordValue(password)), ...userValues(username) };
    await this.#transaction(filledWith(wanted, values), "rotation");
  }

  async dropUser(username: string, statements: readonly string[]): Promise<void> {
    const own = filledWith(statements, userValues(username));
    await this.#using(async (run) => {
      const found = await run("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", [username]);
      if (found.length === 0) return; // an earlier try got so far
      if (own.length === 0) await dropRole(run, username);
      else await inTransaction(run, own, "revocation");
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const pool = this.#pool;
    this.#pool = null;
    await (await pool)?.end();
  }

  /** `{{password}}`: what proves it, unless the configuration wants the password itself in its statements. */
  async #passwordValue(password: string): Promise<TemplateValues> {
    const scram = this.#details.passwordAuthentication !== "password";
    return { password: { text: scram ? await scramVerifier(password) : password, as: "literal" } };
  }

  async #transaction(statements: readonly string[], kind: string): Promise<void> {
    await this.#using((run) => inTransaction(run, statements, kind));
  }

  /** `work` is whole transactions, which may run again. */
  async #using<T>(work: (run: Run) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (tries >= MOST_TRIES || !isContended(error)) throw error;
      }
      await sleep(randomInt(10, 50 * tries));
    }
  }

  async #once<T>(work: (run: Run) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await (await this.#open()).connect();
    } catch (error) {
      throw unreachable(error);
    }
    const ignore = (): void => undefined; // the query under way fails with the same
    client.on("error", ignore);
    const run: Run = async (text, values) =>
      (await client.query<Record<string, unknown>>(text, values && [...values])).rows;
    let clean = false;
    try {
      const result = await work(run);
      await run("DISCARD ALL"); // a role's statements may have set what the next ones must not see
      clean = true;
      return result;
    } catch (error) {
      throw refusalOf(error, "a statement");
    } finally {
      client.removeListener("error", ignore);
      client.release(!clean);
    }
  }

  #open(): Promise<pg.Pool> {
    if (this.#closed) return Promise.reject(new BulkheadError("database.closed"));
    this.#pool ??= openPool(this.#details);
    return this.#pool;
  }
}

/** Looks at the address that a name has at every connection. `pg` connects it with port and host. */
function guardedStream(): Socket {
  const stream = new Socket();
  const connect = stream.connect.bind(stream) as (options: TcpNetConnectOpts) => Socket;
  return Object.assign(stream, {
    connect: (port: number, host: string) => connect({ port, host, lookup: guardedLookup() }),
  });
}

async function openPool(details: ConnectionDetails): Promise<pg.Pool> {
  const { default: library } = await import("pg");
  const { host, port, user, password, database, tls } = targetOf(details);
  const pool = new library.Pool({
    host,
    port,
    user,
    database,
    stream: guardedStream,
    // a function: the pool's options, which errors carry along, then hold no password
    password: () => password,
    ssl: tls === "none" ? false : tlsOptions(details, tls),
    application_name: "bulkhead",
    max: details.maxOpenConnections,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    statement_timeout: ANSWER_MS,
    idleTimeoutMillis: IDLE_MS,
    ...(details.maxConnectionLifetime > 0 && {
      maxLifetimeSeconds: Math.ceil(details.maxConnectionLifetime / 1_000),
    }),
    allowExitOnIdle: true,
  });
  pool.on("error", () => undefined); // an idle connection broke: the next use makes a new one
  return pool;
}

function tlsOptions(
  { tlsCa, tlsCertificate, privateKey }: ConnectionDetails,
  tls: "verify-ca" | "verify-full",
): pg.PoolConfig["ssl"] {
  return {
    rejectUnauthorized: true,
    ...(tls === "verify-ca" && { checkServerIdentity: () => undefined }),
    ...(tlsCa !== "" && { ca: tlsCa }),
    ...(tlsCertificate !== "" && { cert: tlsCertificate, key: privateKey }),
  };
}

const targetOf = (details: ConnectionDetails): ReturnType<typeof parseConnectionUrl> =>
  parseConnectionUrl(details.connectionUrl, details);

async function inTransaction(run: Run, statements: readonly string[], kind: string): Promise<void> {
  await run("BEGIN");
  for (const [index, statement] of statements.entries())
    await run(statement).catch((error: unknown) => {
      throw refusalOf(error, `${kind} statement ${index + 1}`);
    });
  await run("COMMIT");
}

/** No new logins first, then sessions, then what it owns (kept, for the configured user) and what it was granted, then the role. */
async function dropRole(run: Run, username: string): Promise<void> {
  const role = quoteIdentifier(username);
  await run(`ALTER ROLE ${role} NOLOGIN`);
  // needs a right that not every configured user has; without it the sessions end by themselves, with nothing left to do
  await run(
    "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = $1",
    [username],
  ).catch(rethrowLost);
  await run("BEGIN");
  await run("SAVEPOINT member");
  await run(`GRANT ${role} TO CURRENT_USER`).catch(async (error: unknown) => {
    rethrowLost(error);
    await run("ROLLBACK TO SAVEPOINT member");
  });
  await run(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
  await run(`DROP OWNED BY ${role}`);
  await run(`DROP ROLE IF EXISTS ${role}`);
  await run("COMMIT");
}

function rethrowLost(error: unknown): void {
  if (isLost(error)) throw error;
}

const filledWith = (statements: readonly string[], values: TemplateValues): string[] =>
  statements.flatMap(splitStatements).map((statement) => fillStatement(statement, values));

const userValues = (username: string): TemplateValues => ({
  name: { text: username, as: "identifier" },
  username: { text: username, as: "identifier" },
});

const expiration = (expires: number): TemplateValues => ({
  expiration: { text: timestamp(expires), as: "literal" },
});

const timestamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}+0000`;

export const postgresql: DatabaseDriver = {
  plugin: "postgresql-database-plugin",
  usernameTemplate:
    '{{ printf "v-%s-%s-%s-%s" (.DisplayName | truncate 8) (.RoleName | truncate 8) (random 20) (unix_time) | truncate 63 }}',
  longestUsername: 63,
  check: (details) => void targetOf(details),
  open: (details) => new Postgresql(details),
  shownUrl,
};
