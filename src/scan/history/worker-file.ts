/** Where the file of a thread lies: beside the release bundle, or here. */
import { join } from "node:path";

/** Written in by the release build. */
declare const HISTORY_WORKER_FILE: string | undefined;

export const historyWorker: string = join(
  import.meta.dirname,
  typeof HISTORY_WORKER_FILE === "string" ? HISTORY_WORKER_FILE : "worker.ts",
);
