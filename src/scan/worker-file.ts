/** Where the file of the threads stands: beside this one in the sources, beside the bundle under the name that its build gave it. */
import { join } from "node:path";

declare const BULKHEAD_SCAN_WORKER: string | undefined;

export const workerFile: string = join(
  import.meta.dirname,
  typeof BULKHEAD_SCAN_WORKER === "string" ? BULKHEAD_SCAN_WORKER : "worker.ts",
);
