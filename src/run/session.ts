/**
 * One run of a stage, from login to receipt: begin → environment → isolation → job → end → receipt. Whatever happens after
 * `begin` (a failed start, a killed job, SIGTERM to Bulkhead), `end` is called, so that the token and its leases are revoked;
 * only a Bulkhead that is killed outright leaves that to their time limit.
 */
import type { Writable } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { systemClock } from "../core/clock.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import { type SkippedValue, compileMasks } from "../mask/index.ts";
import { type EnvironmentDecision, buildEnvironment } from "./environment.ts";
import { type IsolationLevel, noIsolation, planSandbox } from "./isolate.ts";
import { type ReceiptFacts, type ReceiptSigner, sealReceipt, writeReceipt } from "./receipt.ts";
import { SignalDesk } from "./signals.ts";
import { type JobResult, runJob } from "./spawn.ts";

/** How long `end` may take before the run is reported as not revoked. */
const END_MS = 30_000;

export interface StageRef {
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
}

export interface IssuedSecret {
  /** The variable that the job reads. */
  readonly variable: string;
  readonly secretName: string;
  readonly field: string;
  readonly version: number | null;
  /** The session wipes it when the run is over. */
  readonly value: Secret;
}

export interface IssuedRun {
  readonly runId: string;
  readonly secrets: readonly IssuedSecret[];
  /** `set:` of the stage. */
  readonly plain: Readonly<Record<string, string>>;
  /** Further values to mask that the job does not get as variables (the run's own token, a lease's parts). */
  readonly mask?: readonly { readonly name: string; readonly value: Secret }[];
  /** When everything issued ends by itself, in milliseconds since the epoch. */
  readonly expires: number;
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
  end(outcome: RunOutcome): Promise<void>;
  /** Signs the receipt; without it the receipt is unsigned. */
  readonly signer?: ReceiptSigner;
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
  /** False runs the job without a sandbox, at level 0. */
  readonly isolate?: boolean;
  readonly requireLevel?: 0 | 1 | 2;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin?: "inherit" | "ignore";
  readonly commit: string | null;
  /** Gives the path of a run's receipt; null for none. */
  readonly receiptPath: ((runId: string) => string) | null;
  readonly clock?: Clock;
  /** Names only: for `--explain-env`. */
  readonly onEnvironment?: (decisions: readonly EnvironmentDecision[]) => void;
  /** Values that cannot be masked, for a warning. */
  readonly onUnmasked?: (skipped: readonly SkippedValue[]) => void;
  readonly onLevel?: (level: IsolationLevel) => void;
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
  try {
    const attempt = await tryJob(options, run, command, plan, signals);
    return await close({ options, ports, run, started, clock, attempt });
  } finally {
    for (const { value } of [...run.secrets, ...(run.mask ?? [])]) value.wipe();
  }
}

function commandOf({ command, stage }: RunOptions): readonly string[] {
  const words = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  const empty =
    words === null || words.length === 0 || (typeof command === "string" && command.trim() === "");
  if (empty) throw new BulkheadError("run.no-command", { stage });
  return words;
}

function sandboxFor(options: RunOptions): ReturnType<typeof planSandbox> {
  if (options.isolate === false) return noIsolation("it was switched off");
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) return noIsolation("this system has no user namespaces");
  const { hide, expose = [], home, cwd } = options;
  return planSandbox({ hide, expose, home, cwd, uid, gid });
}

interface Attempt {
  readonly result: JobResult | null;
  readonly error: unknown;
  readonly isolation: IsolationLevel | null;
  readonly decisions: readonly EnvironmentDecision[];
}

