/**
 * The structure of one pack: where each object begins, its type, what it is a delta of. One sequential pass over the headers; the
 * data stay where they are. Types are those of the bases, so that commits and trees are known without inflating anything.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { PackError, parseIndex, rowOf, type PackIndex } from "./pack-index.ts";

export const BLOB = 3;
export const COMMIT = 1;
const OFS_DELTA = 6;
const REF_DELTA = 7;
/** Longest header: type and size, then the base's distance or id. */
const MOST_HEADER = 64;
const CHUNK = 4 << 20;
/** Sizes from here on are "too large": git reads such objects. */
export const MOST_SIZE = 0xffffffff;

/** Objects in the order of their offsets; all arrays are shared between threads. */
export interface Pack {
  readonly path: string;
  readonly count: number;
  /** `count + 1` offsets: the last is where the data end. */
  readonly offsets: Float64Array;
  /** Row in the index, for the id. */
  readonly rows: Uint32Array;
  /** 1 commit, 2 tree, 3 blob, 4 tag; 0 where it is not known. */
  readonly types: Uint8Array;
  /** Bytes before the compressed data. */
  readonly headers: Uint8Array;
  /** Of the inflated data: an object's or a delta's. */
  readonly sizes: Uint32Array;
  /** What it is a delta of; -1 a whole object, -2 a base that is not in this pack, or nothing that can be read. */
  readonly bases: Int32Array;
}

export interface OpenPack {
  readonly pack: Pack;
  readonly index: PackIndex;
  /** Hex id of an object. */
  readonly idOf: (object: number) => string;
}

const shared = {
  uint8: (n: number) => new Uint8Array(new SharedArrayBuffer(n)),
  uint32: (n: number) => new Uint32Array(new SharedArrayBuffer(n * 4)),
  int32: (n: number) => new Int32Array(new SharedArrayBuffer(n * 4)),
  float64: (n: number) => new Float64Array(new SharedArrayBuffer(n * 8)),
};

/** A regular file only, and not waiting for a pipe that stands in its place. */
export function openRegular(path: string): number {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new NotRegular("it is no regular file");
}

/** Git would wait for such a file. */
export class NotRegular extends PackError {}

export function readPack(path: string, hashLength: number): OpenPack {
  const indexFile = openRegular(path.replace(/\.pack$/, ".idx"));
  let index: PackIndex;
  try {
    index = parseIndex(readFileSync(indexFile), hashLength);
  } finally {
    closeSync(indexFile);
  }
  const file = openRegular(path);
  try {
    const pack = structure(path, file, index, hashLength);
    const names = Buffer.from(index.names.buffer, index.names.byteOffset, index.names.length);
    const idOf = (object: number): string => {
      const at = (pack.rows[object] as number) * hashLength;
      return names.toString("hex", at, at + hashLength);
    };
    return { pack, index, idOf };
  } finally {
    closeSync(file);
  }
}

function structure(path: string, file: number, index: PackIndex, hashLength: number): Pack {
  const { count } = index;
  const end = checkEnds(file, index, hashLength);
  const { offsets, rows } = sorted(index, end);
  const pack: Pack = {
    path,
    count,
    offsets,
    rows,
    types: shared.uint8(count),
    headers: shared.uint8(count),
    sizes: shared.uint32(count),
    bases: shared.int32(count).fill(-2),
  };
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[rows[i] as number] = i;
  const bytes = Buffer.allocUnsafe(CHUNK);
  let start = 0;
  let filled = 0;
  for (let i = 0; i < count; i++) {
    const at = offsets[i] as number;
    const next = offsets[i + 1] as number;
    if (at < 12 || next <= at) continue;
    if (at + MOST_HEADER > start + filled || at < start) {
      filled = readSync(file, bytes, 0, CHUNK, at);
      start = at;
    }
    const limit = Math.min(filled, next - start, at - start + MOST_HEADER);
    header(
      pack,
      i,
      bytes.subarray(at - start, limit),
      (id) => {
        const row = rowOf(index, id);
        return row === -1 ? -2 : (order[row] as number);
      },
      hashLength,
    );
  }
  resolveTypes(pack);
  return pack;
}

