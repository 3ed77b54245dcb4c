/**
 * Runs one job: standard input inherited, both outputs masked, signals forwarded, its exit code kept (128 + n when a signal
 * ended it), and every process of it gone at the end, also when Bulkhead is killed.
 */
import type { ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import { BulkheadError } from "../core/errors.ts";
import type { Destination } from "../egress/index.ts";
import type { Masker } from "../mask/index.ts";
import { findCommand } from "./command.ts";
import { startInside } from "./inside.ts";
import { type IsolationLevel, isSandbox } from "./isolate.ts";
import { type OutputPipe, openOutputs } from "./output.ts";
import { startPlain } from "./plain.ts";
import { type End, Reports } from "./reports.ts";
import type { ForwardedSignal } from "./signals.ts";
import { type JobOptions, type Start, type Started, announce } from "./started.ts";
import { Suspension } from "./suspend.ts";
import type { Terminal } from "./terminal.ts";

export type { JobOptions };

export interface JobResult extends End {
  readonly isolation: IsolationLevel;
  /** Masks written, by the name of the value. */
  readonly hits: ReadonlyMap<string, number>;
  /** What the job asked of the network; null where the network was open, and nobody saw it. */
  readonly destinations: readonly Destination[] | null;
}

/** Throws `run.command-not-found`, `run.command-not-executable`, `run.not-started` or `run.isolation-too-low`; never after the job began. */
export async function runJob(options: JobOptions): Promise<JobResult> {
  const [program = ""] = options.command;
  if (statSync(options.cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new BulkheadError("run.not-started", { command: program, reason: `no folder ${options.cwd}` });
  }
  const file = findCommand(program, options.env.PATH, options.cwd);
  const maskers: Masker[] = [];
  const { both, terminal } = await openOutputs({
    stdout: options.stdout,
    stderr: options.stderr,
    stdin: options.stdin ?? "inherit",
    note: (text) => options.onNote?.(text),
    masker: () => {
      const masker = options.masks.masker();
      maskers.push(masker);
      return masker;
    },
  });
  let ended: Promise<unknown> = Promise.resolve();
  try {
    const started = await start(options, file, both, terminal);
    const { child, isolation, reports, sweep } = started;
    const conversation = terminal?.conversation === true ? terminal : null;
    const suspension = new Suspension(started, options.signals, conversation);
    const told =
      reports === null ? null : new Reports(reports, { job: started.isJob, stopped: suspension.stopped });
    const exited = Promise.race([exitOf(child), ...(told === null ? [] : [told.end])]);
    ended = exited;
    for (const output of both) output.closeWriteEnd();
    if (told !== null) await Promise.race([told.begun, exited]);
    conversation?.enter();
    options.signals.direct((signal) => forward(signal, started, terminal, suspension));
    options.onStart?.(started.send);
    const end = await exited.finally(() => conversation?.leave());
    options.signals.direct(null);
    let destinations = told === null ? await sweep() : null;
    await drain(both, ended);
    // The monitor's end hangs up the terminal, which drops what was not read: it comes last.
    told?.close();
    if (told !== null) destinations = await sweep();
    return { ...end, isolation, hits: total(maskers), destinations };
  } catch (error) {
    await drain(both, ended);
    throw error;
  }
}

async function drain(outputs: readonly OutputPipe[], ended: Promise<unknown>): Promise<void> {
  for (const output of new Set(outputs)) output.closeWriteEnd();
  await Promise.all(outputs.map((output) => output.finished(ended)));
}

async function start(
  options: JobOptions,
  file: string,
  [stdout, stderr]: readonly [OutputPipe, OutputPipe],
  terminal: Terminal | null,
): Promise<Started> {
  const { sandbox, stdin = "inherit" } = options;
  const talks = terminal?.conversation === true;
  const job: Start = {
    options,
    file,
    stdio: [talks ? terminal.fd : stdin, stdout.fd, stderr.fd],
    monitor: talks ? terminal.helper.monitor : null,
  };
  const inside = isSandbox(sandbox)
    ? await startInside(sandbox, job)
    : "seatbelt" in sandbox
      ? (await import("./seatbelt-level.ts")).planSeatbelt(sandbox.seatbelt, sandbox.program)
      : sandbox;
  if ("child" in inside) return inside;
  const { isolation, wrap } = "wrap" in inside ? inside : { isolation: inside, wrap: [] };
  announce(isolation, options);
  return startPlain(isolation, job, wrap);
}

function forward(
  signal: ForwardedSignal,
  { send }: Started,
  terminal: Terminal | null,
  suspension: Suspension,
): void {
  if (signal === "SIGTSTP") suspension.asked();
  else if (signal === "SIGCONT") suspension.resumed();
  else if (signal === "SIGWINCH" && terminal !== null) {
    terminal.resize();
    if (!terminal.conversation) send(signal, true);
  } else send(signal, terminal?.conversation === true ? signal === "SIGHUP" : fromTerminal(signal));
}

/** On a terminal these reach the whole foreground group; the job's session is its own, so they are passed on to its group. */
function fromTerminal(signal: ForwardedSignal): boolean {
  return process.stdin.isTTY === true && ["SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH"].includes(signal);
}

const byCode = (exit: number): End => ({ exit, signal: null });
const bySignal = (signal: NodeJS.Signals): End => ({ exit: 128 + constants.signals[signal], signal });

function exitOf(child: ChildProcess): Promise<End> {
  const end = (exit: number | null, signal: NodeJS.Signals | null): End =>
    signal === null ? byCode(exit ?? 128) : bySignal(signal);
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(end(child.exitCode, child.signalCode));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exit, signal) => resolve(end(exit, signal)));
  });
}

function total(maskers: readonly Masker[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const masker of maskers) {
    for (const [name, count] of masker.hits()) sum.set(name, (sum.get(name) ?? 0) + count);
  }
  return sum;
}
