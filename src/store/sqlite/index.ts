/**
 * The Store port on `node:sqlite`: one file in WAL mode with secure_delete=ON, several processes at once, optimistic transactions that
 * are validated and applied in groups and acknowledged when they are on the disk, whose sync no other request waits for.
 *
 * Opening is most of what a short command costs, so it is a header check, a connection and two pragmas; statements are
 * prepared when first used.
 */
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonic } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type {
  Fence,
  ListOptions,
  OwnWrites,
  Store,
  StoredEntry,
  StoreEntry,
  StoreLocks,
  StoreTransaction,
  WriteOptions,
} from "../../core/ports/store.ts";
import { checkFolderPrefix, checkKey, checkPrefix, checkValue } from "../keys.ts";
import { backoff, Conflict, runOptimistic } from "../optimistic.ts";
import { CommitQueue } from "./commits.ts";
import { Durability } from "./durability.ts";
import { failure, isBusy } from "./failure.ts";
import { FORMAT, migrate, prepareFile } from "./file.ts";
import { checkFence, Locks } from "./locks.ts";
import { readAll, replaceAll } from "./whole.ts";
import { Own } from "./own.ts";
import { Rows } from "./rows.ts";
import { OptimisticTransaction } from "./transaction.ts";

export interface SqliteStoreOptions {
  /** The file; its folder is made (0700) when missing. A file with a wider mode than 0600 is narrowed, or refused where that fails. */
  readonly path: string;
  /** Milliseconds to wait for other processes' locks before `store.busy`, and for a quiet moment before `store.contended`. Default 10,000. */
  readonly busyTimeout?: number;
  /** Pages of 4 KiB the file may have; for tests of a full disk. */
  readonly maxPages?: number;
}

/** SQLite's own waiting blocks the event loop, so it is short; the rest of the wait is ours. */
const LOCK_WAIT_MS = 20;

