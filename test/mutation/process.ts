/** Test files in a process of their own, ended with all it started at the first failure or when its time is over. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FAILED } from "./bail.ts";
import { root } from "./targets.ts";

export const CACHE = join(root, ".cache", "mutation");
const HERE = import.meta.dirname;

export interface Outcome {
  readonly fate: "failed" | "late" | "passed";
  readonly ms: number;
  /** Where the first failure was. */
  readonly said: string;
}

export interface TestRun {
  readonly files: readonly string[];
  /** Only the tests with these names; empty: all. */
  readonly names?: readonly string[];
  readonly limit: number;
  readonly env?: Readonly<Record<string, string>>;
}

export async function runTests({ files, names = [], limit, env = {} }: TestRun): Promise<Outcome> {
  mkdirSync(CACHE, { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), "bulkhead-mutation-"));
  const start = performance.now();
  try {
    const { code, said } = await finished(files, { names, limit, env: { ...env, TMPDIR: temporary } });
    const fate = code === undefined ? "late" : code === 0 ? "passed" : "failed";
    return { fate, ms: Math.round(performance.now() - start), said };
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}

function finished(
  files: readonly string[],
  { names, limit, env }: Required<Omit<TestRun, "files">>,
): Promise<{ code: number | null | undefined; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        "--max-old-space-size=1500",
        "--test-force-exit",
        `--test-reporter=${pathToFileURL(join(HERE, "bail.ts")).href}`,
        "--test-reporter-destination=stdout",
        ...names.map((name) => `--test-name-pattern=/^${exactly(name)}$/`),
        join(HERE, "entry.ts"),
        ...files,
      ],
      {
        cwd: root,
        stdio: ["ignore", "pipe", "ignore"],
        detached: true,
        env: {
          ...process.env,
          ...env,
          NODE_OPTIONS: `--import=${pathToFileURL(join(HERE, "hook.ts")).href}`,
          NODE_COMPILE_CACHE: join(CACHE, "compiled"),
          NODE_TEST_CONTEXT: undefined,
        },
      },
    );
    const said: string[] = [];
    child.stdout.on("data", (text: Buffer) => said.push(text.toString()));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      endGroup(child.pid);
    }, limit);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      endGroup(child.pid); // what its tests started
      resolve({ code: late ? undefined : code, said: said.join("").split(FAILED)[1]?.trim() ?? "" });
    });
  });
}

const exactly = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** The group was made for this child alone. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
