/**
 * The job of a run: its environment, files and masks are built, it is started, and, where a value that it holds is superseded, it is
 * told or started again. Errors are handed back and not thrown, since the run must be ended whatever happened.
 */
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import type { Used } from "../core/receipt.ts";
import type { Secret } from "../core/secret.ts";
import { type MaskSet, compileMasks } from "../mask/index.ts";
import { ciCommands, tellCi } from "./ci-masks.ts";
import {
  type BuiltEnvironment,
  type EnvironmentDecision,
  assertFits,
  buildEnvironment,
} from "./environment.ts";
import { RunFiles } from "./files.ts";
import type { FollowReport } from "./follow/report.ts";
import { type Start, startNow } from "./follow/written.ts";
import type { IsolationLevel, SandboxPlan } from "./isolate.ts";
import type { IssuedRun, IssuedSecret, IssuedValues, RunOptions, RunWatch } from "./session.ts";
import type { SignalDesk } from "./signals.ts";
import { type JobResult, runJob } from "./spawn.ts";
import type { Started } from "./started.ts";

/** How long a job may take to end by itself before it is started again. */
const GRACE_MS = 10_000;

export interface JobPlan {
  readonly options: RunOptions;
  readonly run: IssuedRun;
  readonly command: readonly string[];
  /** Its first process is the program itself and not a shell around it. */
  readonly direct: boolean;
  readonly sandbox: SandboxPlan;
  readonly signals: SignalDesk;
}

export interface Attempt {
  readonly result: JobResult | null;
  readonly error: unknown;
  readonly isolation: IsolationLevel | null;
  readonly decisions: readonly EnvironmentDecision[];
  /** What the job held last. */
  readonly values: IssuedValues;
  /** Whether what was given as a file, descriptor or pipe was read, by its variable; variables have no entry. */
  readonly used: ReadonlyMap<string, Used>;
  /** Looks for the values in what the job wrote; null when it did not start, or when nobody wants to know. */
  readonly follow: (() => Promise<FollowReport>) | null;
}

interface State {
  isolation: IsolationLevel | null;
  decisions: readonly EnvironmentDecision[];
  values: IssuedValues;
  /** Values that came after the job began: given to the next start. */
  next: IssuedValues | null;
  /** Every value that was given so far, to be masked: what the job wrote down may be printed by the next one. */
  readonly masked: { name: string; value: Secret }[];
  readonly hits: Map<string, number>;
  readonly used: Map<string, Used>;
  masks: MaskSet | null;
  readonly start: Start;
  signal: Started["send"] | null;
}

/** Every value that it is given or fetches itself goes into `held`; the caller wipes them. */
export async function tryJob(plan: JobPlan, held: Set<Secret>): Promise<Attempt> {
  const { run } = plan;
  const state: State = {
    isolation: null,
    decisions: [],
    values: run,
    next: null,
    masked: [...(run.mask ?? [])],
    hits: new Map(),
    used: new Map(),
    masks: null,
    start: startNow(),
    signal: null,
  };
  const take = (values: IssuedValues): void => {
    for (const { value } of [...values.secrets, ...(values.composed ?? [])]) held.add(value);
    state.masked.push(
      ...values.secrets
        .filter(({ plain }) => plain !== true)
        .map((one) => ({ name: maskName(one), value: one.value })),
      ...(values.composed ?? []).map(({ variable, value }) => ({ name: variable, value })),
    );
  };
  take(run);
  let watch: RunWatch | null = null;
  try {
    watch = run.watch?.(events(plan, state, take)) ?? null;
    for (;;) {
      const result = await startOnce(plan, state);
      for (const [name, times] of result.hits) state.hits.set(name, (state.hits.get(name) ?? 0) + times);
      if (state.next === null || plan.signals.ending !== null)
        return attempt(plan, state, { ...result, hits: state.hits }, null);
      state.values = state.next;
      state.next = null;
    }
  } catch (error) {
    return attempt(plan, state, null, error);
  } finally {
    await watch?.stop();
  }
}

function attempt(
  { options }: JobPlan,
  { isolation, decisions, values, used, masks, start }: State,
  result: JobResult | null,
  error: unknown,
): Attempt {
  const { leaks = "fail", cwd: folder, ambient: env } = options;
  const follow =
    result === null || masks === null || leaks === "off"
      ? null
      : async () => {
          const { followValues } = await import("./follow/index.ts");
          return followValues({ masks, folder, env, start });
        };
  return { result, error, isolation: result?.isolation ?? isolation, decisions, values, used, follow };
}

/** As the declaration names it: `openai`, or `features.password` where a secret has several fields. */
export function maskName({ secretName, field }: IssuedSecret): string {
  return field === "value" ? secretName : `${secretName}.${field}`;
}

