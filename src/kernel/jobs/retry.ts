/** When what failed is tried again: six tries, twice as long between any two, never all at the same moment. */

export const MOST_ATTEMPTS = 6;
const FIRST_RETRY_MS = 10_000;
/** Of the wait, at most: what failed together because one system was away does not come back together. */
const JITTER = 0.25;

/** When to try again after so many failures; null: never. `random` from 0 to 1. */
export function nextTry(now: number, failures: number, random: number): number | null {
  if (failures >= MOST_ATTEMPTS) return null;
  return now + Math.floor(FIRST_RETRY_MS * 2 ** (failures - 1) * (1 + JITTER * random));
}
