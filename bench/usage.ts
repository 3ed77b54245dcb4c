/** One run of a program: seconds, memory, exit code; and what the figures of several runs are called. Python's `resource` measures. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Used {
  readonly wall: number;
  readonly cpu: number;
  readonly mib: number;
  readonly code: number;
  /** Ended at the limit. */
  readonly late: boolean;
}

export interface Run {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Seconds. */
  readonly limit: string;
  /** A folder for the figures, and for what Bulkhead keeps. */
  readonly folder: string;
}

export function usageOf({ command, env: more, limit, folder }: Run): Used {
  const result = join(folder, "usage.json");
  const env: NodeJS.ProcessEnv = { ...process.env, ...more, BULKHEAD_HOME: join(folder, "home") };
  delete env.NODE_EXTRA_CA_CERTS; // costs every Node some 30 ms
  const usage = join(import.meta.dirname, "scan", "usage.py");
  spawnSync("python3", [usage, result, limit, ...command], { env, stdio: "ignore" });
  return JSON.parse(readFileSync(result, "utf8")) as Used;
}

export const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

/** The program, installed once into `go` below the cache; null without Go. */
export function goProgram(cache: string, name: string, source: string): string | null {
  const folder = join(cache, "go");
  const program = join(folder, name);
  if (existsSync(program)) return program;
  const env = { ...process.env, GOBIN: folder };
  const done = spawnSync("go", ["install", source], { env, stdio: ["ignore", "ignore", "inherit"] });
  return done.status === 0 ? program : null;
}
