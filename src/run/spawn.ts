/**
 * Runs one job: standard input inherited, both outputs masked, signals forwarded, its exit code kept (128 + n when a signal
 * ended it), and every process of it gone at the end, also when Bulkhead is killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import type { Duplex, Writable } from "node:stream";
import { createInterface } from "node:readline";
import { BulkheadError } from "../core/errors.ts";
import type { Masker, MaskSet } from "../mask/index.ts";
import { findCommand } from "./command.ts";
import { type IsolationLevel, type Sandbox, isSandbox, levelOf, noIsolation } from "./isolate.ts";
import { type OutputPipe, openOutputs } from "./output.ts";
import { environmentScript } from "./sandbox.ts";
import type { ForwardedSignal, SignalDesk } from "./signals.ts";

/** How long the sandbox may take to set itself up and probe. */
const SETUP_MS = 15_000;

export interface JobOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The job's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly sandbox: Sandbox | IsolationLevel;
  /** Below this level the job does not start (`run.isolation-too-low`). */
  readonly requireLevel?: 0 | 1 | 2;
  readonly masks: MaskSet;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin?: "inherit" | "ignore";
  readonly signals: SignalDesk;
  /** Called when the level is known, just before the job starts. */
  readonly onLevel?: (level: IsolationLevel) => void;
}

export interface JobResult {
  readonly exit: number;
  readonly isolation: IsolationLevel;
  /** Masks written, by the name of the value. */
  readonly hits: ReadonlyMap<string, number>;
}

interface Started {
  readonly child: ChildProcess;
  readonly isolation: IsolationLevel;
  /** Sends a signal to the job's main process, or to its whole group. */
  readonly send: (signal: ForwardedSignal, group: boolean) => void;
  /** Ends what may be left when the main process has ended. */
  readonly sweep: () => void;
}

/** Throws `run.command-not-found`, `run.command-not-executable`, `run.not-started` or `run.isolation-too-low`; never after the job began. */
export async function runJob(options: JobOptions): Promise<JobResult> {
  const [program = ""] = options.command;
  if (statSync(options.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new BulkheadError("run.not-started", { command: program, reason: `no folder ${options.cwd}` });
  }
  const file = findCommand(program, options.env.PATH, options.cwd);
  const maskers: Masker[] = [];
  const newMasker = (): Masker => {
    const masker = options.masks.masker();
    maskers.push(masker);
    return masker;
  };
  const outputs = openOutputs(options.stdout, options.stderr, newMasker);
  let ended: Promise<unknown> = Promise.resolve();
  try {
    const { child, isolation, send, sweep } = await start(file, options, outputs);
    const exited = exitOf(child);
    ended = exited;
    for (const output of outputs) output.closeWriteEnd();
    options.signals.direct((signal) => send(signal, fromTerminal(signal)));
    const exit = await exited;
    options.signals.direct(null);
    sweep();
    await drain(outputs, ended);
    return { exit, isolation, hits: total(maskers) };
  } catch (error) {
    await drain(outputs, ended);
    throw error;
  }
}

async function drain(outputs: readonly OutputPipe[], ended: Promise<unknown>): Promise<void> {
  for (const output of new Set(outputs)) output.closeWriteEnd();
  await Promise.all(outputs.map((output) => output.finished(ended)));
}

async function start(file: string, options: JobOptions, outputs: readonly OutputPipe[]): Promise<Started> {
  const { sandbox } = options;
  const inside = isSandbox(sandbox) ? await startInside(sandbox, options, outputs) : sandbox;
  if ("child" in inside) return inside;
  announce(inside, options);
  return startPlain(file, inside, options, outputs);
}

function announce(level: IsolationLevel, options: JobOptions): void {
  if (level.level < (options.requireLevel ?? 0)) {
    throw new BulkheadError("run.isolation-too-low", {
      level: level.level,
      required: options.requireLevel,
      missing: level.missing,
    });
  }
  options.onLevel?.(level);
}

/** The job in its sandbox, or a level 0 when none could be made. */
async function startInside(
  sandbox: Sandbox,
  options: JobOptions,
  [stdout, stderr]: readonly OutputPipe[],
): Promise<Started | IsolationLevel> {
  const [first = "", ...rest] = sandbox.argv;
  const child = spawn(first, [...rest, ...options.command], {
    cwd: options.cwd,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    detached: true,
    stdio: [options.stdin ?? "inherit", stdout?.fd, stderr?.fd, "pipe", "pipe"],
  });
  const control = child.stdio[3] as Duplex;
  const environment = child.stdio[4] as Duplex;
  for (const stream of [control, environment]) stream.on("error", () => undefined); // the exit tells
  const reader = createInterface({ input: control });
  // The end of its lines, not its exit: a short job may be over before they were read.
  const gone = new Promise<void>((resolve) => {
    reader.once("close", resolve);
    child.once("error", () => resolve());
  });
  const lines: string[] = [];
  const line = (wanted: RegExp): Promise<boolean> =>
    new Promise((resolve) => {
      reader.on("line", (text) => {
        if (wanted.test(text)) resolve(true);
      });
    });
  reader.on("line", (text) => lines.push(text));
  const probed = line(/^end$/);
  const begun = line(/^job \d+$/);
  if (!(await within(SETUP_MS, probed, gone))) {
    child.kill("SIGKILL");
    return noIsolation("the kernel or its security module refuses user namespaces, or their set-up failed");
  }
  const isolation = levelOf(lines, sandbox.hidden);
  try {
    announce(isolation, options);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  control.write("go\n");
  environment.end(environmentScript(options.env));
  if (!(await within(SETUP_MS, begun, gone))) {
    child.kill("SIGKILL");
    throw new BulkheadError("run.not-started", { command: options.command[0], reason: "the sandbox ended" });
  }
  const pid = Number(lines.find((text) => text.startsWith("job "))?.slice(4));
  return {
    child,
    isolation,
    send: (signal, group) => {
      if (pid > 1) control.write(`${constants.signals[signal]} ${group ? -pid : pid}\n`);
    },
    sweep: () => control.destroy(),
  };
}

/** The job as it is, in a session of its own; a small watcher ends its group if Bulkhead is killed. */
async function startPlain(
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
    stdio: [options.stdin ?? "inherit", stdout?.fd, stderr?.fd],
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

/** On a terminal these reach the whole foreground group; the job's session is its own, so they are passed on to its group. */
function fromTerminal(signal: ForwardedSignal): boolean {
  return process.stdin.isTTY === true && ["SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH"].includes(signal);
}

/** True when `wanted` came before `gone` and before the time ran out. */
async function within(ms: number, wanted: Promise<boolean>, gone: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([wanted, gone.then(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  const code = (exit: number | null, signal: NodeJS.Signals | null): number =>
    exit ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(code(child.exitCode, child.signalCode));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exit, signal) => resolve(code(exit, signal)));
  });
}

function total(maskers: readonly Masker[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const masker of maskers) {
    for (const [name, count] of masker.hits()) sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return sum;
}
