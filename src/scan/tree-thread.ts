/** What a thread of a scan of files does: scans the files it is handed, one job after the other, and hands back what is in them. */
import type { MessagePort } from "node:worker_threads";
import { type FilePart, type PartLines, scanPartOf } from "./file-parts.ts";
import { packBatch, unpackPaths, type PackedBatch } from "./packed.ts";
import { ruleNamesPrint } from "./rule-set.ts";
import { scanPaths, type ScanPathsOptions } from "./sources/paths.ts";
import { usualScanner } from "./scanner.ts";
import { usualDetector } from "./usual-detector.ts";

export interface TreeThreadData extends ScanPathsOptions {
  readonly root: string;
  /** Two numbers of shared memory: the job, and which of its files is being read. Whoever finds the thread dead looks there. */
  readonly at: Int32Array;
}

export interface TreeJob {
  readonly job: number;
  readonly paths: Uint8Array<ArrayBuffer>;
  /** Of the one path. */
  readonly part?: FilePart;
}

export type FromTreeThread =
  /** First of all: what rules the thread has (`ruleNamesPrint`). */
  | { readonly rules: Uint8Array }
  | { readonly job: number; readonly batch: PackedBatch; readonly lines?: PartLines }
  /** `whole`: the part cannot be scanned by itself. */
  | { readonly job: number; readonly done: true; readonly whole?: boolean };

export function serveTree(port: MessagePort, { root, at, ...options }: TreeThreadData): void {
  const detector = usualDetector();
  const scanner = usualScanner(detector);
  const numbers = new Map(detector.rules.map((rule, number) => [rule, number]));
  const say = (message: FromTreeThread, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);
  const workPart = async (job: number, paths: Uint8Array, part: FilePart): Promise<boolean> => {
    const [relative = new Uint8Array()] = noting(at, job, paths);
    const result = await scanPartOf(detector, root, relative, part);
    if (result === null) return false;
    const batch = packBatch(result.batch, numbers);
    say({ job, batch, lines: result.lines }, [batch.block.buffer]);
    return true;
  };
  const work = async ({ job, paths, part }: TreeJob): Promise<void> => {
    if (part !== undefined) {
      const scanned = await workPart(job, paths, part);
      say({ job, done: true, whole: !scanned });
      return;
    }
    for await (const found of scanPaths(root, noting(at, job, paths), scanner, options)) {
      const batch = packBatch(found, numbers);
      say({ job, batch }, [batch.block.buffer]);
    }
    say({ job, done: true });
  };
  let turn = Promise.resolve();
  port.on("message", (job: TreeJob) => void (turn = turn.then(() => work(job))));
  say({ rules: ruleNamesPrint(detector.rules) });
}

function* noting(at: Int32Array, job: number, paths: Uint8Array): Generator<Uint8Array> {
  let file = 0;
  for (const path of unpackPaths(paths)) {
    Atomics.store(at, 0, job);
    Atomics.store(at, 1, file++);
    yield path;
  }
}
