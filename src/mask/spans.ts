/** Stretches of a stream in which values were found. */
export interface Span {
  start: number;
  end: number;
  /** Indexes of the values. */
  readonly owners: Set<number>;
}

/** In order; those that overlap or touch are one. */
export class Spans {
  #all: Span[] = [];

  get first(): Span | undefined {
    return this.#all[0];
  }

  add(start: number, end: number, owners: readonly number[]): void {
    const span: Span = { start, end, owners: new Set(owners) };
    const behind: Span[] = [];
    for (let top = this.#all.at(-1); top !== undefined && top.end >= start; top = this.#all.at(-1)) {
      this.#all.pop();
      if (top.start > span.end) behind.unshift(top);
      else {
        span.start = Math.min(span.start, top.start);
        span.end = Math.max(span.end, top.end);
        for (const owner of top.owners) span.owners.add(owner);
      }
    }
    this.#all.push(span, ...behind);
  }

  shift(): Span {
    return this.#all.shift() as Span;
  }

  clear(): void {
    this.#all = [];
  }
}
