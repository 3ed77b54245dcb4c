/**
 * The text as it reads without breaks: control sequences of terminals, line ends with a backslash before and white space behind
 * them. The automaton runs over what is left, so that a value is found that a terminal, a line wrap or a shell has broken up.
 * `match/wasm/assembly/windows.ts` has the same definition of a break.
 */
import type { Automaton } from "./automaton.ts";

const ESC = 0x1b;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const CR = 0x0d;
const NOTHING: Buffer = Buffer.alloc(0);
/** So much of a value must stand before the end of a line for the text to be held back, and masked, from there on. */
export const SHORTEST_HEAD = 4;

/** The end of the terminal's control sequence at `at`; `at` where there is none, -1 where `end` is inside it. */
export function sequenceEnd(data: Uint8Array, at: number, end = data.length): number {
  const within = (place: number, from: number, to: number): boolean =>
    place < end && (data[place] as number) >= from && (data[place] as number) <= to;
  const last = (place: number, from: number, to: number): number => {
    if (place >= end) return -1;
    return within(place, from, to) ? place + 1 : at;
  };
  let place = at + 1;
  if (place >= end) return -1;
  if (data[place] === 0x5b) {
    place++;
    for (const most = place + 40; place < most && within(place, 0x30, 0x3f); ) place++;
    for (const most = place + 4; place < most && within(place, 0x20, 0x2f); ) place++;
    return last(place, 0x40, 0x7e);
  }
  if (data[place] === 0x5d) {
    for (const most = place + 501; ; ) {
      if (++place >= end) return -1;
      const byte = data[place] as number;
      if (byte === 0x07) return place + 1;
      if (byte === ESC) return place + 1 >= end ? -1 : data[place + 1] === BACKSLASH ? place + 2 : at;
      if (byte === LF || byte === CR || place >= most) return at;
    }
  }
  if (within(place, 0x20, 0x2f)) {
    place++;
    if (within(place, 0x20, 0x2f)) place++;
    return last(place, 0x30, 0x7e);
  }
  return last(place, 0x30, 0x7e);
}

/** Bytes left out: before the kept byte of number `at`, and whether a line ended there. */
interface Break {
  readonly at: number;
  bytes: number;
  line: boolean;
}

/** Called with absolute positions of a value that has a break inside, and the automaton's node. */
export type OnBroken = (start: number, end: number, node: number) => void;

/** One stream's state. Positions are absolute: bytes since its beginning. */
export class Fold {
  readonly #automaton: Automaton;
  readonly #onBroken: OnBroken;
  #node = 0;
  /** Kept bytes so far. */
  #kept = 0;
  /** The position of the next byte. */
  #position = 0;
  #breaks: Break[] = [];
  #afterLine = false;
  /** The beginning of what may become a break; the bytes are taken again with those that follow. */
  #lag: Buffer = NOTHING;

  constructor(automaton: Automaton, onBroken: OnBroken) {
    this.#automaton = automaton;
    this.#onBroken = onBroken;
  }

  /** Starts afresh at `position`, which must not be inside a break. */
  reset(position: number): void {
    this.#node = 0;
    this.#position = position;
    this.#breaks = [];
    this.#afterLine = false;
    this.#lag = NOTHING;
  }

