/** How many shares may be handed in: nobody is known at these paths, so the bound is one for all, in memory. */
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";

/** Two whole sets of 255 shares at once, then five a second. */
const BURST = 512;
const PER_SECOND = 5;

export class Allowance {
  readonly #clock: Clock;
  #left = BURST;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** Throws `seal.too-many`. */
  take(): void {
    const now = this.#clock.now();
    this.#left = Math.min(BURST, this.#left + (Math.max(0, now - this.#at) / 1_000) * PER_SECOND);
    this.#at = now;
    if (this.#left < 1) throw new BulkheadError("seal.too-many");
    this.#left -= 1;
  }
}
