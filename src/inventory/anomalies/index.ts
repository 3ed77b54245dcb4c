/**
 * Anomalies in the audit log: rules that a person can read and tune, each a file with its reason in words. A fold over the entries in
 * their order, with bounded memory; what is usual is learned from the log's own history by how long ago things were first seen. Only
 * what the log holds in clear is looked at; its hashes tell the same thing from another and nothing else.
 */
export { foldOf, type FoldOptions } from "./fold.ts";
export { rules } from "./rules/index.ts";
export { checkTuning, settingsOf, tuned } from "./settings.ts";
export { name as safeName } from "./words.ts";
export type {
  Access,
  Anomaly,
  AnyRule,
  Fold,
  History,
  RuleTuning,
  SettingDeclaration,
  Severity,
  Tuning,
  Who,
} from "./types.ts";
export { severities } from "./types.ts";