/** Where the data end. Pack and index must belong together: an index of another pack would hide objects. */
function checkEnds(file: number, index: PackIndex, hashLength: number): number {
  const size = fstatSync(file).size;
  const head = Buffer.alloc(12);
  const tail = Buffer.alloc(hashLength);
  if (size < 12 + hashLength || readSync(file, head, 0, 12, 0) < 12)
    throw new PackError("the pack is cut off");
  const version = head.readUInt32BE(4);
  if (head.toString("latin1", 0, 4) !== "PACK" || (version !== 2 && version !== 3))
    throw new PackError("it is no pack");
  if (head.readUInt32BE(8) !== index.count) throw new PackError("pack and index count different objects");
  readSync(file, tail, 0, hashLength, size - hashLength);
  if (!tail.equals(index.packChecksum))
    throw new PackError("the index is of another pack, or the pack is cut off");
  return size - hashLength;
}

function sorted(index: PackIndex, end: number): { offsets: Float64Array; rows: Uint32Array } {
  const { count } = index;
  const offsets = shared.float64(count + 1);
  const rows = shared.uint32(count);
  let highest = 0;
  for (const offset of index.offsets) highest = Math.max(highest, offset);
  if (highest >= end) throw new PackError("an offset points outside the pack");
  if (highest * count + count < Number.MAX_SAFE_INTEGER) {
    // Offset and row in one number: sorted natively.
    const keys = index.offsets.map((offset, row) => offset * count + row).sort();
    keys.forEach((key, i) => {
      rows[i] = key % count;
    });
  } else {
    const all = Uint32Array.from(index.offsets, (_, row) => row);
    rows.set(all.sort((a, b) => (index.offsets[a] as number) - (index.offsets[b] as number)));
  }
  for (let i = 0; i < count; i++) offsets[i] = index.offsets[rows[i] as number] as number;
  offsets[count] = end;
  return { offsets, rows };
}

/** Fills in object `i`; leaves it unknown when its header makes no sense. */
function header(
  pack: Pack,
  i: number,
  bytes: Uint8Array,
  find: (id: Uint8Array) => number,
  hashLength: number,
): void {
  let at = 0;
  let byte = bytes[at++] ?? 0;
  const kind = (byte >> 4) & 7;
  let size = byte & 15;
  for (let scale = 16; byte & 128; scale *= 128) {
    if (at >= bytes.length || at > 9) return;
    byte = bytes[at++] as number;
    size += (byte & 127) * scale;
  }
  let base = -1;
  if (kind === OFS_DELTA) {
    let distance = 0;
    let more = true;
    for (let first = true; more; first = false) {
      if (at >= bytes.length || distance > Number.MAX_SAFE_INTEGER / 256) return;
      byte = bytes[at++] as number;
      distance = (first ? 0 : (distance + 1) * 128) + (byte & 127);
      more = (byte & 128) !== 0;
    }
    base = position(pack.offsets, pack.count, (pack.offsets[i] as number) - distance);
  } else if (kind === REF_DELTA) {
    if (at + hashLength > bytes.length) return;
    base = find(bytes.subarray(at, at + hashLength));
    at += hashLength;
  } else if (kind === 0 || kind === 5) return;
  pack.types[i] = kind;
  pack.headers[i] = at;
  pack.sizes[i] = Math.min(size, MOST_SIZE);
  pack.bases[i] = base;
}

function position(offsets: Float64Array, count: number, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const offset = offsets[middle] as number;
    if (offset === wanted) return middle;
    if (offset < wanted) low = middle + 1;
    else high = middle;
  }
  return -2;
}

/** Deltas take the type of what they are made from; those in a ring, or without a base here, become unknown. */
function resolveTypes({ types, bases, count }: Pack): void {
  const ASKED = 255;
  const chain: number[] = [];
  for (let i = 0; i < count; i++) {
    let at = i;
    chain.length = 0;
    while (at >= 0 && (types[at] === OFS_DELTA || types[at] === REF_DELTA)) {
      types[at] = ASKED;
      chain.push(at);
      at = bases[at] as number;
    }
    const type = at >= 0 && types[at] !== ASKED ? (types[at] as number) : 0;
    for (const one of chain) {
      types[one] = type;
      if (type === 0) bases[one] = -2;
    }
  }
}
