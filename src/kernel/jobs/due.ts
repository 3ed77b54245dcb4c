/**
 * The rows that background work stands in: `expiry/<time>/<ref>` below what it belongs to, so that the store's own order is the
 * order in which it falls due, and nobody has to hold it in memory. A row goes, or moves to a later time, in the same transaction
 * that does the work or writes down its failure: a crash leaves it where it was, and it is done again.
 */
import type { StorageReader } from "../barrier/index.ts";
import { timeKey } from "../row-cache.ts";

export interface Due {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ref: string;
}

export const DUE = "expiry/";
const TIME_DIGITS = timeKey(0).length;

export const dueKey = (at: number, ref: string): string => `${DUE}${timeKey(at)}/${ref}`;

export interface DueOptions {
  readonly limit: number;
  /** What comes after this one. */
  readonly after?: Due | undefined;
}

/** What is due at `now`, the oldest first. */
export async function dueRows(
  from: StorageReader,
  now: number,
  { limit, after }: DueOptions,
): Promise<Due[]> {
  const keys = await from.keys(DUE, { limit, ...(after && { after: dueKey(after.at, after.ref) }) });
  return keys.map(parseKey).filter(({ at }) => at <= now);
}

function parseKey(key: string): Due {
  const time = key.slice(DUE.length, DUE.length + TIME_DIGITS);
  return { at: Number(time), ref: key.slice(DUE.length + TIME_DIGITS + 1) };
}
