/** Programs started in turn, so that what else the machine does hits all alike: medians in milliseconds and against a bare Node. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launch } from "./launches.ts";

export type Env = Readonly<Record<string, string>>;

/** A home of its own with a store in it; gone at the end. */
export class Bench {
  readonly home = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  readonly bulkhead = join(import.meta.dirname, "..", "dist", "bulkhead");
  // NODE_EXTRA_CA_CERTS costs every Node some 30 ms and would hide the rest.
  readonly env: Env = {
    PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
    HOME: this.home,
    BULKHEAD_HOME: join(this.home, "store"),
  };

  /** In milliseconds. Throws what the program wrote, when it does not give 0. */
  time({ name, program = this.bulkhead, words, input = "" }: Launch, more: Env = {}): number {
    const started = process.hrtime.bigint();
    const done = spawnSync(program, words, { env: { ...this.env, ...more }, input, cwd: this.home });
    const ms = Number(process.hrtime.bigint() - started) / 1e6;
    if (done.status !== 0) throw new Error(`${name.trim()}: ${words.join(" ")}: ${done.stderr.toString()}`);
    return ms;
  }

  /** Prints one line a launch. */
  table(launches: readonly Launch[], rounds: number, warm: Env = {}): void {
    const times = new Map(launches.map((launch) => [launch, [] as number[]]));
    for (let round = 0; round < rounds; round++)
      for (const [launch, list] of times) list.push(this.time(launch, launch.warm === true ? warm : {}));
    const bare = median([...times].find(([{ program }]) => program === process.execPath)?.[1] ?? []);
    for (const [{ name }, list] of times) {
      const ms = median(list);
      process.stdout.write(
        `${name.padEnd(22)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / bare).toFixed(2).padStart(5)} x node\n`,
      );
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
