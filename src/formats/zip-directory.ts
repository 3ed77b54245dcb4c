/** Where the entries of a zip archive are (PKWARE APPNOTE 4.3): its central directory, or its entries' own headers. */
import { viewOf } from "./source.ts";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  /** As the archive states it. */
  readonly packedSize: number;
  /** Offset of the entry's own header. */
  readonly header: number;
}

export interface Directory {
  /** In the order of their offsets. */
  readonly entries: Iterable<ZipEntry>;
  /** Why there is none. */
  readonly problem: string | null;
}

export interface ReadableFile {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
/** The end record with the longest comment. */
const TAIL = 22 + 0xffff;
const MAX32 = 0xffffffff;
/** A directory of more bytes than this is read through the entries' own headers. */
const MAX_DIRECTORY = 256 << 20;
const SEARCH = 1 << 20;

const bytesOf = (file: ReadableFile, offset: number, length: number): Buffer =>
  viewOf(file.read(offset, length));

export function directoryOf(file: ReadableFile): Directory {
  const none = (problem: string): Directory => ({ entries: [], problem });
  const end = endOf(file);
  if (end === null) return none("truncated, it has no directory");
  // Bytes before the archive (a program that unpacks itself) move all offsets.
  const shift = end.at - end.size - end.offset;
  if (end.size > MAX_DIRECTORY || shift < 0) return none("its directory is damaged");
  const bytes = bytesOf(file, end.offset + shift, end.size);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length; ) {
    if (bytes.readUInt32LE(at) !== CENTRAL) return none("its directory is damaged");
    const name = bytes.readUInt16LE(at + 28);
    const extra = bytes.readUInt16LE(at + 30);
    const sizes = zip64(bytes.subarray(at + 46 + name, at + 46 + name + extra), {
      size: bytes.readUInt32LE(at + 24),
      packed: bytes.readUInt32LE(at + 20),
      header: bytes.readUInt32LE(at + 42),
    });
    entries.push({
      name: bytes.toString("utf8", at + 46, at + 46 + name),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      packedSize: sizes.packed,
      header: sizes.header + shift,
    });
    at += 46 + name + extra + bytes.readUInt16LE(at + 32);
  }
  if (entries.length < end.entries) return none("its directory is damaged");
  return { entries: entries.sort((a, b) => a.header - b.header), problem: null };
}

interface End {
  /** Where the record stands that follows the directory. */
  readonly at: number;
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
}

function endOf(file: ReadableFile): End | null {
  const from = Math.max(0, file.size - TAIL);
  const tail = bytesOf(file, from, file.size - from);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END) continue;
    if (at + 22 + tail.readUInt16LE(at + 20) > tail.length) continue;
    const plain = {
      at: from + at,
      entries: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    return end64(file, plain) ?? plain;
  }
  return null;
}

function end64(file: ReadableFile, plain: End): End | null {
  if (plain.entries !== 0xffff && plain.size !== MAX32 && plain.offset !== MAX32) return null;
  const locator = bytesOf(file, plain.at - 20, 20);
  if (plain.at < 20 || locator.length < 20 || locator.readUInt32LE(0) !== END64_LOCATOR) return null;
  const at = Number(locator.readBigUInt64LE(8));
  if (at > file.size) return null;
  const record = bytesOf(file, at, 56);
  if (record.length < 56 || record.readUInt32LE(0) !== END64) return null;
  return {
    at,
    entries: Number(record.readBigUInt64LE(32)),
    size: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

interface Sizes {
  readonly size: number;
  readonly packed: number;
  readonly header: number;
}

/** Values that did not fit stand in the extra field, in this order (4.5.3). */
function zip64(extra: Buffer, plain: Sizes): Sizes {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      let next = at + 4;
      const value = (small: number): number => {
        if (small !== MAX32 || next + 8 > extra.length) return small;
        next += 8;
        return Number(extra.readBigUInt64LE(next - 8));
      };
      return { size: value(plain.size), packed: value(plain.packed), header: value(plain.header) };
    }
    at += 4 + length;
  }
  return plain;
}

/** Where an entry's content begins; null where there is no entry. */
export function dataStart(file: ReadableFile, { header }: ZipEntry): number | null {
  const local = bytesOf(file, header, 30);
  if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) return null;
  return header + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
}

/** Entries by their own headers. One without a stated size reaches to the end of the file: what is deflated knows its own end. */
export function* localEntries(file: ReadableFile): Generator<ZipEntry> {
  for (let at = nextHeader(file, 0); at !== -1; ) {
    const local = bytesOf(file, at, 30);
    if (local.length < 30) return;
    const nameLength = local.readUInt16LE(26);
    const extra = local.readUInt16LE(28);
    const name = bytesOf(file, at + 30, nameLength).toString("utf8");
    const start = at + 30 + nameLength + extra;
    const { packed } = zip64(bytesOf(file, start - extra, extra), {
      size: local.readUInt32LE(22),
      packed: local.readUInt32LE(18),
      header: 0,
    });
    const flags = local.readUInt16LE(6);
    const method = local.readUInt16LE(8);
    const stated = packed > 0 || (flags & 8) === 0;
    const next = nextHeader(file, stated && start + packed <= file.size ? start + packed : start);
    const packedSize = stated ? packed : (next === -1 ? file.size : next) - start;
    yield { name, flags, method, packedSize, header: at };
    at = next;
  }
}

const SIGNATURE = Buffer.from([0x50, 0x4b, 3, 4]);

function nextHeader(file: ReadableFile, from: number): number {
  for (let at = from; at < file.size; at += SEARCH) {
    const found = bytesOf(file, at, SEARCH + 3).indexOf(SIGNATURE);
    if (found !== -1) return at + found;
  }
  return -1;
}
