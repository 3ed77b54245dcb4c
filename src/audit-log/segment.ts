/** A claimed segment: its lock, its open file, and where its chain stands. */
import {
  closeSync,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { hash } from "node:crypto";
import { beginning, type ChainState, isUnfinished, nextLine, parseLine } from "./chain.ts";
import { noSegment, partName, segmentName, segmentsOf, tailOf } from "./files.ts";
import { lockSegment, type SegmentLock } from "./lock.ts";

const sync = promisify(fdatasync);
const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** Where to go on writing; null when the segment is damaged and must be left alone. */
interface Position {
  readonly state: ChainState;
  /** 0: there is none yet. */
  readonly part: number;
  /** Bytes of whole lines in it. */
  readonly size: number;
  /** An unfinished line to cut off. */
  readonly torn: Buffer;
}

function positionOf(folder: string, segment: string): Position | null {
  const { parts, compressed } =
    segmentsOf(folder).find((one) => one.segment === segment) ?? noSegment(segment);
  const none = Buffer.alloc(0);
  const last = parts.at(-1);
  if (last === undefined) return { state: beginning(segment), part: 0, size: 0, torn: none };
  // somebody put the whole segment away: it is not written to again
  if (compressed.has(last)) return null;
  const { line, end, rest } = tailOf(folder, partName(segment, last));
  let state = beginning(segment);
  // a part begun and never written to: its chain stands where the part before ended
  const before = parts.at(-2);
  if (line === null && before !== undefined && compressed.has(before)) return null;
  const lastLine = line ?? (last === 1 ? null : tailOf(folder, partName(segment, before ?? last)).line);
  if (lastLine !== null) {
    const parsed = parseLine(lastLine);
    if (typeof parsed === "string") return null;
    state = { seq: parsed.seq, hash: parsed.hash };
  } else if (last !== 1) return null;
  if (rest.length > 0 && !isUnfinished(state, rest)) return null;
  return { state, part: last, size: end, torn: rest };
}

/** The first free, undamaged segment, or a new one. Throws what the file system throws. */
export function claimSegment({ folder, ...limits }: SegmentOptions): OpenSegment {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const known = segmentsOf(folder).map(({ segment }) => segment);
  const next = Number(known.at(-1) ?? 0) + 1;
  for (let i = 0; ; i++) {
    const segment = known[i] ?? segmentName(next + i - known.length);
    const lock = lockSegment(folder, segment);
    if (lock === null) continue;
    try {
      const position = positionOf(folder, segment);
      if (position !== null) return new OpenSegment({ folder, segment, lock, ...limits }, position);
    } catch (error) {
      lock.release();
      throw error;
    }
    lock.release();
  }
}

export interface SegmentOptions {
  readonly folder: string;
  readonly maxFileBytes: number;
  /** Milliseconds; Infinity: none. */
  readonly maxFileAge: number;
  readonly now: () => number;
}

interface SegmentPlace extends SegmentOptions {
  readonly segment: string;
  readonly lock: SegmentLock;
}

/** The segment's file is no longer as we left it; another segment must be claimed. */
export class SegmentLost extends Error {}

export class OpenSegment {
  readonly segment: string;
  /** The line that was cut off at opening, to be recorded. */
  readonly recovered: { readonly bytes: number; readonly sha256: string } | null;
  readonly #place: SegmentPlace;
  #state: ChainState;
  #part: number;
  #size: number;
  #file: number;
  #begun: number;
  #dirty = false;

  constructor(place: SegmentPlace, { state, part, size, torn }: Position) {
    this.segment = place.segment;
    this.#place = place;
    this.#state = state;
    this.#part = part;
    this.#size = size;
    this.#begun = place.now();
    this.#file = part === 0 ? this.#nextPart() : this.#openPart(part, 0);
    if (torn.length > 0) ftruncateSync(this.#file, size);
    this.recovered = torn.length === 0 ? null : { bytes: torn.length, sha256: hash("sha256", torn, "hex") };
  }

  get state(): ChainState {
    return this.#state;
  }

  /** Chains and writes the entries, all or none. Throws `SegmentLost`, or what the file system throws. */
  write(entries: readonly { readonly time: string; readonly inner: string }[]): void {
    this.#restore();
    if (this.#isFull()) {
      const file = this.#nextPart();
      closeSync(this.#file);
      this.#file = file;
    }
    let state = this.#state;
    let text = "";
    for (const { time, inner } of entries) {
      const next = nextLine(state, time, inner);
      state = next.state;
      text += next.line;
    }
    const bytes = Buffer.from(text, "utf8");
    this.#dirty = true;
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#dirty = false;
    this.#size += bytes.length;
    this.#state = state;
  }

  sync(): Promise<void> {
    return sync(this.#file);
  }

  close(): void {
    try {
      if (this.#dirty) ftruncateSync(this.#file, this.#size);
    } catch {
      // what is left is an unfinished line: the next writer cuts it
    }
    closeSync(this.#file);
    this.#place.lock.release();
  }

  /** Cuts off what a failed write left, and makes sure that nobody removed the file or wrote into it. */
  #restore(): void {
    if (this.#dirty) ftruncateSync(this.#file, this.#size);
    this.#dirty = false;
    const { nlink, size } = fstatSync(this.#file);
    if (nlink === 0) throw new SegmentLost("its file was removed");
    if (size !== this.#size) throw new SegmentLost("its file was changed by somebody else");
  }

  #isFull(): boolean {
    const { maxFileBytes, maxFileAge, now } = this.#place;
    return this.#size >= maxFileBytes || (this.#size > 0 && now() - this.#begun >= maxFileAge);
  }

  #nextPart(): number {
    const file = this.#openPart(this.#part + 1, O_CREAT | O_EXCL);
    this.#begun = this.#place.now();
    this.#part++;
    this.#size = 0;
    return file;
  }

  #openPart(part: number, flags: number): number {
    const path = join(this.#place.folder, partName(this.segment, part));
    const file = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | flags, 0o600);
    if ((fstatSync(file).mode & 0o077) !== 0) fchmodSync(file, 0o600);
    return file;
  }
}
