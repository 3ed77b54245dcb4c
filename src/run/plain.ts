/** Starts a job without a sandbox, in a session of its own that ends when Bulkhead does. */
import { spawn } from "node:child_process";
import { BulkheadError } from "../core/errors.ts";
import { inherited } from "./inherit.ts";
import type { IsolationLevel } from "./isolate.ts";
import type { OutputPipe } from "./output.ts";
import type { JobOptions, Started } from "./started.ts";

/** The job as it is, in a session of its own; a small watcher ends its group if Bulkhead is killed. */
export async function startPlain(
  file: string,
  isolation: IsolationLevel,
  options: JobOptions,
  [stdout, stderr]: readonly OutputPipe[],
): Promise<Started> {
  const [program = "", ...rest] = options.command;
  // The watcher is there first, so that there is no moment at which the job could outlive a killed Bulkhead.
  const watcher = spawn(
    "/bin/sh",
    ["-c", 'read -r group && { read -r word || kill -s KILL -- "-$group"; }', "bulkhead-watch"],
    {
      env: {},
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  watcher.on("error", () => undefined);
  watcher.stdin.on("error", () => undefined);
  const child = spawn(file, rest, {
    argv0: program,
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: [options.stdin ?? "inherit", stdout?.fd, stderr?.fd, ...inherited(options.inherit, 3)],
  });
  const pid = child.pid ?? 0;
  // A negative number names a group: with 0 or 1 it would be our own, or every process of the machine.
  if (pid > 1) watcher.stdin.write(`${pid}\n`);
  else watcher.stdin.end();
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error: NodeJS.ErrnoException) => reject(startError(program, error)));
  });
  if (pid <= 1)
    throw new BulkheadError("run.not-started", { command: program, reason: "it has no process number" });
  const signal = (name: NodeJS.Signals, group: boolean): void => {
    try {
      process.kill(group ? -pid : pid, name);
    } catch {
      // it ended by itself
    }
  };
  return {
    child,
    isolation,
    send: signal,
    sweep: () => {
      signal("SIGKILL", true);
      watcher.stdin.end("done\n");
      return Promise.resolve(null);
    },
  };
}

function startError(command: string, error: NodeJS.ErrnoException): BulkheadError {
  if (error.code === "ENOENT")
    return new BulkheadError("run.command-not-found", { command }, { cause: error });
  if (error.code === "EACCES") {
    return new BulkheadError("run.command-not-executable", { command }, { cause: error });
  }
  return new BulkheadError("run.not-started", { command, reason: error.code ?? "unknown" }, { cause: error });
}
