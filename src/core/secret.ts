/**
 * `Secret`: bytes that must not be printed.
 *
 * Every rendering a program reaches for by accident (string, template, JSON, inspect, error message) gives
 * `[redacted]`; the bytes come out only through `reveal()`, which is easy to search for in a review.
 * A Secret owns its buffer: `wipe()` zeroes it, and every use after that throws.
 */
import { timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

const REDACTED = "[redacted]";

export class Secret {
  #bytes: Buffer | null;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Takes ownership of `bytes`: the caller must not use the buffer again (it is zeroed by `wipe`). */
  static own(bytes: Buffer): Secret {
    return new Secret(bytes);
  }

  /** Copies `bytes`; a string is encoded as UTF-8 (the string itself can't be erased: prefer buffers). */
  static copy(bytes: Uint8Array | string): Secret {
    return new Secret(Buffer.from(bytes as string));
  }

  /** Size in bytes. */
  get length(): number {
    return this.reveal().length;
  }

  /** The bytes themselves, not a copy. Throws after `wipe`. */
  reveal(): Buffer {
    if (this.#bytes === null) throw new TypeError("a wiped Secret was used");
    return this.#bytes;
  }

  /** The bytes as a UTF-8 string, for APIs that take nothing else. */
  revealText(): string {
    return this.reveal().toString("utf8");
  }

  /** Constant time in the content; lengths may differ openly. */
  equals(other: Secret): boolean {
    const a = this.reveal();
    const b = other.reveal();
    return a.length === b.length && timingSafeEqual(a, b);
  }

  /** Zeroes the bytes; may be called again. */
  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return `Secret ${REDACTED}`;
  }
}
