/** One file under compression: gzip (RFC 1952) and zstd (RFC 8878), several streams one after another included. */
import { crc32 } from "node:zlib";
import { ByteReader } from "./byte-reader.ts";
import { decompress, Unreadable } from "./decompress.ts";
import type { FileFormat, Fragment, Skipped } from "./types.ts";

interface Compression {
  readonly id: string;
  readonly title: string;
  readonly magic: (head: Uint8Array) => boolean;
  /** File endings and what the content is called without them. */
  readonly endings: readonly (readonly [RegExp, string])[];
  streams(reader: ByteReader): AsyncGenerator<Uint8Array>;
}

const rows: readonly Compression[] = [
  {
    id: "gzip",
    title: "gzip",
    magic: (head) => head[0] === 0x1f && head[1] === 0x8b && head[2] === 8,
    endings: [
      [/\.tgz$/i, ".tar"],
      [/\.gz$/i, ""],
    ],
    streams: gzipMembers,
  },
  {
    id: "zstd",
    title: "zstd",
    magic: isZstd,
    endings: [
      [/\.tzst$/i, ".tar"],
      [/\.zstd?$/i, ""],
    ],
    streams: zstdFrames,
  },
];

export const compressed: readonly FileFormat[] = rows.map((row) => ({
  id: row.id,
  title: row.title,
  reads: "what is packed in it, archives in it too",
  replacesBytes: true,
  // What is inside is called by it.
  named: new RegExp(row.endings.map(([{ source }]) => source).join("|"), "i"),
  matches: (_, head) => row.magic(head),
  async *fragments(source, _, path): AsyncGenerator<Fragment | Skipped> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const ending = row.endings.find(([expression]) => expression.test(name));
    const inner = ending === undefined ? name : name.replace(ending[0], ending[1]);
    const state: { problem: string | null } = { problem: null };
    async function* chunks(): AsyncGenerator<Uint8Array> {
      const reader = new ByteReader(source.chunks());
      try {
        yield* row.streams(reader);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        state.problem = error.message;
      } finally {
        await reader.close();
      }
    }
    yield { kind: "file", name: inner, start: 0, again: source.once !== true, chunks };
    if (state.problem !== null) yield { kind: "skipped", name: "", reason: `${row.title}: ${state.problem}` };
  },
}));

async function* gzipMembers(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let first = true; ; first = false) {
    const header = await reader.take(10);
    // What follows the last member is padding, and gzip ignores it too.
    if (!first && !(header[0] === 0x1f && header[1] === 0x8b && header[2] === 8)) return;
    const flags = header[3] ?? 0;
    if (flags & 4) {
      const length = await reader.take(2);
      await reader.skip((length[0] ?? 0) + 256 * (length[1] ?? 0));
    }
    if (flags & 8) await skipText(reader);
    if (flags & 16) await skipText(reader);
    if (flags & 2) await reader.skip(2);
    let sum = 0;
    for await (const chunk of decompress("deflate", reader)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    const trailer = await reader.take(8);
    if (trailer.length < 8) throw new Unreadable("truncated");
    // A damaged stream may end early, as if that were all.
    if (trailer.readUInt32LE() !== sum) throw new Unreadable("damaged");
  }
}

async function skipText(reader: ByteReader): Promise<void> {
  for (let part = await reader.some(); part !== null; part = await reader.some()) {
    const end = part.indexOf(0);
    if (end === -1) continue;
    reader.unread(part.subarray(end + 1));
    return;
  }
  throw new Unreadable("truncated");
}

function isZstd(head: Uint8Array): boolean {
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
}

async function* zstdFrames(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const magic = await reader.take(4);
    const skippable = magic.length === 4 && (magic.readUInt32LE() & 0xfffffff0) >>> 0 === 0x184d2a50;
    if (skippable) {
      const size = await reader.take(4);
      if (size.length < 4 || !(await reader.skip(size.readUInt32LE()))) throw new Unreadable("truncated");
      continue;
    }
    if (!isZstd(magic)) return;
    reader.unread(magic);
    yield* decompress("zstd", reader);
  }
}
