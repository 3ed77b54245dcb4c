/** What the litmus test found: two columns, and the one next step. */
import type { BulkheadError } from "../../core/errors.ts";
import type { Seen } from "../../run/litmus/index.ts";
import { type Group, type Item, type Look, groups } from "../../run/litmus/types.ts";

export interface Hooks {
  /** Code that runs before a program's first line here; harmless ones do not count. */
  readonly today: number;
  /** The same in the environment of a run. */
  readonly run: number | null;
  /** Those that nobody approved: they stop a run. */
  readonly fresh: number;
}

export interface LitmusResult {
  /** The run that this is inside of; null outside. */
  readonly inside: string | null;
  readonly project: string | null;
  readonly stage: string | null;
  readonly environment: string;
  readonly today: Look;
  /** Null inside of a run, and where none would start. */
  readonly run: (Seen & { readonly network: "open" | "closed" }) | null;
  /** What keeps a run from starting. */
  readonly refused: BulkheadError | null;
  readonly hooks: Hooks;
  readonly next: NextStep;
}

export interface NextStep {
  readonly text: string;
  readonly command?: string;
}

export const keyOf = ({ group, name }: Item): string => `${group} ${name}`;
export const countOf = (items: readonly Item[]): number => items.reduce((sum, { count }) => sum + count, 0);

/** By group, those that are empty left out. */
export function countsOf(items: readonly Item[]): Partial<Record<Group, number>> {
  const counts: Partial<Record<Group, number>> = {};
  for (const { group, count } of items) counts[group] = (counts[group] ?? 0) + count;
  return counts;
}

/** `variables 3, credential files 12` */
export const countLine = (counts: Partial<Record<Group, number>>): string =>
  (Object.keys(groups) as Group[])
    .flatMap((group) => (counts[group] === undefined ? [] : [`${groups[group]} ${counts[group]}`]))
    .join(", ");
