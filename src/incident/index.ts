/**
 * Incidents: from what is known of a compromised workflow, stage, run or credential to a plan in seven steps, and from what was done to a
 * record. Pure: facts come in as data from whoever knows them (pipeline files, declaration, store), and what an item does is data too.
 */
export { byBlastRadius } from "./order.ts";
export { isEmpty, planOf, stepTitle } from "./plan.ts";
export { type Misuse, type Reached, reachedOf, searchMisuse } from "./misuse.ts";
export { planMarkdown, plainText, recordMarkdown, targetText } from "./record.ts";
export * from "./types.ts";
