/**
 * Files by their paths, over several threads. This one walks, hands out jobs of some files and does some itself; what is in them comes
 * back in the order of paths. Jobs and results that wait are bounded, so memory grows neither with the tree nor with what is found.
 */
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { startThread } from "./worker-file.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Detector, Rule } from "../detect/types.ts";
import { type FilePart, type PartLines, PartsInOrder, scanPartOf } from "./file-parts.ts";
import { packPaths, unpackBatch, type PackedBatch } from "./packed.ts";
import { ruleNamesPrint } from "./rule-set.ts";
import { scanPaths, type Batch, type ScanPathsOptions } from "./sources/paths.ts";
import { reasonOf } from "./sources/walk.ts";
import { Jobs, type Piece } from "./tree-jobs.ts";
import type { FromTreeThread, TreeJob, TreeThreadData } from "./tree-thread.ts";
import type { ContentScanner } from "./types.ts";
import type { WorkerData } from "./worker.ts";

export interface TreeThreads {
  /** This one included. */
  readonly threads: number;
  /** The file that a thread runs. */
  readonly file: URL | string;
}

export interface ThreadedOptions extends ScanPathsOptions {
  /** For this thread. */
  readonly detector: Detector;
  readonly scanner: ContentScanner;
  readonly threads: TreeThreads;
}

/** Jobs a thread has at hand, so that it never waits. */
const AT_HAND = 2;
/** Jobs for each thread that may be done while an earlier one is not. */
const AHEAD = 32;
/** Findings that may wait for an earlier job, each with some KB of text beside it. */
const WAITING = 10_000;

/** As `scanPaths`: the same batches of findings in the same order, however many threads there are. */
export async function* scanPathsThreaded(
  root: string,
  paths: Iterable<Buffer>,
  options: ThreadedOptions,
): AsyncGenerator<Batch> {
  const { scanner, detector, threads, ...limits } = options;
  const { parts } = detector;
  const split = parts && { scanner, partSize: parts.size, ...limits };
  const jobs = new Jobs({ root, paths: paths[Symbol.iterator](), ...(split && { split }) });
  const small = threads.threads > 1 ? jobs.small() : [...jobs.rest()];
  if (small !== null) yield* scanPaths(root, small, scanner, limits);
  else yield* new Threads(root, jobs, { scanner, detector, threads, limits }).run();
}

interface Job {
  readonly paths: readonly Buffer[];
  part?: FilePart;
  /** The part's. */
  lines?: PartLines;
  readonly batches: (PackedBatch | Batch)[];
  findings: number;
  done: boolean;
}

interface Thread {
  readonly worker: Worker;
  readonly at: Int32Array;
  /** Jobs handed to it and not done, oldest first. */
  readonly jobs: number[];
}

function wipe(batches: readonly (PackedBatch | Batch)[]): void {
  for (const batch of batches)
    if ("block" in batch) batch.block.fill(0);
    else for (const { found } of batch.found) for (const { match } of found) match.value.fill(0);
}

function send({ worker }: Thread, { job, paths, part }: Piece & { readonly job: number }): void {
  const packed = packPaths(paths);
  const message: TreeJob = { job, paths: packed, ...(part && { part }) };
  worker.postMessage(message, [packed.buffer]);
}

interface ThreadsOptions extends Pick<ThreadedOptions, "scanner" | "detector" | "threads"> {
  readonly limits: ScanPathsOptions;
}

class Threads {
  readonly #root: string;
  readonly #source: Jobs;
  readonly #options: ThreadsOptions;
  readonly #rules: readonly Rule[];
  readonly #print: Buffer;
  readonly #threads: Thread[];
  /** By number; jobs that are taken from it are gone. */
  readonly #jobs = new Map<number, Job>();
  /** Parts that another job reads besides. */
  readonly #void = new Set<number>();
  #parts = new PartsInOrder();
  #made = 0;
  #waiting = 0;
  #whole = false;
  #failure: Error | null = null;
  #wake = (): void => {};

  constructor(root: string, source: Jobs, options: ThreadsOptions) {
    const { threads, limits, detector } = options;
    this.#root = root;
    this.#source = source;
    this.#options = options;
    this.#rules = detector.rules;
    this.#print = ruleNamesPrint(detector.rules);
    this.#threads = Array.from({ length: threads.threads - 1 }, () => this.#start(threads.file, limits));
  }

