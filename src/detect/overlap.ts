/**
 * One winner for each stretch of bytes. A candidate loses to any better one that overlaps it, whether or not that one wins in
 * turn: so the outcome depends on the neighbourhood alone, and is the same however the input was cut into blocks.
 */
import type { Rule, RuleFormat } from "./types.ts";

export interface Candidate {
  readonly offset: number;
  readonly length: number;
  readonly rule: Rule;
  readonly format: RuleFormat;
  /** The value as it stands in the input, Latin-1. */
  readonly text: string;
}

/** Candidates by offset, with the verdict on each. */
export function resolveOverlaps(
  candidates: readonly Candidate[],
): { readonly candidate: Candidate; readonly wins: boolean }[] {
  const sorted = [...candidates].sort((a, b) => a.offset - b.offset || b.length - a.length || better(a, b));
  const loses = new Uint8Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    const one = sorted[i] as Candidate;
    for (let j = i + 1; j < sorted.length; j++) {
      const other = sorted[j] as Candidate;
      if (other.offset >= one.offset + one.length) break;
      if (better(one, other) <= 0) loses[j] = 1;
      else loses[i] = 1;
    }
  }
  return sorted.map((candidate, i) => ({ candidate, wins: loses[i] === 0 }));
}

/** Negative when `a` is the better claim: lower rank, then longer, then earlier, then by rule id. Zero only for the same claim. */
function better(a: Candidate, b: Candidate): number {
  return (
    a.rule.rank - b.rule.rank ||
    b.length - a.length ||
    a.offset - b.offset ||
    (a.rule.id < b.rule.id ? -1 : a.rule.id > b.rule.id ? 1 : 0)
  );
}
