/**
 * Files by their paths, over several threads. This one walks and hands out jobs of some files; what is in them comes back in the order
 * of paths. Jobs and results that wait are bounded, so memory grows neither with the tree nor with what is found in it.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { BulkheadError } from "../core/errors.ts";
import type { Rule } from "../detect/types.ts";
import { packPaths, unpackBatch, type PackedBatch } from "./packed.ts";
import { ruleSetPrint } from "./rule-set.ts";
import { scanPaths, type Batch, type ScanPathsOptions } from "./sources/paths.ts";
import { reasonOf } from "./sources/walk.ts";
import type { FromTreeThread, TreeThreadData } from "./tree-thread.ts";
import type { ContentScanner } from "./types.ts";
import type { WorkerData } from "./worker.ts";

export interface TreeThreads {
  readonly threads: number;
  /** The file that a thread runs. */
  readonly file: URL | string;
  /** Those of the scanner; a thread that has others is an error. */
  readonly rules: readonly Rule[];
}

export interface ThreadedOptions extends ScanPathsOptions {
  /** For this thread. */
  readonly scanner: () => ContentScanner;
  readonly threads: TreeThreads;
}

/** Trees smaller than both are read here: to start a thread would take longer. */
export const SMALL = { files: 200, bytes: 16 << 20 };
const JOB = { files: 128, bytes: 4 << 20 };
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
  const { scanner, threads, ...limits } = options;
  const jobs = new Jobs(root, paths[Symbol.iterator]());
  const small = threads.threads > 1 ? jobs.small() : [...jobs.rest()];
  if (small !== null) yield* scanPaths(root, small, scanner(), limits);
  else yield* new Threads(root, jobs, { threads, limits }).run();
}

/** Paths, cut into jobs. */
class Jobs {
  readonly #root: string;
  readonly #paths: Iterator<Buffer>;
  readonly #seen: Buffer[] = [];

  constructor(root: string, paths: Iterator<Buffer>) {
    this.#root = root;
    this.#paths = paths;
  }

  /** All paths where they are few and light; null otherwise. No more of the tree is walked than that takes. */
  small(): readonly Buffer[] | null {
    let bytes = 0;
    for (const path of this.rest()) {
      this.#seen.push(path);
      bytes += this.#sizeOf(path);
      if (this.#seen.length >= SMALL.files || (bytes >= SMALL.bytes && this.#seen.length > 1)) return null;
    }
    return this.#seen;
  }

  *rest(): Generator<Buffer> {
    for (let next = this.#paths.next(); next.done !== true; next = this.#paths.next()) yield next.value;
  }

  next(): Buffer[] {
    const job: Buffer[] = [];
    for (let bytes = 0; job.length < JOB.files && bytes < JOB.bytes; ) {
      const path = this.#seen.shift() ?? (this.#paths.next().value as Buffer | undefined);
      if (path === undefined) break;
      job.push(path);
      bytes += this.#sizeOf(path);
    }
    return job;
  }

  #sizeOf(path: Buffer): number {
    try {
      return lstatSync(Buffer.concat([Buffer.from(`${this.#root}/`), path])).size;
    } catch {
      return 0; // who reads it says why not
    }
  }
}

interface Job {
  readonly paths: readonly Buffer[];
  readonly batches: PackedBatch[];
  findings: number;
  done: boolean;
}

interface Thread {
  readonly worker: Worker;
  readonly at: Int32Array;
  /** Jobs handed to it and not done, oldest first. */
  readonly jobs: number[];
}

class Threads {
  readonly #root: string;
  readonly #source: Jobs;
  readonly #rules: readonly Rule[];
  readonly #print: Buffer;
  readonly #threads: Thread[];
  /** By number; jobs that are taken from it are gone. */
  readonly #jobs = new Map<number, Job>();
  #made = 0;
  #waiting = 0;
  #whole = false;
  #failure: Error | null = null;
  #wake = (): void => {};

  constructor(
    root: string,
    source: Jobs,
    { threads, limits }: { readonly threads: TreeThreads; readonly limits: ScanPathsOptions },
  ) {
    this.#root = root;
    this.#source = source;
    this.#rules = threads.rules;
    this.#print = ruleSetPrint(threads.rules);
    this.#threads = Array.from({ length: threads.threads }, () => this.#start(threads.file, limits));
  }

  async *run(): AsyncGenerator<Batch> {
    try {
      for (let head = 0; ; ) {
        this.#handOut();
        const job = this.#jobs.get(head);
        if (job === undefined) return;
        for (let batch = job.batches.shift(); batch !== undefined; batch = job.batches.shift())
          yield unpackBatch(batch, this.#rules);
        if (job.done) {
          this.#jobs.delete(head++);
          this.#waiting -= job.findings;
          continue;
        }
        if (this.#failure !== null) throw this.#failure;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          if (this.#failure !== null || job.done || job.batches.length > 0) resolve();
        });
      }
    } finally {
      for (const { batches } of this.#jobs.values()) for (const { block } of batches) block.fill(0);
      await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
    }
  }

  #handOut(): void {
    const most = AHEAD * this.#threads.length;
    for (let wanted = 0; wanted < AT_HAND; wanted++)
      for (const thread of this.#threads) {
        if (thread.jobs.length > wanted) continue;
        // The job that all wait for is always out: it is the oldest.
        if (this.#whole || this.#jobs.size >= most || this.#waiting >= WAITING) return;
        const paths = this.#source.next();
        if (paths.length === 0) {
          this.#whole = true;
          return;
        }
        const job = this.#made++;
        this.#jobs.set(job, { paths, batches: [], findings: 0, done: false });
        thread.jobs.push(job);
        const packed = packPaths(paths);
        thread.worker.postMessage({ job, paths: packed }, [packed.buffer]);
      }
  }

  #start(file: URL | string, limits: ScanPathsOptions): Thread {
    const at = new Int32Array(new SharedArrayBuffer(8)).fill(-1);
    const data: TreeThreadData = { root: this.#root, at, ...limits };
    const workerData: WorkerData = { work: "tree", data };
    const worker = new Worker(file, { workerData, env: {}, stdin: false });
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
      job.done = true;
      thread.jobs.splice(thread.jobs.indexOf(message.job), 1);
    } else {
      const findings = message.batch.found.reduce((sum, { found }) => sum + found.length, 0);
      job.findings += findings;
      this.#waiting += findings;
      job.batches.push(message.batch);
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
