/**
 * The job's output: a pipe, or the job's side of a terminal, read, masked and written on, no faster than the other side takes it. When
 * the other side is gone the pipe closes, and the job gets its SIGPIPE.
 */
import { closeSync, fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import type { Masker } from "../mask/index.ts";
import { type Pipe, openPipes } from "./pipes.ts";
import { NO_TERMINAL, type Terminal, mayConverse, openTerminal } from "./terminal.ts";

/** How long output of processes that outlive the job's main one is waited for. */
const LINGER_MS = 1000;

export interface OutputPipe {
  /** The end that the job gets. */
  readonly fd: number;
  /** Closes our copy of that end; call it when the job was started or won't be. */
  closeWriteEnd(): void;
  /** Resolves when all was masked and written. `jobEnded` says when to stop waiting for stragglers. */
  finished(jobEnded: Promise<unknown>): Promise<void>;
}

export interface OutputOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: "inherit" | "ignore";
  readonly masker: () => Masker;
  /** Hears why a job that should have a terminal gets none. */
  readonly note: (text: string) => void;
}

export interface Outputs {
  /** For standard output and standard error; the same one where both are one file or one terminal, so that their order is kept. */
  readonly both: readonly [OutputPipe, OutputPipe];
  readonly terminal: Terminal | null;
}

export async function openOutputs(options: OutputOptions): Promise<Outputs> {
  const { stdout, stderr, masker } = options;
  const terminal = terminalFor(options);
  const one = sameFile(stdout, stderr);
  const shown = [stdout, stderr].map((target) => terminal !== null && isTerminal(target));
  if (terminal !== null && shown[0] && (shown[1] || one)) {
    const output = outputOf(terminal.output, terminal.fd, stdout, masker());
    return { both: [output, output], terminal };
  }
  const [pipe, other] = await openPipes();
  if (terminal !== null) {
    dispose(other);
    const display = (target: Writable): OutputPipe =>
      outputOf(terminal.output, terminal.fd, target, masker());
    if (shown[0]) return { both: [display(stdout), piped(pipe, stderr, masker())], terminal };
    return { both: [piped(pipe, stdout, masker()), display(stderr)], terminal };
  }
  const first = piped(pipe, stdout, masker());
  if (!one) return { both: [first, piped(other, stderr, masker())], terminal };
  dispose(other);
  return { both: [first, first], terminal };
}

function isTerminal(target: Writable): target is WriteStream & { fd: number } {
  return (
    (target as Partial<WriteStream>).isTTY === true && typeof (target as { fd?: unknown }).fd === "number"
  );
}

function terminalFor({ stdout, stderr, stdin, note }: OutputOptions): Terminal | null {
  const target = [stdout, stderr].find(isTerminal);
  if (target === undefined) return null;
  const terminal = openTerminal({
    target,
    conversation: mayConverse(stdin, [stdout, stderr] as { fd?: unknown }[]),
  });
  if (terminal === null) note(NO_TERMINAL);
  return terminal;
}

function sameFile(a: Writable, b: Writable): boolean {
  if (a === b) return true;
  const [x, y] = [a, b].map(fileOf);
  return x !== undefined && x !== null && x === y;
}

/** Device and inode behind a stream with a descriptor, null for any other. */
function fileOf(stream: Writable): string | null {
  const { fd } = stream as { fd?: unknown };
  if (typeof fd !== "number") return null;
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return `${dev}:${ino}`;
}

function dispose({ readEnd, writeEnd }: Pipe): void {
  closeSync(readEnd);
  closeSync(writeEnd);
}

const piped = ({ readEnd, writeEnd }: Pipe, target: Writable, masker: Masker): OutputPipe =>
  outputOf(new Socket({ fd: readEnd, readable: true, writable: false }), writeEnd, target, masker);

function outputOf(source: Readable, fd: number, target: Writable, masker: Masker): OutputPipe {
  let open = true;
  let waits = false;
  const fail = (): void => {
    source.destroy();
  };
  const write = (pieces: readonly Buffer[]): boolean => {
    if (pieces.length === 0 || target.destroyed) return true;
    return target.write(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
  };
  const resume = (): void => {
    waits = false;
    source.resume();
  };
  target.on("error", fail);
  source.on("error", fail); // EIO is how a terminal says that nobody has the other side any more
  source.on("data", (chunk: Buffer) => {
    if (write(masker.push(chunk))) return;
    waits = true;
    source.pause();
    target.once("drain", resume);
  });
  const closed = new Promise<void>((resolve) => source.once("close", () => resolve()));
  let done: Promise<void> | null = null;
  const finish = async (jobEnded: Promise<unknown>): Promise<void> => {
    await jobEnded;
    // What the job itself wrote is a buffer's worth at most; only a slow reader of ours may take longer.
    const timer = setInterval(() => {
      if (!waits) source.destroy();
    }, LINGER_MS);
    await closed;
    clearInterval(timer);
    write(masker.flush());
    target.off("drain", resume);
    if (!target.destroyed && target.writable) {
      await new Promise<void>((resolve) => target.write("", () => resolve()));
    }
    target.off("error", fail);
  };
  return {
    fd,
    closeWriteEnd: () => {
      if (open) closeSync(fd);
      open = false;
    },
    finished: (jobEnded) => (done ??= finish(jobEnded)),
  };
}
