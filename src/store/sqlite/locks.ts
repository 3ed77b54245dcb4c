/**
 * Locks between the processes of one machine. Their clock is the system's monotonic one, which all processes share, nobody can
 * set, and which goes on while a process is stopped.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { Fence, StoreLocks } from "../../core/ports/store.ts";
import type { Apply } from "./commits.ts";
import type { Rows } from "./rows.ts";

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Throws `store.fenced`; in the transaction that writes. */
export function checkFence(rows: Rows, fence: Fence | undefined): void {
  if (fence !== undefined && !rows.holdsLock(fence, now()))
    throw new BulkheadError("store.fenced", { name: fence.name });
}

export class Locks implements StoreLocks {
  readonly #write: (apply: Apply) => Promise<boolean>;

  constructor(write: (apply: Apply) => Promise<boolean>) {
    this.#write = write;
  }

  async take(name: string, ttl: number): Promise<Fence | null> {
    let number: number | null = null;
    await this.#write((rows) => {
      number = rows.takeLock(name, now(), ttl);
      return number !== null;
    });
    return number === null ? null : { name, number };
  }

  extend(fence: Fence, ttl: number): Promise<boolean> {
    return this.#write((rows) => {
      const at = now();
      if (!rows.holdsLock(fence, at)) return false;
      rows.setLock(fence, at, ttl);
      return true;
    });
  }

  async release(fence: Fence): Promise<void> {
    await this.#write((rows) => {
      rows.setLock(fence, now(), 0);
      return true;
    });
  }
}
