/**
 * Blobs that were read and have no findings, in a file: a scan that was interrupted goes on from it, the next scan reads only what is
 * new. It holds ids of such blobs and nothing else. Blobs are named by their content, so one file serves any number of
 * repositories and clones; under other rules everything is read anew. Whoever can write it can hide findings: it must be ours alone.
 *
 * A header (16 bytes of name, 32 of the rule set), then records: count and width of ids (32 bits each, little endian), the ids, and
 * the first 16 bytes of the SHA-256 of all that. A record that is cut off or damaged ends the file.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { BulkheadError } from "../../core/errors.ts";
import type { Rule } from "../../detect/types.ts";
import { ruleSetPrint } from "../rule-set.ts";
import { IdTable } from "./id-table.ts";
import type { SeenBlobs } from "./types.ts";

const NAME = Buffer.from("bulkhead seen 1\n");
const HEAD = 8;
const CHECK = 16;
const MOST_IDS = 1 << 16;
const WIDTHS: ReadonlySet<number> = new Set([20, 32]);

export interface SeenFile extends SeenBlobs {
  /** Ids in it. */
  readonly size: number;
  add(blobs: readonly string[]): void;
  close(): void;
}

/** Made where it is missing (0600). Throws `io.failed` where it cannot be used or others may write it. */
export function openSeenFile(path: string, rules: readonly Rule[]): SeenFile {
  const file = openOwn(path);
  try {
    const tables = new Map([...WIDTHS].map((width) => [width, new IdTable(width)]));
    const header = Buffer.concat([NAME, ruleSetPrint(rules)]);
    let end = header.length;
    if (header.equals(readAt(file, 0, header.length))) end = readRecords(file, end, tables);
    else {
      ftruncateSync(file, 0);
      writeAll(file, header, 0);
    }
    // What a kill left of the last record.
    ftruncateSync(file, end);
    const tableOf = (id: Buffer): IdTable | undefined => tables.get(id.length);
    return {
      get size() {
        return [...tables.values()].reduce((sum, { size }) => sum + size, 0);
      },
      has(blob) {
        const id = Buffer.from(blob, "hex");
        return tableOf(id)?.has(id) === true;
      },
      add(blobs) {
        const fresh = blobs
          .map((blob) => Buffer.from(blob, "hex"))
          .filter((id) => tableOf(id)?.has(id) === false);
        for (const [width, ids] of Map.groupBy(fresh, ({ length }) => length))
          for (let from = 0; from < ids.length; from += MOST_IDS) {
            const part = ids.slice(from, from + MOST_IDS);
            const record = recordOf(width, part);
            writeAll(file, record, end);
            end += record.length;
            for (const id of part) tableOf(id)?.add(id);
          }
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function openOwn(path: string): number {
  const failed = (reason: string, cause?: unknown): BulkheadError =>
    new BulkheadError("io.failed", { action: "use", path, reason }, { cause });
  let file: number;
  try {
    file = openSync(
      path,
      constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK,
      0o600,
    );
  } catch (cause) {
    throw failed((cause as NodeJS.ErrnoException).code ?? "unknown", cause);
  }
  const stat = fstatSync(file);
  const problem = !stat.isFile()
    ? "it is no regular file"
    : stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0
      ? "others may write it, and could hide findings by it"
      : null;
  if (problem !== null) {
    closeSync(file);
    throw failed(problem);
  }
  fchmodSync(file, 0o600);
  return file;
}

function recordOf(width: number, ids: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(ids.length, 0);
  head.writeUInt32LE(width, 4);
  const body = Buffer.concat([head, ...ids]);
  return Buffer.concat([body, checkOf(body)]);
}

const checkOf = (body: Buffer): Buffer => createHash("sha256").update(body).digest().subarray(0, CHECK);

/** Where the last whole record ends. */
function readRecords(file: number, from: number, tables: ReadonlyMap<number, IdTable>): number {
  for (let at = from; ; ) {
    const head = readAt(file, at, HEAD);
    if (head.length < HEAD) return at;
    const [count, width] = [head.readUInt32LE(0), head.readUInt32LE(4)];
    const table = tables.get(width);
    if (table === undefined || count === 0 || count > MOST_IDS) return at;
    const record = readAt(file, at, HEAD + count * width + CHECK);
    const body = record.subarray(0, HEAD + count * width);
    if (!checkOf(body).equals(record.subarray(body.length))) return at;
    for (let one = HEAD; one < body.length; one += width) table.add(body.subarray(one, one + width));
    at += record.length;
  }
}

/** Fewer bytes at the end of the file. */
function readAt(file: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let used = 0;
  while (used < length) {
    const read = readSync(file, buffer, used, length - used, at + used);
    if (read === 0) break;
    used += read;
  }
  return buffer.subarray(0, used);
}

function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
}
