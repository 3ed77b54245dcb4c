/** The threads of a scan, or this one alone: batches come as they are done. */
import type { MessagePort } from "node:worker_threads";
import { startThread } from "../worker-file.ts";
import { takeShare, type Batch, type Plan } from "./share.ts";
import type { HistoryScanner } from "./types.ts";

/** Batches. */
const TURN = 4;

export interface ThreadOptions {
  readonly plan: Plan;
  readonly threads: number;
  readonly scanner: () => HistoryScanner;
  readonly worker?: { readonly file: URL | string; readonly data?: unknown };
}

interface Task {
  readonly plan: Plan;
  readonly data: unknown;
}

/** A batch and the thread that it is of: each thread counts its values from 0. */
export interface ThreadBatch {
  readonly thread: number;
  readonly batch: Batch;
}

export async function* runShares(options: ThreadOptions): AsyncGenerator<ThreadBatch> {
  const { plan, worker } = options;
  const threads = Math.min(options.threads, Math.ceil(plan.units.length / 32));
  if (worker === undefined || threads <= 1) {
    let taken = 0;
    for await (const batch of takeShare(plan, options.scanner())) {
      yield { thread: 0, batch };
      // What git says meanwhile must get its turn: names, without which nothing is written down for a resumed scan.
      if (++taken % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return;
  }
  const ready: (ThreadBatch | Error)[] = [];
  let running = threads;
  let wake = (): void => {};
  const put = (item: ThreadBatch | Error): void => {
    ready.push(item);
    wake();
  };
  const task: Task = { plan, data: worker.data };
  const workers = Array.from({ length: threads }, (_, thread) => {
    const one = startThread(worker.file, {
      workerData: { work: "history", data: task },
      env: {},
      stdin: false,
    });
    one.on("message", (batch: Batch) => put({ thread, batch }));
    one.on("error", (error) => put(error));
    one.on("exit", () => {
      running--;
      wake();
    });
    return one;
  });
  try {
    for (;;) {
      for (let item = ready.shift(); item !== undefined; item = ready.shift()) {
        if (item instanceof Error) throw item;
        yield item;
      }
      if (running === 0) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (ready.length > 0 || running === 0) resolve();
      });
    }
  } finally {
    await Promise.all(workers.map((one) => one.terminate()));
  }
}

/** What a thread does: makes the scanner and takes the thread's share. */
export async function serveHistory(
  port: MessagePort,
  task: unknown,
  make: (data: unknown) => HistoryScanner | Promise<HistoryScanner>,
): Promise<void> {
  const { plan, data } = task as Task;
  for await (const batch of takeShare(plan, await make(data))) port.postMessage(batch);
}
