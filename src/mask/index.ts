/**
 * The streaming masker: replaces known values, in every form of `forms.ts`, in a stream of bytes.
 *
 * It does what Aho–Corasick over all forms does: every occurrence counts, occurrences that overlap or touch become one
 * mask, other bytes pass unchanged (they are never decoded). It holds back exactly the bytes that may still be the
 * beginning of a value, for as long as they may, and nothing else: there is no timer and no line buffer. Output that
 * was compressed, encrypted or reversed can't be masked.
 */
import { Secret } from "../core/secret.ts";
import { Automaton, type Pattern } from "./automaton.ts";
import { forms, leaves, lines, trim } from "./forms.ts";

/** Values under this many bytes would turn output into noise; they are reported, not masked. */
export const SHORTEST_VALUE = 6;
/** Longer values are reported, not masked. */
export const LONGEST_VALUE = 65_536;
/** Forms under this length (a stable middle of base64, say) are dropped. */
const SHORTEST_FORM = 6;

export type MaskValue = Secret | Buffer | { readonly name: string; readonly value: Secret | Buffer };

export interface SkippedValue {
  /** The value's name, or its place in the list as `#3`. */
  readonly name: string;
  readonly why: "empty" | "short" | "long";
}

export interface MaskOptions {
  readonly values: readonly MaskValue[];
  /** What stands in place of a value; `***` when left out. */
  readonly mask?: string;
}

/** The compiled values: make one, and one `Masker` of it per stream. */
export interface MaskSet {
  readonly skipped: readonly SkippedValue[];
  masker(): Masker;
  /** Whether `bytes` contain a value in any form. */
  finds(bytes: Uint8Array): boolean;
}

export interface Masker {
  /** Values that are not masked. */
  readonly skipped: readonly SkippedValue[];
  /** Gives the bytes that may be written now, in order. They may share memory with `chunk`: don't reuse that. */
  push(chunk: Buffer): Buffer[];
  /** Ends the stream: gives what was held back. The masker may then be used for another stream. */
  flush(): Buffer[];
  /** How many masks were written so far for each value, by name. */
  hits(): ReadonlyMap<string, number>;
}

export function createMasker(options: MaskOptions): Masker {
  return compileMasks(options).masker();
}

export function compileMasks(options: MaskOptions): MaskSet {
  const skipped: SkippedValue[] = [];
  const names: string[] = [];
  const patterns: Pattern[] = [];
  options.values.forEach((entry, index) => {
    const named =
      Buffer.isBuffer(entry) || entry instanceof Secret ? { name: `#${index}`, value: entry } : entry;
    const bytes = Buffer.isBuffer(named.value) ? named.value : named.value.reveal();
    const why = refusal(bytes);
    if (why !== null) skipped.push({ name: named.name, why });
    else for (const form of formsOf(bytes)) patterns.push({ bytes: form, owner: names.length });
    names.push(named.name);
  });
  const automaton = new Automaton(patterns);
  const mask = Buffer.from(options.mask ?? "***", "utf8");
  const masker = (): Masker => new StreamMasker(automaton, names, mask, skipped);
  return {
    skipped,
    masker,
    finds: (bytes) => {
      const probe = masker();
      probe.push(Buffer.from(bytes));
      probe.flush();
      return probe.hits().size > 0;
    },
  };
}

function refusal(bytes: Buffer): SkippedValue["why"] | null {
  if (bytes.length > LONGEST_VALUE) return "long";
  const trimmed = trim(bytes.toString("latin1")).length;
  if (trimmed === 0) return "empty";
  return trimmed < SHORTEST_VALUE ? "short" : null;
}

/** Every byte string to search for on account of one value, each once. */
export function formsOf(value: Buffer): Buffer[] {
  const out = new Map<string, Buffer>();
  const add = (form: Buffer, least: number): void => {
    if (form.length >= least) out.set(form.toString("latin1"), form);
  };
  for (const leaf of leaves(value)) {
    if (leaf.length < SHORTEST_VALUE) continue;
    for (const form of forms) for (const bytes of form.encode(leaf)) add(bytes, SHORTEST_FORM);
    for (const line of lines(leaf)) add(line, SHORTEST_FORM);
  }
  return [...out.values()];
}

interface Span {
  start: number;
  end: number;
  readonly owners: Set<number>;
}

