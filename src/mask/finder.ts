/** Says where values are in a stream, in place of masking them. */
import { CAPACITY, type Compiled, Search } from "./search.ts";

export interface FoundValue {
  /** Bytes since the stream's beginning. */
  readonly start: number;
  readonly end: number;
  /** Of the values that are there, each once. */
  readonly names: readonly string[];
}

export interface Finder {
  /** Gives what is complete by now, in order. */
  push(chunk: Buffer): FoundValue[];
  flush(): FoundValue[];
}

export class StreamFinder implements Finder {
  readonly #search: Search;

  constructor(compiled: Compiled) {
    this.#search = new Search(compiled);
  }

  push(chunk: Buffer): FoundValue[] {
    if (this.#search.compiled.automaton.longest === 0) return [];
    const out: FoundValue[] = [];
    for (let from = 0; from < chunk.length; from += CAPACITY) {
      this.#search.take(chunk.subarray(from, from + CAPACITY));
      this.#drain(this.#search.settled, out);
    }
    return out;
  }

  flush(): FoundValue[] {
    const out: FoundValue[] = [];
    this.#search.finish();
    this.#drain(Infinity, out);
    this.#search.end();
    return out;
  }

  /** A span that ends before `safe` grows no more. */
  #drain(safe: number, out: FoundValue[]): void {
    const { spans, compiled } = this.#search;
    while (spans.first !== undefined && spans.first.end < safe) {
      const { start, end, owners } = spans.shift();
      out.push({ start, end, names: [...new Set([...owners].map((owner) => compiled.names[owner] ?? ""))] });
    }
  }
}
