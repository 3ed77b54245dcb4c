/** Pack index files (`.idx`, versions 1 and 2): which object stands at which offset of the pack. They may be hostile. */

/** What is wrong with a file of the object store; such a file's objects are asked of git instead. */
export class PackError extends Error {}

export interface PackIndex {
  readonly count: number;
  /** Raw object ids, ascending, one after the other. */
  readonly names: Uint8Array;
  /** 256 counts: how many ids begin with a byte up to this one. */
  readonly fanout: Uint32Array;
  /** By row of `names`. */
  readonly offsets: Float64Array;
  readonly packChecksum: Uint8Array;
}

const MAGIC = 0xff744f63;
const FANOUT = 1024;

export function parseIndex(bytes: Buffer, hashLength: number): PackIndex {
  if (bytes.length < FANOUT + 2 * hashLength) throw new PackError("the index is cut off");
  if (bytes.readUInt32BE(0) !== MAGIC) return parseFirst(bytes, hashLength);
  if (bytes.readUInt32BE(4) !== 2) throw new PackError("an index version that is not known");
  const { count, fanout } = fanoutAt(bytes, 8);
  const names = 8 + FANOUT;
  const small = names + count * (hashLength + 4);
  const large = small + count * 4;
  const end = bytes.length - 2 * hashLength;
  if (large > end) throw new PackError("the index is cut off");
  const offsets = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const offset = bytes.readUInt32BE(small + row * 4);
    if (offset < 0x80000000) offsets[row] = offset;
    else {
      const at = large + (offset - 0x80000000) * 8;
      if (at + 8 > end) throw new PackError("an offset points outside the index");
      offsets[row] = bytes.readUInt32BE(at) * 0x100000000 + bytes.readUInt32BE(at + 4);
    }
  }
  return {
    count,
    fanout,
    offsets,
    names: bytes.subarray(names, names + count * hashLength),
    packChecksum: bytes.subarray(end, end + hashLength),
  };
}

/** Version 1: offset and id side by side, no header. */
function parseFirst(bytes: Buffer, hashLength: number): PackIndex {
  const { count, fanout } = fanoutAt(bytes, 0);
  const width = 4 + hashLength;
  const end = bytes.length - 2 * hashLength;
  if (FANOUT + count * width !== end) throw new PackError("the index is cut off");
  const names = new Uint8Array(count * hashLength);
  const offsets = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const at = FANOUT + row * width;
    offsets[row] = bytes.readUInt32BE(at);
    names.set(bytes.subarray(at + 4, at + width), row * hashLength);
  }
  return { count, fanout, names, offsets, packChecksum: bytes.subarray(end, end + hashLength) };
}

function fanoutAt(bytes: Buffer, at: number): { fanout: Uint32Array; count: number } {
  const fanout = new Uint32Array(256);
  let last = 0;
  for (let i = 0; i < 256; i++) {
    const value = bytes.readUInt32BE(at + i * 4);
    if (value < last) throw new PackError("the index is not in order");
    fanout[i] = last = value;
  }
  return { fanout, count: last };
}

/** The row of an id, -1 when it is not there. */
export function rowOf(index: PackIndex, id: Uint8Array): number {
  const first = id[0] ?? 0;
  let low = first === 0 ? 0 : (index.fanout[first - 1] ?? 0);
  let high = index.fanout[first] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compare(index.names, middle * id.length, id);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

function compare(names: Uint8Array, at: number, id: Uint8Array): number {
  for (let i = 0; i < id.length; i++) {
    const difference = (names[at + i] ?? 0) - (id[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
