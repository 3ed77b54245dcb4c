/**
 * Which of the processes on one store does the background work: the one that holds the lock, for as long as it goes on extending
 * it. The lock is what tells the others to wait; the fence (fence.ts) is what stops one that does not know that it lost the lock.
 */
import { isBulkheadError } from "../../core/errors.ts";
import type { Fence, StoreLocks } from "../../core/ports/store.ts";
import { underFence } from "./fence.ts";

export interface LeaderOptions {
  readonly locks: StoreLocks;
  readonly name: string;
  /** Milliseconds a lock lives when it is not extended; 15,000. */
  readonly ttl?: number;
  /** Milliseconds between extensions while work runs; 5,000. */
  readonly every?: number;
}

export const LOCK_TTL_MS = 15_000;
export const EXTEND_MS = 5_000;

export class Leader {
  readonly #locks: StoreLocks;
  readonly #name: string;
  readonly #ttl: number;
  readonly #every: number;
  #fence: Fence | null = null;
  /** By this process's own monotonic clock, counted from before the store was asked: never later than the store's. */
  #end = 0;
  /** By the same clock. */
  #restsUntil = 0;

  constructor({ locks, name, ttl = LOCK_TTL_MS, every = EXTEND_MS }: LeaderOptions) {
    this.#locks = locks;
    this.#name = name;
    this.#ttl = ttl;
    this.#every = every;
  }

  /** False when the lock is surely over; true is a guess, which the fence makes good. */
  get leads(): boolean {
    return this.#fence !== null && performance.now() < this.#end;
  }

  /**
   * Runs `work` under the lock, which is taken or extended first and kept afterwards, for the next time. False when another process
   * holds it, or it was lost on the way: what was not done is that one's to do.
   */
  async lead(work: () => Promise<void>): Promise<boolean> {
    const fence = await this.#hold();
    if (fence === null) return false;
    const extending = setInterval(() => {
      this.#extend(fence).catch(() => undefined); // the store is away: the work finds out by itself
    }, this.#every).unref();
    try {
      await underFence(fence, work);
      return true;
    } catch (error) {
      if (!isBulkheadError(error) || error.code !== "store.fenced") throw error;
      this.#drop(fence);
      return false;
    } finally {
      clearInterval(extending);
    }
  }

  /** Lets others lead at once. */
  async release(): Promise<void> {
    const fence = this.#fence;
    this.#fence = null;
    if (fence !== null) await this.#locks.release(fence);
  }

  /** Lets others lead, and does not take the lead back for as long as a lock lives. */
  async stepDown(): Promise<void> {
    this.#restsUntil = performance.now() + this.#ttl;
    await this.release();
  }

  async #hold(): Promise<Fence | null> {
    if (performance.now() < this.#restsUntil) return null;
    if (this.#fence !== null && (await this.#extend(this.#fence))) return this.#fence;
    const asked = performance.now();
    this.#fence = await this.#locks.take(this.#name, this.#ttl);
    this.#end = asked + this.#ttl;
    return this.#fence;
  }

  async #extend(fence: Fence): Promise<boolean> {
    const asked = performance.now();
    const stands = await this.#locks.extend(fence, this.#ttl);
    if (stands) this.#end = Math.max(this.#end, asked + this.#ttl);
    else this.#drop(fence);
    return stands;
  }

  #drop(fence: Fence): void {
    if (this.#fence?.number === fence.number) this.#fence = null;
  }
}
