/**
 * What is in one item, wherever it came from: formats take it apart, the detector reads the pieces, and what is found gets its line,
 * its cell or its entry. Plain bytes at hand go without promises; everything else streams, in memory that does not grow with the item.
 */
import type { Cut, Detector, RawMatch } from "../detect/types.ts";
import { formatOf } from "../formats/index.ts";
import { type Piece, pieces } from "../formats/pieces.ts";
import { isSync, viewOf } from "../formats/source.ts";
import type { ByteSource, Chunks, FileFormat, FormatLimits } from "../formats/types.ts";
import { type LongMember, longPieces, withoutTwins } from "./long-members.ts";
import { type Lines, linesIn } from "./lines.ts";
import { LinedSource, type Position, PositionCounter } from "./places.ts";
import { Cuts } from "./cuts.ts";
import { detectShown, isText, type Shown, ShownStream } from "./shown.ts";
import type { ContentScanner, Found, Item, Unread } from "./types.ts";

export interface ContentScannerOptions {
  readonly detector: Detector;
  readonly formats: readonly FileFormat[];
  readonly limits: FormatLimits;
}

/** Bytes of one piece after which other work gets its turn. */
const TURN = 8 << 20;

export function createContentScanner({ detector, formats, limits }: ContentScannerOptions): ContentScanner {
  return {
    needsFormat: (path, head) => formatOf(formats, path, head) !== null,
    plain(bytes, unread) {
      const cuts = new Cuts();
      const { matches, offsetOf } = detectShown(detector, viewOf(bytes), cuts.add);
      for (const { offset, reason } of cuts.members) cuts.note(offset, reason);
      for (const reason of cuts.reasons()) unread?.(reason);
      if (matches.length === 0) return [];
      const spans = matches.map((match) => spanOf(match, offsetOf));
      const counter = new PositionCounter(offsetsOf(spans));
      counter.push(bytes);
      return spans.map((span) => ({
        match: span.match,
        ...rows(span, (offset) => counter.at(offset)),
        offset: span.start,
        lines: linesIn(viewOf(bytes), span.start, span.end - span.start),
      }));
    },
    async scan({ path, source }: Item) {
      const found = new FoundOnce();
      const unread: Unread[] = [];
      const long: LongMember[] = [];
      let outermost: LinedSource | null = null;
      const wrap = (one: ByteSource): LinedSource => {
        const lined = new LinedSource(one);
        outermost ??= lined;
        return lined;
      };
      const note = (name: string, reason: string): void => {
        unread.push({ path: [path, name].filter(Boolean).join("!"), reason });
      };
      const take = async (piece: Piece<LinedSource>): Promise<void> => {
        const cuts = new Cuts();
        await found.add(piece, await spansIn(detector, piece, cuts.add));
        long.push(...cuts.longIn(piece, formats));
        for (const reason of cuts.reasons()) note(piece.entry ?? "", reason);
      };
      for await (const piece of pieces({ path, source, formats, limits, wrap }))
        if (piece.kind === "piece") await take(piece);
        else note(piece.name, piece.reason);
      for await (const piece of longPieces(long, { formats, limits, wrap }))
        if (piece.kind === "piece") await take(piece);
        else note(piece.name, piece.reason);
      await found.settle();
      const all = withoutTwins(found.all, long);
      const { read } = source;
      if (read !== undefined)
        for (const [at, one] of all.entries())
          if (one.entry === undefined) all[at] = { ...one, lines: linesAt(path, one, read) };
      const bytes = source.size ?? (outermost as LinedSource | null)?.bytes ?? 0;
      return { found: all, bytes, unread };
    },
  };
}

/** What stands before and behind a match: so much, for allow comments. */
const [BEFORE, BEHIND] = [4096, 2048];

function linesAt(path: string, { offset, match }: Found, read: NonNullable<ByteSource["read"]>): Lines {
  const from = Math.max(0, offset - BEFORE);
  const before = Buffer.from(read(from, offset - from));
  const after = Buffer.from(read(offset + match.length, BEHIND));
  const window = Buffer.concat([before, after]);
  const around = linesIn(window, before.length, 0, { notebook: /\.ipynb$/i.test(path) });
  for (const part of [before, after, window]) part.fill(0);
  return around;
}

/** A match and its place in the file, still as offsets. */
export interface Span {
  readonly match: RawMatch;
  readonly start: number;
  readonly end: number;
  /** Of a stream that has passed: known at once or never. */
  readonly rows?: Rows;
}

type Rows = Pick<Found, "line" | "column" | "endLine" | "endColumn">;

const same = (offset: number): number => offset;
const offsetsOf = (spans: readonly Span[]): number[] => spans.flatMap(({ start, end }) => [start, end]);

export function spanOf(match: RawMatch, offsetOf: (at: number) => number): Span {
  const start = offsetOf(match.offset);
  // Behind the last byte: what follows in the text may stand elsewhere in the file, behind a colour code.
  const end = match.length === 0 ? start : offsetOf(match.offset + match.length - 1) + 1;
  return { match, start, end: Math.max(start, end) };
}

