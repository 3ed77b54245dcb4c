/**
 * `bulkhead run`: gives one job exactly its stage's secrets, in an environment of its own, isolated from Bulkhead and from the
 * user's other credentials, its output masked, everything revoked at the end. `session.ts` is the whole flow; the store is
 * reached through `RunPorts`, which the CLI implements over /v1.
 */
export {
  type BuiltEnvironment,
  type EnvironmentDecision,
  type EnvironmentOptions,
  assertTarget,
  buildEnvironment,
  explainEnvironment,
} from "./environment.ts";
export {
  type IsolationLevel,
  type Level,
  type Sandbox,
  isSandbox,
  noIsolation,
  planSandbox,
} from "./isolate.ts";
export {
  type HookFacts,
  type ReceiptFacts,
  type ReceiptSecret,
  type Revocation,
  type RunFacts,
  type RunIdentity,
  receiptStatement,
  writeReceipt,
} from "./receipt.ts";
export { type ReceiptKey, localReceiptKey, readReceiptKey } from "./seal.ts";
export { RunFiles, sweepRunFiles } from "./files.ts";
export {
  type ComposedValue,
  type Given,
  type IssuedRun,
  type IssuedSecret,
  type IssuedValues,
  type RunEnding,
  type RunEvents,
  type RunWatch,
  type RunOptions,
  type RunOutcome,
  type RunPorts,
  type RunReport,
  type StageRef,
  runStage,
} from "./session.ts";
export { SignalDesk } from "./signals.ts";
export { type JobOptions, type JobResult, runJob } from "./spawn.ts";
