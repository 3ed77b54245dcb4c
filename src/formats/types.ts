/**
 * Files that hold other files or text that their bytes do not show as it is: archives, notebooks, models, data. One file a format,
 * `index.ts` is the registry. Bytes in, named fragments with a human place out, in bounded memory: a source is read as a stream
 * (or at random where it can be), and no format believes a size that a file states about itself. Nothing is written to disk.
 */

/** Chunks of any size; one is only valid until the next is asked for. Synchronous where nothing has to be waited for. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The bytes of one file, however they are kept: on disk, in a git object, in an entry of an archive. */
export interface ByteSource {
  /** Bytes, where known before reading. */
  readonly size: number | null;
  /** True where `chunks` gives the bytes a single time: a pipe, an entry of an archive that is itself a stream. */
  readonly once?: boolean;
  /** All bytes from the first on, anew at each call (unless `once`). */
  chunks(): Chunks;
  /** `length` bytes at `offset`, fewer at the end; absent where only streaming is possible. The result belongs to the caller. */
  read?(offset: number, length: number): Uint8Array;
}

/** A stretch of a file's content, in the form in which it means something. Its bytes must be taken before the next one is asked for. */
export interface Fragment {
  /** `text` is scanned as it is; a `file` is an entry with a path of its own, to which formats apply again. */
  readonly kind: "text" | "file";
  /** For people: `cell 3, output 1`; empty: nothing to say. Of an entry its path inside, as it stands there. */
  readonly name: string;
  chunks(): Chunks;
  /**
   * Byte offset in the file of the fragment's byte `at`; absent where the file holds it in another form (compressed). Asked for soon
   * after the byte was given: a stream may forget what is megabytes back.
   */
  readonly offsetOf?: (at: number) => number;
  /** Of a `file`: where it begins in the containing file, for entries without `offsetOf`. */
  readonly start?: number;
  /** Of a `file`, as in `ByteSource`; `chunks` counts as `once` unless this says `again`. */
  readonly again?: boolean;
  readonly read?: (offset: number, length: number) => Uint8Array;
  readonly size?: number;
}

/** What was not read, and why: it makes a scan incomplete, never silently clean. */
export interface Skipped {
  readonly kind: "skipped";
  /** The entry's path, or empty for the file itself. */
  readonly name: string;
  readonly reason: string;
  /** The file is not what it seemed: its own bytes are read instead. */
  readonly plain?: boolean;
}

export interface FormatLimits {
  /** Archives in archives. */
  readonly depth: number;
  /** Bytes that all entries of one outermost file may unpack to. */
  readonly unpackedBytes: number;
  /** Entries of one outermost file. */
  readonly entries: number;
}

export interface FileFormat {
  /** Lower case with `-`. */
  readonly id: string;
  readonly title: string;
  /** What of it is read, for people: a phrase. */
  readonly reads: string;
  /** From the name and the first bytes (up to 512) alone. */
  matches(path: string, head: Uint8Array): boolean;
  /** Names without which such a file would be missed or read otherwise: a blob of a history has none until git is asked. */
  readonly named?: RegExp;
  /** True where the fragments hold all that is worth reading, so that the file's own bytes are not scanned besides. */
  readonly replacesBytes: boolean;
  /** True where `source.read` is needed: inside an archive that means a copy in memory, up to a limit. */
  readonly needsRead?: boolean;
  /** Broken input ends in a `Skipped`, never in an exception. */
  fragments(source: ByteSource, limits: FormatLimits, path: string): AsyncIterable<Fragment | Skipped>;
}
