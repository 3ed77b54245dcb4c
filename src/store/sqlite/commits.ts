/**
 * The commit queue: what was asked for in one turn of the event loop is validated and applied in one SQLite transaction, so that
 * many writers share one sync of the disk. When the group fails as a whole, each is tried alone, so that one too large value fails nobody else.
 */
import { monotonic } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { backoff } from "../optimistic.ts";
import type { Durability } from "./durability.ts";
import { isBusy } from "./failure.ts";
import type { Own } from "./own.ts";
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
  readonly durability: Durability;
  readonly own: Own;
  /** Throws when the file's format is no longer ours to write. */
  readonly checkFormat: () => void;
}

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #queue: Job[] = [];
  #scheduled = false;
  /** Groups that are committed and not yet on the disk. */
  #syncing = 0;
  #lockTries = 0;
  #idle: (() => void)[] = [];

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /** True when `apply` wrote; durable then. */
  add(apply: Apply): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ apply, resolve, reject, deadline: monotonic() + this.#options.busyTimeout });
      this.#schedule(0);
    });
  }

  /** Resolves when nothing is queued. */
  drained(): Promise<void> {
    if (!this.#scheduled && this.#syncing === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #schedule(wait: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const run = (): void => {
      this.#scheduled = false;
      this.#flush();
      this.#rest();
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

  /** Answers when it is on the disk; the next group is applied meanwhile. */
  #acknowledge(jobs: readonly Job[], results: readonly boolean[], durable: Promise<void>): void {
    this.#syncing++;
    durable
      .then(
        () => jobs.forEach((job, index) => job.resolve(results[index] === true)),
        (error: unknown) => jobs.forEach((job) => job.reject(error)),
      )
      .finally(() => {
        this.#syncing--;
        this.#rest();
      })
      .catch(() => undefined);
  }

  #rest(): void {
    if (this.#scheduled || this.#syncing > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
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
    let before: number;
    let sequence: number;
    try {
      this.#options.checkFormat();
      before = rows.sequence();
      sequence = before;
      for (const job of jobs) {
        const wrote = job.apply(rows, sequence + 1);
        if (wrote) rows.setSequence(++sequence); // at once: the next of the group is validated against it
        results.push(wrote);
      }
      if (sequence > before) {
        rows.commit();
        this.#options.own.committed(before, sequence, rows.written());
      } else rows.rollback();
    } catch (error) {
      rows.rollback();
      if (jobs.length > 1) return false;
      for (const job of jobs) job.reject(error);
      return true;
    }
    const { durability } = this.#options;
    // what it was refused for may itself not be on the disk yet
    const durable = sequence > before ? durability.committed(sequence) : durability.upTo();
    this.#acknowledge(jobs, results, durable ?? Promise.resolve());
    return true;
  }

  #waitForLock(jobs: readonly Job[], error: unknown): void {
    const now = monotonic();
    for (const job of jobs) {
      if (job.deadline > now) this.#queue.push(job);
      else job.reject(new BulkheadError("store.busy", { path: this.#options.path }, { cause: error }));
    }
    if (this.#queue.length > 0) this.#schedule(backoff(this.#lockTries++));
  }
}
