/**
 * Text made from other text: stages pass runs of bytes on, each with the offset in the file where it came from. A run stands there
 * byte for byte; what was escaped comes as a run of its own.
 */
export interface TextSink {
  /** The bytes are only valid during the call. */
  write(bytes: Uint8Array, offset: number): void;
  /** The text ends: what was held back is given. */
  end(): void;
}

/** Runs kept: enough for whatever a detector holds back. Beyond it the older half is forgotten. */
const MAX_RUNS = 1 << 20;

/** Where the bytes of a made text stand in the file. */
export class OffsetMap {
  readonly #made: number[] = [];
  readonly #source: number[] = [];
  #end = -1;

  add(made: number, source: number, length: number): void {
    if (source !== this.#end) {
      if (this.#made.length >= MAX_RUNS) {
        this.#made.splice(0, MAX_RUNS >> 1);
        this.#source.splice(0, MAX_RUNS >> 1);
      }
      this.#made.push(made);
      this.#source.push(source);
    }
    this.#end = source + length;
  }

  readonly of = (at: number): number => {
    let low = 0;
    let high = this.#made.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#made[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    const run = Math.max(0, low - 1);
    return (this.#source[run] ?? 0) + Math.max(0, at - (this.#made[run] ?? 0));
  };
}

const PIECE = 64 << 10;

/** The last stage: gathers bytes into chunks and remembers where they came from. */
export class Collector implements TextSink {
  readonly map = new OffsetMap();
  readonly #give: (chunk: Buffer) => void;
  #buffer = Buffer.allocUnsafe(1 << 10);
  #used = 0;
  #given = 0;

  /** A given chunk belongs to the receiver. */
  constructor(give: (chunk: Buffer) => void) {
    this.#give = give;
  }

  write(bytes: Uint8Array, offset: number): void {
    const { length } = bytes;
    this.map.add(this.#given + this.#used, offset, length);
    if (this.#used + length > this.#buffer.length) this.#grow(length);
    if (length < 16) for (let i = 0; i < length; i++) this.#buffer[this.#used + i] = bytes[i] ?? 0;
    else this.#buffer.set(bytes, this.#used);
    this.#used += length;
    if (this.#used >= PIECE) this.end();
  }

  end(): void {
    if (this.#used === 0) return;
    this.#given += this.#used;
    this.#give(this.#buffer.subarray(0, this.#used));
    this.#buffer = Buffer.allocUnsafe(1 << 10);
    this.#used = 0;
  }

  #grow(by: number): void {
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#used + by));
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }
}
