/**
 * Batch tokens stand nowhere, so none can be taken out. What ends them early is a note: every batch token that has these metadata
 * (or was issued below this path) and was made before this moment is refused. A note goes when the last such token is over.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { Barrier } from "../barrier/index.ts";
import { RowCache, decodeRow, encodeRow } from "../row-cache.ts";
import type { BatchRecord } from "./batch.ts";

export interface EndedNote {
  readonly metadata: Readonly<Record<string, string>>;
  /** With a slash at the end; empty: any. */
  readonly below: string;
  /** Milliseconds since the epoch. */
  readonly before: number;
  readonly until: number;
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

  /** Holds in every process from the moment this returns. Throws `token.too-many-ended`. */
  async end(note: EndedNote, now: number): Promise<void> {
    await this.#barrier.view(PREFIX).transaction(async (tx) => {
      const bytes = await tx.get(ROW);
      const standing = (bytes === null ? [] : decodeRow<EndedNote[]>(bytes)).filter(
        (one) => one.until > now && !(one.below === note.below && equal(one.metadata, note.metadata)),
      );
      if (standing.length >= MOST_NOTES) throw new BulkheadError("token.too-many-ended");
      tx.put(ROW, encodeRow([...standing, note]));
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

function equal(a: EndedNote["metadata"], b: EndedNote["metadata"]): boolean {
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([name, value]) => b[name] === value);
}
