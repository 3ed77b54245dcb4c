/**
 * Batch tokens stand nowhere, so none can be taken out. What ends them early is a note: every batch token that has these metadata
 * (or was issued below this path) and was made before this moment is refused. Notes stay: how long a token made back then lives is
 * known to nobody but the token. Beyond a thousand the oldest become one, which ends all batch tokens of their time.
 */
import type { Barrier } from "../barrier/index.ts";
import { RowCache, decodeRow, encodeRow } from "../row-cache.ts";
import type { BatchRecord } from "./batch.ts";

export interface EndedNote {
  readonly metadata: Readonly<Record<string, string>>;
  /** With a slash at the end; empty: any. */
  readonly below: string;
  /** Milliseconds since the epoch. */
  readonly before: number;
}

const PREFIX = "core/batch-ended/";
const ROW = "notes";
/** Each request with a batch token reads them all. */
const MOST_NOTES = 1_000;

export class EndedBatches {
  readonly #barrier: Barrier;
  readonly #notes: RowCache<readonly EndedNote[]>;

  constructor(barrier: Barrier) {
    this.#barrier = barrier;
    this.#notes = new RowCache(barrier, PREFIX, (bytes) =>
      bytes === null ? [] : decodeRow<EndedNote[]>(bytes),
    );
  }

  /** Holds in every process from the moment this returns. */
  async end(note: EndedNote): Promise<void> {
    await this.#barrier.view(PREFIX).transaction(async (tx) => {
      const bytes = await tx.get(ROW);
      const standing = (bytes === null ? [] : decodeRow<EndedNote[]>(bytes)).filter(
        (one) =>
          !(one.before <= note.before && one.below === note.below && equal(one.metadata, note.metadata)),
      );
      tx.put(ROW, encodeRow(bounded([...standing, note])));
    });
  }

  async isEnded(record: BatchRecord, seen?: string): Promise<boolean> {
    const notes = await this.#notes.get(ROW, seen);
    return notes.some((note) => covers(note, record));
  }

  clear(): void {
    this.#notes.clear();
  }
}

const covers = ({ metadata, below, before }: EndedNote, record: BatchRecord): boolean =>
  record.created <= before &&
  `${record.path}/`.startsWith(below) &&
  Object.entries(metadata).every(([name, value]) => record.metadata[name] === value);

function bounded(notes: readonly EndedNote[]): readonly EndedNote[] {
  if (notes.length <= MOST_NOTES) return notes;
  const [oldest, later] = [notes.slice(0, MOST_NOTES / 2), notes.slice(MOST_NOTES / 2)];
  const before = Math.max(...oldest.map((note) => note.before));
  return [{ metadata: {}, below: "", before }, ...later];
}

function equal(a: EndedNote["metadata"], b: EndedNote["metadata"]): boolean {
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([name, value]) => b[name] === value);
}
