/** Files that are written complete or not at all: a crash leaves the old one or the new one, never half of one. */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { BulkheadError } from "../core/errors.ts";

const failed = (path: string, cause: unknown): BulkheadError => {
  const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
  return new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
};

export interface OutputFile {
  write(content: string | Uint8Array): void;
  /** Puts it in place; with `mode`, under exactly that one. */
  done(mode?: number): void;
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
    write: (content) => {
      try {
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      } catch (cause) {
        throw failed(path, cause);
      }
    },
    done: (exact) => {
      try {
        if (exact !== undefined) fchmodSync(file, exact);
        fsyncSync(file);
        closeSync(file);
        renameSync(beside, path);
      } catch (cause) {
        rmSync(beside, { force: true });
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
  written(path, text, mode).done();
}

/** Keeps the mode of the file that was there; a new one gets `mode`. Throws `io.failed`. */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  let kept: number | undefined;
  try {
    kept = statSync(path, { throwIfNoEntry: false })?.mode;
  } catch (cause) {
    throw failed(path, cause);
  }
  written(path, content).done(kept === undefined ? mode : kept & 0o7777);
}

function written(path: string, content: string | Uint8Array, mode?: number): OutputFile {
  const file = outputFile(path, mode);
  try {
    file.write(content);
  } catch (error) {
    file.discard();
    throw error;
  }
  return file;
}
