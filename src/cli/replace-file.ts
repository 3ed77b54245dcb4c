/** Writes a file's new content beside it and renames, so that a crash leaves the old file or the new one, never half of one. */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { BulkheadError } from "../core/errors.ts";

/** Keeps the mode of the file that was there; a new one gets `mode`. Throws `io.failed`. */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    const kept = statSync(path, { throwIfNoEntry: false });
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const file = openSync(beside, "wx", 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(beside, kept === undefined ? mode : kept.mode & 0o7777);
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  }
}
