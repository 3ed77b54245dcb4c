/** Looks for values in one file, as its format shows it: archives, compressed files and notebooks are taken apart. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { defaultLimits, formats } from "../../formats/index.ts";
import { type Piece, pieces } from "../../formats/pieces.ts";
import { bytesSource, viewOf } from "../../formats/source.ts";
import type { ByteSource } from "../../formats/types.ts";
import type { FoundValue, MaskSet } from "../../mask/index.ts";

export interface Place {
  /** Path inside an archive. */
  readonly entry?: string;
  /** `cell 3, output 1` */
  readonly within?: string;
  /** From 1; absent where the file has no lines. */
  readonly line?: number;
  /** Of the value's first byte, in what `entry` and `within` name. */
  readonly byte: number;
  readonly names: readonly string[];
}

export interface Looked {
  readonly places: readonly Place[];
  /** What of it could not be read, and why. */
  readonly unread: readonly { readonly name: string; readonly reason: string }[];
}

/** More places of one file tell nobody more. */
const MOST_PLACES = 20;
const CHUNK = 1 << 20;
/** Lines are counted up to here. */
const COUNTED = 256 << 20;
const LOOSE_OBJECT = /(?:^|\/)\.git\/objects\/[0-9a-f]{2}\/[0-9a-f]{38,62}$/;
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Throws what the system says when the file cannot be opened or read. */
export async function lookInto(path: string, masks: MaskSet, late: () => boolean): Promise<Looked> {
  const fd = openSync(path, OPEN);
  try {
    const source = LOOSE_OBJECT.test(path) ? unpackedObject(fd) : fileSource(fd);
    const places: Place[] = [];
    const unread: { name: string; reason: string }[] = [];
    for await (const piece of pieces({ path, source, formats, limits: defaultLimits, wrap: (one) => one })) {
      if (piece.kind === "skipped") unread.push({ name: piece.name, reason: piece.reason });
      else if (places.length < MOST_PLACES) await lookAt(piece, masks, source, places);
      if (!late()) continue;
      unread.push({ name: "", reason: "no time was left for the rest" });
      break;
    }
    return { places: places.slice(0, MOST_PLACES), unread };
  } finally {
    closeSync(fd);
  }
}

async function lookAt(
  piece: Piece<ByteSource>,
  masks: MaskSet,
  whole: ByteSource,
  places: Place[],
): Promise<void> {
  const { entry, within, offsetOf } = piece;
  const finder = masks.finder();
  // Text that does not stand in the file has lines of its own.
  const own = offsetOf === undefined || entry !== undefined ? new OwnLines() : null;
  const add = (found: readonly FoundValue[]): void => {
    for (const { start, names } of found) {
      const byte = offsetOf === undefined ? start : offsetOf(start);
      const line = own === null ? lineIn(whole, byte) : own.lineOf(start);
      places.push({
        ...(entry === undefined ? {} : { entry }),
        ...(within === undefined ? {} : { within }),
        ...(line === null ? {} : { line }),
        byte,
        names,
      });
    }
  };
  for await (const chunk of piece.chunks()) {
    const view = viewOf(chunk);
    own?.push(view);
    add(finder.push(view));
    if (places.length >= MOST_PLACES) return;
  }
  add(finder.flush());
}

/** Line numbers of a text that passes once; null once it has shown not to be one. */
class OwnLines {
  /** Where lines begin, of what passed last. */
  #starts: number[] = [0];
  #dropped = 0;
  #bytes = 0;
  #text = true;

  push(chunk: Buffer): void {
    if (this.#bytes === 0) this.#text = !chunk.subarray(0, 4096).includes(0);
    if (this.#text)
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1))
        this.#starts.push(this.#bytes + at + 1);
    this.#bytes += chunk.length;
    if (this.#starts.length < 1 << 20) return;
    const half = this.#starts.length >> 1;
    this.#dropped += half;
    this.#starts = this.#starts.slice(half);
  }

  lineOf(offset: number): number | null {
    if (!this.#text) return null;
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#dropped + low;
  }
}

/** The line of a byte of the file, null where it has none or is too far in. */
function lineIn(source: ByteSource, offset: number): number | null {
  if (source.read === undefined || offset > COUNTED) return null;
  let line = 1;
  for (let at = 0; at < offset; at += CHUNK) {
    const bytes = viewOf(source.read(at, Math.min(CHUNK, offset - at)));
    if (at === 0 && bytes.subarray(0, 4096).includes(0)) return null;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, end + 1)) line++;
  }
  return line;
}

function fileSource(fd: number): ByteSource {
  const read = (offset: number, length: number): Buffer => {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(fd, buffer, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  };
  return {
    size: fstatSync(fd).size,
    read,
    *chunks() {
      const buffer = Buffer.alloc(CHUNK);
      for (let at = 0; ; ) {
        const count = readSync(fd, buffer, 0, CHUNK, at);
        if (count === 0) return;
        at += count;
        yield buffer.subarray(0, count);
      }
    },
  };
}

/** What git keeps compressed, so far as it fits in memory. */
function unpackedObject(fd: number): ByteSource {
  const packed = Buffer.alloc(Math.min(fstatSync(fd).size, 64 << 20));
  const length = readSync(fd, packed, 0, packed.length, 0);
  try {
    const object = inflateSync(packed.subarray(0, length), { maxOutputLength: 256 << 20 });
    return bytesSource(object.subarray(object.indexOf(0) + 1)); // behind `blob 123`
  } catch {
    return bytesSource(packed.subarray(0, length));
  }
}
