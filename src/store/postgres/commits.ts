/**
 * The commit queue: what was asked for while the last group was being written is validated and written in one transaction, which
 * holds the one row that every writer of every node locks. So commits are in one order everywhere, and many writers share one
 * flush. When the group fails as a whole, each is tried alone, so that one too large value fails nobody else.
 *
 * A connection that breaks while COMMIT is under way leaves open what became of it. Each commit therefore writes its number into its
 * process's row, which is looked at, under the lock, before anything is answered or tried again. (The transaction's own id will not
 * do: a server that crashed may give the id of a transaction that was lost to another one, which is kept.)
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { BulkheadError } from "../../core/errors.ts";
import type { Fence } from "../../core/ports/store.ts";
import { backoff } from "../optimistic.ts";
import { type Connections, inFlight, type Query } from "./connections.ts";
import { isLostConnection, isWorthRetrying } from "./failure.ts";
import { type Commit, type Entry, Rows } from "./rows.ts";
import type { OptimisticTransaction } from "./transaction.ts";

/** null: deleted. */
type Writes = ReadonlyMap<string, Buffer | null>;

export interface Change {
  /** Kept only while this lock stands. */
  readonly fence?: Fence | undefined;
  /** Keys whose versions must be known to decide. */
  readonly keys: Iterable<string>;
  /** What to write; null: nothing. */
  readonly decide: (group: Group) => Writes | null | Promise<Writes | null>;
}

interface Job {
  readonly change: Change;
  readonly resolve: (wrote: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The state as those before in the group leave it. */
export class Group {
  readonly #rows: Rows;
  readonly #stored: ReadonlyMap<string, number>;
  /** Not yet sent. */
  #pending = new Map<string, { readonly version: number; readonly value: Buffer | null }>();
  readonly #versions = new Map<string, number>();
  sequence: number;

  constructor(rows: Rows, sequence: number, stored: ReadonlyMap<string, number>) {
    this.#rows = rows;
    this.sequence = sequence;
    this.#stored = stored;
  }

  /** 0 when there is no such key. Only of keys that were asked for. */
  version(key: string): number {
    return this.#versions.get(key) ?? this.#stored.get(key) ?? 0;
  }

  write(writes: Writes): void {
    const version = ++this.sequence;
    for (const [key, value] of writes) {
      this.#pending.set(key, { version, value });
      this.#versions.set(key, value === null ? 0 : version);
    }
  }

  async isCurrent(tx: OptimisticTransaction): Promise<boolean> {
    if (tx.standsAt(this.sequence)) return true;
    if (!tx.versionsHold((key) => this.version(key))) return false;
    if (!tx.hasScanned) return true;
    await this.send(); // the scans must find it
    return await tx.scansHold(this.#rows);
  }

  /** Throws `store.fenced` when the lock is over. */
  async checkFence(fence: Fence): Promise<void> {
    if (!(await this.#rows.holds(fence))) throw new BulkheadError("store.fenced", { name: fence.name });
  }

  async send(): Promise<void> {
    const entries: Entry[] = [];
    const deleted: string[] = [];
    for (const [key, { version, value }] of this.#pending) {
      if (value === null) deleted.push(key);
      else entries.push({ key, version, value });
    }
    this.#pending = new Map();
    await inFlight([this.#rows.delete(deleted), this.#rows.put(entries)]);
  }
}

const NOTHING = Promise.resolve({ result: new Map<string, number>() });

export interface CommitQueueOptions {
  readonly connections: Connections;
  readonly schema: string;
}

export class CommitQueue {
  readonly #connections: Connections;
  readonly #schema: string;
  readonly #writer = randomUUID();
  #number = 0;
  #queue: Job[] = [];
  #running: Promise<void> | null = null;

  constructor({ connections, schema }: CommitQueueOptions) {
    this.#connections = connections;
    this.#schema = schema;
  }

  /** True when it wrote; durable then. */
  add(change: Change): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ change, resolve, reject });
      this.#running ??= this.#run().finally(() => (this.#running = null));
    });
  }

  /** Resolves when nothing is queued. */
  async drained(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // all of this turn
    while (this.#queue.length > 0) {
      const jobs = this.#queue;
      this.#queue = [];
      await this.#commit(jobs);
    }
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    try {
      const wrote = await this.#connections.retrying(() => this.#once(jobs));
      jobs.forEach((job, index) => job.resolve(wrote[index] === true));
    } catch (error) {
      const { code } = error as { code?: string };
      const aboutAll = code === "store.unreachable" || code === "store.busy" || code === "store.newer";
      if (jobs.length > 1 && !aboutAll) for (const job of jobs) await this.#commit([job]);
      else for (const job of jobs) job.reject(error);
    }
  }

  /** Throws what `retrying` may try again only when nothing was kept. */
  async #once(jobs: readonly Job[]): Promise<readonly boolean[]> {
    const commit = { writer: this.#writer, number: ++this.#number };
    let committing = false;
    let wrote: readonly boolean[] = [];
    try {
      await this.#connections.using(async (query) => {
        const rows = this.#rows(query);
        const keys = new Set(jobs.flatMap(({ change }) => [...change.keys]));
        const locking = rows.lock(this.#connections.patience);
        const looking = keys.size === 0 ? NOTHING : rows.versions([...keys]);
        await inFlight([locking, looking]);
        const { sequence } = await locking;
        const stored = await looking;
        const group = new Group(rows, sequence, stored.result);
        wrote = await decideAll(group, jobs);
        if (group.sequence === sequence) return await rows.rollback();
        committing = true;
        // in one flight: after a statement that failed COMMIT keeps nothing
        await inFlight([group.send(), rows.commit(group.sequence, commit)]);
      });
    } catch (error) {
      if (!committing || !isLostConnection(error)) throw error;
      if (!(await this.#isKept(commit, error))) throw error;
    }
    return wrote;
  }

  /** Waits until the server is back and knows. Throws `store.unreachable` when it cannot be found out. */
  async #isKept({ writer, number }: Commit, cause: unknown): Promise<boolean> {
    const { name: path, patience } = this.#connections;
    const look = (): Promise<boolean> =>
      this.#connections.using(async (query) => {
        const rows = this.#rows(query);
        await rows.lock(patience);
        const last = await rows.lastCommit(writer);
        await rows.rollback();
        return last === number;
      });
    const deadline = performance.now() + 2 * patience;
    for (let tries = 0; performance.now() < deadline; tries++) {
      try {
        return await look();
      } catch (error) {
        if (!isWorthRetrying(error)) break;
      }
      await sleep(backoff(tries));
    }
    const reason = "the connection broke and it is not known whether the last write was kept";
    throw new BulkheadError("store.unreachable", { path, reason }, { cause });
  }

  #rows(query: Query): Rows {
    return new Rows(query, { schema: this.#schema, path: this.#connections.name });
  }
}

async function decideAll(group: Group, jobs: readonly Job[]): Promise<readonly boolean[]> {
  const wrote: boolean[] = [];
  for (const { change } of jobs) {
    const writes = await change.decide(group);
    if (writes !== null && change.fence !== undefined) await group.checkFence(change.fence);
    if (writes !== null) group.write(writes);
    wrote.push(writes !== null);
  }
  return wrote;
}
