/**
 * SQLite databases (https://www.sqlite.org/fileformat2.html). In a page the columns of a row stand right behind one another, and long
 * values go on in other pages: so each value is read by itself, where its bytes stand. What belongs to no row (free space, deleted
 * rows, broken pages) follows as it is, so that every byte of the file is read once.
 */
import { viewOf } from "./source.ts";
import { Collector } from "./text-sink.ts";
import type { ByteSource, FileFormat, Fragment, Skipped } from "./types.ts";

const MAGIC = "SQLite format 3\0";
const HEADER = 100;
const LINE_END = Buffer.from("\n");

export const sqlite: FileFormat = {
  id: "sqlite",
  title: "SQLite database",
  reads: "the values of all rows, then what is deleted or free",
  replacesBytes: true,
  needsRead: true,
  matches: (_, head) => viewOf(head).toString("latin1", 0, MAGIC.length) === MAGIC,
  // biome-ignore lint/suspicious/useAwait: the interface is a stream
  async *fragments(source): AsyncGenerator<Fragment | Skipped> {
    const { read } = source;
    const sizes = read === undefined ? null : sizesOf(viewOf(read(0, HEADER)));
    if (read === undefined || sizes === null) {
      // Inside an archive and too large to be held, or no database behind its first words.
      yield { kind: "text", name: "", chunks: () => source.chunks(), offsetOf: (at) => at };
      if (sizes === null && read !== undefined) return;
      yield {
        kind: "skipped",
        name: "",
        reason: "SQLite: too large for its rows to be read inside an archive",
      };
      return;
    }
    const database = new Database(read, sizes);
    yield { kind: "text", name: "", chunks: () => database.text(), offsetOf: (at) => database.offsetOf(at) };
  },
};

interface Sizes {
  readonly page: number;
  /** Bytes of a page that hold data. */
  readonly usable: number;
}

/** 1.3.2 and 1.3.4; null where they cannot be. */
function sizesOf(header: Buffer): Sizes | null {
  if (header.length < HEADER) return null;
  const stated = header.readUInt16BE(16);
  const page = stated === 1 ? 65_536 : stated;
  const usable = page - (header[20] ?? 0);
  return page < 512 || (page & (page - 1)) !== 0 || usable < 480 ? null : { page, usable };
}

/** Kinds of b-tree pages, by their first byte (1.6). */
const KINDS: Readonly<
  Record<number, { readonly header: number; readonly child: boolean; readonly table: boolean }>
> = {
  0x0d: { header: 8, child: false, table: true },
  0x0a: { header: 8, child: false, table: false },
  0x02: { header: 12, child: true, table: false },
};

interface Cell {
  readonly start: number;
  /** Of its payload, and how much of that stands in the page. */
  readonly payload: number;
  readonly local: number;
  readonly size: number;
  readonly end: number;
}

class Database {
  readonly #read: NonNullable<ByteSource["read"]>;
  readonly #sizes: Sizes;
  #collector = new Collector(() => {});
  #made: Buffer[] = [];
  /** A bit a page: its bytes were given. */
  #done = new Set<number>();

  constructor(read: NonNullable<ByteSource["read"]>, sizes: Sizes) {
    this.#read = read;
    this.#sizes = sizes;
  }

  offsetOf(at: number): number {
    return this.#collector.map.of(at);
  }

  *text(): Generator<Uint8Array> {
    this.#made = [];
    this.#done = new Set();
    this.#collector = new Collector((chunk) => this.#made.push(chunk));
    let count = 0;
    for (let page = this.#page(count); page.length > 0; page = this.#page(++count)) {
      const cells = this.#done.has(count) ? null : this.#cellsOf(page, count);
      if (cells === null) continue;
      this.#done.add(count);
      yield* this.#pageText(page, count, cells);
    }
    // Pages of no rows: inner ones, and what used to hold something.
    for (let number = 0; number < count; number++) {
      if (this.#done.has(number)) continue;
      this.#write(this.#page(number), number * this.#sizes.page);
      yield* this.#given();
    }
    this.#collector.end();
    yield* this.#given();
  }

  *#given(): Generator<Uint8Array> {
    yield* this.#made.splice(0);
  }

  /** By its number from 0 on; shorter or empty at the file's end. */
  #page(number: number): Buffer {
    return viewOf(this.#read(number * this.#sizes.page, this.#sizes.page));
  }

