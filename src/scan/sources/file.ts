/** An open file as bytes: read at random or from the beginning, without promises, and never beyond the size that it had when opened. */
import { fstatSync, readSync } from "node:fs";
import type { ByteSource } from "../../formats/types.ts";

const CHUNK = 1 << 20;

/** Throws where it is no regular file. The descriptor stays the caller's. */
export function fileSource(fd: number): ByteSource {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw new Error("no regular file any more");
  // Files that the kernel makes up as they are read have no size.
  const size = stat.size === 0 ? null : stat.size;
  const end = size ?? Number.MAX_SAFE_INTEGER;
  function* chunks(): Generator<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    for (let at = 0; at < end; ) {
      const read = readSync(fd, buffer, 0, Math.min(CHUNK, end - at), at);
      if (read === 0) return;
      at += read;
      yield buffer.subarray(0, read);
    }
  }
  if (size === null) return { size, chunks };
  return {
    size,
    chunks,
    read(offset, length) {
      if (offset >= size || offset < 0 || length <= 0) return Buffer.alloc(0);
      const buffer = Buffer.allocUnsafe(Math.min(length, size - offset));
      let used = 0;
      while (used < buffer.length) {
        const read = readSync(fd, buffer, used, buffer.length - used, offset + used);
        if (read === 0) break;
        used += read;
      }
      return buffer.subarray(0, used);
    },
  };
}
