/** Where the file of the threads stands: beside this one in the sources, beside the bundle under the name that its build gave it. */
import { join } from "node:path";

declare const SCAN_WORKER_FILE: string | undefined;

export const workerFile: string = join(
  import.meta.dirname,
  typeof SCAN_WORKER_FILE === "string" ? SCAN_WORKER_FILE : "worker.ts",
);
