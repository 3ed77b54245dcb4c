/** The file that every thread of a scan runs: one line for each kind of work. */
import { isMainThread, parentPort, workerData, type MessagePort } from "node:worker_threads";
import { serveTree, type TreeThreadData } from "./tree-thread.ts";

export interface WorkerData {
  readonly work: keyof typeof works;
  readonly data: unknown;
}

const works = {
  tree: (port: MessagePort, data: unknown) => serveTree(port, data as TreeThreadData),
};

if (!isMainThread && parentPort !== null) {
  const { work, data } = workerData as WorkerData;
  works[work](parentPort, data);
}
