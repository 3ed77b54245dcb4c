/**
 * Space kept free on the log's disk for the entries of answers whose requests were carried out before the disk was full: a file
 * that is given up for them. Requests may not use it, so that a full disk refuses requests first and answers hardly ever.
 */
import { closeSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

const NAME = "reserve";

export class Reserve {
  readonly #path: string;
  readonly #bytes: number;
  #looked = false;

  constructor(folder: string, bytes: number) {
    this.#path = join(folder, NAME);
    this.#bytes = bytes;
  }

  /** Makes it where it is missing. A disk that has no room for it has none to keep free. */
  keep(): void {
    if (this.#bytes === 0 || this.#looked) return;
    this.#looked = true;
    try {
      if (statSync(this.#path).size >= this.#bytes) return;
    } catch {
      // not there yet
    }
    try {
      const file = openSync(this.#path, "wx", 0o600);
      try {
        // ones: a hole would keep nothing free
        for (let left = this.#bytes; left > 0; ) left -= writeSync(file, Buffer.alloc(left, 0xff));
      } finally {
        closeSync(file);
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST"))
        rmSync(this.#path, { force: true });
    }
  }

  /** Gives the space free; false when there was none. */
  giveUp(): boolean {
    this.#looked = false;
    try {
      rmSync(this.#path);
      return true;
    } catch {
      return false;
    }
  }
}

export const isFull = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
