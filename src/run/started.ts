/** What `spawn.ts` and the two ways to start a job (`inside.ts`, `plain.ts`) share. */
import type { ChildProcess } from "node:child_process";
import type { Duplex, Writable } from "node:stream";
import { BulkheadError } from "../core/errors.ts";
import type { Destination } from "../egress/index.ts";
import type { MaskSet } from "../mask/index.ts";
import type { IsolationLevel, Level, SandboxPlan } from "./isolate.ts";
import type { SignalDesk } from "./signals.ts";

export interface JobOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The job's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly sandbox: SandboxPlan;
  /** Below this level the job does not start (`run.isolation-too-low`). */
  readonly requireLevel?: Level;
  readonly masks: MaskSet;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin?: "inherit" | "ignore";
  readonly signals: SignalDesk;
  /** Descriptors that the job finds at `FIRST_INHERITED` and after it. */
  readonly inherit?: readonly number[];
  /** Gives the way to signal the job, once it runs. */
  readonly onStart?: (send: Started["send"]) => void;
  /** Called when the level is known, just before the job starts. */
  readonly onLevel?: (level: IsolationLevel) => void;
  /** Hears what the job does without: a terminal, on a machine that can make none. */
  readonly onNote?: (text: string) => void;
}

/** What a way to start a job needs to know. */
export interface Start {
  readonly options: JobOptions;
  /** The path of the program. */
  readonly file: string;
  /** Standard input, output and error. */
  readonly stdio: readonly [number | "inherit" | "ignore", number, number];
  /** Set where the job has a terminal of its own: it is started by this, which reports on descriptor `fd`. */
  readonly monitor: ((fd: number) => readonly string[]) | null;
}

export interface Started {
  readonly child: ChildProcess;
  readonly isolation: IsolationLevel;
  /** Where the monitor reports. */
  readonly reports: Duplex | null;
  /** Sends a signal to the job's main process, or to its whole group. */
  readonly send: (signal: NodeJS.Signals, group: boolean) => void;
  /** The main process, where it is not the one that was started but the monitor's. */
  readonly isJob: (pid: number) => void;
  /**
   * Ends what may be left when the main process has ended. Gives what the job asked of the network; null where the network was open, and
   * nobody saw it.
   */
  readonly sweep: () => Promise<readonly Destination[] | null>;
}

/** Says the level; throws `run.isolation-too-low`. */
export function announce(level: IsolationLevel, options: JobOptions): void {
  if (level.level < (options.requireLevel ?? 0)) {
    throw new BulkheadError("run.isolation-too-low", {
      level: level.level,
      required: options.requireLevel,
      missing: level.missing,
    });
  }
  options.onLevel?.(level);
}
