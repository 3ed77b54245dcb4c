/** Standard input to standard output through maskers, by blocking reads and writes: as fast as a pipe goes. */
import { readSync, writeSync } from "node:fs";
import { BulkheadError } from "../../core/errors.ts";
import { INPUT_SIZE, type MaskSet, type Masker } from "../../mask/index.ts";

export interface Filter {
  readonly masks: MaskSet;
  /** One after the other. */
  readonly maskers: readonly Masker[];
  /** Read into the masks' own memory; only where the first masker is a plain one of theirs. */
  readonly direct: boolean;
}

export interface FilterResult {
  readonly read: number;
  readonly written: number;
  /** The reader went away before the end. */
  readonly broken: boolean;
}

/** Throws `io.failed`. */
export function filter({ masks, maskers, direct }: Filter): FilterResult {
  const own = direct ? null : Buffer.alloc(INPUT_SIZE);
  let [read, written] = [0, 0];
  const write = (pieces: readonly Buffer[]): boolean => {
    const whole = pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
    written += whole.length;
    return writeAll(whole);
  };
  const through = (pieces: readonly Buffer[], from: number): readonly Buffer[] =>
    maskers
      .slice(from)
      .reduce<readonly Buffer[]>((all, one) => all.flatMap((piece) => one.push(piece)), pieces);
  for (;;) {
    const buffer = own ?? masks.input();
    const length = readSome(buffer);
    if (length === 0) break;
    read += length;
    if (!write(through([buffer.subarray(0, length)], 0))) return { read, written, broken: true };
  }
  for (const [index, masker] of maskers.entries())
    if (!write(through(masker.flush(), index + 1))) return { read, written, broken: true };
  return { read, written, broken: false };
}

const failed = (action: string, path: string, error: unknown): BulkheadError => {
  const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
  return new BulkheadError("io.failed", { action, path, reason }, { cause: error });
};

/** A pipe that someone made non-blocking: there is nothing to wait on but time. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

function readSome(buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(0, buffer, 0, buffer.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF" || code === "EBADF") return 0;
      if (code !== "EAGAIN") throw failed("read", "standard input", error);
      pause();
    }
  }
}

/** False when nobody reads any more. */
function writeAll(piece: Buffer): boolean {
  for (let at = 0; at < piece.length; ) {
    try {
      at += writeSync(1, piece, at, piece.length - at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw failed("write", "standard output", error);
      pause();
    }
  }
  return true;
}
