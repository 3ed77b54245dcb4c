/**
 * Background work: rows in the store that say what is due when (due.ts), done in that order (runner.ts) by the one process that
 * holds the lock (leader.ts), whose writes the store refuses once the lock has passed on (fence.ts). Six tries, then it is left
 * alone and shown (retry.ts).
 */
export { type Due, dueKey, type DueOptions, dueRows } from "./due.ts";
export { fencedStore } from "./fence.ts";
export { Leader } from "./leader.ts";
export { nextTry } from "./retry.ts";
export { atOnce, type DueKind, runDue } from "./runner.ts";
