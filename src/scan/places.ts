/** Lines and columns of byte offsets, counted in one pass over the bytes however they are cut. */
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
    const end = this.#offset + chunk.length;
    let at = 0;
    for (;;) {
      const newline = chunk.indexOf(0x0a, at);
      const lineEnd = newline === -1 ? end : this.#offset + newline + 1;
      this.#settle(newline === -1 ? end : lineEnd);
      if (newline === -1) break;
      at = newline + 1;
      this.#line++;
      this.#lineStart = lineEnd;
    }
    this.#offset = end;
  }

  /** All offsets below `limit` are on the current line. */
  #settle(limit: number): void {
    for (;;) {
      const offset = this.#wanted[this.#next];
      if (offset === undefined || offset >= limit) return;
      this.#found.set(offset, { line: this.#line, column: offset - this.#lineStart + 1 });
      this.#next++;
    }
  }

  /** After the last chunk. An offset at or past the end is on the last line. */
  at(offset: number): Position {
    return this.#found.get(offset) ?? { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}