class StreamMasker implements Masker {
  readonly skipped: readonly SkippedValue[];
  readonly #automaton: Automaton;
  readonly #names: readonly string[];
  readonly #mask: Buffer;
  readonly #hits = new Map<string, number>();
  /** Bytes held back: the live partial match. */
  #held: Buffer = Buffer.alloc(0);
  #node = 0;
  /** Found and not yet written; offsets count from the first held byte, in order, never overlapping. */
  #spans: Span[] = [];
  /** The mask that was written last, while later bytes may still belong to it. */
  #open: Span | null = null;

  constructor(
    automaton: Automaton,
    names: readonly string[],
    mask: Buffer,
    skipped: readonly SkippedValue[],
  ) {
    this.#automaton = automaton;
    this.#names = names;
    this.#mask = mask;
    this.skipped = skipped;
  }

  push(chunk: Buffer): Buffer[] {
    if (this.#automaton.longest === 0) return chunk.length > 0 ? [chunk] : [];
    const data = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#scan(data, this.#held.length);
    const safe = data.length - (this.#automaton.live[this.#node] ?? 0);
    const out = this.#release(data, safe);
    this.#held = Buffer.from(data.subarray(safe));
    return out;
  }

  flush(): Buffer[] {
    const out = this.#release(this.#held, this.#held.length);
    this.#held = Buffer.alloc(0);
    this.#node = 0;
    this.#spans = [];
    this.#open = null;
    return out;
  }

  hits(): ReadonlyMap<string, number> {
    return this.#hits;
  }

  /** Runs the automaton over `data` from `begin`, where it is in `#node`. */
  #scan(data: Buffer, begin: number): void {
    const { shift, window, live, matched } = this.#automaton;
    const last = data.length - window;
    let node = this.#node;
    let at = begin;
    while (at < data.length) {
      // Few live bytes: go back to where they begin and skip ahead. Rereading is bounded by `window`.
      const from = at - (live[node] as number);
      if (at - from < window && from <= last) {
        let start = from;
        while (start <= last) {
          const end = start + window;
          const move = shift[((data[end - 2] as number) << 8) | (data[end - 1] as number)] as number;
          if (move === 0) break;
          start += move;
        }
        if (start > from) {
          at = start;
          node = 0;
          if (at >= data.length) break;
        }
      }
      // One window's worth of steps before the next look at the table.
      for (let step = 0; step < window && at < data.length; step++) {
        node = this.#automaton.next(node, data[at++] as number);
        const length = matched[node] as number;
        if (length > 0) this.#found(at - length, at, node);
      }
    }
    this.#node = node;
  }

  #found(start: number, end: number, node: number): void {
    const owners = new Set(this.#automaton.owners(node));
    let first = start;
    for (let top = this.#spans.at(-1); top !== undefined && top.end >= first; top = this.#spans.at(-1)) {
      first = Math.min(first, top.start);
      for (const owner of top.owners) owners.add(owner);
      this.#spans.pop();
    }
    this.#spans.push({ start: first, end, owners });
  }

  /** Writes `data` up to `safe`, and moves every offset so that it counts from there. */
  #release(data: Buffer, safe: number): Buffer[] {
    const out: Buffer[] = [];
    let at = 0;
    const plain = (to: number): void => {
      if (to > at) out.push(data.subarray(at, to));
      at = Math.max(at, to);
    };
    if (this.#open !== null) at = Math.min(safe, Math.max(0, this.#open.end));
    while (this.#spans[0] !== undefined && this.#spans[0].start < safe) {
      const span = this.#spans.shift() as Span;
      if (this.#open !== null && span.start <= this.#open.end) this.#extend(this.#open, span);
      else {
        plain(span.start);
        out.push(this.#mask);
        this.#open = { start: span.start, end: span.end, owners: new Set() };
        this.#extend(this.#open, span);
      }
      at = Math.max(at, Math.min(safe, span.end));
    }
    plain(safe);
    for (const span of this.#spans) {
      span.start -= safe;
      span.end -= safe;
    }
    if (this.#open !== null) {
      this.#open.end -= safe;
      if (this.#open.end < 0) this.#open = null;
    }
    return out;
  }

  #extend(open: Span, span: Span): void {
    open.end = Math.max(open.end, span.end);
    for (const owner of span.owners) {
      if (open.owners.has(owner)) continue;
      open.owners.add(owner);
      const name = this.#names[owner] ?? "";
      this.#hits.set(name, (this.#hits.get(name) ?? 0) + 1);
    }
  }
}
