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
import type { ForwardedSignal } from "./signals.ts";
import { type JobOptions, type Started, announce } from "./started.ts";

export type { JobOptions };

export interface JobResult {
  readonly exit: number;
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
    options.onStart?.(send);
    const exit = await exited;
    options.signals.direct(null);
    const destinations = await sweep();
    await drain(outputs, ended);
    return { exit, isolation, hits: total(maskers), destinations };
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

/** On a terminal these reach the whole foreground group; the job's session is its own, so they are passed on to its group. */
function fromTerminal(signal: ForwardedSignal): boolean {
  return process.stdin.isTTY === true && ["SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH"].includes(signal);
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
