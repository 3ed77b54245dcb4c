/**
 * Finds known values in a stream of bytes: what Aho–Corasick over all forms finds, in the text as it is and as it reads without
 * breaks (`fold.ts`). Long stretches are read by the window filter, and the automaton runs only where that says something may be.
 */
import { SHORTEST_KNOWN, type WindowFilter, createWindowFilter } from "../match/windows.ts";
import { Automaton, type Pattern } from "./automaton.ts";
import { Fold, outsideBreaks } from "./fold.ts";
import { Spans } from "./spans.ts";

/** What all streams share. */
export interface Compiled {
  readonly automaton: Automaton;
  /** Null until a stream has a chunk that is worth it. */
  filter(): WindowFilter;
  /** Whether values with breaks inside are found. */
  readonly breaks: boolean;
  /** Names of the values, by index. */
  readonly names: readonly string[];
}

/** Bytes that are looked at in one go. */
export const CAPACITY = 1 << 17;
/** Under this the automaton alone is as fast. */
const WORTH_FILTERING = 512;
/** Bytes between two looks at whether the automaton may stop. */
const STRIDE = 32;

export function compile(patterns: readonly Pattern[], names: readonly string[], breaks: boolean): Compiled {
  const automaton = new Automaton(patterns);
  let filter: WindowFilter | null = null;
  return {
    automaton,
    breaks,
    names,
    filter: () =>
      (filter ??= createWindowFilter(
        patterns.map(({ bytes }) => bytes),
        { capacity: CAPACITY, breaks },
      )),
  };
}

export { SHORTEST_KNOWN };

/** The state of one stream. */
export class Search {
  readonly spans = new Spans();
  #compiled: Compiled;
  #node = 0;
  #fold: Fold | null;
  /** Bytes taken so far: the absolute position of the next chunk. */
  #taken = 0;

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
    this.#fold = this.#newFold();
  }

  #newFold(): Fold | null {
    const { breaks, automaton } = this.#compiled;
    if (!breaks) return null;
    return new Fold(automaton, (start, end, node) => this.spans.add(start, end, automaton.owners(node)));
  }

  get compiled(): Compiled {
    return this.#compiled;
  }

  /** From here on looks for other values, beginning with `held`, the last bytes taken. */
  change(compiled: Compiled, held: Buffer): void {
    this.#compiled = compiled;
    this.#fold = this.#newFold();
    this.#taken -= held.length;
    this.#restart(0);
    this.take(held);
  }

  get taken(): number {
    return this.#taken;
  }

  /** Bytes before this position can't become part of a value that begins there. */
  get settled(): number {
    const live = this.#compiled.automaton.live[this.#node] as number;
    return Math.min(this.#taken - live, this.#fold?.held ?? Infinity);
  }

  /** No more bytes come: `spans` is complete. */
  finish(): void {
    this.#fold?.finish();
  }

  /** The next chunk is another stream's first. */
  end(): void {
    this.spans.clear();
    this.#restart(0);
  }

  /** Takes the next bytes, at most `CAPACITY`. */
  take(bytes: Buffer): void {
    if (bytes.length < WORTH_FILTERING) this.#run(bytes, 0, bytes.length);
    else this.#leap(bytes);
    this.#taken += bytes.length;
  }

  #restart(at: number): void {
    this.#node = 0;
    this.#fold?.reset(this.#taken + at);
  }

  #leap(bytes: Buffer): void {
    const filter = this.#compiled.filter();
    const end = bytes.length;
    if (bytes.buffer !== filter.input.buffer || bytes.byteOffset !== filter.input.byteOffset)
      filter.input.set(bytes);
    const next = new Array<number>(filter.passes).fill(-1);
    let at = this.#isFresh ? 0 : this.#settle(bytes, 0, -1);
    while (at >= 0) {
      let place = end;
      for (let pass = 0; pass < next.length; pass++) {
        if ((next[pass] as number) < at) next[pass] = filter.find(pass, at, end);
        place = Math.min(place, next[pass] as number);
      }
      const start = this.#outside(bytes, Math.max(at, place - filter.reach), at);
      this.#restart(start);
      if (place === end) {
        this.#run(bytes, start, end);
        return;
      }
      at = this.#settle(bytes, start, place);
    }
  }

  /** Whether what was taken so far does not matter to what comes. */
  get #isFresh(): boolean {
    return this.#compiled.automaton.live[this.#node] === 0 && this.#fold?.isFresh !== false;
  }

  #outside(bytes: Buffer, at: number, least: number): number {
    return this.#fold === null ? at : outsideBreaks(bytes, at, least);
  }

  /**
   * Runs until nothing that began at `place` or before can become a value any more. Gives where what still may begins, which the
   * filter has to see whole; -1 at the end of the bytes.
   */
  #settle(bytes: Buffer, from: number, place: number): number {
    const { live } = this.#compiled.automaton;
    for (let at = from; at < bytes.length; ) {
      const to = Math.min(bytes.length, at + STRIDE);
      this.#run(bytes, at, to);
      at = to;
      const open = live[this.#node] as number;
      if (at < bytes.length && at - open > place && at - open >= 0 && this.#fold?.agrees(open) !== false)
        return at - open;
    }
    return -1;
  }

  #run(bytes: Buffer, from: number, to: number): void {
    const { automaton } = this.#compiled;
    const { matched } = automaton;
    let node = this.#node;
    for (let at = from; at < to; at++) {
      node = automaton.next(node, bytes[at] as number);
      const length = matched[node] as number;
      if (length > 0) {
        const end = this.#taken + at + 1;
        this.spans.add(end - length, end, automaton.owners(node));
      }
    }
    this.#node = node;
    this.#fold?.take(bytes, from, to);
  }
}
