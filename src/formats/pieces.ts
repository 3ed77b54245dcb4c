/**
 * A file as the pieces of text it is made of: its own bytes, or what formats see in it, archives in archives included. Pieces come
 * in the order of the file; each must be taken before the next. Limits hold for the whole file, so that no nesting gets around them.
 */
import { begin, bytesSource, HEAD, headOf, isSync } from "./source.ts";
import type { ByteSource, Chunks, FileFormat, FormatLimits, Fragment, Skipped } from "./types.ts";

export interface Piece<S extends ByteSource> {
  readonly kind: "piece";
  /** Path inside an archive, archives in archives joined with `!`. */
  readonly entry?: string;
  /** For people: `cell 3, output 1`. */
  readonly within?: string;
  /** The file or entry that the text is in. */
  readonly file: S;
  chunks(): Chunks;
  /** Offset in `file` of the piece's byte `at`; absent where the text does not stand in it. */
  readonly offsetOf?: (at: number) => number;
  /** Offset in the outermost file of byte `at` of `file`; where that is compressed, of the entry's beginning. */
  readonly outer: (at: number) => number;
}

export interface PiecesOptions<S extends ByteSource> {
  readonly path: string;
  readonly source: ByteSource;
  readonly formats: readonly FileFormat[];
  readonly limits: FormatLimits;
  /** Called for the file and for each entry: what it gives stands in `Piece.file`, and all reading goes through it. */
  readonly wrap: (source: ByteSource) => S;
}

/** Entries of streams up to this are held in memory, where a format has to read them at random or more than once; half of it a level deeper. */
const HELD = 64 << 20;
/** Most entries are smaller: they come as bytes at hand. */
const AT_HAND = 1 << 20;

export async function* pieces<S extends ByteSource>(
  options: PiecesOptions<S>,
): AsyncGenerator<Piece<S> | Skipped> {
  const { path, source } = options;
  try {
    yield* new Reading(options).file({ path, source, depth: 0, entry: null, outer: (at) => at });
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    yield { kind: "skipped", name: error.entry, reason: error.message };
  }
}

/** Ends the whole file: nothing in it may be called read to its end. */
class LimitReached extends Error {
  readonly entry: string;
  constructor(entry: string | null, reason: string) {
    super(reason);
    this.entry = entry ?? "";
  }
}

interface One {
  readonly path: string;
  readonly source: ByteSource;
  readonly depth: number;
  readonly entry: string | null;
  readonly outer: (at: number) => number;
}

class Reading<S extends ByteSource> {
  readonly #options: PiecesOptions<S>;
  #bytes = 0;
  #entries = 0;
  #over: LimitReached | null = null;

  constructor(options: PiecesOptions<S>) {
    this.#options = options;
  }

  async *file(one: One): AsyncGenerator<Piece<S> | Skipped> {
    const { formats, limits, wrap } = this.#options;
    const opened = await open(one, formats);
    const file = wrap(opened.source);
    const format = opened.format;
    if (format === null || !format.replacesBytes)
      yield piece(one, file, { chunks: () => file.chunks(), offsetOf: same });
    if (format === null) return;
    const name = one.entry ?? "";
    if (one.depth >= limits.depth) {
      yield { kind: "skipped", name, reason: `archives in archives, more than ${limits.depth} deep` };
      return;
    }
    for await (const fragment of format.fragments(file, limits, one.path)) {
      if (fragment.kind === "skipped") {
        yield { ...fragment, name: joined(one.entry, fragment.name) };
        if (fragment.plain === true && format.replacesBytes && file.once !== true)
          yield piece(one, file, { chunks: () => file.chunks(), offsetOf: same });
      } else if (fragment.kind === "text") yield piece(one, file, fragment);
      else yield* this.#entry(one, fragment);
      if (this.#over !== null) throw this.#over;
    }
  }

  async *#entry(container: One, fragment: Fragment): AsyncGenerator<Piece<S> | Skipped> {
    const entry = joined(container.entry, fragment.name);
    const { entries } = this.#options.limits;
    if (++this.#entries > entries) throw new LimitReached(container.entry, `more than ${entries} entries`);
    const { offsetOf, start, again, read, size } = fragment;
    const source: ByteSource = {
      size: read === undefined ? null : (size ?? null),
      ...(again === true ? {} : { once: true }),
      chunks: () => this.#counted(fragment.chunks(), entry),
      ...(read === undefined ? {} : { read }),
    };
    const outer =
      offsetOf === undefined
        ? () => container.outer(start ?? 0)
        : (at: number) => container.outer(offsetOf(at));
    yield* this.file({
      path: entry.slice(entry.lastIndexOf("!") + 1),
      source,
      depth: container.depth + 1,
      entry,
      outer,
    });
  }

  /** Whoever takes the bytes sees an early end; the reading then ends with the reason. */
  #counted(chunks: Chunks, entry: string): Chunks {
    const { unpackedBytes } = this.#options.limits;
    const goesOn = (chunk: Uint8Array): boolean => {
      this.#bytes += chunk.length;
      if (this.#bytes > unpackedBytes)
        this.#over ??= new LimitReached(entry, `unpacks to more than the limit of ${unpackedBytes} bytes`);
      return this.#over === null;
    };
    return isSync(chunks) ? whileSync(chunks, goesOn) : whileAsync(chunks, goesOn);
  }
}

function* whileSync(
  chunks: Iterable<Uint8Array>,
  goesOn: (chunk: Uint8Array) => boolean,
): Generator<Uint8Array> {
  for (const chunk of chunks)
    if (goesOn(chunk)) yield chunk;
    else return;
}

async function* whileAsync(
  chunks: AsyncIterable<Uint8Array>,
  goesOn: (chunk: Uint8Array) => boolean,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks)
    if (goesOn(chunk)) yield chunk;
    else return;
}

const same = (at: number): number => at;
const joined = (entry: string | null, name: string): string =>
  entry === null ? name : name === "" ? entry : `${entry}!${name}`;

function piece<S extends ByteSource>(
  { entry, outer }: One,
  file: S,
  { name, chunks, offsetOf }: { name?: string; chunks: () => Chunks; offsetOf?: (at: number) => number },
): Piece<S> {
  return {
    kind: "piece",
    file,
    outer,
    chunks,
    ...(entry === null ? {} : { entry }),
    ...(name === undefined || name === "" ? {} : { within: name }),
    ...(offsetOf === undefined ? {} : { offsetOf }),
  };
}

interface Opened {
  readonly source: ByteSource;
  readonly format: FileFormat | null;
}

/** Judges by the first bytes. A stream that has to be read in more than one way is taken into memory, if it is not too long. */
async function open({ source, path, depth }: One, formats: readonly FileFormat[]): Promise<Opened> {
  const ask = (head: Uint8Array): FileFormat | null =>
    formats.find((format) => format.matches(path, head.subarray(0, HEAD))) ?? null;
  if (source.once !== true) {
    const format = ask(await headOf(source));
    if (format?.needsRead !== true || source.read !== undefined) return { source, format };
  }
  let begun = await begin(source.chunks(), AT_HAND);
  const format = ask(begun.bytes);
  if (!begun.ended && format !== null && (format.needsRead === true || !format.replacesBytes))
    begun = await begin(begun.rest(), Math.max(AT_HAND, HELD >> Math.max(0, depth - 1)));
  if (begun.ended) return { source: bytesSource(begun.bytes), format };
  const { rest } = begun;
  return { source: { size: null, once: true, chunks: rest }, format };
}
