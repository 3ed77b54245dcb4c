/**
 * Input that arrives in chunks, as the windows that `withDecoders` judges: at fixed places, each with what it sees before and beyond
 * itself. The bytes lie where the scout reads them, so that none is copied twice.
 */
import type { Cut, DetectorStream, InputPart, RawMatch } from "../types.ts";
import { FastScout } from "./scout.ts";

/** In the bytes at hand, [from, to) is judged; the first of them is number `base` of the input. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly base: number;
  /** Hears of what is left of it. */
  readonly cut: Cut | undefined;
}

export interface Windows {
  /** Bytes of a window, and what it sees before and beyond it. */
  readonly block: number;
  readonly behind: number;
  readonly ahead: number;
  matches(bytes: Buffer, scout: FastScout, window: Window): RawMatch[];
}

/** Most streams are short. */
const FIRST_ROOM = 1 << 16;

export class WindowStream implements DetectorStream {
  readonly #windows: Windows;
  readonly #scouts: FastScout[];
  readonly #scout: FastScout;
  readonly #to: number;
  readonly #cut: Cut | undefined;
  #base: number;
  /** Bytes at hand, and how many of them are judged. */
  #size = 0;
  #judged: number;
  #room: Buffer;

  /** `scouts`: free ones, to which this stream's own goes back at its end. */
  constructor(
    windows: Windows,
    scouts: FastScout[],
    { from, to }: InputPart = { from: 0, to: Infinity },
    cut?: Cut,
  ) {
    this.#cut = cut;
    this.#windows = windows;
    this.#scouts = scouts;
    this.#scout = scouts.pop() ?? new FastScout();
    this.#base = Math.max(0, from - windows.behind);
    this.#judged = from - this.#base;
    this.#to = to;
    this.#room = this.#scout.room(FIRST_ROOM);
  }

  push(chunk: Uint8Array): RawMatch[] {
    const found: RawMatch[] = [];
    for (let at = 0; at < chunk.length; ) {
      const space = this.space();
      const piece = chunk.subarray(at, at + space.length);
      space.set(piece);
      at += piece.length;
      for (const match of this.advance(piece.length)) found.push(match);
    }
    return found;
  }

  space(): Uint8Array {
    const full = this.#full;
    if (this.#size === this.#room.length && this.#size < full)
      this.#room = this.#scout.room(Math.min(full, 2 * this.#size));
    return this.#room.subarray(this.#size, full);
  }

  advance(length: number): RawMatch[] {
    this.#size += length;
    return this.#size === this.#full ? this.#judge(this.#judged + this.#windows.block) : [];
  }

  end(): RawMatch[] {
    const found: RawMatch[] = [];
    const last = (): number => Math.min(this.#size, this.#to - this.#base);
    while (this.#judged < last())
      for (const match of this.#judge(Math.min(last(), this.#judged + this.#windows.block)))
        found.push(match);
    this.#scouts.push(this.#scout);
    return found;
  }

  /** How many bytes are at hand when the next window can be judged. */
  get #full(): number {
    return this.#judged + this.#windows.block + this.#windows.ahead;
  }

  #judge(to: number): RawMatch[] {
    const { behind, matches } = this.#windows;
    const bytes = this.#room.subarray(0, this.#size);
    const window = { from: this.#judged, to, base: this.#base, cut: this.#cut };
    const found = matches(bytes, this.#scout.overRoom(this.#size), window);
    const drop = Math.max(0, to - behind);
    this.#room.copyWithin(0, drop, this.#size);
    this.#size -= drop;
    this.#base += drop;
    this.#judged = to - drop;
    return found;
  }
}
