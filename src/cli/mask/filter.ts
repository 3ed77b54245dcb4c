/** Standard input to standard output through maskers, by blocking reads and writes: as fast as a pipe goes. */
import { readSync, writevSync } from "node:fs";
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
    for (const { length } of pieces) written += length;
    return writeAll(pieces);
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

const PAUSE_MS = 2;
const awaited = new Set<object>();

/**
 * For a pipe that is not ready and does not block: Node makes it so when its stream is first used, others may, too. From here on it
 * blocks; only where that can't be had, or someone undoes it, time is all there is to wait on.
 */
function wait(stream: object): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (on: boolean) => number } | null };
  if (!awaited.has(stream) && handle?.setBlocking?.(true) === 0) awaited.add(stream);
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}

function readSome(buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(0, buffer, 0, buffer.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF" || code === "EBADF") return 0;
      if (code !== "EAGAIN") throw failed("read", "standard input", error);
      wait(process.stdin);
    }
  }
}

/** False when nobody reads any more. */
function writeAll(pieces: readonly Buffer[]): boolean {
  for (let left = pieces; left.length > 0; ) {
    try {
      left = behind(left, writevSync(1, left));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return false;
      if (code !== "EAGAIN") throw failed("write", "standard output", error);
      wait(process.stdout);
    }
  }
  return true;
}

/** What is left of `pieces` after so many bytes. */
function behind(pieces: readonly Buffer[], bytes: number): readonly Buffer[] {
  let left = bytes;
  for (const [index, piece] of pieces.entries()) {
    if (left < piece.length) return [piece.subarray(left), ...pieces.slice(index + 1)];
    left -= piece.length;
  }
  return [];
}
