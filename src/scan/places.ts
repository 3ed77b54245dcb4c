/** Lines and columns of byte offsets, counted in one pass over the bytes however they are cut. */
import { countNewlines } from "../match/newlines.ts";
import type { ByteSource, Chunks } from "../formats/types.ts";

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** Bytes from the line's start, 1-based. */
  readonly column: number;
}

export class PositionCounter {
  readonly #wanted: readonly number[];
  readonly #found = new Map<number, Position>();
  #next = 0;
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  constructor(offsets: Iterable<number>) {
    this.#wanted = [...new Set(offsets)].sort((a, b) => a - b);
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    for (;;) {
      const offset = this.#wanted[this.#next];
      const to = offset === undefined ? chunk.length : Math.min(chunk.length, offset - this.#offset);
      this.#pass(chunk.subarray(at, to), this.#offset + at);
      at = to;
      if (offset === undefined || offset >= this.#offset + chunk.length) break;
      this.#found.set(offset, { line: this.#line, column: offset - this.#lineStart + 1 });
      this.#next++;
    }
    this.#offset += chunk.length;
  }

  #pass(bytes: Uint8Array, offset: number): void {
    const lines = countNewlines(bytes);
    if (lines === 0) return;
    this.#line += lines;
    this.#lineStart = offset + bytes.lastIndexOf(0x0a) + 1;
  }

  /** After the last chunk. An offset at or past the end is on the last line. */
  at(offset: number): Position {
    return this.#found.get(offset) ?? { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}

/** Bytes that stay countable behind the last one read: more than any detector holds back. */
const KEPT = 8 << 20;

/** Positions in bytes that come once: lines are counted as they pass, and the last chunks are kept to find columns in. */
export class PassingPositions {
  #offset = 0;
  #line = 1;
  #lineStart = 0;
  #kept: {
    readonly bytes: Buffer;
    readonly offset: number;
    readonly line: number;
    readonly lineStart: number;
  }[] = [];
  #keptBytes = 0;

  push(chunk: Uint8Array): void {
    this.#kept.push({
      bytes: Buffer.from(chunk),
      offset: this.#offset,
      line: this.#line,
      lineStart: this.#lineStart,
    });
    this.#keptBytes += chunk.length;
    const lines = countNewlines(chunk);
    this.#line += lines;
    if (lines > 0) this.#lineStart = this.#offset + chunk.lastIndexOf(0x0a) + 1;
    this.#offset += chunk.length;
    while (this.#keptBytes > KEPT && this.#kept.length > 1)
      this.#keptBytes -= this.#kept.shift()?.bytes.length ?? 0;
  }

  /** What lies further back than is kept is said to be where the kept part begins. */
  at(wanted: number): Position {
    const [oldest] = this.#kept;
    if (oldest === undefined) return { line: 1, column: wanted + 1 };
    const chunk = this.#kept.findLast(({ offset }) => offset <= wanted) ?? oldest;
    const offset = Math.max(wanted, chunk.offset);
    let { line, lineStart } = chunk;
    const end = offset - chunk.offset;
    for (let at = chunk.bytes.indexOf(0x0a); at !== -1 && at < end; at = chunk.bytes.indexOf(0x0a, at + 1)) {
      line++;
      lineStart = chunk.offset + at + 1;
    }
    return { line, column: offset - lineStart + 1 };
  }
}

/** A source that can say where in it a byte is. Lines are counted only when asked for, in a second reading where there can be one. */
export class LinedSource implements ByteSource {
  readonly size: number | null;
  readonly once: boolean;
  readonly read?: (offset: number, length: number) => Uint8Array;
  readonly #source: ByteSource;
  /** Of a stream: it forgets what is far behind. Null where `positions` reads again. */
  readonly passing: PassingPositions | null;
  /** Bytes read, of a stream or of the last reading. */
  bytes = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
    this.once = source.once === true;
    this.passing = this.once ? new PassingPositions() : null;
    if (source.read !== undefined)
      this.read = (offset, length) => source.read?.(offset, length) ?? new Uint8Array();
  }

  chunks(): Chunks {
    this.bytes = 0;
    const chunks = this.#source.chunks();
    return Symbol.iterator in chunks ? this.#tapped(chunks) : this.#tappedAsync(chunks);
  }

  *#tapped(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const chunk of chunks) yield this.#seen(chunk);
  }

  async *#tappedAsync(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) yield this.#seen(chunk);
  }

  #seen(chunk: Uint8Array): Uint8Array {
    this.passing?.push(chunk);
    this.bytes += chunk.length;
    return chunk;
  }

  /** Reads the source again, as far as needed. */
  async positions(offsets: readonly number[]): Promise<(offset: number) => Position> {
    if (offsets.length === 0) return () => ({ line: 1, column: 1 });
    const last = offsets.reduce((most, offset) => Math.max(most, offset), 0);
    const counter = new PositionCounter(offsets);
    let read = 0;
    for await (const chunk of this.#source.chunks()) {
      counter.push(chunk);
      read += chunk.length;
      if (read > last) break;
    }
    return (offset) => counter.at(offset);
  }
}