async function startOnce(
  { options, run, command, sandbox, signals }: JobPlan,
  state: State,
): Promise<JobResult> {
  const files = new RunFiles();
  let paths: Readonly<Record<string, string>> = {};
  try {
    const { built, paths: given } = prepare(options, run, state.values, files);
    paths = given;
    state.decisions = built.decisions;
    options.onEnvironment?.(built.decisions);
    assertFits(built.env, command);
    const masks = compileMasks({ values: state.masked, commands: ciCommands(options) });
    state.masks = masks;
    if (masks.skipped.length > 0) options.onUnmasked?.(masks.skipped);
    if (signals.ending !== null) throw new BulkheadError("run.interrupted", { signal: signals.ending });
    tellCi(options, state.masked);
    const { cwd, stdout, stderr, stdin = "inherit", network = null } = options;
    // A stage whose network is declared never runs with an open one.
    const requireLevel = network === null ? (options.requireLevel ?? 0) : 3;
    return await runJob({
      ...{ command, env: built.env, cwd, sandbox, requireLevel, masks, stdout, stderr, stdin, signals },
      inherit: files.inherit,
      onNote: (text) => options.onNote?.(text),
      onStart: (signal) => (state.signal = signal),
      onLevel: (level) => {
        if (state.isolation === null) options.onLevel?.(level);
        state.isolation = level;
      },
    });
  } finally {
    state.signal = null;
    noteUses(state.used, paths, files.used());
    files.remove();
  }
}

/** Of several starts: read in one is read; not read counts only when it was so in each. */
function noteUses(
  all: Map<string, Used>,
  paths: Readonly<Record<string, string>>,
  now: ReadonlyMap<string, Used>,
): void {
  for (const [variable, path] of Object.entries(paths)) {
    const found = [all.get(variable), now.get(path) ?? "unknown"];
    all.set(variable, found.includes("yes") ? "yes" : found.includes("unknown") ? "unknown" : "no");
  }
}

/** Each value by its way: a variable, or a file, descriptor or pipe that the variable names. */
function prepare(
  options: RunOptions,
  run: IssuedRun,
  values: IssuedValues,
  files: RunFiles,
): { readonly built: BuiltEnvironment; readonly paths: Readonly<Record<string, string>> } {
  const composed = values.composed ?? [];
  const whole = new Set(composed.map(({ variable }) => variable));
  const given = [...values.secrets.filter(({ variable }) => !whole.has(variable)), ...composed];
  const secrets: Record<string, Secret> = {};
  const paths: Record<string, string> = {};
  for (const { variable, value, as = "variable", name = variable, place, maxReads = 1 } of given) {
    if (as === "variable") secrets[variable] = value;
    else if (as === "file") paths[variable] = files.file(name, value, place);
    else if (as === "pipe") paths[variable] = files.pipe(name, value, { maxReads, place });
    else paths[variable] = files.descriptor(name, value);
  }
  const { ambient, preserve = [], stage, environment } = options;
  const marks = { BULKHEAD_RUN: run.runId, BULKHEAD_STAGE: stage, BULKHEAD_ENVIRONMENT: environment };
  const held = [...values.secrets.filter(({ plain }) => plain !== true), ...composed].map(
    ({ value }) => value,
  );
  const built = buildEnvironment({ ambient, secrets, files: paths, held, plain: run.plain, preserve, marks });
  return { built, paths };
}

function events(
  { options, run, signals, direct }: JobPlan,
  state: State,
  take: (values: IssuedValues) => void,
) {
  let busy = false;
  return {
    problem: (error: BulkheadError): void => options.onProblem?.(error),
    superseded: (secrets: readonly string[]): void => {
      const { onChange = "none" } = options;
      if (onChange === "none" || busy || signals.ending !== null || state.signal === null) return;
      options.onSuperseded?.(secrets);
      if (typeof onChange === "object") {
        state.signal(`SIG${onChange.signal}`, !direct);
        return;
      }
      busy = true;
      void restart({ run, direct }, state, take)
        .catch((cause: unknown) => {
          const reason = isBulkheadError(cause) ? cause.message : "unexpected error";
          options.onProblem?.(new BulkheadError("run.restart-failed", { reason }, { cause }));
        })
        .finally(() => (busy = false));
    },
  };
}

/** New values first: a job is not stopped for one that cannot be had. */
async function restart(
  { run, direct }: Pick<JobPlan, "run" | "direct">,
  state: State,
  take: (values: IssuedValues) => void,
): Promise<void> {
  const values = await run.refresh?.();
  if (values === undefined) return;
  take(values);
  const { signal } = state;
  if (signal === null) return; // it ended by itself meanwhile
  state.next = values;
  signal("SIGTERM", !direct);
  const timer = setTimeout(() => {
    if (state.signal === signal) signal("SIGKILL", true);
  }, GRACE_MS);
  timer.unref();
}
