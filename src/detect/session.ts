/**
 * One input on its way through the engine. Bytes lie in the matcher's own memory: what the fast pass has seen stays there only as
 * far as a match could still reach back. A hit waits until all bytes that its match may span are there, a candidate until all that
 * could overlap it are known, a match until its other part can no longer come. So nothing depends on how the input was cut.
 */
import { nextHead } from "../match/expression/heads.ts";
import type { LiteralMatcher } from "../match/literals.ts";
import { Searcher, type Work } from "./candidates.ts";
import { ROOM, type Compiled } from "./compile.ts";
import { decoders } from "./decode.ts";
import { resolveOverlaps, type Candidate } from "./overlap.ts";
import { Pairs } from "./pairs.ts";
import { TextWindow } from "./text-window.ts";
import type { DetectorStream, RawMatch } from "./types.ts";

/** A hit is one number, `start * PATTERNS + pattern`: sorted by place, and still exact beyond a terabyte. */
export const PATTERNS = 8192;

export interface Engine {
  readonly matcher: LiteralMatcher;
  /** By the matcher's pattern index. */
  readonly users: readonly Compiled[];
  /** The most bytes of a match before its literal. */
  readonly before: number;
  /** Bytes that are passed over at once; the matcher has room for them beside all that may have to stay. */
  readonly blockSize: number;
  readonly work: Work;
  /** Also the secrets that belong to another one. */
  readonly everySecret: boolean;
  /** Whose bytes are in the matcher's input. */
  owner: Session | null;
}

export class Session implements DetectorStream {
  readonly #engine: Engine;
  readonly #searcher: Searcher;
  readonly #pairs: Pairs;
  /** Offset in the input of the first byte at hand. */
  #base = 0;
  /** Bytes at hand, and how many of them the fast pass has seen. */
  #filled = 0;
  #scanned = 0;
  /** Bytes that came since the last pass. */
  #fresh = 0;
  #hits: number[] = [];
  #candidates: Candidate[] = [];
  #reported = new Set<Candidate>();
  #saved: Buffer | null = null;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#searcher = new Searcher(engine.work);
    this.#pairs = new Pairs(engine.everySecret);
  }

  push(chunk: Uint8Array): RawMatch[] {
    const found: RawMatch[] = [];
    for (let at = 0; at < chunk.length; ) {
      const room = this.space();
      const piece = chunk.subarray(at, at + room.length);
      room.set(piece);
      at += piece.length;
      for (const match of this.advance(piece.length)) found.push(match);
    }
    return found;
  }

  space(): Uint8Array {
    this.#own();
    return this.#engine.matcher.input.subarray(
      this.#filled,
      this.#filled + this.#engine.blockSize - this.#fresh,
    );
  }

  advance(length: number): RawMatch[] {
    this.#own();
    this.#filled += length;
    this.#fresh += length;
    return this.#fresh === this.#engine.blockSize ? this.#process(false) : [];
  }

  end(): RawMatch[] {
    this.#own();
    const found = this.#process(true);
    this.#engine.owner = null;
    return found;
  }

  #own(): void {
    const { owner, matcher } = this.#engine;
    if (owner === this) return;
    if (owner !== null) owner.#leave();
    this.#engine.owner = this;
    if (this.#saved !== null) matcher.input.set(this.#saved);
    this.#saved = null;
  }

  #leave(): void {
    this.#saved = Buffer.from(this.#engine.matcher.input.subarray(0, this.#filled));
  }

  #process(last: boolean): RawMatch[] {
    const { matcher, before, users } = this.#engine;
    const seen = matcher.input.subarray(0, this.#filled);
    this.#fresh = 0;
    const to = last ? this.#filled : Math.max(this.#scanned, this.#filled - matcher.longest);
    matcher.find({ from: this.#scanned, to, end: this.#filled }, (pattern, start) => {
      const { heads, before, least } = users[pattern] as Compiled;
      // Most hits of a rule without a known start have no place near at which a match could begin.
      const ways = heads();
      if (ways !== null && nextHead(ways, seen, Math.max(0, start - before), start - least) > start - least)
        return;
      this.#hits.push((this.#base + start) * PATTERNS + pattern);
    });
    this.#scanned = to;
    // Literals that begin before this are all known: the place at which they were looked for is inside them.
    const known = last ? Infinity : this.#base + to - matcher.longest;
    const waiting = this.#searchHits(known);
    const frontier = last ? Infinity : Math.min(known - before, waiting);
    const { found, open } = this.#settle(frontier);
    if (!last) this.#drop(frontier - ROOM - this.#base);
    return this.#pairs.push(found, Math.min(frontier, open));
  }

  /** Searches where enough bytes are at hand; gives where the first match of those that wait may begin. */
  #searchHits(known: number): number {
    if (this.#hits.length === 0) return Infinity;
    const { matcher, users, work } = this.#engine;
    const window = new TextWindow(matcher.input.subarray(0, this.#filled), this.#base);
    const end = known === Infinity ? Infinity : this.#base + this.#filled;
    const waiting: number[] = [];
    let earliest = Infinity;
    // Few enough to sort as they are: hits that passed their guards.
    for (const hit of this.#hits.length === 1 ? this.#hits : this.#hits.sort((a, b) => a - b)) {
      const start = Math.floor(hit / PATTERNS);
      const one = users[hit % PATTERNS] as Compiled;
      const matchEnd = start - (one.start ?? Math.min(0, one.least)) + one.longest;
      if (start < known && matchEnd + ROOM <= end) {
        this.#searcher.search(one, start, window, this.#candidates);
      } else {
        waiting.push(hit);
        earliest = Math.min(earliest, start - one.before);
      }
    }
    this.#hits = waiting;
    work.decoded += window.decoded;
    return earliest;
  }

  /**
   * Candidates that end before the frontier meet no others than those known. They stay while one of those is undecided; `open` is
   * where the first of these begins.
   */
  #settle(frontier: number): { found: RawMatch[]; open: number } {
    if (this.#candidates.length === 0) return { found: [], open: Infinity };
    const verdicts = resolveOverlaps(this.#candidates);
    const open = verdicts.find(({ candidate }) => endOf(candidate) > frontier)?.candidate.offset ?? Infinity;
    const found = verdicts
      .filter(({ candidate, wins }) => wins && endOf(candidate) <= frontier && !this.#reported.has(candidate))
      .map(({ candidate }) => candidate);
    this.#candidates = this.#candidates.filter((one) => endOf(one) > Math.min(frontier, open));
    for (const one of found) this.#reported.add(one);
    this.#reported = new Set(this.#candidates.filter((one) => this.#reported.has(one)));
    return { found: found.map(matchOf), open };
  }

  #drop(count: number): void {
    if (count <= 0) return;
    this.#engine.matcher.input.copyWithin(0, count, this.#filled);
    this.#base += count;
    this.#filled -= count;
    this.#scanned -= count;
  }
}

const endOf = ({ offset, length }: Candidate): number => offset + length;

function matchOf({ offset, length, rule, format, text }: Candidate): RawMatch {
  const raw = Buffer.from(text, "latin1");
  const value = format.decode === undefined ? raw : decoders[format.decode](raw);
  const says = format.says?.(value.toString("latin1")) ?? null;
  return { offset, length, rule, value, ...(says === null ? {} : { says }) };
}
