/**
 * One run of a stage, from login to receipt: begin → environment → isolation → job → end → following the values → receipt. Whatever happens after
 * `begin` (a failed start, a killed job, SIGTERM to Bulkhead), `end` is called, so that the token and its leases are revoked;
 * only a Bulkhead that is killed outright leaves that to their time limit.
 */
import type { Writable } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { systemClock } from "../core/clock.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import type { Envelope } from "../core/receipt.ts";
import type { Secret } from "../core/secret.ts";
import type { Destination } from "../egress/index.ts";
import type { Delivery, OnChange } from "../manifest/index.ts";
import type { SkippedValue } from "../mask/index.ts";
import { shellWords } from "./command.ts";
import type { EnvironmentDecision } from "./environment.ts";
import type { FollowReport, Leaks } from "./follow/report.ts";
import { type IsolationLevel, type Level, noIsolation, planSandbox } from "./isolate.ts";
import { secretsOf } from "./evidence.ts";
import { type Attempt, tryJob } from "./job.ts";
import { type Revocation, type RunFacts, writeReceipt } from "./receipt.ts";
import { type ReceiptKey, type Sealed, sealReceipt } from "./seal.ts";
import { SignalDesk } from "./signals.ts";
import { within } from "./within.ts";

export interface StageRef {
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
}

/** How the job gets it: as a variable when nothing is said. */
export interface Given extends Partial<Delivery> {
  /** Where its file or pipe shall be, instead of in the run's own folder; absolute. */
  readonly place?: string;
}

export interface IssuedSecret extends Given {
  /** The variable that the job reads. */
  readonly variable: string;
  readonly secretName: string;
  readonly field: string;
  readonly version: number | null;
  /** It is no secret (a user name, a region): not masked. */
  readonly plain?: boolean;
  /** The session wipes it when the run is over. */
  readonly value: Secret;
}

/** A value put together of issued ones, whose variable it takes: those are then not given by themselves. */
export interface ComposedValue extends Given {
  readonly variable: string;
  readonly value: Secret;
}

/** What a job is given, now: again after a value was superseded. */
export interface IssuedValues {
  readonly secrets: readonly IssuedSecret[];
  readonly composed?: readonly ComposedValue[];
}

export interface IssuedRun extends IssuedValues {
  readonly runId: string;
  /** `set:` of the stage. */
  readonly plain: Readonly<Record<string, string>>;
  /** Further values to mask that the job does not get as variables (the run's own token, a lease's parts). */
  readonly mask?: readonly { readonly name: string; readonly value: Secret }[];
  /** When everything issued ends by itself, in milliseconds since the epoch. */
  readonly expires: number;
  /** Keeps what was issued alive while the job runs, and tells when a value is superseded. */
  readonly watch?: (events: RunEvents) => RunWatch;
  /** The values as they are now; the old ones stay the session's to wipe. */
  readonly refresh?: () => Promise<IssuedValues>;
}

export interface RunEvents {
  /** Names of secrets that have a newer version than the job holds. */
  superseded(secrets: readonly string[]): void;
  /** To be told; the job goes on. */
  problem(error: BulkheadError): void;
}

export interface RunWatch {
  stop(): Promise<void>;
}

export interface RunOutcome {
  readonly runId: string;
  /** Null when the job did not start. */
  readonly exit: number | null;
  /** The code of the error that kept it from starting, null otherwise. */
  readonly error: string | null;
  readonly isolation: IsolationLevel | null;
  readonly started: number;
  readonly ended: number;
  /** Masks written, by secret (`openai`, or `features.password` where it has several fields). */
  readonly masked: ReadonlyMap<string, number>;
}

/** What a run needs of the store, implemented over /v1. */
export interface RunPorts {
  /**
   * Logs in as the stage with a credential made for this run alone, fetches what the stage may use, and records the run. The
   * port keeps the token to itself. When it throws, it has already revoked whatever it obtained.
   */
  begin(stage: StageRef): Promise<IssuedRun>;
  /** Records the outcome and revokes the token with all its leases. Called once for each `begin`; throws when that failed. */
  end(outcome: RunOutcome): Promise<RunEnding>;
  /** The key of this user, for a run whose receipt no store signs; null: there is none. Throws `receipt.key-invalid`, `io.failed`. */
  readonly localKey?: () => ReceiptKey | null;
}

