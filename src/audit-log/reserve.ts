/**
 * Space kept free on the log's disk for the entries of answers whose requests were carried out before the disk was full: a file
 * that is given up for them. Requests may not use it, so that a full disk refuses requests first and answers hardly ever.
 */
import { closeSync, openSync, rmSync, statSync, statfsSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const NAME = "reserve";
/** After a disk had no room for it. */
const LOOK_AGAIN_AFTER = 64;

export class Reserve {
  readonly #path: string;
  readonly #bytes: number;
  /** Calls until it looks whether the file is there; Infinity: it is. */
  #wait = 0;

  constructor(folder: string, bytes: number) {
    this.#path = join(folder, NAME);
    this.#bytes = bytes;
  }

  /** To be called after each write: makes it where it is missing and the disk has room for it and as much again. */
  keep(): void {
    if (this.#bytes === 0 || this.#wait-- > 0) return;
    this.#wait = LOOK_AGAIN_AFTER;
    try {
      if (!this.#isThere() && this.#hasRoom()) this.#make();
      if (this.#isThere()) this.#wait = Number.POSITIVE_INFINITY;
    } catch {
      // a disk that has no room for it has none to keep free; the log itself says what is wrong with its folder
    }
  }

  #isThere(): boolean {
    return (statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) >= this.#bytes;
  }

  #hasRoom(): boolean {
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    return bavail * bsize >= 2 * this.#bytes;
  }

  #make(): void {
    rmSync(this.#path, { force: true });
    const file = openSync(this.#path, "wx", 0o600);
    try {
      // ones: a hole would keep nothing free
      for (let left = this.#bytes; left > 0; ) left -= writeSync(file, Buffer.alloc(left, 0xff));
    } finally {
      closeSync(file);
    }
  }

  /** Gives the space free; false when there was none. */
  giveUp(): boolean {
    this.#wait = LOOK_AGAIN_AFTER;
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
