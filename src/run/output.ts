/**
 * The job's output: a FIFO (a job may open /dev/stdout, which fails on the socket pair that Node makes), read, masked and
 * written on, no faster than the other side takes it. When the other side is gone the FIFO closes, and the job gets its SIGPIPE.
 */
import { execFileSync } from "node:child_process";
import { closeSync, constants, fstatSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { Masker } from "../mask/index.ts";

/** How long output of processes that outlive the job (possible at level 0 only) is waited for. */
const LINGER_MS = 1000;

export interface OutputPipe {
  /** The end that the job gets. */
  readonly fd: number;
  /** Closes our copy of that end; call it when the job was started or won't be. */
  closeWriteEnd(): void;
  /** Resolves when all was masked and written. `jobEnded` says when to stop waiting for stragglers. */
  finished(jobEnded: Promise<unknown>): Promise<void>;
}

/** One FIFO per target, or the same one for both where they are one file, so that their order is kept. */
export function openOutputs(
  stdout: Writable,
  stderr: Writable,
  masker: () => Masker,
): [OutputPipe, OutputPipe] {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-run-"));
  try {
    const paths = [join(folder, "1"), join(folder, "2")];
    execFileSync("mkfifo", ["-m", "600", ...paths], { stdio: "ignore", env: { PATH: "/usr/bin:/bin" } });
    const first = openOutput(paths[0] ?? "", stdout, masker());
    return [first, sameFile(stdout, stderr) ? first : openOutput(paths[1] ?? "", stderr, masker())];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

function openOutput(path: string, target: Writable, masker: Masker): OutputPipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let writeEnd: number | null = openSync(path, constants.O_WRONLY);
  const source = new Socket({ fd: readEnd, readable: true, writable: false });
  const fail = (): void => {
    source.destroy();
  };
  const write = (pieces: readonly Buffer[]): boolean => {
    if (pieces.length === 0 || target.destroyed) return true;
    return target.write(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
  };
  const resume = (): void => {
    source.resume();
  };
  target.on("error", fail);
  source.on("data", (chunk: Buffer) => {
    if (write(masker.push(chunk))) return;
    source.pause();
    target.once("drain", resume);
  });
  const closed = new Promise<void>((resolve) => source.once("close", () => resolve()));
  let done: Promise<void> | null = null;
  const finish = async (jobEnded: Promise<unknown>): Promise<void> => {
    await jobEnded;
    const timer = setTimeout(() => source.destroy(), LINGER_MS);
    source.on("data", () => timer.refresh());
    await closed;
    clearTimeout(timer);
    write(masker.flush());
    target.off("drain", resume);
    if (!target.destroyed && target.writable) {
      await new Promise<void>((resolve) => target.write("", () => resolve()));
    }
    target.off("error", fail);
  };
  return {
    fd: writeEnd,
    closeWriteEnd: () => {
      if (writeEnd !== null) closeSync(writeEnd);
      writeEnd = null;
    },
    finished: (jobEnded) => (done ??= finish(jobEnded)),
  };
}
