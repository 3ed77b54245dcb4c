/** What is found in blobs, as plain data that can go from a thread to another. A value is kept once, however many versions have it. */
import { createHash } from "node:crypto";
import { wipeLines } from "../lines.ts";
import type { Found } from "../types.ts";

/** A value of a rule, as it was found. Plain data. */
export interface FoundValue {
  readonly rule: string;
  readonly value: Uint8Array;
  readonly decoded?: readonly string[];
  readonly incomplete?: string;
  readonly says?: string;
}

/** A value's place in a blob. Plain data. */
export interface Hit {
  /** Index in the thread's values. */
  readonly value: number;
  /** Bytes in the blob. */
  readonly offset: number;
  readonly length: number;
  /** Known where the blob was read as a whole. */
  readonly lines?: Pick<Found, "line" | "column" | "endLine" | "endColumn">;
  readonly entry?: string;
  readonly within?: string;
}

/** The values that one thread found. */
export class ValueTable {
  readonly values: FoundValue[] = [];
  readonly #known = new Map<string, number>();

  /** Takes the match's value over. */
  hit({ match, offset, line, column, endLine, endColumn, entry, within, lines }: Found): Hit {
    const { value, decoded, incomplete, says } = match;
    const hash = createHash("sha256").update(value).digest("base64");
    const key = [match.rule.id, hash, decoded?.join(), incomplete, says].join("\0");
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.values.length;
      this.#known.set(key, index);
      const own = new Uint8Array(value); // not from a shared pool, which would go along to another thread
      this.values.push({
        rule: match.rule.id,
        value: own,
        ...(decoded && { decoded }),
        ...(incomplete !== undefined && { incomplete }),
        ...(says !== undefined && { says }),
      });
    }
    value.fill(0);
    wipeLines(lines);
    return {
      value: index,
      offset,
      length: match.length,
      lines: { line, column, endLine, endColumn },
      ...(entry !== undefined && { entry }),
      ...(within !== undefined && { within }),
    };
  }
}

/** The same place of the same value, without what only the whole blob tells. */
export const moved = ({ value, offset, length }: Hit, by: number): Hit => ({
  value,
  offset: offset + by,
  length,
});
