/**
 * The Store port: ordered keys to opaque bytes, with optimistic transactions. The barrier encrypts above it; no
 * implementation sees a value in clear, and nothing above `store/` knows which implementation it has.
 *
 * Keys are non-empty UTF-8 strings of at most 1,024 bytes without NUL, ordered by their bytes. Values are Buffers of at most
 * 32 MiB; the store never keeps or changes a buffer it was given after the call returns, and the caller owns the buffers it gets.
 *
 * Locks are for work that one process at a time may do. Who holds one has a fence, and what is written with a fence is refused
 * (`store.fenced`) by the store itself once the lock is over: a process that was stopped past its lock's life and wakes up writes
 * nothing, whatever it believes. Their time is the store's own (the database's clock, or one that nobody can set), never a caller's.
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

/** A lock's passing from holder to holder, counted. */
export interface Fence {
  readonly name: string;
  /** Greater each time the lock is taken. */
  readonly number: number;
}

export interface StoreLocks {
  /** Takes a lock for `ttl` milliseconds; null while somebody holds it. A lock whose answer was lost is free again when its time is over. */
  take(name: string, ttl: number): Promise<Fence | null>;
  /** `ttl` milliseconds from now; false when the lock is over, which stays so. */
  extend(fence: Fence, ttl: number): Promise<boolean>;
  /** Gives it up, if it is still held. */
  release(fence: Fence): Promise<void>;
}

export interface WriteOptions {
  /** Written only while this lock stands, else `store.fenced`: checked in the very commit. */
  readonly fence?: Fence | undefined;
}

/**
 * Reads see the transaction's own writes. Everything it read is unchanged when it commits (when it writes nothing: at its last read),
 * or it is run again. A write after its end throws TypeError.
 */
export interface StoreTransaction extends StoreReader {
  put(key: string, value: Buffer): void;
  delete(key: string): void;
}

/**
 * For caches of rows. `token` is a change token that this Store's own writes leave as it is; instead each listener is told of every key
 * they wrote or deleted, in the moment of the commit, before anybody can read it or is told that it is done.
 */
export interface OwnWrites {
  token(): Promise<string>;
  onCommit(listener: (keys: readonly string[]) => void): void;
}

export interface Store extends StoreReader {
  /** Durable when it resolves. With `ifVersion` (0: must not exist) false and no change when the version differs. */
  put(key: string, value: Buffer, options?: WriteOptions & { ifVersion?: number }): Promise<boolean>;
  delete(key: string, options?: WriteOptions): Promise<void>;
  /**
   * Serializable: `work` may be run several times and must have no effect outside `tx`. All writes are durable together
   * when it resolves, none when it throws. Throws `store.contended` after too many conflicts.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>, options?: WriteOptions): Promise<T>;
  readonly locks: StoreLocks;
  /** Gives `each` every entry as it stood at one moment, in key order, while others go on writing. */
  readAll(each: (entry: StoredEntry) => void | Promise<void>): Promise<void>;
  /** In place of everything: all of these, durable together, or nothing changed when it (or the iteration) throws. */
  replaceAll(entries: AsyncIterable<StoredEntry>): Promise<void>;
  /** Changes whenever any process may have written; equal tokens mean every cached read is still right. */
  changeToken(): Promise<string>;
  /** Absent where a store cannot tell its own writes from others'. */
  readonly own?: OwnWrites;
  /**
   * Removes what deleted and overwritten values left behind in files (WAL frames, free space in pages). Costs time in proportion
   * to the whole store (SQLite: 10 ms a MB, during which it blocks): after a destroy, not after every delete.
   */
  purge(): Promise<void>;
  close(): Promise<void>;
}
