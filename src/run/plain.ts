/** Starts a job without a sandbox, in a session of its own that ends when Bulkhead does. */
import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { BulkheadError } from "../core/errors.ts";
import { inherited } from "./inherit.ts";
import type { IsolationLevel } from "./isolate.ts";
import type { Start, Started } from "./started.ts";

/** The monitor's descriptor. */
const REPORTS = 3;

/**
 * Is there before the job and is told its session. When its input ends without a last word, Bulkhead is gone: it ends that session,
 * and whoever carries the run's mark in his environment (what left the session, or had just been forked when Bulkhead died). It
 * looks until some rounds in a row found nothing, since a process may be about to fork.
 */
const WATCHER = `
read -r session || session=
if [ "\${session:-0}" -gt 1 ]; then
  read -r word && exit
  kill -s KILL -- "-$session"
fi
quiet=0 rounds=0
while [ $quiet -lt 5 ] && [ $rounds -lt 100 ]; do
  quiet=$((quiet + 1)) rounds=$((rounds + 1))
  for place in /proc/[0-9]*; do
    pid=\${place#/proc/}
    [ "$pid" -gt 1 ] && [ "$pid" != $$ ] && read -r line <"$place/stat" || continue
    set -- "$1" \${line##*") "}
    case $2 in Z | X) continue ;; esac
    if [ "$5" = "$session" ] || { [ -n "$1" ] && grep -qzFx -e "$1" "$place/environ"; }; then kill -s KILL "$pid" && quiet=0; fi
  done
  sleep 0.05
done
`;

/** The job as it is, or behind the words of `wrap`, in a session of its own; a small watcher ends it if Bulkhead is killed. */
export async function startPlain(
  isolation: IsolationLevel,
  { options, file, stdio, monitor }: Start,
  wrap: readonly string[] = [],
): Promise<Started> {
  const [program = "", ...rest] = options.command;
  const [path = file] = wrap;
  const argv = wrap.length === 0 ? options.command : [...wrap, file, ...rest];
  const [first = "", ...words] =
    monitor === null ? [path, ...argv.slice(1)] : [...monitor(REPORTS), path, ...argv];
  const { BULKHEAD_RUN: run } = options.env;
  const mark = run === undefined ? "" : `BULKHEAD_RUN=${run}`;
  const watcher = spawn("/bin/sh", ["-c", WATCHER, "bulkhead-watch", mark], {
    env: { PATH: "/usr/bin:/bin" },
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.on("error", () => undefined);
  watcher.stdin.on("error", () => undefined);
  const child = spawn(first, words, {
    argv0: monitor === null ? (argv[0] ?? program) : first,
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    // The job's own descriptors stand at the same numbers with a monitor and without.
    stdio: [
      ...stdio,
      ...(monitor === null && options.inherit === undefined
        ? []
        : ([monitor === null ? "ignore" : "pipe"] as const)),
      ...inherited(options.inherit, REPORTS + 1),
    ],
  });
  const session = child.pid ?? 0;
  // A negative number names a group: with 0 or 1 it would be our own, or every process of the machine.
  if (session > 1) watcher.stdin.write(`${session}\n`);
  else watcher.kill("SIGKILL");
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error: NodeJS.ErrnoException) => reject(startError(program, error)));
  });
  if (session <= 1)
    throw new BulkheadError("run.not-started", { command: program, reason: "it has no process number" });
  let pid = session;
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
    reports: monitor === null ? null : (child.stdio[REPORTS] as Duplex),
    isJob: (number) => {
      if (number > 1) pid = number;
    },
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
