/**
 * What durable writes cost on SQLite: single commits one after the other, groups at 64 at once, and how long a read waits while
 * 64 writers run (with the fsyncs of this machine's disk). `node bench/store.ts [SECONDS]`
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { openSqliteStore } from "../src/store/sqlite/index.ts";

const seconds = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), "bulkhead-bench-"));
const value = randomBytes(400);
const percentile = (times: number[], part: number): string => {
  times.sort((a, b) => a - b);
  return (times[Math.floor(times.length * part)] ?? 0).toFixed(2);
};

try {
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  for (let n = 0; n < 10_000; n += 500)
    await store.transaction(async (tx) => {
      for (let at = n; at < n + 500; at++) tx.put(`key/${at}`, value);
    });
  const run = async (writers: number, readers: boolean): Promise<void> => {
    const end = performance.now() + seconds * 1_000;
    const writes: number[] = [];
    const reads: number[] = [];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const cpu = process.cpuUsage();
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; performance.now() < end; n++) {
        const begun = performance.now();
        await store.transaction(async (tx) => {
          tx.put(`new/${writer}/${n % 1_000}`, value);
          tx.put(`index/${writer}/${n % 1_000}`, value);
        });
        writes.push(performance.now() - begun);
      }
    };
    const read = async (): Promise<void> => {
      while (performance.now() < end) {
        const begun = performance.now();
        await sleep(1); // what a request waits for the loop counts too
        await store.get(`key/${Math.floor(Math.random() * 10_000)}`);
        reads.push(performance.now() - begun - 1);
      }
    };
    await Promise.all([
      ...Array.from({ length: writers }, (_, writer) => write(writer)),
      ...(readers ? [read()] : []),
    ]);
    const used = process.cpuUsage(cpu);
    process.stdout.write(
      `${String(writers).padStart(2)} at once: ${Math.round(writes.length / seconds)} commits/s ` +
        `(${Math.round((writes.length * 1e6) / (used.user + used.system))} a CPU second), ` +
        `p50 ${percentile(writes, 0.5)}, p99 ${percentile(writes, 0.99)} ms` +
        (readers
          ? `; a read beside them p50 ${percentile(reads, 0.5)}, p99 ${percentile(reads, 0.99)} ms`
          : "") +
        `; the loop is late by ${(delay.percentile(99) / 1e6).toFixed(1)} ms at p99\n`,
    );
  };
  await run(1, false);
  await run(64, false);
  await run(64, true);
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
