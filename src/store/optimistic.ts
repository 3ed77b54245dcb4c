/**
 * What the optimistic transactions of every store have in common: their own writes, kept back and laid over what they read, and
 * the loop that runs the work again when what it read has changed.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { monotonic } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { ListOptions, StoreTransaction } from "../core/ports/store.ts";
import { checkFolderPrefix, checkKey, checkPrefix, checkValue, childrenOf, compareKeys } from "./keys.ts";

/** Of many writers of one key each loses most of the time: giving up takes this many conflicts and the patience. */
const MIN_ATTEMPTS = 64;

/** Thrown out of a read when the transaction can only be run again. */
export class Conflict extends Error {}

/** Milliseconds, jittered, so that processes that met once do not meet again. */
export function backoff(tries: number): number {
  return 1 + Math.random() * Math.min(50, 2 ** Math.min(tries, 6));
}

/** Names below a prefix, read from the store and remembered by the transaction. */
type ScanStore = (kind: "list" | "children", prefix: string, options: ListOptions) => Promise<string[]>;

export class OwnWrites {
  /** null: deleted. */
  readonly #writes = new Map<string, Buffer | null>();
  #ended = false;

  get all(): ReadonlyMap<string, Buffer | null> {
    return this.#writes;
  }

  /** undefined: not written here. */
  get(key: string): Buffer | null | undefined {
    return this.#writes.get(key);
  }

  put(key: string, value: Buffer): void {
    this.#checkRunning();
    checkKey(key);
    checkValue(value);
    this.#writes.set(key, Buffer.from(value));
  }

  delete(key: string): void {
    this.#checkRunning();
    checkKey(key);
    this.#writes.set(key, null);
  }

  /** No write can be added any more: one that comes late would be lost without a word. */
  end(): void {
    this.#ended = true;
  }

  /** The store's `list` with these writes among it; `scan` asks the store, and is asked for everything only where they matter. */
  async list(prefix: string, options: ListOptions, scan: ScanStore): Promise<string[]> {
    checkPrefix(prefix);
    if (!this.#hasBelow(prefix)) return scan("list", prefix, options);
    const keys = this.#merged(prefix, await scan("list", prefix, {}));
    const { after, limit } = options;
    return keys.filter((key) => after === undefined || compareKeys(key, after) > 0).slice(0, limit);
  }

  async children(prefix: string, options: ListOptions, scan: ScanStore): Promise<string[]> {
    checkFolderPrefix(prefix);
    if (!this.#hasBelow(prefix)) return scan("children", prefix, options);
    return childrenOf(prefix, this.#merged(prefix, await scan("list", prefix, {})), options);
  }

  #hasBelow(prefix: string): boolean {
    for (const key of this.#writes.keys()) if (key.startsWith(prefix)) return true;
    return false;
  }

  /** `stored` (all keys below `prefix`) with these writes among them. */
  #merged(prefix: string, stored: readonly string[]): string[] {
    const keys = new Set(stored);
    for (const [key, value] of this.#writes) {
      if (!key.startsWith(prefix)) continue;
      if (value === null) keys.delete(key);
      else keys.add(key);
    }
    return [...keys].sort(compareKeys);
  }

  #checkRunning(): void {
    if (this.#ended) throw new TypeError("a transaction was used after it ended (a missing await?)");
  }
}

/** One try of a transaction. */
export interface Attempt extends StoreTransaction {
  readonly writes: ReadonlyMap<string, Buffer | null>;
  end(): void;
}

export interface Optimistic<A extends Attempt> {
  readonly begin: () => A;
  /** True when everything the attempt read is as it was. */
  readonly isCurrent: (attempt: A) => Promise<boolean>;
  /** Writes it all, durably; false and nothing when something it read has changed. */
  readonly apply: (attempt: A) => Promise<boolean>;
  /** Milliseconds to wait for a quiet moment, at least. */
  readonly patience: number;
}

/** Throws what `work` throws on reads that hold, and `store.contended`. */
export async function runOptimistic<A extends Attempt, T>(
  { begin, isCurrent, apply, patience }: Optimistic<A>,
  work: (tx: StoreTransaction) => Promise<T>,
): Promise<T> {
  const deadline = monotonic() + patience;
  for (let tries = 0; tries < MIN_ATTEMPTS || monotonic() < deadline; tries++) {
    if (tries > 0) await sleep(backoff(tries));
    const attempt = begin();
    let result: T;
    try {
      result = await work(attempt);
    } catch (error) {
      // an error that stands on reads which no longer hold says nothing
      if (error instanceof Conflict || !(await isCurrent(attempt))) continue;
      throw error;
    } finally {
      attempt.end();
    }
    // what only read saw one state, that of its last read
    if (attempt.writes.size === 0 || (await apply(attempt))) return result;
  }
  throw new BulkheadError("store.contended");
}
