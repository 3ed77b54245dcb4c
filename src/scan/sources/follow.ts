/**
 * A file that grows, as `tail -F` reads it: from its beginning on, through rotation (another file takes its name) and truncation.
 * What was found is given at once; a match at the very end waits, as more of it may be on its way.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Detector } from "../../detect/types.ts";
import { PositionCounter } from "../places.ts";
import { detectShown } from "../shown.ts";
import type { Found } from "../types.ts";

export interface FollowOptions {
  readonly detector: Detector;
  /** Ends the following; what waits is given then. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. */
  readonly pollMs?: number;
}

const CHUNK = 1 << 20;
/** Bytes kept before what is new: a key that comes in two writes, or over several lines. */
const KEPT = 64 << 10;
const POLL_MS = 250;
/** Looks after which the end of what is there counts as an end. */
const IDLE = 8;

/** A file that is not there yet is waited for. */
export async function* follow(path: string, options: FollowOptions): AsyncGenerator<Found[]> {
  const { signal, pollMs = POLL_MS } = options;
  let file: Growing | null = null;
  try {
    for (;;) {
      // Asked before reading, so that what was written before the end is read.
      const last = signal.aborted;
      file ??= Growing.open(path, options.detector);
      const found = file?.look() ?? [];
      const gone = file !== null && file.replacedBy(path);
      if (file !== null && (gone || last)) found.push(...file.rest());
      if (found.length > 0) yield found;
      if (gone) {
        file?.close();
        file = null;
        continue;
      }
      if (last) return;
      await wait(pollMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    file?.close();
  }
}

class Growing {
  readonly #fd: number;
  readonly #detector: Detector;
  readonly #buffer = Buffer.allocUnsafeSlow(CHUNK);
  /** From `#base` on: what is kept, then what is new. Begins with a line, whose number is `#line`, unless that is too long. */
  #window = Buffer.alloc(0);
  #base = 0;
  #line = 1;
  #column = 1;
  #read = 0;
  /** Whether all that was read is judged. */
  #judged = true;
  /** Looks without anything new. */
  #idle = 0;
  /** Given already: rule and offset. */
  readonly #given = new Map<string, number>();

  private constructor(fd: number, detector: Detector) {
    this.#fd = fd;
    this.#detector = detector;
  }

  static open(path: string, detector: Detector): Growing | null {
    try {
      const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (fstatSync(fd).isFile()) return new Growing(fd, detector);
      closeSync(fd);
      throw new Error("no regular file");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  replacedBy(path: string): boolean {
    const now = statSync(path, { throwIfNoEntry: false });
    const mine = fstatSync(this.#fd);
    return now !== undefined && (now.ino !== mine.ino || now.dev !== mine.dev);
  }

  /** What is new and certain. */
  look(): Found[] {
    const found: Found[] = [];
    if (fstatSync(this.#fd).size < this.#read) {
      found.push(...this.rest());
      this.#restart();
    }
    let waiting = true;
    for (;;) {
      const size = readSync(this.#fd, this.#buffer, 0, CHUNK, this.#read);
      // Nothing new for a while: what waits at the end will not grow.
      if (size === 0) return waiting && ++this.#idle >= IDLE ? [...found, ...this.rest()] : found;
      waiting = false;
      this.#idle = 0;
      this.#judged = false;
      this.#read += size;
      this.#window = Buffer.concat([this.#window, this.#buffer.subarray(0, size)]);
      found.push(...this.#scan(false));
      this.#forget();
    }
  }

  /** What waited for more that does not come. */
  rest(): Found[] {
    if (this.#judged) return [];
    this.#judged = true;
    return this.#scan(true);
  }

  #scan(whole: boolean): Found[] {
    const { matches, offsetOf } = detectShown(this.#detector, this.#window);
    const spans = matches.flatMap((match) => {
      const start = offsetOf(match.offset);
      const end = offsetOf(match.offset + match.length - 1) + 1;
      const key = `${match.rule.id}\0${this.#base + start}`;
      if ((!whole && end >= this.#window.length) || this.#given.has(key)) {
        match.value.fill(0);
        return [];
      }
      this.#given.set(key, this.#base + start);
      return [{ match, start, end }];
    });
    if (spans.length === 0) return [];
    const counter = new PositionCounter(spans.flatMap(({ start, end }) => [start, end]));
    counter.push(this.#window);
    const at = (offset: number) => {
      const { line, column } = counter.at(offset);
      return { line: this.#line + line - 1, column: line === 1 ? this.#column + column - 1 : column };
    };
    return spans.map(({ match, start, end }) => {
      const [from, to] = [at(start), at(end)];
      return {
        match,
        line: from.line,
        column: from.column,
        endLine: to.line,
        endColumn: to.column,
        offset: this.#base + start,
      };
    });
  }

  #forget(): void {
    if (this.#window.length <= KEPT) return;
    const from = this.#window.length - KEPT;
    const newline = this.#window.indexOf(0x0a, from);
    const cut = newline === -1 ? from : newline + 1;
    const dropped = this.#window.subarray(0, cut);
    const counter = new PositionCounter([cut]);
    counter.push(dropped);
    const { line, column } = counter.at(cut);
    this.#column = line === 1 ? this.#column + column - 1 : column;
    this.#line += line - 1;
    this.#base += cut;
    this.#window = Buffer.from(this.#window.subarray(cut));
    for (const [key, offset] of this.#given) if (offset < this.#base) this.#given.delete(key);
  }

  #restart(): void {
    this.#window = Buffer.alloc(0);
    this.#base = 0;
    this.#line = 1;
    this.#column = 1;
    this.#read = 0;
    this.#given.clear();
  }
}
