/**
 * The commit queue: what was asked for in one turn of the event loop is validated and applied in one SQLite transaction, so that
 * many writers share one fsync. When the group fails as a whole, each is tried alone, so that one too large value fails nobody else.
 */
import { BulkheadError } from "../../core/errors.ts";
import { backoff } from "../optimistic.ts";
import { isBusy } from "./failure.ts";
import type { Rows } from "./rows.ts";

/** Writes with `version`, or does nothing. True when it wrote. Reads what the group wrote before it. */
export type Apply = (rows: Rows, version: number) => boolean;

interface Job {
  readonly apply: Apply;
  readonly deadline: number;
  readonly resolve: (wrote: boolean) => void;
  readonly reject: (error: unknown) => void;
}

export interface CommitQueueOptions {
  readonly rows: Rows;
  readonly path: string;
  readonly busyTimeout: number;
  /** Throws when the file's format is no longer ours to write. */
  readonly checkFormat: () => void;
}

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #queue: Job[] = [];
  #scheduled = false;
  #lockTries = 0;
  #idle: (() => void)[] = [];

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** True when `apply` wrote; durable then. */
  add(apply: Apply): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ apply, resolve, reject, deadline: performance.now() + this.#options.busyTimeout });
      this.#schedule(0);
    });
  }

  /** Resolves when nothing is queued. */
  drained(): Promise<void> {
    return this.#scheduled ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  #schedule(wait: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const run = (): void => {
      this.#scheduled = false;
      this.#flush();
      if (this.#scheduled) return;
      for (const resolve of this.#idle.splice(0)) resolve();
    };
    if (wait === 0) setImmediate(run);
    else setTimeout(run, wait);
  }

  #flush(): void {
    const jobs = this.#queue;
    this.#queue = [];
    if (this.#commit(jobs) || jobs.length < 2) return;
    for (const job of jobs) this.#commit([job]);
  }

  /** False when a group must be tried one by one. */
  #commit(jobs: readonly Job[]): boolean {
    const { rows } = this.#options;
    try {
      rows.begin("IMMEDIATE");
    } catch (error) {
      if (isBusy(error)) this.#waitForLock(jobs, error);
      else for (const job of jobs) job.reject(error);
      return true;
    }
    this.#lockTries = 0;
    const results: boolean[] = [];
    try {
      this.#options.checkFormat();
      const before = rows.sequence();
      let sequence = before;
      for (const job of jobs) {
        const wrote = job.apply(rows, sequence + 1);
        if (wrote) rows.setSequence(++sequence); // at once: the next of the group is validated against it
        results.push(wrote);
      }
      if (sequence > before) rows.commit();
      else rows.rollback();
    } catch (error) {
      rows.rollback();
      if (jobs.length > 1) return false;
      for (const job of jobs) job.reject(error);
      return true;
    }
    jobs.forEach((job, index) => job.resolve(results[index] === true));
    return true;
  }

  #waitForLock(jobs: readonly Job[], error: unknown): void {
    const now = performance.now();
    for (const job of jobs) {
      if (job.deadline > now) this.#queue.push(job);
      else job.reject(new BulkheadError("store.busy", { path: this.#options.path }, { cause: error }));
    }
    if (this.#queue.length > 0) this.#schedule(backoff(this.#lockTries++));
  }
}
