/**
 * The Store port: ordered keys to opaque bytes, with optimistic transactions. The barrier encrypts above it; no
 * implementation sees a value in clear, and nothing above `store/` knows which implementation it has.
 *
 * Keys are non-empty UTF-8 strings of at most 1,024 bytes without NUL, ordered by their bytes. Values are Buffers of at most
 * 32 MiB; the store never keeps or changes a buffer it was given after the call returns, and the caller owns the buffers it gets.
 *
 * Every call may throw `store.bad-key`, `store.newer` (a newer Bulkhead migrated the store while it was open), `store.corrupt`,
 * `store.full` (nothing of the call is kept, everything acknowledged is), `store.busy` and `store.closed`.
 * `src/store/contract.ts` holds what every implementation is tested for.
 */
export interface StoreEntry {
  readonly value: Buffer;
  /**
   * Grows by at least 1 at each put of this key and is never reused, not even when the key is deleted and made again. For
   * compare-and-set. Of a transaction's own write it is a placeholder.
   */
  readonly version: number;
}

/** One entry of a whole store. */
export interface StoredEntry {
  readonly key: string;
  readonly value: Buffer;
}

export interface ListOptions {
  /** Start after this key (exclusive), for paging. */
  readonly after?: string;
  /** At most this many keys (default: all). */
  readonly limit?: number;
}

export interface StoreReader {
  /** null when there is no such key. */
  get(key: string): Promise<StoreEntry | null>;
  /** Full keys that start with `prefix`, in byte order. */
  list(prefix: string, options?: ListOptions): Promise<string[]>;
  /**
   * What stands directly below `prefix` (which ends with `/` or is empty), in byte order: `a` for a key, `a/` once for
   * all keys below it. `after` and `limit` count these names.
   */
  children(prefix: string, options?: ListOptions): Promise<string[]>;
}

/** Reads see the transaction's own writes. Everything it read is unchanged when it commits, or it is run again. A write after its end throws TypeError. */
export interface StoreTransaction extends StoreReader {
  put(key: string, value: Buffer): void;
  delete(key: string): void;
}

export interface Store extends StoreReader {
  /** Durable when it resolves. With `ifVersion` (0: must not exist) false and no change when the version differs. */
  put(key: string, value: Buffer, options?: { ifVersion?: number }): Promise<boolean>;
  delete(key: string): Promise<void>;
  /**
   * Serializable: `work` may be run several times and must have no effect outside `tx`. All writes are durable together
   * when it resolves, none when it throws. Throws `store.contended` after too many conflicts.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Gives `each` every entry as it stood at one moment, in key order, while others go on writing. */
  readAll(each: (entry: StoredEntry) => void | Promise<void>): Promise<void>;
  /** In place of everything: all of these, durable together, or nothing changed when it (or the iteration) throws. */
  replaceAll(entries: AsyncIterable<StoredEntry>): Promise<void>;
  /** Changes whenever any process may have written; equal tokens mean every cached read is still right. */
  changeToken(): Promise<string>;
  /**
   * Removes what deleted and overwritten values left behind in files (WAL frames, free space in pages). Costs time in proportion
   * to the whole store (SQLite: 10 ms a MB, during which it blocks): after a destroy, not after every delete.
   */
  purge(): Promise<void>;
  close(): Promise<void>;
}
