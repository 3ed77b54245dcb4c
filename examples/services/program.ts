/** A program of a demonstration, from its start to its end, with what it wrote. */
import { spawn } from "node:child_process";

export interface ProgramResult {
  /** Null: it was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** For its standard input, which otherwise has nothing. */
  readonly input?: string;
  /** Ends the program and has the call throw its reason. */
  readonly signal?: AbortSignal | undefined;
}

export async function runProgram(
  [file, ...args]: readonly [string, ...string[]],
  { cwd, env, input, signal }: ProgramOptions,
): Promise<ProgramResult> {
  signal?.throwIfAborted();
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const stop = (): void => void child.kill("SIGTERM");
  signal?.addEventListener("abort", stop);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => (said[name] += text));
  child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  }).finally(() => signal?.removeEventListener("abort", stop));
  signal?.throwIfAborted();
  return { code, ...said };
}
