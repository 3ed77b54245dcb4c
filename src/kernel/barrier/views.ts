/** Views: a prefix in front of every key, and encryption of every value. Nothing here knows where keys come from. */
import { BulkheadError } from "../../core/errors.ts";
import type {
  ListOptions,
  Store,
  StoreEntry,
  StoreReader,
  StoreTransaction,
} from "../../core/ports/store.ts";
import type { Storage, StorageEntry, StorageReader, StorageTransaction } from "./types.ts";

/** What a view needs of the barrier. */
export interface Codec {
  /** Throws `seal.sealed`. */
  encrypt(path: string, value: Buffer): Buffer;
  /** Throws `seal.sealed`, `barrier.corrupt`. */
  decrypt(path: string, entry: Buffer): Promise<Buffer>;
  /**
   * Called first in every transaction that writes: what it encrypts is under the ring that stands there, or it is not committed (a
   * snapshot that is put back may bring an older ring). Throws `seal.sealed`, `seal.wrong-key`.
   */
  adopt(tx: StoreReader): Promise<void>;
  /** Throws `seal.sealed`. */
  check(): void;
  /** Resolves when the count of encryptions is saved, so that a short process does not end before it. */
  counted(): Promise<void>;
}

/** Rows that are not the barrier's ciphertext: the seal's own, and the key ring under the root key. */
export const SEAL_PATH = "core/seal";
export const KEYRING_PATH = "core/keyring";
const RESERVED: ReadonlySet<string> = new Set([SEAL_PATH, KEYRING_PATH]);

const bad = (problem: string): BulkheadError => new BulkheadError("barrier.bad-key", { problem });

function checkPrefix(prefix: string): void {
  if (prefix !== "" && !prefix.endsWith("/")) throw bad("a prefix ends with /");
  if (prefix.includes("\0")) throw bad("it has a NUL");
}

/** Prefixes are put in front and never resolved, so that no key reaches outside its view. */
function pathOf(prefix: string, key: string): string {
  if (key === "") throw bad("it is empty");
  if (key.includes("\0")) throw bad("it has a NUL");
  const path = prefix + key;
  if (RESERVED.has(path)) throw bad("it is reserved");
  return path;
}

export function narrowed(prefix: string, further: string): string {
  checkPrefix(further);
  if (further === "") throw bad("a scope is narrower than its storage");
  return prefix + further;
}

class Reader implements StorageReader {
  protected readonly codec: Codec;
  protected readonly prefix: string;
  readonly #reader: StoreReader;

  constructor(codec: Codec, reader: StoreReader, prefix: string) {
    checkPrefix(prefix);
    this.codec = codec;
    this.prefix = prefix;
    this.#reader = reader;
  }

  async get(key: string): Promise<Buffer | null> {
    return (await this.getEntry(key))?.value ?? null;
  }

  async getEntry(key: string): Promise<StorageEntry | null> {
    const path = pathOf(this.prefix, key);
    this.codec.check();
    const entry: StoreEntry | null = await this.#reader.get(path);
    if (entry === null) return null;
    return { value: await this.codec.decrypt(path, entry.value), version: entry.version };
  }

  async list(prefix: string, options: ListOptions = {}): Promise<string[]> {
    checkPrefix(prefix);
    this.codec.check();
    return this.#reader.children(this.prefix + prefix, options);
  }

  async keys(prefix: string, options: ListOptions = {}): Promise<string[]> {
    checkPrefix(prefix);
    this.codec.check();
    const { after } = options;
    const absolute = after === undefined ? options : { ...options, after: this.prefix + after };
    const keys = await this.#reader.list(this.prefix + prefix, absolute);
    return keys.map((key) => key.slice(this.prefix.length));
  }
}

const roots = new WeakMap<StorageTransaction, () => StorageTransaction>();

/** For the kernel alone: the same transaction over the whole barrier, so that kernel rows change together with an engine's. */
export function rootOf(tx: StorageTransaction): StorageTransaction {
  const root = roots.get(tx);
  if (root === undefined) throw new TypeError("not a transaction of this barrier");
  return root();
}

export class ViewTransaction extends Reader implements StorageTransaction {
  readonly #tx: StoreTransaction;

  constructor(codec: Codec, tx: StoreTransaction, prefix: string) {
    super(codec, tx, prefix);
    this.#tx = tx;
    roots.set(this, () => new ViewTransaction(codec, tx, ""));
  }

  put(key: string, value: Buffer): void {
    const path = pathOf(this.prefix, key);
    this.#tx.put(path, this.codec.encrypt(path, value));
  }

  delete(key: string): void {
    const path = pathOf(this.prefix, key);
    this.codec.check();
    this.#tx.delete(path);
  }

  scope(prefix: string): StorageTransaction {
    return new ViewTransaction(this.codec, this.#tx, narrowed(this.prefix, prefix));
  }
}

export class View extends Reader implements Storage {
  readonly #store: Store;

  constructor(codec: Codec, store: Store, prefix: string) {
    super(codec, store, prefix);
    this.#store = store;
  }

  async put(key: string, value: Buffer, options: { ifVersion?: number } = {}): Promise<boolean> {
    const path = pathOf(this.prefix, key);
    return await this.#write(async (tx) => {
      const { ifVersion } = options;
      if (ifVersion !== undefined && ((await tx.get(path))?.version ?? 0) !== ifVersion) return false;
      tx.put(path, this.codec.encrypt(path, value));
      return true;
    });
  }

  async delete(key: string): Promise<void> {
    const path = pathOf(this.prefix, key);
    this.codec.check();
    await this.#store.delete(path);
  }

  async transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return await this.#write((tx) => work(new ViewTransaction(this.codec, tx, this.prefix)));
  }

  async #write<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
    this.codec.check();
    const result = await this.#store.transaction(async (tx) => {
      await this.codec.adopt(tx);
      return await work(tx);
    });
    await this.codec.counted();
    return result;
  }

  scope(prefix: string): Storage {
    return new View(this.codec, this.#store, narrowed(this.prefix, prefix));
  }

  async changeToken(): Promise<string> {
    this.codec.check();
    return this.#store.changeToken();
  }
}
