/**
 * How many digests one caller may ask about. Whoever may ask can test guesses of a weak value against the store: this keeps it to what a
 * scan needs. A bucket a caller in each process, filled steadily.
 */
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Caller } from "../../kernel/plugin.ts";

/** A large repository's worth at once, then so many a minute. */
export const BURST = 5_000;
export const A_MINUTE = 1_000;
const MOST_CALLERS = 10_000;
const MINUTE = 60_000;

interface Bucket {
  left: number;
  filled: number;
}

export class DigestLimit {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `findings.too-many`, and then takes nothing. Root is free: it reads the values themselves. */
  take(caller: Caller | null, count: number): void {
    if (caller?.root === true || count === 0) return;
    // a new token of the same person or machine shares its bucket
    const key = caller?.entityId || caller?.principal || caller?.accessor || "";
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { left: BURST, filled: now };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket); // now the last one used
    if (this.#buckets.size > MOST_CALLERS) this.#forgetOldest(key);
    // a clock that was set back gives nothing
    bucket.left = Math.min(BURST, bucket.left + (Math.max(0, now - bucket.filled) * A_MINUTE) / MINUTE);
    bucket.filled = now;
    if (count > bucket.left) {
      const seconds = Math.ceil(((count - bucket.left) * MINUTE) / A_MINUTE / 1000);
      throw new BulkheadError("findings.too-many", { limit: BURST, seconds });
    }
    bucket.left -= count;
  }

  /** The one unused for longest is the likeliest to be full again, and then nothing is lost. */
  #forgetOldest(except: string): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined && oldest !== except) this.#buckets.delete(oldest);
  }
}