  /** Takes [from, to) of `bytes`, which follow those of the last call. */
  take(bytes: Buffer, from = 0, to = bytes.length): void {
    const lags = this.#lag.length > 0;
    const data = lags ? Buffer.concat([this.#lag, bytes.subarray(from, to)]) : bytes;
    const end = lags ? data.length : to;
    let at = lags ? 0 : from;
    while (at < end) {
      const byte = data[at] as number;
      const next = byte > BACKSLASH ? at : this.#skip(data, at, end);
      if (next < 0) break;
      if (next > at) {
        at = next;
        continue;
      }
      this.#one(byte);
      at++;
    }
    this.#lag = at < end ? Buffer.from(data.subarray(at, end)) : NOTHING;
    this.#prune();
  }

  /** The text ends: what might have become a break is none. */
  finish(): void {
    while (this.#lag.length > 0) {
      const rest = this.#lag.subarray(1);
      this.#one(this.#lag[0] as number);
      this.#lag = NOTHING;
      this.take(rest);
    }
  }

  /** A byte that belongs to no break. */
  #one(byte: number): void {
    this.#afterLine = false;
    this.#node = this.#automaton.next(this.#node, byte);
    this.#kept++;
    this.#position++;
    const length = this.#automaton.matched[this.#node] as number;
    if (length > 0 && this.#breaks.length > 0) this.#found(length);
  }

  /** The end of the break at `at`, `at` for none, -1 where that cannot be said yet. */
  #skip(data: Buffer, at: number, dataEnd: number): number {
    const byte = data[at] as number;
    if (byte === LF || byte === CR || (this.#afterLine && (byte === 0x20 || byte === 0x09))) {
      this.#afterLine = true;
      return this.#leaveOut(at, at + 1, true);
    }
    if (byte === ESC) {
      const end = sequenceEnd(data, at, dataEnd);
      return end > at ? this.#leaveOut(at, end, false) : end;
    }
    if (byte === BACKSLASH) {
      if (at + 1 >= dataEnd) return -1;
      if (data[at + 1] === LF || data[at + 1] === CR) return this.#leaveOut(at, at + 1, true);
    }
    return at;
  }

  #leaveOut(from: number, to: number, line: boolean): number {
    this.#position += to - from;
    const last = this.#breaks.at(-1);
    if (last?.at === this.#kept) {
      last.bytes += to - from;
      last.line ||= line;
    } else if ((this.#automaton.live[this.#node] as number) > 0) {
      this.#prune();
      this.#breaks.push({ at: this.#kept, bytes: to - from, line });
    }
    return to;
  }

  /** Breaks before all that may become a value do not matter any more. */
  #prune(): void {
    const first = this.#kept - (this.#automaton.live[this.#node] as number);
    while (this.#breaks[0] !== undefined && this.#breaks[0].at <= first) this.#breaks.shift();
  }

  /** The position of the kept byte of number `index`. */
  #positionOf(index: number): number {
    let left = this.#position - (this.#kept - index);
    for (let i = this.#breaks.length - 1; i >= 0; i--) {
      const { at, bytes } = this.#breaks[i] as Break;
      if (at <= index) break;
      left -= bytes;
    }
    return left;
  }

  /** Where the last `length` kept bytes begin, without a head too short to count. */
  #begin(length: number): number {
    const first = this.#kept - length;
    let from = first;
    for (const { at, line } of this.#breaks) if (line && at > first && at - first < SHORTEST_HEAD) from = at;
    return this.#positionOf(from);
  }

  #found(length: number): void {
    const first = this.#kept - length;
    if (!this.#breaks.some(({ at }) => at > first)) return;
    this.#onBroken(this.#begin(length), this.#position, this.#node);
  }

  /** Where what may still become a value begins; Infinity: nothing. */
  get held(): number {
    const length = this.#automaton.live[this.#node] as number;
    const from = length > 0 ? this.#begin(length) : Infinity;
    if (this.#lag.length > 0) return Math.min(from, this.#asText().held);
    return from < this.#position ? from : Infinity;
  }

  /** The state if what may become a break becomes none. */
  #asText(): Fold {
    const other = new Fold(this.#automaton, () => undefined);
    other.#node = this.#node;
    other.#kept = this.#kept;
    other.#position = this.#position;
    other.#breaks = this.#breaks.map((one) => ({ ...one }));
    other.#one(this.#lag[0] as number);
    other.take(this.#lag.subarray(1));
    return other;
  }

  /** Whether it stands as it would after `reset`: nothing before matters to what comes. */
  get isFresh(): boolean {
    return this.#lag.length === 0 && !this.#afterLine && this.#automaton.live[this.#node] === 0;
  }

  /** Whether the same text without regard to breaks, with `live` bytes that may become a value, leads to the same state. */
  agrees(live: number): boolean {
    if (this.#lag.length > 0 || this.#afterLine) return false;
    if ((this.#automaton.live[this.#node] as number) !== live) return false;
    return !this.#breaks.some(({ at }) => at > this.#kept - live);
  }
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x09 || byte === LF || byte === CR;

/** No control sequence is longer. */
const FAR = 512;

/** The last place in [least, at] that is not inside a break, nor in the white space that belongs to one. */
export function outsideBreaks(data: Buffer, at: number, least: number): number {
  let place = at;
  /** The last escape before the place and not far from it. */
  const escape = (): number => {
    const first = Math.max(least, place - FAR);
    const index = place > first ? data.subarray(first, place).lastIndexOf(ESC) : -1;
    return index < 0 ? -1 : first + index;
  };
  const near = escape();
  if (near >= 0) place = near;
  for (;;) {
    const before = place;
    while (place > least && isSpace(data[place - 1])) place--;
    if (place > least && data[place - 1] === BACKSLASH && (data[place] === LF || data[place] === CR)) place--;
    const sequence = escape();
    if (sequence >= 0 && sequenceEnd(data, sequence) === place) place = sequence;
    if (place === before) return place;
  }
}

/** `bytes` as they read without breaks. */
export function withoutBreaks(bytes: Buffer): Buffer {
  const kept: number[] = [];
  let line = false;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    const next = bytes[at + 1];
    const ends = byte === LF || byte === CR;
    const escaped = byte === BACKSLASH && (next === LF || next === CR);
    const sequence = byte === ESC ? sequenceEnd(bytes, at) : at;
    if (ends || escaped || (line && isSpace(byte))) {
      line = true;
      at++;
    } else if (sequence > at) at = sequence;
    else {
      line = false;
      kept.push(byte);
      at++;
    }
  }
  return Buffer.from(kept);
}