/** Opens or makes the store. Throws `store.newer`, `store.foreign`, `store.corrupt`, `store.full`, `store.busy`, `store.exposed`, `io.failed`. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  prepareFile(options.path);
  const database = connect(options.path);
  const store = new SqliteStore(database, options);
  try {
    const limit = options.maxPages === undefined ? "" : `PRAGMA max_page_count = ${options.maxPages};`;
    database.exec(`PRAGMA secure_delete = ON; ${limit}`);
    migrate(database);
    database.exec("PRAGMA synchronous = NORMAL"); // see durability.ts
    await store.changeToken(); // reads the file for the first time: its format, and whether it can be read at all
    return store;
  } catch (error) {
    database.close();
    throw failure(error, options.path);
  }
}

function connect(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: LOCK_WAIT_MS, enableForeignKeyConstraints: false });
  } catch (error) {
    throw failure(error, path);
  }
}

class SqliteStore implements Store {
  readonly own: OwnWrites = {
    token: () => this.#read((rows) => this.#own.seen(rows.sequence())),
    onCommit: (listener) => this.#own.onCommit(listener),
  };
  readonly locks: StoreLocks = new Locks((apply) => this.#write(apply));
  readonly #database: DatabaseSync;
  readonly #rows: Rows;
  readonly #path: string;
  readonly #busyTimeout: number;
  readonly #durability: Durability;
  readonly #own = new Own();
  readonly #commits: CommitQueue;
  #checkedAt: number | null = null;
  /** The format was looked at in this turn of the event loop: what is read in one turn costs one look. */
  #checkedNow = false;
  #closed = false;

  constructor(database: DatabaseSync, { path, busyTimeout = 10_000 }: SqliteStoreOptions) {
    this.#database = database;
    this.#rows = new Rows(database);
    this.#path = path;
    this.#busyTimeout = busyTimeout;
    this.#durability = new Durability(path);
    const checkFormat = (): void => this.#checkFormat();
    this.#commits = new CommitQueue({
      rows: this.#rows,
      path,
      busyTimeout,
      checkFormat,
      own: this.#own,
      durability: this.#durability,
    });
  }

  async get(key: string): Promise<StoreEntry | null> {
    checkKey(key);
    const entry = await this.#read((rows) => rows.get(key));
    if (entry !== null) await this.#durability.upTo(entry.version);
    return entry;
  }

  async list(prefix: string, options: ListOptions = {}): Promise<string[]> {
    checkPrefix(prefix);
    return this.#durable(await this.#read((rows) => rows.list(prefix, options)));
  }

  async children(prefix: string, options: ListOptions = {}): Promise<string[]> {
    checkFolderPrefix(prefix);
    return this.#durable(await this.#read((rows) => rows.children(prefix, options)));
  }

  async put(
    key: string,
    value: Buffer,
    options: WriteOptions & { ifVersion?: number } = {},
  ): Promise<boolean> {
    checkKey(key);
    checkValue(value);
    const kept = Buffer.from(value);
    const { ifVersion, fence } = options;
    return this.#write((rows, version) => {
      if (ifVersion !== undefined && rows.version(key) !== ifVersion) return false;
      checkFence(rows, fence);
      rows.put(key, kept, version);
      return true;
    });
  }

  async delete(key: string, { fence }: WriteOptions = {}): Promise<void> {
    checkKey(key);
    await this.#write((rows) => {
      if (rows.version(key) === 0) return false;
      checkFence(rows, fence);
      rows.delete(key);
      return true;
    });
  }

  async transaction<T>(work: (tx: StoreTransaction) => Promise<T>, { fence }: WriteOptions = {}): Promise<T> {
    const result = await runOptimistic(
      {
        begin: () => new OptimisticTransaction((read) => this.#read(read)),
        isCurrent: (tx) => this.#isCurrent(tx),
        apply: (tx) => this.#apply(tx, fence),
        patience: this.#busyTimeout,
      },
      work,
    );
    return this.#durable(result);
  }

  async readAll(each: (entry: StoredEntry) => void | Promise<void>): Promise<void> {
    this.#checkOpen();
    await readAll(this.#path, each);
  }

  async replaceAll(entries: AsyncIterable<StoredEntry>): Promise<void> {
    this.#checkOpen();
    await this.#commits.drained();
    await replaceAll(this.#path, entries, this.#busyTimeout);
  }

  async changeToken(): Promise<string> {
    return this.#read((rows) => String(rows.sequence()));
  }

  /** Takes time and memory in proportion to the store: after a destroy, not after every delete. */
  async purge(): Promise<void> {
    await this.#commits.drained();
    await this.#read((rows) => rows.rebuild());
    const deadline = performance.now() + this.#busyTimeout;
    for (let tries = 0; !(await this.#read((rows) => rows.checkpoint())); tries++) {
      if (performance.now() > deadline) throw new BulkheadError("store.busy", { path: this.#path });
      await sleep(backoff(tries));
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#commits.drained();
    this.#durability.close();
    this.#database.close();
  }

  /** What was read, once everything that it can stand on is on the disk. */
  async #durable<T>(result: T): Promise<T> {
    await this.#durability.upTo();
    return result;
  }

  /** False when what the transaction read has changed. */
  #apply(tx: OptimisticTransaction, fence: Fence | undefined): Promise<boolean> {
    return this.#write((rows, version) => {
      if (!tx.isCurrent(rows)) return false;
      checkFence(rows, fence);
      for (const [key, value] of tx.writes) {
        if (value === null) rows.delete(key);
        else rows.put(key, value, version);
      }
      return true;
    });
  }

  #isCurrent(tx: OptimisticTransaction): Promise<boolean> {
    return this.#read((rows) => {
      rows.begin("DEFERRED");
      try {
        return tx.isCurrent(rows);
      } finally {
        rows.rollback();
      }
    });
  }

  async #write(apply: (rows: Rows, version: number) => boolean): Promise<boolean> {
    this.#checkOpen();
    try {
      return await this.#commits.add(apply);
    } catch (error) {
      throw failure(error, this.#path);
    }
  }

  async #read<T>(read: (rows: Rows) => T): Promise<T> {
    let deadline: number | undefined;
    for (let tries = 0; ; tries++) {
      this.#checkOpen();
      try {
        if (!this.#checkedNow) this.#checkForThisTurn();
        return read(this.#rows);
      } catch (error) {
        if (error instanceof Conflict) throw error;
        deadline ??= monotonic() + this.#busyTimeout;
        if (!isBusy(error) || monotonic() > deadline) throw failure(error, this.#path);
      }
      await sleep(backoff(tries));
    }
  }

  #checkForThisTurn(): void {
    this.#checkFormat();
    this.#checkedNow = true;
    setImmediate(() => (this.#checkedNow = false));
  }

  #checkOpen(): void {
    if (this.#closed) throw new BulkheadError("store.closed");
  }

  /** A newer Bulkhead may migrate the file while we have it open; whatever it commits shows in the data version. */
  #checkFormat(): void {
    const dataVersion = this.#rows.dataVersion();
    if (dataVersion === this.#checkedAt) return;
    const format = this.#rows.format();
    if (format > FORMAT) throw new BulkheadError("store.newer", { path: this.#path, format, known: FORMAT });
    if (format !== FORMAT) throw new BulkheadError("store.corrupt", { path: this.#path });
    this.#checkedAt = dataVersion;
  }
}
