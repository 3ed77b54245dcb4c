/** Files that a scan writes: complete or not at all. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { BulkheadError } from "../../core/errors.ts";

const failed = (path: string, cause: unknown): BulkheadError => {
  const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
  return new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
};

export interface OutputFile {
  write(text: string): void;
  /** Puts it in place. */
  done(): void;
  discard(): void;
}

/** `mode`: 0600 for reports, which name where keys stand; 0644 for what is committed. */
export function outputFile(path: string, mode = 0o600): OutputFile {
  const beside = `${path}.${process.pid}.tmp`;
  let file: number;
  try {
    file = openSync(beside, "wx", mode);
  } catch (cause) {
    throw failed(path, cause);
  }
  return {
    write: (text) => {
      try {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } catch (cause) {
        throw failed(path, cause);
      }
    },
    done: () => {
      try {
        closeSync(file);
        renameSync(beside, path);
      } catch (cause) {
        throw failed(path, cause);
      }
    },
    discard: () => {
      closeSync(file);
      rmSync(beside, { force: true });
    },
  };
}

export function writeFile(path: string, text: string, mode?: number): void {
  const file = outputFile(path, mode);
  try {
    file.write(text);
  } catch (error) {
    file.discard();
    throw error;
  }
  file.done();
}
