/**
 * Shares that came in so far, for one purpose, in memory alone. They are zeroed when there are enough, when they turn out wrong, on
 * a reset, and when nobody goes on for ten minutes: half an unsealing must not lie about for whoever comes next.
 */
import { timingSafeEqual } from "node:crypto";
import { uuid } from "../../core/ids.ts";
import { combineShares } from "./shares.ts";

const IDLE_MS = 600_000;

export class Gathering {
  #shares: Buffer[] = [];
  #nonce = "";
  #timer: NodeJS.Timeout | null = null;
  readonly #idle: () => void;
  readonly #idleMs: number;

  /** `idle` is told when the shares were dropped because nobody went on. */
  constructor(idle: () => void = () => undefined, idleMs = IDLE_MS) {
    this.#idle = idle;
    this.#idleMs = idleMs;
  }

  get progress(): number {
    return this.#shares.length;
  }

  /** Empty before the first share. */
  get nonce(): string {
    return this.#nonce;
  }

  /** Keeps a copy. False when it is here already. */
  add(share: Buffer): boolean {
    if (this.#shares.some((one) => one.length === share.length && timingSafeEqual(one, share))) return false;
    if (this.#shares.length === 0) this.#nonce = uuid();
    this.#shares.push(Buffer.from(share));
    this.#wait();
    return true;
  }

  /** The key that the shares make, null when they make none; they are gone then. The caller zeroes the key. */
  async take(): Promise<Buffer | null> {
    const shares = this.#shares;
    this.#shares = [];
    this.clear();
    try {
      return await combineShares(shares);
    } finally {
      for (const share of shares) share.fill(0);
    }
  }

  clear(): void {
    for (const share of this.#shares) share.fill(0);
    this.#shares = [];
    this.#nonce = "";
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.clear();
      this.#idle();
    }, this.#idleMs).unref();
  }
}
