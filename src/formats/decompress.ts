/**
 * Decompression chunk by chunk: what comes out is taken before more goes in, so a bomb never fills memory, and what a truncated
 * stream held is given before the error.
 */
import type { Transform } from "node:stream";
import { constants, createInflateRaw, createZstdDecompress, inflateRawSync } from "node:zlib";
import type { ByteReader } from "./byte-reader.ts";

/** Bytes out of one stream from which on its ratio is judged; repetitive logs stay far below the limit. */
const JUDGED_FROM = 128 << 20;
const MAX_RATIO = 400;
const OUT = 256 << 10;
const IN = 64 << 10;
/** Compressed entries up to this are inflated in one call, where they stay small. */
const AT_ONCE = 256 << 10;
const AT_ONCE_OUT = 4 << 20;

/** Ends the reading of a file: the message is the reason, for people. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

const codecs = {
  deflate: () => createInflateRaw({ chunkSize: OUT }),
  zstd: () => createZstdDecompress({ chunkSize: OUT, params: { [constants.ZSTD_d_windowLogMax]: 27 } }),
} as const;

export type Codec = keyof typeof codecs;

/**
 * One compressed stream from where the reader stands; afterwards it stands behind that stream. Throws `Unreadable` for broken,
 * truncated or absurdly packed input, after everything that could be read before it.
 */
export async function* decompress(codec: Codec, reader: ByteReader): AsyncGenerator<Uint8Array> {
  const stream: Transform & { readonly bytesWritten: number } = codecs[codec]();
  const state = { failed: null as Error | null, ended: false, wake: (): void => {} };
  stream.on("readable", () => state.wake());
  stream.on("error", (error) => {
    state.failed = error;
    state.wake();
  });
  stream.on("end", () => {
    state.ended = true;
    state.wake();
  });
  let taken = 0;
  let given = 0;
  async function* drain(isDone: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const out = stream.read() as Buffer | null;
      if (out !== null) {
        given += out.length;
        if (given > JUDGED_FROM && given > taken * MAX_RATIO)
          throw new Unreadable(`packed more than ${MAX_RATIO} times, which is taken for a bomb`);
        yield out;
      } else if (state.failed !== null) throw new Unreadable(reasonOf(state.failed));
      else if (isDone()) return;
      else await new Promise<void>((resolve) => (state.wake = resolve));
    }
  }
  try {
    for (let input = await reader.some(IN); input !== null; input = await reader.some(IN)) {
      taken += input.length;
      let written = false;
      stream.write(input, () => {
        written = true;
        state.wake();
      });
      yield* drain(() => written);
      const over = taken - stream.bytesWritten;
      if (over > 0 || state.ended) {
        yield* drain(() => state.ended);
        reader.unread(input.subarray(input.length - over));
        return;
      }
    }
    stream.end();
    yield* drain(() => state.ended);
  } finally {
    stream.destroy();
  }
}

const reasonOf = (error: Error): string => (/unexpected end/i.test(error.message) ? "truncated" : "damaged");

/** A small deflated entry in one call; null where it is damaged or grows large, which is for `decompress` to tell. */
export function inflateAtOnce(packed: Uint8Array): Buffer | null {
  if (packed.length > AT_ONCE) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: AT_ONCE_OUT });
  } catch {
    return null;
  }
}
