/** What others use of rule files. */
export { type AllowList, type Candidate as AllowCandidate, allowNothing, firstOf } from "./allow.ts";
export { type LoadedRules, type LoadOptions, type RuleFileFormat, loadRules } from "./load.ts";
