/**
 * Whether a file was read, by its access time: that is set to a moment long ago, and any read moves it. Whether it does so here is tried
 * with the file itself, since file systems can be told not to keep it. A job that asks for reads without a trace (O_NOATIME) has them.
 */
import { closeSync, constants, fstatSync, futimesSync, openSync, readSync } from "node:fs";
import type { Used } from "../core/receipt.ts";

/** Seconds since the epoch. */
const LONG_AGO = 1;

export class ReadMark {
  readonly #descriptor: number | null;
  readonly #owned: boolean;

  private constructor(descriptor: number | null, owned: boolean) {
    this.#descriptor = descriptor;
    this.#owned = owned;
  }

  /** The descriptor stays the caller's, open for reading. */
  static of(descriptor: number): ReadMark {
    return new ReadMark(marked(descriptor) ? descriptor : null, false);
  }

  /** A descriptor is kept: what the job does with the name changes nothing. */
  static ofFile(path: string): ReadMark {
    const descriptor = openSync(path, constants.O_RDONLY);
    if (marked(descriptor)) return new ReadMark(descriptor, true);
    closeSync(descriptor);
    return new ReadMark(null, false);
  }

  used(): Used {
    if (this.#descriptor === null) return "unknown";
    return isLongAgo(this.#descriptor) ? "no" : "yes";
  }

  close(): void {
    if (this.#owned && this.#descriptor !== null) closeSync(this.#descriptor);
  }
}

function isLongAgo(descriptor: number): boolean {
  return fstatSync(descriptor, { bigint: true }).atimeNs === BigInt(LONG_AGO) * 1_000_000_000n;
}

/** False where reading leaves no trace. */
function marked(descriptor: number): boolean {
  const mark = (): void => futimesSync(descriptor, LONG_AGO, fstatSync(descriptor).mtimeMs / 1_000);
  try {
    mark();
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, 0);
    byte.fill(0);
    if (isLongAgo(descriptor)) return false;
    mark();
    return isLongAgo(descriptor);
  } catch {
    return false;
  }
}
