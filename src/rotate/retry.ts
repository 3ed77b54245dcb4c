/** When a step that failed is taken again: twice as long between any two, then never. */
import { createHash } from "node:crypto";

export const MOST_TRIES = 8;
const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;
const JITTER = 0.25;

/** 0 to 1, the same for the same text at every look. */
export const fractionOf = (text: string): number =>
  createHash("sha256").update(text).digest().readUInt32BE(0) / 2 ** 32;

/** Milliseconds since the epoch; null: not again. Spread by `id`, so that many do not come back together. */
export function nextTry(now: number, failures: number, id: string): number | null {
  if (failures >= MOST_TRIES) return null;
  const wait = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return now + Math.floor(wait * (1 + JITTER * fractionOf(`${id}${failures}`)));
}
