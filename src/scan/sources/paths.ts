/**
 * Files by their paths, batch by batch. Most files are small: they are read without promises into one buffer, which is many times
 * faster. Between batches other work gets its turn. Needs nothing but a scanner, so a thread of its own can do it as well.
 */
import { closeSync, constants, openSync, readSync } from "node:fs";
import { bytesSource, HEAD } from "../../formats/source.ts";
import type { ContentScanner, Found, Unread } from "../types.ts";
import { fileSource } from "./file.ts";
import { reasonOf } from "./walk.ts";

export interface FoundInFile {
  readonly path: string;
  readonly found: readonly Found[];
}

export interface Batch {
  /** Read, wholly or in part. */
  readonly files: number;
  readonly bytes: number;
  /** Files with findings only, in the order of `paths`. */
  readonly found: readonly FoundInFile[];
  readonly unread: readonly Unread[];
}

export interface ScanPathsOptions {
  /** Bytes; larger files are not read and named as such. */
  readonly maxFileSize?: number;
}

const BUFFER = 1 << 20;
const BATCH_FILES = 128;
const BATCH_BYTES = 8 << 20;
/** Not through a link that appeared since the walk, and not waiting on a pipe that did. */
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** `paths` are relative to `root`, with `/`, as the bytes they are. */
export async function* scanPaths(
  root: string,
  paths: Iterable<Uint8Array>,
  scanner: ContentScanner,
  options: ScanPathsOptions = {},
): AsyncGenerator<Batch> {
  const folder = Buffer.from(root.endsWith("/") ? root : `${root}/`);
  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  let batch = emptyBatch();
  for (const relative of paths) {
    const path = Buffer.from(relative).toString("utf8");
    try {
      const one = scanOne(Buffer.concat([folder, relative]), { path, buffer, scanner, ...options });
      const { found, bytes, unread } = one instanceof Promise ? await one : one;
      batch.files++;
      batch.bytes += bytes;
      if (found.length > 0) batch.found.push({ path, found });
      batch.unread.push(...unread);
    } catch (error) {
      batch.unread.push({ path, reason: reasonOf(error) });
    }
    if (batch.files < BATCH_FILES && batch.bytes < BATCH_BYTES) continue;
    yield batch;
    batch = emptyBatch();
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield batch;
}

const emptyBatch = () => ({ files: 0, bytes: 0, found: [] as FoundInFile[], unread: [] as Unread[] });

interface One extends ScanPathsOptions {
  readonly path: string;
  readonly buffer: Buffer;
  readonly scanner: ContentScanner;
}

type Scanned = Awaited<ReturnType<ContentScanner["scan"]>>;

/** A promise only where there is something to wait for. */
function scanOne(absolute: Buffer, one: One): Scanned | Promise<Scanned> {
  const { path, buffer, scanner, maxFileSize = Number.POSITIVE_INFINITY } = one;
  const fd = openSync(absolute, OPEN);
  let later: Promise<Scanned> | null = null;
  try {
    const size = fill(fd, buffer);
    if (size === buffer.length) {
      const source = fileSource(fd);
      if ((source.size ?? 0) > maxFileSize) throw tooLarge(maxFileSize);
      later = scanner.scan({ path, source });
      return later;
    }
    if (size > maxFileSize) throw tooLarge(maxFileSize);
    const bytes = buffer.subarray(0, size);
    if (scanner.needsFormat(path, bytes.subarray(0, HEAD)))
      return scanner.scan({ path, source: bytesSource(bytes) });
    let whole = true;
    const found = scanner.plain(bytes, () => (whole = false));
    if (whole) return { found, bytes: size, unread: [] };
    // What the decoders left can be read on, or has to be named.
    for (const { match } of found) match.value.fill(0);
    return scanner.scan({ path, source: bytesSource(Buffer.from(bytes)) });
  } finally {
    if (later === null) closeSync(fd);
    else void later.then(closeIt(fd), closeIt(fd));
  }
}

const closeIt = (fd: number) => (): void => closeSync(fd);
const tooLarge = (limit: number): Error => new Error(`larger than the limit of ${limit} bytes`);

/** Bytes read: fewer than the buffer holds only at the file's end. */
function fill(fd: number, buffer: Buffer): number {
  let size = 0;
  while (size < buffer.length) {
    const read = readSync(fd, buffer, size, buffer.length - size, null);
    if (read === 0) break;
    size += read;
  }
  return size;
}
