/** One stream with its values replaced. Holds back what may still become a value, and nothing else. */
import type { Masker } from "./index.ts";
import { CAPACITY, type Compiled, Search } from "./search.ts";
import type { Span } from "./spans.ts";

export interface StreamOptions {
  /** Asked at each chunk: values may have been added. */
  readonly compiled: () => Compiled;
  readonly mask: Buffer;
  readonly skipped: Masker["skipped"];
}

const NOTHING: Buffer = Buffer.alloc(0);

export class StreamMasker implements Masker {
  readonly #options: StreamOptions;
  readonly #search: Search;
  readonly #hits = new Map<string, number>();
  #held: Buffer = NOTHING;
  /** Bytes written so far, masked ones included. */
  #written = 0;
  /** The mask that was written last, while later bytes may still belong to it. */
  #open: Span | null = null;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#search = new Search(options.compiled());
  }

  get skipped(): Masker["skipped"] {
    return this.#options.skipped;
  }

  push(chunk: Buffer): Buffer[] {
    const compiled = this.#options.compiled();
    if (compiled !== this.#search.compiled) this.#search.change(compiled, this.#held);
    if (compiled.automaton.longest === 0) return chunk.length > 0 ? [chunk] : [];
    const out: Buffer[] = [];
    for (let from = 0; from < chunk.length; from += CAPACITY) {
      const piece = chunk.length <= CAPACITY ? chunk : chunk.subarray(from, from + CAPACITY);
      this.#search.take(piece);
      this.#release(piece, this.#search.settled, out);
    }
    return out;
  }

  flush(): Buffer[] {
    const out: Buffer[] = [];
    this.#search.finish();
    this.#release(NOTHING, this.#search.taken, out);
    this.#search.end();
    this.#open = null;
    return out;
  }

  hits(): ReadonlyMap<string, number> {
    return this.#hits;
  }

  /** Writes up to `safe`, and holds the rest. `piece` is what was taken last. */
  #release(piece: Buffer, safe: number, out: Buffer[]): void {
    const held = this.#held;
    const begin = this.#search.taken - piece.length;
    const plain = (to: number): void => {
      const from = this.#written;
      if (to <= from) return;
      const old = begin - held.length;
      if (from < begin) out.push(held.subarray(from - old, Math.min(to, begin) - old));
      if (to > begin) out.push(piece.subarray(Math.max(from, begin) - begin, to - begin));
      this.#written = to;
    };
    if (this.#open !== null) this.#written = Math.max(this.#written, Math.min(safe, this.#open.end));
    const { spans } = this.#search;
    while (spans.first !== undefined && spans.first.start < safe) {
      const span = spans.shift();
      if (this.#open !== null && span.start <= this.#open.end) this.#extend(this.#open, span);
      else {
        plain(span.start);
        out.push(this.#options.mask);
        this.#open = { start: span.start, end: span.end, owners: new Set() };
        this.#extend(this.#open, span);
      }
      this.#written = Math.max(this.#written, Math.min(safe, this.#open.end));
    }
    plain(safe);
    if (this.#open !== null && this.#open.end < safe) this.#open = null;
    if (safe === this.#search.taken) this.#held = NOTHING;
    else if (safe >= begin) this.#held = Buffer.from(piece.subarray(safe - begin));
    else this.#held = Buffer.concat([held.subarray(held.length - (begin - safe)), piece]);
  }

  #extend(open: Span, span: Span): void {
    open.end = Math.max(open.end, span.end);
    for (const owner of span.owners) {
      if (open.owners.has(owner)) continue;
      open.owners.add(owner);
      const name = this.#options.compiled().names[owner] ?? "";
      this.#hits.set(name, (this.#hits.get(name) ?? 0) + 1);
    }
  }
}
