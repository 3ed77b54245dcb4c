/** Takes a stream in portions: so many bytes exactly, whatever comes next, or nothing but skipping. Holds no more than asked for. */
import { isSync, viewOf } from "./source.ts";
import type { Chunks } from "./types.ts";

export class ByteReader {
  readonly #iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);
  #ended = false;
  /** Bytes given so far: the offset of the next one. */
  position = 0;

  constructor(chunks: Chunks) {
    this.#iterator = isSync(chunks) ? chunks[Symbol.iterator]() : chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, at most `most`; null at the end. Valid until the next call. */
  async some(most = Number.POSITIVE_INFINITY): Promise<Buffer | null> {
    while (this.#held.length === 0) if (!(await this.#more())) return null;
    const out = this.#held.subarray(0, most);
    this.#held = this.#held.subarray(out.length);
    this.position += out.length;
    return out;
  }

  /** Exactly `count` bytes, or the fewer there are. The result belongs to the caller. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let size = 0;
    while (size < count) {
      const part = await this.some(count - size);
      if (part === null) break;
      parts.push(Buffer.from(part));
      size += part.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  /** False when the stream ended before. */
  async skip(count: number): Promise<boolean> {
    for (let left = count; left > 0; ) {
      const part = await this.some(left);
      if (part === null) return false;
      left -= part.length;
    }
    return true;
  }

  /** Puts the end of what `some` gave last back. */
  unread(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.position -= bytes.length;
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([bytes, this.#held]);
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.();
    this.#ended = true;
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#iterator.next();
    if (next.done === true) this.#ended = true;
    else this.#held = viewOf(next.value);
    return !this.#ended;
  }
}
