/** Buffers for versions being rebuilt, used again and again: a family is walked without leaving garbage behind. */
const SMALLEST = 12; // 4 KiB
const MOST_KEPT = 64 << 20;

export class BufferPool {
  readonly #free: Buffer[][] = [];
  #kept = 0;
  #out = 0;

  /** Bytes in use. */
  get used(): number {
    return this.#out;
  }

  /** At least `size` bytes of anything. */
  take(size: number): Buffer {
    const level = Math.max(SMALLEST, 32 - Math.clz32(Math.max(1, size - 1)));
    const found = this.#free[level]?.pop();
    this.#out += 2 ** level;
    if (found === undefined) return Buffer.allocUnsafeSlow(2 ** level);
    this.#kept -= found.length;
    return found;
  }

  /** Counts a buffer from elsewhere as one that was taken. */
  adopt(buffer: Buffer): Buffer {
    this.#out += buffer.length;
    return buffer;
  }

  give(buffer: Buffer): void {
    this.#out -= buffer.length;
    if ((buffer.length & (buffer.length - 1)) !== 0 || buffer.length < 2 ** SMALLEST) return;
    if (this.#kept + buffer.length > MOST_KEPT) return;
    this.#kept += buffer.length;
    const level = 31 - Math.clz32(buffer.length);
    (this.#free[level] ??= []).push(buffer);
  }
}
