/** What the threads of a scan of files are handed: some small files, or a part of a large one. */
import { lstatSync } from "node:fs";
import { type FilePart, splitFile, type SplitOptions } from "./file-parts.ts";

/** Trees smaller than both are read by the thread that walks them: to start another would take longer. */
export const SMALL = { files: 1000, bytes: 32 << 20 };
const JOB = { files: 128, bytes: 4 << 20 };
/** Files of so many parts are shared among threads. */
const FEWEST_PARTS = 2;

export interface Piece {
  readonly paths: readonly Buffer[];
  /** Of the one path. */
  readonly part?: FilePart;
}

export interface JobsOptions {
  readonly root: string;
  readonly paths: Iterator<Buffer>;
  /** How large files are split; absent where they are not. */
  readonly split?: SplitOptions & { readonly partSize: number };
}

/** Paths, cut into pieces of work. */
export class Jobs {
  readonly #options: JobsOptions;
  /** Taken from the paths, and not yet handed out. */
  readonly #seen: Buffer[] = [];
  #parts: Iterator<Piece> | null = null;
  #splitting: Buffer | null = null;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** All paths where they are few and light; null otherwise. No more of the tree is walked than that takes. */
  small(): readonly Buffer[] | null {
    let bytes = 0;
    for (const path of this.rest()) {
      this.#seen.push(path);
      const size = this.#sizeOf(path);
      bytes += size;
      const alone = this.#seen.length === 1 && !this.#isLarge(size);
      if (this.#seen.length >= SMALL.files || (bytes >= SMALL.bytes && !alone)) return null;
    }
    return this.#seen;
  }

  *rest(): Generator<Buffer> {
    const { paths } = this.#options;
    for (let next = paths.next(); next.done !== true; next = paths.next()) yield next.value;
  }

  /** Null when all is handed out. */
  next(): Piece | null {
    const part = this.#parts?.next();
    if (part !== undefined && part.done !== true) return part.value;
    this.#parts = null;
    const job: Buffer[] = [];
    for (let bytes = 0; job.length < JOB.files && bytes < JOB.bytes; ) {
      const path = this.#seen.shift() ?? (this.#options.paths.next().value as Buffer | undefined);
      if (path === undefined) break;
      const size = this.#sizeOf(path);
      const parts = this.#isLarge(size) ? this.#split(path) : null;
      if (parts === null) {
        job.push(path);
        bytes += size;
        continue;
      }
      this.#parts = parts;
      this.#splitting = path;
      return job.length === 0 ? this.next() : { paths: job };
    }
    return job.length === 0 ? null : { paths: job };
  }

  /** No more parts of this file. */
  stopSplitting(path: Buffer): void {
    if (this.#splitting === path) this.#parts = null;
  }

  #isLarge(size: number): boolean {
    const { split } = this.#options;
    return split !== undefined && size > FEWEST_PARTS * split.partSize;
  }

  #split(path: Buffer): Iterator<Piece> | null {
    const { split } = this.#options;
    if (split === undefined) return null;
    const file = splitFile(this.#absolute(path), path.toString("utf8"), split);
    return file === null || !this.#isLarge(file.size) ? null : partsOf(path, file, split.partSize);
  }

  #absolute(path: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.#options.root}/`), path]);
  }

  #sizeOf(path: Buffer): number {
    try {
      return lstatSync(this.#absolute(path)).size;
    } catch {
      return 0; // who reads it says why not
    }
  }
}

function* partsOf(path: Buffer, file: Pick<FilePart, "size" | "text">, partSize: number): Generator<Piece> {
  for (let from = 0; from < file.size; from += partSize) {
    const to = Math.min(file.size, from + partSize);
    yield { paths: [path], part: { ...file, from, to, rest: false } };
  }
}
