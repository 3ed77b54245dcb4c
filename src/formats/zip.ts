/**
 * Zip, and what is zip by another name: jar, wheel, egg, nupkg, docx, conda, logs of GitHub runs. Entries are found through the
 * central directory, as every program does that unpacks them; where it is missing (a truncated download) or damaged, through their
 * own headers. Sizes are only taken as hints: what is inflated is counted.
 */
import { ByteReader } from "./byte-reader.ts";
import { decompress, inflateAtOnce, Unreadable } from "./decompress.ts";
import type { FileFormat, Fragment, Skipped } from "./types.ts";
import { dataStart, directoryOf, localEntries, type ReadableFile, type ZipEntry } from "./zip-directory.ts";

const SLICE = 256 << 10;
const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;

export const zip: FileFormat = {
  id: "zip",
  title: "zip (also jar, war, whl, egg, nupkg, docx, xlsx, pptx, odt, conda, apk, GitHub log archives)",
  reads: "every entry, archives in it too; encrypted entries are named as not read",
  replacesBytes: true,
  needsRead: true,
  matches: (_, head) =>
    head[0] === 0x50 &&
    head[1] === 0x4b &&
    (head[2] === 3 || head[2] === 5) &&
    head[3] === (head[2] ?? 0) + 1,
  async *fragments(source): AsyncGenerator<Fragment | Skipped> {
    const read = source.read?.bind(source);
    if (read === undefined || source.size === null) {
      yield { kind: "skipped", name: "", reason: "zip: too large to be read inside an archive" };
      return;
    }
    const file: ReadableFile = { read, size: source.size };
    const directory = directoryOf(file);
    if (directory.problem !== null) {
      yield { kind: "skipped", name: "", reason: `zip: ${directory.problem}`, plain: true };
      yield* entriesOf(file, localEntries(file));
    } else yield* entriesOf(file, directory.entries);
  },
};

/** In the order of their offsets. Entries that share bytes are how small files unpack to petabytes; no honest archive has them. */
async function* entriesOf(
  file: ReadableFile,
  entries: Iterable<ZipEntry>,
): AsyncGenerator<Fragment | Skipped> {
  let behind = 0;
  for (const entry of entries) {
    const problem = problemOf(entry);
    if (problem === null && !entry.name.endsWith("/")) {
      const start = dataStart(file, entry);
      if (start === null) yield skipped(entry, "its header is damaged");
      else if (entry.header < behind) yield skipped(entry, "overlaps another entry");
      else yield* contentOf(file, entry, start);
      if (start !== null) behind = Math.max(behind, start + entry.packedSize);
    } else if (problem !== null) yield skipped(entry, problem);
  }
}

const skipped = ({ name }: ZipEntry, reason: string): Skipped => ({ kind: "skipped", name, reason });

function problemOf({ flags, method }: ZipEntry): string | null {
  if (flags & 1) return "encrypted";
  return method === STORED || method === DEFLATED || method === ZSTD
    ? null
    : `packed by method ${method}, which is not read`;
}

async function* contentOf(
  file: ReadableFile,
  entry: ZipEntry,
  start: number,
): AsyncGenerator<Fragment | Skipped> {
  const length = Math.max(0, Math.min(entry.packedSize, file.size - start));
  const one = { kind: "file", name: entry.name, start: entry.header, again: true } as const;
  if (entry.method === STORED) {
    const read = (offset: number, count: number): Uint8Array =>
      file.read(start + offset, Math.max(0, Math.min(count, length - offset)));
    yield {
      ...one,
      size: length,
      read,
      chunks: () => slices(file, start, length),
      offsetOf: (at) => start + at,
    };
    if (length < entry.packedSize) yield skipped(entry, "truncated");
    return;
  }
  const atOnce =
    entry.method === DEFLATED && length === entry.packedSize && length <= SLICE
      ? inflateAtOnce(file.read(start, length))
      : null;
  if (atOnce !== null) {
    const read = (offset: number, count: number): Uint8Array =>
      Buffer.from(atOnce.subarray(offset, offset + count));
    yield { ...one, size: atOnce.length, read, chunks: () => [atOnce] };
    return;
  }
  const state: { problem: string | null } = { problem: null };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const reader = new ByteReader(slices(file, start, length));
    try {
      yield* decompress(entry.method === ZSTD ? "zstd" : "deflate", reader);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      state.problem = error.message;
    }
  }
  yield { ...one, chunks };
  if (state.problem !== null) yield skipped(entry, state.problem);
}

function* slices(file: ReadableFile, start: number, length: number): Generator<Uint8Array> {
  for (let at = 0; at < length; at += SLICE) {
    const slice = file.read(start + at, Math.min(SLICE, length - at));
    if (slice.length === 0) return;
    yield slice;
  }
}
