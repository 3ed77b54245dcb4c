/** The file that every thread of a scan runs: one line for each kind of work. */
import { isMainThread, parentPort, workerData, type MessagePort } from "node:worker_threads";
import { serveHistory } from "./history/threads.ts";
import { type RuleChoice, ruleSet } from "./rules.ts";
import { historyScanner } from "./scanner.ts";
import { serveTree, type TreeThreadData } from "./tree-thread.ts";

export interface WorkerData {
  readonly work: keyof typeof works;
  readonly data: unknown;
}

const works = {
  tree: (port: MessagePort, data: unknown) => {
    serveTree(port, data as TreeThreadData);
    return Promise.resolve();
  },
  history: (port: MessagePort, data: unknown) =>
    serveHistory(port, data, async (choice) =>
      historyScanner((await ruleSet(choice as RuleChoice | undefined)).detector),
    ),
};

if (!isMainThread && parentPort !== null) {
  const { work, data } = workerData as WorkerData;
  works[work](parentPort, data).catch((error: unknown) => {
    // The thread ends with it, and the scan hears of it.
    queueMicrotask(() => {
      throw error;
    });
  });
}
