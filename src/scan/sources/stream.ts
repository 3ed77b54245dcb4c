/** What arrives once and has no known length: standard input, the answer of another program. */
import { bytesSource } from "../../formats/source.ts";
import type { ByteSource, Chunks } from "../../formats/types.ts";

export const streamSource = (chunks: Chunks): ByteSource => ({
  size: null,
  once: true,
  chunks: () => chunks,
});

/** The same, kept at hand where it ends within `most` bytes: what can be read again gives more about a finding. */
export async function keptSource(chunks: AsyncIterable<Uint8Array>, most: number): Promise<ByteSource> {
  const iterator = chunks[Symbol.asyncIterator]();
  const kept: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return bytesSource(Buffer.concat(kept));
    kept.push(Buffer.from(next.value));
    size += next.value.length;
    if (size > most) break;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* kept;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  return streamSource(all());
}