/** Builds the environment and runs the job; gives the error in place of throwing it, since `end` must follow. */
async function tryJob(
  options: RunOptions,
  run: IssuedRun,
  command: readonly string[],
  sandbox: ReturnType<typeof planSandbox>,
  signals: SignalDesk,
): Promise<Attempt> {
  let isolation: IsolationLevel | null = null;
  let decisions: readonly EnvironmentDecision[] = [];
  try {
    const secrets = Object.fromEntries(run.secrets.map(({ variable, value }) => [variable, value]));
    const marks = {
      BULKHEAD_RUN: run.runId,
      BULKHEAD_STAGE: options.stage,
      BULKHEAD_ENVIRONMENT: options.environment,
    };
    const { ambient, preserve = [] } = options;
    const built = buildEnvironment({ ambient, secrets, plain: run.plain, preserve, marks });
    decisions = built.decisions;
    options.onEnvironment?.(decisions);
    const masks = compileMasks({
      values: [...run.secrets.map((one) => ({ name: maskName(one), value: one.value })), ...(run.mask ?? [])],
    });
    if (masks.skipped.length > 0) options.onUnmasked?.(masks.skipped);
    if (signals.ending !== null) throw new BulkheadError("run.interrupted", { signal: signals.ending });
    const { cwd, stdout, stderr, stdin = "inherit", requireLevel = 0 } = options;
    const onLevel = (level: IsolationLevel): void => {
      isolation = level;
      options.onLevel?.(level);
    };
    const job = {
      command,
      env: built.env,
      cwd,
      sandbox,
      requireLevel,
      masks,
      stdout,
      stderr,
      stdin,
      signals,
    };
    const { onNote = () => undefined } = options;
    const result = await runJob({ ...job, onLevel, onNote });
    return { result, error: null, isolation: result.isolation, decisions };
  } catch (error) {
    return { result: null, error, isolation, decisions };
  }
}

/** As the declaration names it: `openai`, or `features.password` where a secret has several fields. */
function maskName({ secretName, field }: IssuedSecret): string {
  return field === "value" ? secretName : `${secretName}.${field}`;
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
  const { result, error, isolation, decisions } = attempt;
  const problems: BulkheadError[] = [];
  const ended = clock.now();
  const exit = result?.exit ?? null;
  const masked: ReadonlyMap<string, number> = result?.hits ?? new Map<string, number>();
  const code = isBulkheadError(error) ? error.code : error === null ? null : "internal.unexpected";
  const outcome: RunOutcome = { runId: run.runId, exit, error: code, isolation, started, ended, masked };
  const failure = await revoke(ports, outcome);
  if (failure !== null) problems.push(failure);
  const secrets = run.secrets.map((one) => {
    const { variable, secretName: secret, field, version } = one;
    return { variable, secret, field, version, masked: masked.get(maskName(one)) ?? 0 };
  });
  const { project, stage, environment, commit } = options;
  const place = { runId: run.runId, project, stage, environment, commit };
  const facts = { ...place, started, ended, exit, isolation, secrets, decisions, revoked: failure === null };
  const receipt = await keep(options, ports, facts, problems);
  if (result === null) throw error;
  const { hits, ...job } = result;
  return { runId: run.runId, ...job, masked: hits, revoked: failure === null, problems, receipt };
}

async function revoke(ports: RunPorts, outcome: RunOutcome): Promise<BulkheadError | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BulkheadError("run.revocation-failed", { reason: "no answer" })),
      END_MS,
    );
  });
  try {
    await Promise.race([ports.end(outcome), late]);
    return null;
  } catch (cause) {
    if (isBulkheadError(cause) && cause.code === "run.revocation-failed") return cause;
    const reason = isBulkheadError(cause) ? cause.message : "unexpected error";
    return new BulkheadError("run.revocation-failed", { reason }, { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function keep(
  options: RunOptions,
  ports: RunPorts,
  facts: ReceiptFacts,
  problems: BulkheadError[],
): Promise<string | null> {
  if (options.receiptPath === null) return null;
  const path = options.receiptPath(facts.runId);
  try {
    writeReceipt(path, await sealReceipt(facts, ports.signer));
    return path;
  } catch (cause) {
    const known = isBulkheadError(cause);
    problems.push(
      known
        ? cause
        : new BulkheadError("io.failed", { action: "sign", path, reason: "signing failed" }, { cause }),
    );
    return null;
  }
}
