/** Time as a port, so that expiry is tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now: number;
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }
  now(): number {
    return this.#now;
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}

/** RFC 3339 with milliseconds, as Vault's answers carry it. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/** Milliseconds that only grow, whatever is done to the clock. As `performance.now`, which a short command would have to load. */
export const monotonic = (): number => process.uptime() * 1_000;
