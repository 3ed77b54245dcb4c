/**
 * Does what is due, in order of due time over all kinds, a page at a time: some at once, not more than so many a second, so that a
 * backlog (a night without a server) neither fills the memory nor overruns the systems in which credentials are revoked.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Due, DueOptions } from "./due.ts";

/** One kind of background work: where its rows are, and how one of them is done. */
export interface DueKind {
  /** What is due at `now`, the oldest first. */
  due(now: number, options: DueOptions): Promise<readonly Due[]>;
  /**
   * Does it and removes its row, or moves the row to the time of the next try; true when it is done with. Is asked again after a
   * crash, and may find that there is nothing left to do.
   */
  run(ref: string): Promise<boolean>;
}

export interface RunOptions {
  readonly now: number;
  /** False ends it: what is left is done by whoever holds the lock now. */
  readonly goesOn: () => boolean;
  /** At once; 16. */
  readonly concurrency?: number;
  /** Started in a second, over a second; 500. */
  readonly perSecond?: number;
}

const PAGE = 200;

interface Task extends Due {
  readonly kind: DueKind;
}

/** Gives the count of those that are done with. What throws keeps nothing else from being done; the first error is thrown at the end. */
export async function runDue(
  kinds: readonly DueKind[],
  { now, goesOn, concurrency = 16, perSecond = 500 }: RunOptions,
): Promise<number> {
  const started = performance.now();
  const seen = new Map<DueKind, Due>();
  const failed: unknown[] = [];
  let begun = 0;
  let done = 0;
  const one = async ({ kind, ref }: Task): Promise<void> => {
    const early = begun++ / perSecond - 1 - (performance.now() - started) / 1_000;
    if (early > 0) await sleep(early * 1_000);
    if (!goesOn()) return;
    await kind.run(ref).then(
      (ended) => (done += ended ? 1 : 0),
      (error: unknown) => failed.push(error),
    );
  };
  for (
    let page = await nextPage(kinds, now, seen);
    page.length > 0;
    page = await nextPage(kinds, now, seen)
  ) {
    await atOnce(concurrency, page, one);
    if (!goesOn()) break;
  }
  if (failed.length > 0) throw failed[0];
  return done;
}

/** Up to where every kind has been looked at, so that none overtakes another. */
async function nextPage(
  kinds: readonly DueKind[],
  now: number,
  seen: Map<DueKind, Due>,
): Promise<readonly Task[]> {
  const pages = await Promise.all(
    kinds.map(async (kind) => ({ kind, rows: await kind.due(now, { limit: PAGE, after: seen.get(kind) }) })),
  );
  const ends = pages.filter(({ rows }) => rows.length >= PAGE).map(({ rows }) => rows.at(-1)?.at ?? now);
  const horizon = Math.min(now, ...ends);
  const tasks: Task[] = [];
  for (const { kind, rows } of pages)
    for (const due of rows) {
      if (due.at > horizon) break;
      tasks.push({ ...due, kind });
      seen.set(kind, due);
    }
  return tasks.sort((a, b) => a.at - b.at);
}

/** Begins them in order, `most` at once. `work` does not throw. */
export async function atOnce<T>(
  most: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const next = async (): Promise<void> => {
    for (let item = waiting.next(); item.done !== true; item = waiting.next()) await work(item.value);
  };
  await Promise.all(Array.from({ length: most }, next));
}
