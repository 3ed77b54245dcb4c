/** Byte sources made of other things, and what is needed to take them. */
import type { ByteSource, Chunks } from "./types.ts";

/** As many first bytes as a format may judge by. */
export const HEAD = 512;

export const viewOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Bytes at hand. They are not copied for `chunks`. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  const all = viewOf(bytes);
  return {
    size: all.length,
    chunks: () => [all],
    read: (offset, length) => Buffer.from(all.subarray(offset, offset + length)),
  };
}

export const isSync = (chunks: Chunks): chunks is Iterable<Uint8Array> => Symbol.iterator in chunks;

/** A source's first bytes, what follows them, and whether that is all. `rest` gives everything, the first bytes included. */
export interface Begun {
  readonly bytes: Buffer;
  readonly ended: boolean;
  readonly rest: () => AsyncGenerator<Uint8Array>;
}

/** Takes chunks until at least `wanted` bytes are in memory or the end is met. */
export async function begin(chunks: Chunks, wanted: number): Promise<Begun> {
  const iterator = isSync(chunks) ? chunks[Symbol.iterator]() : chunks[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let size = 0;
  let ended = false;
  while (size < wanted && !ended) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else {
      taken.push(Buffer.from(next.value));
      size += next.value.length;
    }
  }
  const bytes = taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken);
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield bytes;
      while (!ended) {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else yield next.value;
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  }
  return { bytes, ended, rest };
}

/** The first bytes of a source that can be read again. */
export async function headOf(source: ByteSource): Promise<Buffer> {
  if (source.read !== undefined) return viewOf(source.read(0, HEAD));
  const begun = await begin(source.chunks(), HEAD);
  await begun.rest().return(undefined);
  return begun.bytes.subarray(0, HEAD);
}
