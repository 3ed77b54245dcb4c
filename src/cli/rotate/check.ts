/** A stage's declared check, run as `bulkhead run` runs anything: the stage's secrets, isolated, masked, with a receipt. */
import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import type { Context } from "../context.ts";

export interface Check {
  readonly stage: string;
  readonly environment: string;
  readonly line: string;
  readonly asOperator: boolean;
}

/** Gives its exit code; 128 and more when a signal ended it. What it prints goes to standard error: the output is the command's own. */
export async function runCheck(
  context: Context,
  { stage, environment, line, asOperator }: Check,
): Promise<number> {
  const words = [
    "run",
    "--stage",
    stage,
    "--env",
    environment,
    "--command",
    line,
    ...(asOperator ? ["--as-operator"] : []),
  ];
  const child = spawn(process.execPath, [...self(), ...words], {
    cwd: context.cwd,
    env: context.env,
    stdio: ["ignore", 2, 2],
  });
  return await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 128));
  });
}

/** The program that runs now; a single executable is its own script. */
function self(): string[] {
  const script = realpathSync(process.argv[1] ?? process.execPath);
  return script === realpathSync(process.execPath) ? [] : [...process.execArgv, script];
}
