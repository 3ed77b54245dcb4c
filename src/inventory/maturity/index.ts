/** Assesses a project by evidence: a level is reached where every mark of it and of those below holds. */
import { MARKS } from "./marks.ts";
import type { Assessment, Level, Mark, MaturityFacts } from "./types.ts";

export type * from "./types.ts";

export const LEVELS: Readonly<Record<Level, string>> = {
  1: "ad hoc",
  2: "centralized",
  3: "dynamic",
  4: "zero trust",
};

export function assess(facts: MaturityFacts): Assessment {
  const marks = MARKS.map(({ judge, ...row }): Mark => ({ ...row, ...judge(facts) }));
  const failing = marks.filter(({ holds }) => holds !== true);
  const lowest = Math.min(5, ...failing.map(({ level }) => level));
  const level = Math.max(1, lowest - 1) as Level;
  // What is known to be wrong comes before what nobody has looked at.
  const next =
    failing.find((one) => one.level === lowest && one.holds === false) ??
    failing.find((one) => one.level === lowest) ??
    null;
  return { level, title: LEVELS[level], marks, next };
}
