/** Where the file of the threads stands: beside this one in the sources, beside the bundle under the name that its build gave it, or in the executable. */
import { join } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";
import { isSingleExecutable, packagedFile } from "../core/packaged.ts";

declare const SCAN_WORKER_FILE: string | undefined;

const name = typeof SCAN_WORKER_FILE === "string" ? SCAN_WORKER_FILE : "worker.ts";

export const workerFile: string = join(import.meta.dirname, name);

/** A thread of this file; that of a single executable has no path, and is started from its text. */
export function startThread(file: URL | string, options: WorkerOptions): Worker {
  if (file !== workerFile || !isSingleExecutable()) return new Worker(file, options);
  return new Worker(packagedFile("", name).toString("latin1"), { ...options, eval: true });
}
