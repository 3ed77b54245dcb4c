/** Files that hold one secret: only their owner may read them. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";

/** The file's content without a final newline. Throws `cli.file-exposed`, `io.failed`. */
export function readPrivateFile(path: string): Secret {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause: error });
  }
  try {
    const stat = fstatSync(descriptor);
    if (stat.isFile() && (stat.mode & 0o077) !== 0) throw new BulkheadError("cli.file-exposed", { path });
    return Secret.own(trimNewline(readFileSync(descriptor)));
  } finally {
    closeSync(descriptor);
  }
}

/** A view without one final line break. */
export function trimNewline(bytes: Buffer): Buffer {
  const end = bytes.length;
  if (end > 0 && bytes[end - 1] === 0x0a)
    return bytes.subarray(0, bytes[end - 2] === 0x0d ? end - 2 : end - 1);
  return bytes;
}
