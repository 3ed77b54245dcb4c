/** Descriptors that a job inherits beside its standard ones. */

/** The job sees the first one under this number; the numbers below are for what starts it. */
export const FIRST_INHERITED = 20;

/** What follows the first `used` entries of `stdio`, so that `descriptors` begin at `FIRST_INHERITED`. */
export function inherited(descriptors: readonly number[] = [], used: number): ("ignore" | number)[] {
  if (descriptors.length === 0) return [];
  const gap = Array.from({ length: FIRST_INHERITED - used }, () => "ignore" as const);
  return [...gap, ...descriptors];
}
