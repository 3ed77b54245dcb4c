/** `--threads` and `--shard`: how a scan is shared among the cores of a machine, and among machines. */
import { availableParallelism } from "node:os";
import { BulkheadError } from "../../core/errors.ts";
import { type Shard, parseShard } from "../../scan/shard.ts";

export const partFlags = {
  threads: {
    kind: "number",
    placeholder: "n",
    brief: "threads for large trees and histories (default: one a core)",
  },
  shard: {
    kind: "text",
    placeholder: "i/n",
    brief: "only part i of n, by the names of files; `bulkhead scan merge` puts the reports together",
  },
} as const;

const MOST_THREADS = 256;

export interface Part {
  readonly threads: number;
  readonly shard: Shard | undefined;
}

export function partOf(flags: {
  readonly threads?: number | undefined;
  readonly shard?: string | undefined;
}): Part {
  const usage = (problem: string): never => {
    throw new BulkheadError("usage.invalid", { problem, command: "scan" });
  };
  const { threads = availableParallelism(), shard } = flags;
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    usage(`--threads is a number from 1 to ${MOST_THREADS}`);
  if (shard === undefined) return { threads, shard: undefined };
  return { threads, shard: parseShard(shard) ?? usage("--shard is i/n, and i goes from 1 to n") };
}
