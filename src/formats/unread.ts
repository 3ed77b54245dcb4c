/** Packed files that nothing here can open: named, so that a scan over them is incomplete instead of clean. */
import type { FileFormat, Skipped } from "./types.ts";

interface Row {
  readonly id: string;
  readonly title: string;
  readonly magic: readonly number[];
}

const rows: readonly Row[] = [
  { id: "7z", title: "7z", magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { id: "rar", title: "rar", magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07] },
  { id: "xz", title: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { id: "bzip2", title: "bzip2", magic: [0x42, 0x5a, 0x68] },
  { id: "lz4", title: "lz4", magic: [0x04, 0x22, 0x4d, 0x18] },
];

/** The magic number of a bzip2 block, or of the end of an empty file: three letters alone may begin any text. */
const BZIP2_NEXT = ["314159265359", "177245385090"];

export const unread: readonly FileFormat[] = rows.map(({ id, title, magic }) => ({
  id,
  title,
  reads: "nothing: it is named as not read",
  replacesBytes: true,
  matches: (_, head) =>
    magic.every((byte, i) => head[i] === byte) &&
    (id !== "bzip2" || BZIP2_NEXT.includes(Buffer.from(head.subarray(4, 10)).toString("hex"))),
  // biome-ignore lint/suspicious/useAwait: the interface is a stream
  async *fragments(): AsyncGenerator<Skipped> {
    yield { kind: "skipped", name: "", reason: `${title} files are not opened` };
  },
}));