export interface RunEnding {
  /** As they are once `sign` has succeeded. */
  readonly revocations: readonly Revocation[];
  /**
   * Has the store sign and keep the statement: null where no store knows the run. What is still needed for it ends with it. Gives null
   * where the caller has no leave for it.
   */
  readonly sign: ((statement: Buffer) => Promise<Envelope | null>) | null;
  /** Ends what `sign` was to end. Called once in any case, and gives what is revoked without `sign`. */
  readonly drop: () => Promise<readonly Revocation[]>;
}

export interface RunOptions extends StageRef {
  /** Words to execute, or the stage's `run:` for the shell; null when the stage has none (`run.no-command`). */
  readonly command: readonly string[] | string | null;
  /** The caller's environment. */
  readonly ambient: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** Bulkhead's places (data folder, login, token and key files, sockets) and others that the job must not see. */
  readonly hide: readonly string[];
  /** Places hidden by default that this job may have (a container socket). */
  readonly expose?: readonly string[];
  readonly preserve?: readonly string[];
  /** Fake files in place of the hidden ones. */
  readonly decoys?: boolean;
  /** The level to reach. Default: 3 where hosts are declared, else 2. */
  readonly level?: Level;
  /** The only hosts that the job may reach; it does not start when the network cannot be closed. Null leaves the network open. */
  readonly network?: readonly string[] | null;
  readonly requireLevel?: Level;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin?: "inherit" | "ignore";
  readonly commit: string | null;
  /** What is done about values in files that the job wrote; `fail` when left out. */
  readonly leaks?: Leaks;
  /** For the receipt. */
  readonly facts?: RunFacts;
  /** Gives the path of a run's receipt; null for none. */
  readonly receiptPath: ((runId: string) => string) | null;
  readonly clock?: Clock;
  /** Names only: for `--explain-env`. */
  readonly onEnvironment?: (decisions: readonly EnvironmentDecision[]) => void;
  /** Values that cannot be masked, for a warning. */
  readonly onUnmasked?: (skipped: readonly SkippedValue[]) => void;
  readonly onLevel?: (level: IsolationLevel) => void;
  /** What happens to the job when a value that it holds is superseded; nothing when left out. */
  readonly onChange?: OnChange;
  /** What went wrong while the job runs, and what was done about a superseded value. */
  readonly onProblem?: (error: BulkheadError) => void;
  readonly onSuperseded?: (secrets: readonly string[]) => void;
  /** What the job does without, for a warning. */
  readonly onNote?: (text: string) => void;
}

export interface RunReport {
  readonly runId: string;
  /** The job's own code, 128 + n by signal. */
  readonly exit: number;
  /** The signal that ended it, where that is known for sure; null otherwise. */
  readonly signal: NodeJS.Signals | null;
  readonly isolation: IsolationLevel;
  /** Masks written, by secret (`openai`, or `features.password` where it has several fields). */
  readonly masked: ReadonlyMap<string, number>;
  readonly revoked: boolean;
  /** What kept the revocation or the receipt from happening: to be shown, without changing the exit code. */
  readonly problems: readonly BulkheadError[];
  readonly receipt: string | null;
  /** Whose signature it bears: `store:…`, `local:…`, or null for none. */
  readonly signedBy: string | null;
  /** Where its values are in what the job wrote; null when nobody looked. */
  readonly written: FollowReport | null;
  /** What the job asked of the network; null where the network was open, and nobody saw it. */
  readonly destinations: readonly Destination[] | null;
}

/**
 * Throws what kept the job from starting (`run.…`, `begin`'s own errors), after `end` was called. Once the job started it
 * always resolves with the job's exit code, and names in `problems` what failed afterwards.
 */
export async function runStage(options: RunOptions, ports: RunPorts): Promise<RunReport> {
  const command = commandOf(options);
  const clock = options.clock ?? systemClock;
  using signals = new SignalDesk();
  const plan = sandboxFor(options);
  const started = clock.now();
  const run = await ports.begin({
    project: options.project,
    stage: options.stage,
    environment: options.environment,
  });
  const held = new Set(run.mask?.map(({ value }) => value));
  try {
    const attempt = await tryJob(
      { options, run, command: command.words, direct: command.direct, sandbox: plan, signals },
      held,
    );
    return await close({ options, ports, run, started, clock, attempt });
  } finally {
    for (const value of held) value.wipe();
  }
}

