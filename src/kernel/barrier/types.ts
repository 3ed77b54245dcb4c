/** What the kernel and the engines see of the encrypted store. Implemented in this folder; see index.ts for its purpose. */
import type { KeyObject } from "node:crypto";
import type { ListOptions } from "../../core/ports/store.ts";

export interface StorageEntry {
  /** The value in clear; the caller owns the buffer and zeroes it when done. */
  readonly value: Buffer;
  /** Changes at each put, never reused for this key. For compare-and-set. */
  readonly version: number;
}

/**
 * Keys are opaque, non-empty strings without NUL, relative to the view: the view's prefix is put in front of them and nothing
 * is ever resolved, so that `../x` is a key named so and no key reaches outside. Prefixes end with `/` or are empty.
 * Every call throws `seal.sealed` while sealed, `barrier.corrupt` (with the full path) when a ciphertext does not belong there.
 */
export interface StorageReader {
  /** null when there is no such key. */
  get(key: string): Promise<Buffer | null>;
  getEntry(key: string): Promise<StorageEntry | null>;
  /** What stands directly below `prefix`, in byte order: `a` for a key, `a/` once for all keys below it. */
  list(prefix: string, options?: ListOptions): Promise<string[]>;
  /** All keys below `prefix`, at any depth, relative to the view (they can be given to `get` as they are), in byte order. */
  keys(prefix: string, options?: ListOptions): Promise<string[]>;
}

/** Reads see the transaction's own writes. `put` encrypts before it returns, so the caller may zero `value` at once. */
export interface StorageTransaction extends StorageReader {
  put(key: string, value: Buffer): void;
  delete(key: string): void;
  /** The same transaction, narrowed to the keys below `prefix` (which ends with `/`). */
  scope(prefix: string): StorageTransaction;
}

export interface Storage extends StorageReader {
  /**
   * Durable when it resolves; `value` is the caller's again then, not before. With `ifVersion` (0: must not exist) false and no
   * change when the version differs.
   */
  put(key: string, value: Buffer, options?: { ifVersion?: number }): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Serializable; `work` may run several times and must have no effect outside `tx` (see the Store port). */
  transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T>;
  /** The same storage, narrowed to the keys below `prefix` (which ends with `/`). */
  scope(prefix: string): Storage;
  /** The Store's change token: equal tokens mean every cached read is still right, whichever process wrote. */
  changeToken(): Promise<string>;
}

export interface KeyTermStatus {
  /** 1, 2, 3 … */
  readonly term: number;
  /** RFC 3339. */
  readonly created: string;
  /** Encryptions under this term by all processes, an estimate good to a few thousandths once it is large. */
  readonly encryptions: number;
}

export interface KeyStatus {
  /** The term that encrypts now. */
  readonly active: KeyTermStatus;
  readonly terms: readonly KeyTermStatus[];
  /** The active term is replaced by itself at this many encryptions. */
  readonly rotateAfter: number;
}

export interface Barrier {
  readonly sealed: boolean;
  /**
   * Writes the first key ring under `rootKey` (32 bytes, copied), and `sealRow` at `core/seal` in the same commit where it is given.
   * False when there is one of them already. Does not unseal.
   */
  initialize(rootKey: Buffer, sealRow?: Buffer): Promise<boolean>;
  /** Loads the key ring. Throws `seal.not-initialized` without one, `seal.wrong-key` when `rootKey` does not open it. */
  unseal(rootKey: Buffer): Promise<void>;
  /** Forgets all keys, at once; resolves when pending key-ring writes are done. */
  seal(): Promise<void>;
  /** Adds a term that encrypts from now on (in every process soon, in this one at once); old terms still decrypt. Gives the new term. */
  rotate(): Promise<number>;
  keyStatus(): Promise<KeyStatus>;
  /** When a term is replaced by itself; of all processes on this store. */
  rotation(): Promise<RotationSettings>;
  setRotation(settings: RotationSettings): Promise<void>;
  /** Adds a term where the interval says that the active one is old enough. To be called now and then. */
  rotateWhenDue(): Promise<void>;
  /** The key ring as it stands in the store now, under the same root key: after a restore. Throws `seal.wrong-key`. */
  reload(): Promise<void>;
  /** Throws `seal.sealed` unless unsealed; else the storage below `prefix` (ends with `/`; empty: everything, for the kernel alone). */
  view(prefix: string): Storage;
  transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T>;
  /**
   * A 256-bit HMAC key for one purpose, the same in every process and after every rotation, different between stores.
   * Kept in memory while unsealed: calling it again is cheap.
   */
  deriveKey(purpose: string): KeyObject;
  /** The Store's change token: equal tokens mean every cached read is still right, whichever process wrote. */
  changeToken(): Promise<string>;
  /**
   * For caches that hear of this process's own writes by `onCommit` (store.ts, `OwnWrites`): where the store can tell, it stands still
   * while nobody else writes.
   */
  cacheToken(): Promise<string>;
  onCommit(listener: (paths: readonly string[]) => void): void;
  /** Removes what deleted and overwritten ciphertexts left behind in the store's files. */
  purge(): Promise<void>;
}

export interface RotationSettings {
  /** False: only at the safe limit, never before. */
  readonly enabled: boolean;
  /** Encryptions under one term; at most `MOST_OPERATIONS`. */
  readonly maxOperations: number;
  /** Milliseconds; 0: age alone replaces no term. */
  readonly interval: number;
}

export interface BarrierOptions {
  /** Milliseconds since the epoch, for the creation time of key terms. Default: the system's. */
  readonly clock?: { now(): number };
  /** Encryptions under one term before a new one is made. Default 3.9e9 (below the 2^32 of NIST SP 800-38D, 8.3). */
  readonly rotateAfter?: number;
  /** One of 2^n encryptions is counted, as 2^n (default 12). Only tests change it. */
  readonly sampleBits?: number;
}