function rows({ start, end }: Span, at: (offset: number) => Position): Rows {
  const [from, to] = [at(start), at(end)];
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** What is found in a piece, and the file whose lines count. */
async function spansIn(
  detector: Detector,
  piece: Piece<LinedSource>,
  cut: Cut,
): Promise<{ readonly spans: readonly Span[]; readonly file: LinedSource }> {
  // Text that does not stand in the file has lines of its own.
  const own = piece.offsetOf === undefined;
  const file = own ? new LinedSource({ size: null, once: true, chunks: piece.chunks }) : piece.file;
  const inFile = piece.offsetOf ?? same;
  const spans: Span[] = [];
  const take = ({ matches, offsetOf }: Shown): void => {
    for (const match of matches) {
      const span = spanOf(match, (at) => inFile(offsetOf(at)));
      const { passing } = file;
      spans.push(passing === null ? span : { ...span, rows: rows(span, (offset) => passing.at(offset)) });
    }
  };
  await detectIn(detector, own ? file.chunks() : piece.chunks(), { take, cut });
  return { spans, file };
}

/** A text in one chunk is scanned at once, a longer one as a stream. */
async function detectIn(
  detector: Detector,
  chunks: Chunks,
  { take, cut }: { readonly take: (shown: Shown) => void; readonly cut: Cut },
): Promise<void> {
  const iterator = isSync(chunks) ? chunks[Symbol.iterator]() : chunks[Symbol.asyncIterator]();
  let first: Buffer | null = null;
  let stream: ShownStream | null = null;
  let bytes = 0;
  try {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (first === null) {
        first = Buffer.from(next.value);
        continue;
      }
      if (stream === null) {
        stream = new ShownStream(detector, { text: isText(first), cut });
        take(stream.push(first));
      }
      take(stream.push(next.value));
      bytes += next.value.length;
      if (bytes < TURN) continue;
      bytes = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await iterator.return?.();
  }
  if (stream !== null) take(stream.end());
  else if (first !== null) take(detectShown(detector, first, cut));
}

interface Spans {
  readonly path: string;
  /** Its `chunks` begin at `from`. */
  readonly source: ByteSource;
  readonly spans: readonly Span[];
  readonly from: number;
}

/** What is found in a stretch of a file without a format: lines are counted from its beginning. */
export async function foundOf({ path, source, spans, from }: Spans): Promise<Found[]> {
  if (spans.length === 0) return [];
  const file = new LinedSource(source);
  const at = await file.positions(offsetsOf(spans).map((offset) => offset - from));
  const found = new FoundOnce();
  const piece: Piece<LinedSource> = {
    kind: "piece",
    file,
    chunks: () => file.chunks(),
    offsetOf: same,
    outer: same,
  };
  const placed = spans.map((span) => ({ ...span, rows: rows(span, (offset) => at(offset - from)) }));
  await found.add(piece, { spans: placed, file });
  await found.settle();
  const { read } = source;
  return read === undefined
    ? found.all
    : found.all.map((one) => ({ ...one, lines: linesAt(path, one, read) }));
}

type Pending = Span & { readonly piece: Piece<LinedSource> };

/** The same value by the same rule at the same place is one finding, whatever ways led to it; the place that says more is kept. */
class FoundOnce {
  readonly all: Found[] = [];
  readonly #byPlace = new Map<string, number>();
  /** Of a file that is not finished: its lines are counted once for all. */
  #pending: Pending[] = [];
  #file: LinedSource | null = null;

  async add(
    piece: Piece<LinedSource>,
    { spans, file }: { readonly spans: readonly Span[]; readonly file: LinedSource },
  ): Promise<void> {
    if (spans.length === 0) return;
    if (this.#file !== file) await this.settle();
    this.#file = file;
    for (const span of spans) this.#pending.push({ ...span, piece });
  }

  async settle(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const at = await this.#file?.positions(offsetsOf(pending.filter((span) => span.rows === undefined)));
    this.#file = null;
    for (const { piece, ...span } of pending) {
      const place = span.rows ?? rows(span, at ?? nowhere);
      this.#keep(piece, {
        match: span.match,
        ...place,
        offset: piece.outer(piece.offsetOf === undefined ? 0 : span.start),
        ...(piece.entry === undefined ? {} : { entry: piece.entry }),
        ...(piece.within === undefined ? {} : { within: piece.within }),
      });
    }
  }

  #keep({ offsetOf, within = "" }: Piece<LinedSource>, one: Found): void {
    const own = offsetOf === undefined ? within : "";
    const place = `${one.match.rule.id}\0${one.line}:${one.column}\0${own}\0${one.entry ?? ""}`;
    const known = this.#byPlace.get(place);
    const before = known === undefined ? undefined : this.all[known];
    if (known === undefined || before === undefined || !before.match.value.equals(one.match.value)) {
      this.#byPlace.set(place, this.all.length);
      this.all.push(one);
      return;
    }
    const [keep, drop] = before.within === undefined ? [one, before] : [before, one];
    this.all[known] = keep;
    drop.match.value.fill(0);
  }
}

const nowhere = (): Position => ({ line: 1, column: 1 });
