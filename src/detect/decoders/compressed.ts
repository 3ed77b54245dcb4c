/**
 * Members of gzip and zstd, in the middle of anything. A member's size is its own claim and believed by nobody: output is bounded
 * by its length, and what is cut off or damaged gives what could be read of it.
 */
import { constants, inflateRawSync, zstdDecompressSync } from "node:zlib";
import type { Budget, Decoder, Stretch } from "./types.ts";

/** Bytes of a member that are read. */
const LONGEST = 1 << 20;
/** What breaks off and is shorter is a sample or a fragment, and read to its end. */
const LONG = LONGEST >> 2;
const MOST_OUTPUT = 16 << 20;
/** Text packs to a twentieth at best, logs to a hundredth. */
const MOST_GROWTH = 128;
const PROBE = 4096;

interface Opened {
  readonly bytes: Buffer;
  /** Of the encoded bytes. */
  readonly length: number;
  readonly end: "whole" | "cut off" | "too large";
}

export const gzip: Decoder = {
  id: "gzip",
  find: (bytes, to, budget) =>
    members(bytes, to, budget, { magic: "\x1f\x8b\x08", name: ["gzip"], open: openGzip }),
};

export const zstd: Decoder = {
  id: "zstd",
  find: (bytes, to, budget) =>
    members(bytes, to, budget, { magic: "\x28\xb5\x2f\xfd", name: ["zstd"], open: openZstd }),
};

interface Kind {
  readonly magic: string;
  readonly name: readonly string[];
  open(bytes: Buffer, most: number): Opened | null;
}

function* members(bytes: Buffer, to: number, budget: Budget, kind: Kind): Iterable<Stretch> {
  // Its first byte is common in text, its second is not.
  if (!bytes.includes(kind.magic.charCodeAt(1))) return;
  for (let at = bytes.indexOf(kind.magic, 0, "latin1"); at >= 0 && at < to; ) {
    const member = bytes.subarray(at, at + LONGEST);
    const most = Math.min(MOST_OUTPUT, budget.left, 65_536 + MOST_GROWTH * member.length);
    // The first bytes alone tell most of what only looks like a member: a row of beginnings costs little.
    const probe = budget.take(PROBE) && most > 64 ? kind.open(bytes.subarray(at, at + PROBE), most) : null;
    const opened = probe === null || member.length <= PROBE ? probe : (kind.open(member, most) ?? probe);
    if (
      probe !== null &&
      !budget.take(Math.max(member.length, probe.bytes.length, opened?.bytes.length ?? 0))
    )
      return;
    const length = opened?.length ?? 0;
    const left = opened === null ? null : leftOf(member, opened, opened === probe);
    if (left !== null) budget.cut(at, `${kind.name[0]} data ${left}`, kind.name[0]);
    const start = at;
    const end = at + Math.max(length, kind.magic.length);
    if (opened !== null && opened.bytes.length > 0)
      yield {
        start,
        end,
        bytes: opened.bytes,
        place: () => ({ start, end }),
        through: () => kind.name,
      };
    at = bytes.indexOf(kind.magic, end, "latin1");
  }
}

/** What is not read of a member, in words. */
function leftOf({ length }: Buffer, { end }: Opened, probed: boolean): string | null {
  if (probed && length > PROBE && end !== "whole") return "is damaged: read are its first bytes";
  if (end === "too large") return "unpacks to more than is read of it";
  if (end === "whole" || length < LONG) return null;
  return length < LONGEST ? "is cut off" : `goes on behind the ${LONGEST} bytes that are read of it`;
}

function openGzip(member: Buffer, most: number): Opened | null {
  const start = gzipHeader(member);
  if (start < 0) return null;
  const body = member.subarray(start);
  // What is too big when unpacked is read as far as it goes.
  for (let take = body.length; take >= 16; take >>= 2) {
    try {
      const { buffer, engine } = inflateRawSync(body.subarray(0, take), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: most,
        info: true,
      }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
      // A checksum and the size follow on the last block.
      const length = start + engine.bytesWritten + 8;
      const end = take < body.length ? "too large" : length <= member.length ? "whole" : "cut off";
      return { bytes: buffer, length: Math.min(member.length, length), end };
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_BUFFER_TOO_LARGE") return null;
    }
  }
  return null;
}

/** RFC 1952, 2.3: how long the header is; -1 where it is none. */
function gzipHeader(member: Buffer): number {
  const flags = member[3] ?? 0xff;
  if (member.length < 18 || (flags & 0xe0) !== 0) return -1;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + member.readUInt16LE(10);
  for (const flag of [8, 16])
    if ((flags & flag) !== 0) {
      const end = member.indexOf(0, at);
      if (end < 0) return -1;
      at = end + 1;
    }
  if ((flags & 2) !== 0) at += 2;
  return at < member.length ? at : -1;
}

function openZstd(member: Buffer, most: number): Opened | null {
  const { length, whole } = zstdLength(member);
  for (let take = length; take >= 9; take >>= 2) {
    try {
      const bytes = zstdDecompressSync(member.subarray(0, take), {
        // Gives what there is of a frame that is cut off.
        finishFlush: constants.ZSTD_e_flush,
        maxOutputLength: most,
      });
      return { bytes, length, end: take < length ? "too large" : whole ? "whole" : "cut off" };
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_BUFFER_TOO_LARGE") return null;
    }
  }
  return null;
}

/** RFC 8878, 3.1.1: the frame's length, from the sizes of its blocks, or all there is of it; -1 for none. */
function zstdLength(member: Buffer): { readonly length: number; readonly whole: boolean } {
  const flags = member[4] ?? 0;
  const single = (flags & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  let at = 5 + (single ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0) + sizeBytes;
  for (;;) {
    if (at + 3 > member.length) return { length: member.length, whole: false };
    const header = member.readUIntLE(at, 3);
    const type = (header >> 1) & 3;
    if (type === 3) return { length: -1, whole: false };
    at += 3 + (type === 1 ? 1 : header >> 3);
    if ((header & 1) === 1) break;
  }
  if ((flags & 4) !== 0) at += 4;
  return { length: Math.min(at, member.length), whole: at <= member.length };
}
