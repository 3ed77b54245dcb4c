/**
 * Logins that people have begun: one entry each, gone with the first answer that names it or after five minutes. Kept in memory, because
 * anybody may begin one: the store is not written for it. Bounded; whoever begins too many loses the own ones first.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../../../core/clock.ts";
import { BulkheadError } from "../../../core/errors.ts";

export interface Begun {
  readonly role: string;
  readonly redirectUri: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly clientNonce: string;
  readonly remote: string;
  readonly at: number;
}

const LIFE_MS = 5 * 60_000;
const MOST = 10_000;
const MOST_FROM_ONE = 200;

export class States {
  readonly #clock: Clock;
  readonly #begun = new Map<string, Begun>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The new state's name. Throws `jwt.busy`. */
  begin(entry: Omit<Begun, "at">): string {
    this.#dropOver();
    let own = 0;
    let oldest = "";
    for (const [state, { remote }] of this.#begun) {
      if (remote !== entry.remote) continue;
      if (own === 0) oldest = state;
      own++;
    }
    if (own >= MOST_FROM_ONE) this.#begun.delete(oldest);
    if (this.#begun.size >= MOST) throw new BulkheadError("jwt.busy");
    const state = `st_${randomBytes(24).toString("base64url")}`;
    this.#begun.set(state, { ...entry, at: this.#clock.now() });
    return state;
  }

  /** Once for each state; null when it is unknown, used or over. */
  take(state: string): Begun | null {
    const found = this.#begun.get(state);
    this.#begun.delete(state);
    return found !== undefined && this.#stands(found) ? found : null;
  }

  #stands({ at }: Begun): boolean {
    return Math.abs(this.#clock.now() - at) < LIFE_MS;
  }

  /** In order of their beginning: the first that stands ends the search. */
  #dropOver(): void {
    for (const [state, entry] of this.#begun) {
      if (this.#stands(entry)) return;
      this.#begun.delete(state);
    }
  }
}