function commandOf(options: RunOptions): { readonly words: readonly string[]; readonly direct: boolean } {
  const { command, stage, cwd, ambient, onChange = "none" } = options;
  const empty =
    command === null || command.length === 0 || (typeof command === "string" && command.trim() === "");
  if (empty) throw new BulkheadError("run.no-command", { stage });
  if (typeof command !== "string") return { words: command, direct: true };
  const signals = onChange === "none" ? [] : onChange === "restart" ? ["TERM"] : [onChange.signal];
  return shellWords(command, { path: ambient.PATH, cwd, signals });
}

function sandboxFor(options: RunOptions): ReturnType<typeof planSandbox> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) return noIsolation("this system has no user namespaces");
  const { hide, expose = [], home, cwd, ambient: env, decoys = false, network = null, level } = options;
  const asked = level === undefined ? {} : { level };
  return planSandbox({ hide, expose, home, cwd, env, decoys, network, uid, gid, ...asked });
}

interface Closing {
  readonly options: RunOptions;
  readonly ports: RunPorts;
  readonly run: IssuedRun;
  readonly started: number;
  readonly clock: Clock;
  readonly attempt: Attempt;
}

async function close({ options, ports, run, started, clock, attempt }: Closing): Promise<RunReport> {
  const { result, error, isolation, decisions, values, used } = attempt;
  const problems: BulkheadError[] = [];
  const ended = clock.now();
  const exit = result?.exit ?? null;
  const masked: ReadonlyMap<string, number> = result?.hits ?? new Map<string, number>();
  const code = isBulkheadError(error) ? error.code : error === null ? null : "internal.unexpected";
  const outcome: RunOutcome = { runId: run.runId, exit, error: code, isolation, started, ended, masked };
  const ending = await end(ports, outcome);
  if (ending instanceof BulkheadError) problems.push(ending);
  const written = (await attempt.follow?.().catch(unread)) ?? null;
  const { project, stage, environment, commit, leaks = "fail", facts = UNKNOWN } = options;
  const place = { runId: run.runId, project, stage, environment, commit, ...facts };
  const secrets = secretsOf({ values, masked, written, used });
  const destinations = result?.destinations ?? null;
  const seen = { isolation, secrets, masks: masked, decisions, written, leaks, destinations };
  const known = { ...place, started, ended, exit, ...seen };
  const sealed = await sealReceipt(known, ending instanceof BulkheadError ? null : ending, ports.localKey);
  problems.push(...sealed.problems);
  const receipt = keep(options, run.runId, sealed, problems);
  if (result === null) throw error;
  const { hits, ...job } = result;
  const { revoked, signedBy } = sealed;
  return { runId: run.runId, ...job, masked: hits, revoked, problems, receipt, signedBy, written };
}

const UNKNOWN: RunFacts = { identity: { kind: "none", name: "" }, hooks: null, command: "given" };

/** What could not be searched at all is told like a file that could not. */
const unread = (error: unknown): FollowReport => {
  const reason = isBulkheadError(error)
    ? error.message
    : ((error as NodeJS.ErrnoException).code ?? "unexpected error");
  return { leaks: [], files: 0, bytes: 0, unread: [{ file: ".", reason }] };
};

/** What failed is given back: the receipt says so. */
async function end(ports: RunPorts, outcome: RunOutcome): Promise<RunEnding | BulkheadError> {
  try {
    return await within(ports.end(outcome));
  } catch (cause) {
    if (isBulkheadError(cause) && cause.code === "run.revocation-failed") return cause;
    const reason = isBulkheadError(cause) ? cause.message : "unexpected error";
    return new BulkheadError("run.revocation-failed", { reason }, { cause });
  }
}

function keep(
  options: RunOptions,
  runId: string,
  { envelope }: Sealed,
  problems: BulkheadError[],
): string | null {
  if (options.receiptPath === null) return null;
  const path = options.receiptPath(runId);
  try {
    writeReceipt(path, envelope);
    return path;
  } catch (cause) {
    if (!isBulkheadError(cause)) throw cause;
    problems.push(cause);
    return null;
  }
}
