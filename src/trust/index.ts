/**
 * Trust in tokens that others sign: the issuers as data (`issuers/`, one file each), the one evaluator of conditions over their
 * claims (`conditions.ts`), and the lint that says whom a rule lets in beside the job that was meant (`lint.ts`). Logins use it now;
 * policies of other systems are read with the same rows.
 */
export { claimAt, shownClaim } from "./claims.ts";
export { OPERATORS, evaluate, type Outcome } from "./conditions.ts";
export { factsOf, vouchedFacts } from "./facts.ts";
export { issuerById, issuerOf, issuers } from "./issuers/index.ts";
export { findingText, lint, lintPeople, lintUser } from "./lint.ts";
export { type DeclaredIdentity, ruleOf } from "./declared.ts";
export type * from "./types.ts";
