/** Gathers hits of all threads by blob; equal values become one. */
import { createHash } from "node:crypto";
import type { FoundValue, Hit } from "./hits.ts";

export interface BlobHit extends Omit<Hit, "value"> {
  /** The same string for the same value of the same rule. */
  readonly key: string;
}

export class Collector {
  readonly blobs = new Map<string, BlobHit[]>();
  readonly values = new Map<string, FoundValue>();
  readonly #threads: string[][] = [];

  /** Values of a thread, in its own order. */
  addValues(thread: number, values: readonly FoundValue[]): void {
    const keys = (this.#threads[thread] ??= []);
    for (const value of values) {
      const hash = createHash("sha256").update(value.value).digest("hex");
      const key = [value.rule, hash, value.decoded?.join() ?? ""].join("\0");
      keys.push(key);
      if (this.values.has(key)) value.value.fill(0);
      else this.values.set(key, value);
    }
  }

  /** Replaces what was known of the blob: each look at it sees everything. */
  setHits(thread: number, blob: string, hits: readonly Hit[]): void {
    const keys = this.#threads[thread] ?? [];
    if (hits.length === 0) this.blobs.delete(blob);
    else
      this.blobs.set(
        blob,
        hits.map(({ value, ...hit }) => ({ ...hit, key: keys[value] as string })),
      );
  }
}