  async *run(): AsyncGenerator<Batch> {
    try {
      for (let head = 0; ; ) {
        this.#handOut();
        const job = this.#jobs.get(head);
        if (job === undefined) return;
        // A part may still turn out to be no part: nothing of it is shown before it is done.
        if (job.part === undefined || job.done)
          for (let batch = job.batches.shift(); batch !== undefined; batch = job.batches.shift())
            yield this.#placed(job, "block" in batch ? unpackBatch(batch, this.#rules) : batch);
        if (job.done) {
          this.#jobs.delete(head++);
          this.#waiting -= job.findings;
          continue;
        }
        if (this.#failure !== null) throw this.#failure;
        if (await this.#workHere()) continue;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          const ready = job.batches.length > 0 && job.part === undefined;
          if (this.#failure !== null || job.done || ready) resolve();
        });
      }
    } finally {
      for (const { batches } of this.#jobs.values()) wipe(batches);
      await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
    }
  }

  #handOut(): void {
    const most = AHEAD * this.#threads.length;
    for (let wanted = 0; wanted < AT_HAND; wanted++)
      for (const thread of this.#threads) {
        if (thread.jobs.length > wanted) continue;
        const next = this.#next(most);
        if (next === null) return;
        thread.jobs.push(next.number);
        send(thread, { ...next.job, job: next.number });
      }
  }

  /** Another job, where there is one and not too much waits. */
  #next(most: number): { readonly number: number; readonly job: Job } | null {
    // The job that all wait for is always out: it is the oldest.
    if (this.#whole || this.#jobs.size >= most || this.#waiting >= WAITING) return null;
    const piece = this.#source.next();
    if (piece === null) {
      this.#whole = true;
      return null;
    }
    const job: Job = { ...piece, batches: [], findings: 0, done: false };
    const number = this.#made++;
    this.#jobs.set(number, job);
    return { number, job };
  }

  /** Does a job in this thread; false where there is none. */
  async #workHere(): Promise<boolean> {
    const next = this.#next(AHEAD * (this.#threads.length + 1));
    if (next === null) return false;
    const { number, job } = next;
    const { scanner, detector, limits } = this.#options;
    while (!job.done)
      if (job.part === undefined) {
        for await (const batch of scanPaths(this.#root, job.paths, scanner, limits)) this.#keep(job, batch);
        job.done = true;
      } else {
        const result = await scanPartOf(detector, this.#root, job.paths[0] as Buffer, job.part);
        if (result === null) this.#restOf(number);
        else {
          job.lines = result.lines;
          this.#keep(job, result.batch);
          job.done = true;
        }
      }
    if (this.#void.has(number)) wipe(job.batches.splice(0));
    // What the threads have sent meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  #keep(job: Job, batch: PackedBatch | Batch): void {
    const findings = batch.found.reduce((sum, { found }) => sum + found.length, 0);
    job.findings += findings;
    this.#waiting += findings;
    job.batches.push(batch);
  }

  /** What is found in a part gets the lines of the file: parts come in order. */
  #placed({ part, lines }: Job, batch: Batch): Batch {
    if (part === undefined || lines === undefined) return batch;
    if (part.from === 0) this.#parts = new PartsInOrder();
    const [one] = batch.found;
    const found = this.#parts.next({ found: one?.found ?? [], lines });
    // Of a file that cannot be read each part says so.
    const unread = this.#parts.unread ? [] : batch.unread;
    this.#parts.unread ||= batch.unread.length > 0;
    return { ...batch, unread, found: one === undefined ? [] : [{ ...one, found }] };
  }

  /** The part is to be read anew with all that follows it, and the jobs for that are void. */
  #restOf(number: number): Job {
    const job = this.#jobs.get(number) as Job;
    const { part, paths } = job;
    if (part !== undefined) job.part = { ...part, to: part.size, rest: true };
    this.#source.stopSplitting(paths[0] as Buffer);
    for (const [later, { part: other, paths: theirs, batches }] of this.#jobs) {
      if (later <= number || other === undefined || theirs[0] !== paths[0]) continue;
      wipe(batches.splice(0));
      this.#void.add(later);
    }
    return job;
  }

  #start(file: URL | string, limits: ScanPathsOptions): Thread {
    const at = new Int32Array(new SharedArrayBuffer(8)).fill(-1);
    const data: TreeThreadData = { root: this.#root, at, ...limits };
    const workerData: WorkerData = { work: "tree", data };
    const worker = startThread(file, { workerData, env: {}, stdin: false });
    const thread: Thread = { worker, at, jobs: [] };
    worker.on("message", (message: FromTreeThread) => this.#take(thread, message));
    worker.on("error", (error) => this.#fail(thread, reasonOf(error), error));
    worker.on("exit", (code) => this.#fail(thread, `ended with code ${code}`));
    return thread;
  }

  #take(thread: Thread, message: FromTreeThread): void {
    if ("rules" in message) {
      if (!this.#print.equals(message.rules)) this.#fail(thread, "has other rules than the scan");
      return;
    }
    const job = this.#jobs.get(message.job) as Job;
    if ("done" in message) {
      if (message.whole === true && !this.#void.has(message.job))
        return send(thread, { ...this.#restOf(message.job), job: message.job });
      job.done = true;
      thread.jobs.splice(thread.jobs.indexOf(message.job), 1);
    } else if (this.#void.has(message.job)) message.batch.block.fill(0);
    else {
      if (message.lines !== undefined) job.lines = message.lines;
      this.#keep(job, message.batch);
    }
    this.#wake();
  }

  /** Says which file the thread was at. An end after all is done changes nothing. */
  #fail({ at, jobs }: Thread, reason: string, cause?: unknown): void {
    if (this.#failure !== null) return;
    const [job, file] = [Atomics.load(at, 0), Atomics.load(at, 1)];
    const paths = this.#jobs.get(jobs.includes(job) ? job : (jobs[0] ?? -1))?.paths ?? [];
    const path = paths[jobs.includes(job) ? file : 0] ?? Buffer.from(".");
    this.#failure = new BulkheadError(
      "io.failed",
      {
        action: "read",
        path: join(this.#root, path.toString("utf8")),
        reason: `the thread that read it ${cause === undefined ? reason : `failed: ${reason}`}`,
      },
      { cause },
    );
    this.#wake();
  }
}
