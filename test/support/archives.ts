/** Archives made byte by byte, also such as no program writes: lying sizes, overlaps, missing ends. */
import { crc32, deflateRawSync, zstdCompressSync } from "node:zlib";

export interface ZipPart {
  readonly name: string;
  readonly content?: string | Buffer;
  /** 0 stored, 8 deflated (usual), 93 zstd. */
  readonly method?: number;
  readonly flags?: number;
  /** Sizes stand behind the content, as streaming writers do it. */
  readonly descriptor?: boolean;
  /** What the headers say, whatever is true. */
  readonly packedSize?: number;
  readonly size?: number;
  /** In place of content: already packed. */
  readonly packed?: Buffer;
  /** The directory points to the entry of this name instead of an own one. */
  readonly sameAs?: string;
}

const PACK: Readonly<Record<number, (bytes: Buffer) => Buffer>> = {
  0: (bytes) => bytes,
  8: (bytes) => deflateRawSync(bytes),
  93: (bytes) => zstdCompressSync(bytes),
};

export function zipOf(parts: readonly ZipPart[], options: { readonly directory?: boolean } = {}): Buffer {
  const out: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets = new Map<string, number>();
  let at = 0;
  const add = (bytes: Buffer): void => {
    out.push(bytes);
    at += bytes.length;
  };
  for (const part of parts) {
    const content = Buffer.from(part.content ?? "");
    const method = part.method ?? 8;
    const packed = part.packed ?? PACK[method]?.(content) ?? content;
    const name = Buffer.from(part.name);
    const header = offsets.get(part.sameAs ?? "") ?? at;
    const flags = (part.flags ?? 0) | (part.descriptor === true ? 8 : 0);
    const sizes = [crc32(content), part.packedSize ?? packed.length, part.size ?? content.length];
    const common = (stated: readonly number[]): Buffer => {
      const bytes = Buffer.alloc(26);
      bytes.writeUInt16LE(20, 0);
      bytes.writeUInt16LE(flags, 2);
      bytes.writeUInt16LE(method, 4);
      stated.forEach((value, i) => bytes.writeUInt32LE(value, 10 + 4 * i));
      bytes.writeUInt16LE(name.length, 22);
      return bytes;
    };
    if (part.sameAs === undefined) {
      offsets.set(part.name, at);
      add(Buffer.from("PK\x03\x04", "latin1"));
      add(common(part.descriptor === true ? [0, 0, 0] : sizes));
      add(name);
      add(packed);
      if (part.descriptor === true) {
        const trailer = Buffer.alloc(16);
        trailer.write("PK\x07\x08", "latin1");
        sizes.forEach((value, i) => trailer.writeUInt32LE(value, 4 + 4 * i));
        add(trailer);
      }
    }
    const row = Buffer.alloc(46);
    row.write("PK\x01\x02", "latin1");
    common(sizes).copy(row, 6);
    row.writeUInt32LE(header, 42);
    central.push(row, name);
  }
  if (options.directory === false) return Buffer.concat(out);
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...out, directory, end]);
}

export interface TarPart {
  readonly name: string;
  readonly content?: string | Buffer;
  /** `0` a file (usual), `1` and `2` links, `3` a device, `5` a folder, `x` pax records, `L` a long name. */
  readonly type?: string;
  readonly link?: string;
  readonly size?: number;
}

export function tarOf(parts: readonly TarPart[], options: { readonly end?: boolean } = {}): Buffer {
  const out = parts.flatMap((part) => {
    const content = Buffer.from(part.content ?? "");
    const header = Buffer.alloc(512);
    header.write(part.name, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${(part.size ?? content.length).toString(8).padStart(11, "0")}\0`, 124);
    header.write(part.type ?? "0", 156);
    header.write(part.link ?? "", 157, 100);
    header.write("ustar\x0000", 257);
    header.write("        ", 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat(options.end === false ? out : [...out, Buffer.alloc(1024)]);
}
