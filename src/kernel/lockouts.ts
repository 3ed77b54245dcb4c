/**
 * Names that are refused for a while because their logins failed, as Vault has it: five failures in a row lock a name for fifteen
 * minutes, and a mount may be tuned otherwise. Rows stand in the store, so that guesses spread over several processes count
 * together. A row is named by an HMAC: what was typed as a user name may be a password.
 */
import { createHmac } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Barrier, Storage, StorageReader } from "./barrier/index.ts";
import type { LockoutConfig, MountInfo } from "./plugin.ts";
import { decodeRow, encodeRow } from "./row-cache.ts";
import type { LockoutService } from "./services.ts";

interface Row {
  /** Empty for a name that does not exist. */
  readonly name: string;
  readonly failures: number;
  readonly locked: boolean;
  /** Milliseconds since the epoch: from then on the row says nothing more. */
  readonly over: number;
}

const MINUTE = 60_000;
export const DEFAULT_LOCKOUT: LockoutConfig = {
  threshold: 5,
  duration: 15 * MINUTE,
  counterReset: 15 * MINUTE,
  disabled: false,
};
const ROWS = "core/lockouts/";

const lockoutOf = (mount: MountInfo): LockoutConfig => mount.lockout ?? DEFAULT_LOCKOUT;

/** Throws `mount.invalid`. */
export function tunedLockout(mount: MountInfo, change: Partial<LockoutConfig>): LockoutConfig {
  const tuned = { ...lockoutOf(mount), ...change };
  if (!Number.isSafeInteger(tuned.threshold) || tuned.threshold < 1)
    throw new BulkheadError("mount.invalid", { problem: "lockout_threshold is a number of at least 1" });
  if (tuned.duration <= 0 || tuned.counterReset <= 0)
    throw new BulkheadError("mount.invalid", { problem: "a lockout's durations are longer than 0" });
  return tuned;
}

export class Lockouts implements LockoutService {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  #nextTidy = Number.NEGATIVE_INFINITY;

  constructor(barrier: Barrier, clock: Clock) {
    this.#barrier = barrier;
    this.#clock = clock;
  }

  async check(mount: MountInfo, name: string): Promise<void> {
    if (lockoutOf(mount).disabled) return;
    if (this.#isLocked(await this.#row(this.#view(), this.#key(mount.accessor, name))))
      throw new BulkheadError("auth.locked");
  }

  async failed(mount: MountInfo, name: string, known: boolean): Promise<void> {
    const { disabled, threshold, duration, counterReset } = lockoutOf(mount);
    if (disabled) return;
    const key = this.#key(mount.accessor, name);
    await this.#view().transaction(async (tx) => {
      const now = this.#clock.now();
      const before = await this.#row(tx, key);
      if (this.#isLocked(before)) return; // failures under way when the lock came do not lengthen it
      const failures = before === null || before.over <= now ? 1 : before.failures + 1;
      const locked = failures >= threshold;
      const over = now + (locked ? duration : counterReset);
      tx.put(key, encodeRow({ name: known ? name : "", failures, locked, over } satisfies Row));
    });
  }

  async succeeded(mount: MountInfo, name: string): Promise<void> {
    const key = this.#key(mount.accessor, name);
    if (lockoutOf(mount).disabled || (await this.#row(this.#view(), key)) === null) return;
    await this.#view().transaction(async (tx) => {
      if (this.#isLocked(await this.#row(tx, key))) throw new BulkheadError("auth.locked");
      tx.delete(key);
    });
  }

  async locked(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>();
    for (const key of await this.#view().keys("")) {
      const row = await this.#row(this.#view(), key);
      if (row === null || row.name === "" || !this.#isLocked(row)) continue;
      const accessor = key.slice(0, key.indexOf("/"));
      found.set(accessor, [...(found.get(accessor) ?? []), row.name].sort());
    }
    return found;
  }

  async unlock(accessor: string, name: string): Promise<void> {
    await this.#view().delete(this.#key(accessor, name));
  }

  /** Drops what says nothing more. It reads every row, and a row that is over locks nothing, so once a minute is enough. */
  async tidy(): Promise<void> {
    const now = this.#clock.now();
    if (now < this.#nextTidy) return;
    this.#nextTidy = now + MINUTE;
    for (const key of await this.#view().keys(""))
      await this.#view().transaction(async (tx) => {
        const row = await this.#row(tx, key);
        if (row !== null && row.over <= now) tx.delete(key);
      });
  }

  #isLocked(row: Row | null): boolean {
    return row !== null && row.locked && row.over > this.#clock.now();
  }

  async #row(from: StorageReader, key: string): Promise<Row | null> {
    const bytes = await from.get(key);
    return bytes === null ? null : decodeRow<Row>(bytes);
  }

  #key(accessor: string, name: string): string {
    const digest = createHmac("sha256", this.#barrier.deriveKey("lockouts")).update(name).digest("hex");
    return `${accessor}/${digest}`;
  }

  #view(): Storage {
    return this.#barrier.view(ROWS);
  }
}