  #write(bytes: Uint8Array, offset: number, ends = true): void {
    this.#collector.write(bytes, offset);
    if (ends) this.#collector.write(LINE_END, offset + bytes.length);
  }

  /** In the order of their places; null for a page that holds no rows. */
  #cellsOf(page: Buffer, number: number): Cell[] | null {
    const from = number === 0 ? HEADER : 0;
    const kind = KINDS[page[from] ?? 0];
    if (kind === undefined || page.length < this.#sizes.page) return null;
    const pointers = from + kind.header;
    const count = page.readUInt16BE(from + 3);
    if (pointers + 2 * count > page.length) return null;
    const cells: Cell[] = [];
    for (let i = 0; i < count; i++) {
      const cell = this.#cellAt(page, page.readUInt16BE(pointers + 2 * i), kind);
      if (cell === null || cell.start < pointers + 2 * count) return null;
      cells.push(cell);
    }
    cells.sort((a, b) => a.start - b.start);
    return cells.some((cell, i) => cell.start < (cells[i - 1]?.end ?? 0)) ? null : cells;
  }

  /** 1.6: where a cell's payload stands, and how much of it spills. */
  #cellAt(page: Buffer, start: number, { child, table }: { child: boolean; table: boolean }): Cell | null {
    const { usable } = this.#sizes;
    let at = start + (child ? 4 : 0);
    const size = varint(page, at);
    at += size.length;
    if (table) at += varint(page, at).length;
    const most = table ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const spilt = least + ((size.value - least) % (usable - 4));
    const local = size.value <= most ? size.value : spilt <= most ? spilt : least;
    const end = at + local + (local < size.value ? 4 : 0);
    return end > usable ? null : { start, payload: at, local, size: size.value, end };
  }

  *#pageText(page: Buffer, number: number, cells: readonly Cell[]): Generator<Uint8Array> {
    const base = number * this.#sizes.page;
    let free = 0;
    for (const cell of cells) {
      this.#write(page.subarray(free, cell.payload), base + free);
      free = cell.end;
      yield* this.#values(page, base, cell);
    }
    this.#write(page.subarray(free), base + free);
    yield* this.#given();
  }

  /** 2.1: a record is its header, one number a column, then the columns. */
  *#values(page: Buffer, base: number, cell: Cell): Generator<Uint8Array> {
    const local = page.subarray(cell.payload, cell.payload + cell.local);
    const ends = columnEnds(local, cell.size);
    const next = cell.local < cell.size ? page.readUInt32BE(cell.payload + cell.local) : 0;
    let column = 0;
    let at = 0;
    for (const { bytes, offset } of this.#payload(local, base + cell.payload, cell.size, next)) {
      for (let from = 0; from < bytes.length; ) {
        while (column < ends.length && (ends[column] as number) <= at + from) column++;
        const to = Math.min(bytes.length, (ends[column] ?? Number.POSITIVE_INFINITY) - at);
        this.#write(bytes.subarray(from, to), offset + from, at + to === ends[column]);
        from = to;
      }
      at += bytes.length;
      yield* this.#given();
    }
    this.#collector.write(LINE_END, base + cell.end);
  }

  /** What stands in the page, then the pages that it goes on in, each of which is read once whatever they say. */
  *#payload(
    local: Buffer,
    start: number,
    size: number,
    first: number,
  ): Generator<{ readonly bytes: Buffer; readonly offset: number }> {
    yield { bytes: local, offset: start };
    let left = size - local.length;
    for (let next = first; next > 0 && left > 0 && !this.#done.has(next - 1); ) {
      const page = this.#page(next - 1);
      if (page.length < 4) return;
      this.#done.add(next - 1);
      const bytes = page.subarray(4, Math.min(this.#sizes.usable, 4 + left));
      yield { bytes, offset: (next - 1) * this.#sizes.page + 4 };
      left -= bytes.length;
      next = page.readUInt32BE(0);
    }
  }
}

/** Where the record's header and each of its columns end; nothing where that is broken. */
function columnEnds(payload: Buffer, size: number): number[] {
  const header = varint(payload, 0);
  const ends = [header.value];
  if (header.value > payload.length) return [];
  let end = header.value;
  for (let at = header.length; at < header.value; ) {
    const type = varint(payload, at);
    at += type.length;
    end += type.value >= 12 ? (type.value - 12 - (type.value & 1)) / 2 : (WIDTHS[type.value] ?? 0);
    if (end > size) return [];
    ends.push(end);
  }
  return ends;
}

/** Bytes of numbers, by serial type. */
const WIDTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

/** Big-endian, seven bits a byte, at most nine bytes; what no file can hold comes out as more than any size. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly length: number } {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, length: i + 1 };
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), length: 9 };
}
