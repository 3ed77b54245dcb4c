/**
 * The Store port on PostgreSQL 13 or later, for several nodes at once. Transactions are optimistic: validated and written in groups under
 * the lock of one row, which also holds the sequence that is the change token, so a node that asks for the token knows of every
 * commit that any node acknowledged before. Nothing is prepared or kept in a session, so a pooler may stand in between.
 *
 * LISTEN/NOTIFY is not used: a hint that may come late is no ground for letting a token in.
 */
import { BulkheadError } from "../../core/errors.ts";
import type {
  ListOptions,
  Store,
  StoredEntry,
  StoreEntry,
  StoreLocks,
  StoreTransaction,
  WriteOptions,
} from "../../core/ports/store.ts";
import type { Secret } from "../../core/secret.ts";
import { checkFolderPrefix, checkKey, checkPrefix, checkValue } from "../keys.ts";
import { runOptimistic } from "../optimistic.ts";
import { parseAddress, type PostgresAddress } from "./address.ts";
import { type Change, CommitQueue } from "./commits.ts";
import { Connections, type Query } from "./connections.ts";
import { Locks } from "./locks.ts";
import { prepareSchema, quoted } from "./schema.ts";
import { Reads } from "./reads.ts";
import { Rows } from "./rows.ts";
import { OptimisticTransaction } from "./transaction.ts";
import { readAll, replaceAll } from "./whole.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`; docs/settings.md has the parameters. Copied. */
  readonly address: Secret;
  /** Milliseconds a call goes on trying while the server is away or its lock is held. Default 10,000. */
  readonly patience?: number;
}

/**
 * Opens or makes the store. Throws `store.bad-address`, `store.unreachable`, `store.refused`, `store.newer`, `store.foreign`,
 * `store.full`, `store.busy`.
 */
export async function openPostgresStore({
  address,
  patience = 10_000,
}: PostgresStoreOptions): Promise<Store> {
  const parsed = parseAddress(address);
  const connections = new Connections({ address: parsed, patience });
  try {
    await connections.reach();
    await prepareSchema(connections, parsed.schema);
    return new PostgresStore(connections, parsed);
  } catch (error) {
    await connections.close();
    parsed.password?.wipe();
    throw error;
  }
}

class PostgresStore implements Store {
  readonly locks: StoreLocks;
  readonly #connections: Connections;
  readonly #address: PostgresAddress;
  readonly #commits: CommitQueue;
  readonly #reads = new Reads((read) => this.#read(read));
  #closing: Promise<void> | null = null;

  constructor(connections: Connections, address: PostgresAddress) {
    this.#connections = connections;
    this.#address = address;
    this.locks = new Locks(connections, address.schema);
    this.#commits = new CommitQueue({ connections, schema: address.schema });
  }

  async get(key: string): Promise<StoreEntry | null> {
    checkKey(key);
    this.#checkOpen();
    return (await this.#reads.get(key)).result;
  }

  async list(prefix: string, options: ListOptions = {}): Promise<string[]> {
    checkPrefix(prefix);
    return (await this.#read((rows) => rows.list(prefix, options))).result;
  }

  async children(prefix: string, options: ListOptions = {}): Promise<string[]> {
    checkFolderPrefix(prefix);
    return (await this.#read((rows) => rows.children(prefix, options))).result;
  }

  async put(
    key: string,
    value: Buffer,
    { ifVersion, fence }: WriteOptions & { ifVersion?: number } = {},
  ): Promise<boolean> {
    checkKey(key);
    checkValue(value);
    const writes = new Map([[key, Buffer.from(value)]]);
    return this.#write({
      fence,
      keys: ifVersion === undefined ? [] : [key],
      decide: (group) => (ifVersion !== undefined && group.version(key) !== ifVersion ? null : writes),
    });
  }

  async delete(key: string, { fence }: WriteOptions = {}): Promise<void> {
    checkKey(key);
    await this.#write({
      fence,
      keys: [key],
      decide: (group) => (group.version(key) === 0 ? null : new Map([[key, null]])),
    });
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>, { fence }: WriteOptions = {}): Promise<T> {
    const gate = {
      get: (key: string, known: Iterable<string>) => {
        this.#checkOpen();
        return this.#reads.get(key, known);
      },
      one: <R>(read: (rows: Rows) => Promise<R>) => this.#read(read),
      snapshot: <R>(read: (rows: Rows) => Promise<R>) => this.#snapshot(read),
    };
    return runOptimistic(
      {
        begin: () => new OptimisticTransaction(gate),
        isCurrent: (tx) => this.#isCurrent(tx),
        apply: (tx) =>
          this.#write({
            fence,
            keys: [...tx.readKeys],
            decide: async (group) => ((await group.isCurrent(tx)) ? tx.writes : null),
          }),
        patience: this.#connections.patience,
      },
      work,
    );
  }

  readAll(each: (entry: StoredEntry) => void | Promise<void>): Promise<void> {
    this.#checkOpen();
    return readAll(this.#connections, this.#address.schema, each);
  }

  async replaceAll(entries: AsyncIterable<StoredEntry>): Promise<void> {
    this.#checkOpen();
    const { schema } = this.#address;
    await replaceAll(this.#connections, { schema, path: this.#connections.name }, entries);
  }

  async changeToken(): Promise<string> {
    this.#checkOpen();
    return String(await this.#reads.sequence());
  }

  /**
   * Writes the table anew and drops the old files, which stops everybody meanwhile. What the server's own log (WAL), its standbys
   * and its backups hold goes when they are recycled; it is ciphertext there as here.
   */
  async purge(): Promise<void> {
    this.#checkOpen();
    await this.#commits.drained();
    const { schema } = this.#address;
    const statements = [
      `SET lock_timeout = ${this.#connections.patience}`,
      "SET statement_timeout = 0",
      `VACUUM (FULL) ${quoted(schema)}.entries`,
    ];
    await this.#connections.retrying(() => this.#connections.alone(statements));
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#commits.drained();
    await this.#connections.close();
    this.#address.password?.wipe();
  }

  async #isCurrent(tx: OptimisticTransaction): Promise<boolean> {
    if (!tx.hasRead) return true;
    if (tx.standsAt(await this.#read((rows) => rows.sequence()))) return true;
    return this.#snapshot((rows) => tx.isCurrent(rows));
  }

  async #write(change: Change): Promise<boolean> {
    this.#checkOpen();
    return this.#commits.add(change);
  }

  async #read<T>(read: (rows: Rows) => Promise<T>): Promise<T> {
    this.#checkOpen();
    const rows = this.#rows((text, values) => this.#connections.once(text, values));
    return this.#connections.retrying(() => read(rows));
  }

  async #snapshot<T>(read: (rows: Rows) => Promise<T>): Promise<T> {
    this.#checkOpen();
    return this.#connections.snapshot((query) => read(this.#rows(query)));
  }

  #rows(query: Query): Rows {
    return new Rows(query, { schema: this.#address.schema, path: this.#connections.name });
  }

  #checkOpen(): void {
    if (this.#closing !== null) throw new BulkheadError("store.closed");
  }
}
