/**
 * The pool of connections. What only reads is asked again on a new connection when the old one is gone, so that a restart of the
 * server is a pause; nobody holds a connection while waiting for anything but PostgreSQL, so the pool cannot lock itself up.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { BulkheadError } from "../../core/errors.ts";
import { backoff } from "../optimistic.ts";
import type { PostgresAddress } from "./address.ts";
import { failure, isLostConnection, isStarting, isWorthRetrying } from "./failure.ts";

/** Bytes go to the server as they are and come back as Buffers; bigints come back as text. */
export type Parameter = Buffer | string | number | null | readonly Buffer[];
export type Row = Readonly<Record<string, unknown>>;
export type Query = (text: string, values?: readonly Parameter[]) => Promise<readonly Row[]>;

export interface ConnectionsOptions {
  readonly address: PostgresAddress;
  /** Milliseconds a call goes on trying while the server is away or busy. */
  readonly patience: number;
}

const MOST = 10;
const CONNECT_MS = 5_000;
const ANSWER_MS = 60_000;
const DAY_MS = 86_400_000;

export class Connections {
  readonly name: string;
  readonly patience: number;
  readonly #pool: pg.Pool;
  /** When a connection was first lost of those since the last answer; by a clock that nobody can set. */
  #awaySince: number | null = null;

  constructor({ address, patience }: ConnectionsOptions) {
    const { name, host, port, user, database, password, tls } = address;
    this.name = name;
    this.patience = patience;
    this.#pool = new pg.Pool({
      host,
      port,
      database,
      ...(user !== undefined && { user }),
      // a function: the pool's options, which errors carry along, then hold no password
      password: () => {
        if (password === null)
          throw new BulkheadError("store.refused", { path: name, reason: "it asks for a password" });
        return password.revealText();
      },
      ssl: tls,
      application_name: "bulkhead",
      max: MOST,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: ANSWER_MS,
      idleTimeoutMillis: 60_000,
      allowExitOnIdle: true,
      // what a commit sends without waiting for an answer between goes in one flight
      pipeline: true,
    } as pg.PoolConfig);
    this.#pool.on("error", ignore); // an idle connection broke: the next call makes a new one
  }

  /** Whether the server is there at all: who opens a store wants to know now. Waits only while it says that it is starting. */
  async reach(): Promise<void> {
    await this.retrying(() => this.#pool.query("SELECT 1"), isStarting);
  }

  /** One statement that only reads. */
  read(text: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    return this.retrying(() => this.once(text, values));
  }

  /** The same, within a `retrying` of the caller's. */
  async once(text: string, values: readonly Parameter[] = []): Promise<readonly Row[]> {
    return (await this.#pool.query(text, [...values])).rows as Row[];
  }

  /** Several reads of one state of the database. */
  snapshot<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.retrying(() =>
      this.using(async (query) => {
        await query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        const result = await work(query);
        await query("COMMIT");
        return result;
      }),
    );
  }

  /** A connection to oneself. Whatever transaction `work` leaves open is rolled back when it throws. */
  async using<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    client.on("error", ignore); // its query fails with the same
    const query: Query = async (text, values) => rowsOf(await client.query(text, values && [...values]));
    let broken: Error | undefined;
    try {
      return await work(query);
    } catch (error) {
      broken = isLostConnection(error) ? (error as Error) : await rollback(query);
      throw error;
    } finally {
      client.removeListener("error", ignore);
      client.release(broken);
    }
  }

  /** For what may take hours. */
  async alone(statements: readonly string[]): Promise<void> {
    const client = await this.#pool.connect();
    client.on("error", ignore);
    try {
      // the type of a query leaves out what the library takes here
      for (const text of statements) await client.query({ text, query_timeout: DAY_MS } as pg.QueryConfig);
    } finally {
      client.removeListener("error", ignore);
      client.release(true); // with its settings
    }
  }

  /**
   * Tries until `patience` is over, while another try may help. Throws errors of ours. A server that has been away for longer than
   * that already is asked once by each call, so that who comes then is refused at once, and served as soon as it is back.
   */
  async retrying<T>(work: () => Promise<T>, mayHelp = isWorthRetrying): Promise<T> {
    const begun = performance.now();
    for (let tries = 0; ; tries++) {
      try {
        const result = await work();
        this.#awaySince = null;
        return result;
      } catch (error) {
        const now = performance.now();
        if (isLostConnection(error)) this.#awaySince ??= now;
        const since = Math.min(begun, this.#awaySince ?? begun);
        if (!mayHelp(error) || now > since + this.patience) throw failure(error, this.name);
      }
      await sleep(backoff(tries));
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** What was sent in one flight. Throws the first error in the order of sending: those behind it only say that something failed. */
export async function inFlight(sent: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(sent)) if (one.status === "rejected") throw one.reason;
}

const ignore = (): void => undefined;

/** Of several statements in one text the last that gave rows. */
function rowsOf(result: pg.QueryResult | readonly pg.QueryResult[]): readonly Row[] {
  const results = Array.isArray(result) ? (result as readonly pg.QueryResult[]) : [result as pg.QueryResult];
  return (results.findLast(({ rows }) => rows.length > 0)?.rows ?? []) as Row[];
}

async function rollback(query: Query): Promise<Error | undefined> {
  try {
    await query("ROLLBACK");
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
