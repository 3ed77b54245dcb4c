/** One object of a pack: one read of exactly its bytes, one inflate that may give exactly what the header says. */
import { readSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { TooLarge } from "./delta.ts";
import { PackError } from "./pack-index.ts";
import type { Pack } from "./pack.ts";

/** Objects from here on are streamed by git; what is held of them here stays small. */
export const MOST_BYTES = 64 << 20;

export class Inflater {
  #room = Buffer.allocUnsafeSlow(256 << 10);

  /** The inflated data of entry `i`; the buffer is the caller's. */
  entry(file: number, pack: Pack, i: number): Buffer {
    const at = (pack.offsets[i] as number) + (pack.headers[i] as number);
    const length = (pack.offsets[i + 1] as number) - at;
    const size = pack.sizes[i] as number;
    if (size > MOST_BYTES || length > MOST_BYTES) throw new TooLarge();
    if (length > this.#room.length)
      this.#room = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#room.length));
    const compressed = this.#room.subarray(0, Math.max(0, length));
    if (length <= 0 || readSync(file, compressed, 0, length, at) < length)
      throw new PackError("the pack is cut off");
    return inflate(compressed, size);
  }
}

/** Exactly `size` bytes. */
function inflate(compressed: Uint8Array, size: number): Buffer {
  let data: Buffer;
  try {
    // One byte more than is needed, so that zlib sees the end of the stream within its first chunk.
    data = inflateSync(compressed, { chunkSize: Math.max(64, size + 1), maxOutputLength: size + 1 });
  } catch (cause) {
    throw new PackError("its data are damaged", { cause });
  }
  if (data.length !== size) throw new PackError("its size is not what its header says");
  return data;
}
