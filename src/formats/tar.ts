/**
 * Tar: the old form, ustar, pax and GNU, read as a stream. Links, devices and `..` are only names here: nothing is unpacked. What
 * follows the end mark is read on (as `tar --ignore-zeros` does), so that nothing hides behind it.
 */
import { ByteReader } from "./byte-reader.ts";
import type { FileFormat, Fragment, Skipped } from "./types.ts";

const BLOCK = 512;
/** Long names and pax records beyond this are skipped: no path is as long. */
const MAX_META = 1 << 20;

const NAMES = /\.(?:tar|tgz|tzst)$|\.tar\./i;

export const tar: FileFormat = {
  id: "tar",
  title: "tar",
  reads: "every entry, archives in it too; links and devices are left alone",
  replacesBytes: true,
  named: NAMES,
  matches: (path, head) =>
    head.length >= BLOCK &&
    (isUstar(head) || (NAMES.test(path) && checksumOf(head) === statedChecksum(head))),
  async *fragments(source): AsyncGenerator<Fragment | Skipped> {
    const reader = new ByteReader(source.chunks());
    const meta: Meta = {};
    try {
      for (;;) {
        const at = reader.position;
        const header = await reader.take(BLOCK);
        if (header.length < BLOCK) {
          if (header.some((byte) => byte !== 0)) yield broken("truncated", at);
          return;
        }
        if (header.every((byte) => byte === 0)) continue;
        if (checksumOf(header) !== statedChecksum(header)) {
          yield broken("damaged", at);
          yield {
            kind: "text",
            name: "",
            offsetOf: (byte) => at + byte,
            chunks: () => remaining(header, reader),
          };
          return;
        }
        const type = String.fromCharCode(header[156] ?? 0);
        const stated = meta.size ?? numberOf(header.subarray(124, 136));
        // Links state sizes too, but nothing follows them.
        const size = "12346".includes(type) && meta.size === undefined ? 0 : stated;
        if (size === null) {
          yield broken("damaged", at);
          return;
        }
        const padding = (BLOCK - (size % BLOCK)) % BLOCK;
        if ("xgLK".includes(type)) {
          const ended = await readMeta(meta, { type, size, reader });
          if (!ended || !(await reader.skip(padding))) return void (yield broken("truncated", at));
          continue;
        }
        const name = meta.path ?? nameOf(header);
        const sparse = meta.sparse === true || type === "S";
        delete meta.path;
        delete meta.size;
        delete meta.sparse;
        if (type === "S" && !(await skipSparseMaps(header, reader)))
          return void (yield broken("truncated", at));
        const start = reader.position;
        const left = { bytes: size };
        if (size > 0 && !name.endsWith("/"))
          yield {
            kind: "file",
            name,
            start,
            size,
            chunks: () => portion(reader, left),
            ...(sparse ? {} : { offsetOf: (byte: number) => start + byte }),
          };
        if (!(await reader.skip(left.bytes + padding))) {
          // The padding of a last entry is often missing.
          if (reader.position < start + size) yield { kind: "skipped", name, reason: "truncated" };
          return;
        }
      }
    } finally {
      await reader.close();
    }
  },
};

const broken = (problem: string, at: number): Skipped => ({
  kind: "skipped",
  name: "",
  reason: `tar: ${problem} at byte ${at}`,
});

interface Meta {
  path?: string;
  size?: number;
  sparse?: boolean;
}

async function* portion(reader: ByteReader, left: { bytes: number }): AsyncGenerator<Uint8Array> {
  while (left.bytes > 0) {
    const part = await reader.some(left.bytes);
    if (part === null) return;
    left.bytes -= part.length;
    yield part;
  }
}

async function* remaining(first: Uint8Array, reader: ByteReader): AsyncGenerator<Uint8Array> {
  yield first;
  for (let part = await reader.some(); part !== null; part = await reader.some()) yield part;
}

/** A long name (GNU) or records (pax) for the next entry. */
async function readMeta(
  meta: Meta,
  { type, size, reader }: { readonly type: string; readonly size: number; readonly reader: ByteReader },
): Promise<boolean> {
  if (size > MAX_META || type === "K" || type === "g") return reader.skip(size);
  const bytes = await reader.take(size);
  if (bytes.length < size) return false;
  if (type === "L") meta.path = untilNul(bytes);
  else {
    for (const [key, value] of paxRecords(bytes)) {
      if (key === "path" || key === "GNU.sparse.name") meta.path = value;
      else if (key === "size" && /^\d{1,15}$/.test(value)) meta.size = Number(value);
      if (key.startsWith("GNU.sparse.")) meta.sparse = true;
    }
  }
  return true;
}

/** `LENGTH KEY=VALUE\n`, LENGTH counting itself. */
function* paxRecords(bytes: Buffer): Generator<readonly [string, string]> {
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString("latin1", at, space === -1 ? at : space));
    if (space === -1 || !Number.isInteger(length) || length < space - at + 2) return;
    const record = bytes.toString("utf8", space + 1, at + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) yield [record.slice(0, equals), record.slice(equals + 1)];
    at += length;
  }
}

/** The old GNU form of sparse files continues its map in blocks before the content. */
async function skipSparseMaps(header: Buffer, reader: ByteReader): Promise<boolean> {
  for (let more = header[482] === 1; more; ) {
    const block = await reader.take(BLOCK);
    if (block.length < BLOCK) return false;
    more = block[504] === 1;
  }
  return true;
}

const isUstar = (head: Uint8Array): boolean =>
  Buffer.from(head.subarray(257, 262)).toString("latin1") === "ustar";

const untilNul = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end === -1 ? bytes.length : end);
};

function nameOf(header: Buffer): string {
  const name = untilNul(header.subarray(0, 100));
  // GNU's magic ends in a space: its prefix field means something else.
  const prefix = header[262] === 0 && isUstar(header) ? untilNul(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal text, or base 256 for what is larger; null for neither. */
function numberOf(field: Buffer): number | null {
  if ((field[0] ?? 0) & 0x80) {
    let value = (field[0] ?? 0) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : null;
  }
  const text = untilNul(field).trim();
  return text === "" ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : null;
}

const statedChecksum = (header: Uint8Array): number | null =>
  numberOf(Buffer.from(header.subarray(148, 156)));

/** All bytes, those of the checksum itself taken for spaces. */
function checksumOf(header: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  return sum;
}
