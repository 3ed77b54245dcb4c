/** Server processes under measurement: started on one CPU, their CPU time and memory read from /proc, ended by id. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { LoadResult, LoadTask } from "./load.ts";

const TICKS = 100; // USER_HZ, the same on every Linux
export const SERVER_CPU = "0";
const LOAD_CPU = "1";

export interface Spawned {
  readonly child: ChildProcess;
  readonly output: () => string;
  stop(): Promise<void>;
}

export function spawnOn(cpu: string, command: readonly string[], env: NodeJS.ProcessEnv): Spawned {
  const child = spawn("taskset", ["-c", cpu, ...command], { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString("utf8")).slice(-8_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  return {
    child,
    output: () => text,
    stop: async () => {
      process.removeListener("exit", killWithUs);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 8_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Waits for `line` in what the process writes; gives the match. */
export async function untilSays(spawned: Spawned, line: RegExp): Promise<RegExpExecArray> {
  for (let tries = 0; tries < 600; tries++) {
    const found = line.exec(spawned.output());
    if (found !== null) return found;
    if (spawned.child.exitCode !== null) break;
    await delay(50);
  }
  throw new Error(`the server did not start: ${spawned.output()}`);
}

/** Seconds of CPU that the processes used, all threads. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
}

/** MiB resident. */
export function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
  return Number(kib) / 1_024;
}

export interface Measured extends LoadResult {
  /** Requests a second of the server's own CPU. */
  readonly perCpuSecond: number;
  /** MiB, at the end. */
  readonly memory: number;
}

/** Runs the load from the other CPU and counts the server's CPU while it measures. */
export async function measure(task: LoadTask, pid: number): Promise<Measured> {
  const child = spawn("taskset", ["-c", LOAD_CPU, process.execPath, `${import.meta.dirname}/load.ts`], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let [before, after, out] = [0, 0, ""];
  child.stderr.on("data", (chunk: Buffer) => {
    const text = chunk.toString();
    if (text.includes("measuring")) before = cpuSeconds([pid]);
    if (text.includes("measured")) after = cpuSeconds([pid]);
  });
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stdin.end(JSON.stringify(task));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`the load generator ended with ${code}`);
  const result = JSON.parse(out) as LoadResult;
  return { ...result, perCpuSecond: result.requests / (after - before), memory: residentMiB(pid) };
}
