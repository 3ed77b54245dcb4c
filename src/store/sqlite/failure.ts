/** What SQLite's result codes mean to those above: one table. */
import { BulkheadError, type ErrorCode, isBulkheadError } from "../../core/errors.ts";

const BUSY = 5;
const LOCKED = 6;
const IOERR = 10;

/** Primary result codes. IOERR is "full" because it is what a failed write, sync or growth of a file gives. */
const MEANING: Readonly<Record<number, { code: ErrorCode; reason: string }>> = {
  [BUSY]: { code: "store.busy", reason: "locked" },
  [LOCKED]: { code: "store.busy", reason: "locked" },
  8: { code: "store.full", reason: "it is read-only" },
  [IOERR]: { code: "store.full", reason: "the disk refused" },
  11: { code: "store.corrupt", reason: "damaged" },
  13: { code: "store.full", reason: "the disk is full" },
  14: { code: "store.full", reason: "its files cannot be opened" },
  26: { code: "store.corrupt", reason: "damaged" },
};
/** Extended codes of a read that gave less than the file should hold. */
const DAMAGED_READS = new Set([IOERR | (2 << 8), IOERR | (33 << 8), IOERR | (32 << 8)]);

function resultCode(error: unknown): number | null {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : null;
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== null && ((code & 0xff) === BUSY || (code & 0xff) === LOCKED);
}

/** The error to throw for whatever `node:sqlite` threw; errors of ours pass through. */
export function failure(error: unknown, path: string): Error {
  if (isBulkheadError(error)) return error;
  const code = resultCode(error);
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  if (DAMAGED_READS.has(code)) return new BulkheadError("store.corrupt", { path }, { cause: error });
  const meaning = MEANING[code & 0xff];
  // what is left is a missing table or column, which only damage can cause: the format was checked when the file was opened
  if (meaning === undefined) return new BulkheadError("store.corrupt", { path }, { cause: error });
  return new BulkheadError(meaning.code, { path, reason: meaning.reason }, { cause: error });
}
