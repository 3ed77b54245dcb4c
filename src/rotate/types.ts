/** One rotation as it stands in the store, and what the state machine asks of the world. */
import type { Clock } from "../core/clock.ts";
import type { PushResult } from "../core/ports/rotation.ts";
import type { Secret } from "../core/secret.ts";
import type { Driver, DriverContext } from "./drivers/types.ts";

export type Parts = ReadonlyMap<string, Secret>;

/**
 * A state names what is about to be done: the row says so before it is done, and whoever finds the row after a crash does it (again).
 * `checking`, `approval`, `asking` and `grace` wait for somebody or for a time.
 */
export type State =
  | "approval"
  | "creating"
  | "asking"
  | "verifying"
  | "promoting"
  | "telling"
  | "checking"
  | "grace"
  | "revoking"
  | "killing"
  | "proving"
  | "undoing"
  | "done"
  | "rolled-back"
  | "failed-needs-person";

export const FINAL: ReadonlySet<State> = new Set(["done", "rolled-back", "failed-needs-person"]);

export interface Step {
  readonly step: string;
  readonly state: "done" | "failed" | "waiting";
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** In words; never a value. */
  readonly note: string;
}

/** From the declaration as it was when the rotation began: a change in the middle changes the next one. */
export interface Settings {
  /** Milliseconds. */
  readonly grace: number;
  /** The secret that mints. */
  readonly with?: string;
  readonly url?: string;
  readonly script?: string;
  readonly webhook?: string;
}

/** Values in base64; the store encrypts the row, and they go with its end. */
export interface Kept {
  readonly [part: string]: string;
}

export interface Row {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly provider: string;
  readonly driver: string;
  readonly state: State;
  readonly started: number;
  readonly ended: number | null;
  readonly by: string;
  /** Of the one who asked, who may not approve it. */
  readonly principal: string;
  readonly reason: string;
  readonly finding: string;
  readonly settings: Settings;
  /** Under which the new key stands at its provider. */
  readonly name: string;
  readonly oldVersion: number;
  readonly newVersion: number | null;
  readonly old: Kept | null;
  readonly next: Kept | null;
  /** The provider's handle of each; empty: not known. */
  readonly oldHandle: string;
  readonly handle: string;
  /** Handles that were there before anything was made; null: not looked at (yet). */
  readonly before: readonly string[] | null;
  /** Made by this rotation, and not known to be gone. */
  readonly orphans: readonly string[];
  /** Whether `create` was begun. */
  readonly begun: boolean;
  /** What the old key answered before: a new one that is only as good passes. */
  readonly oldVerdict: string;
  /** Stages whose declared check must pass; empty: none. */
  readonly checks: readonly string[];
  readonly consumers: readonly string[];
  /** Failures of the present state. */
  readonly failures: number;
  /** When it is looked at again; null: when somebody does. */
  readonly nextTry: number | null;
  readonly approvals: readonly string[];
  readonly approvalsNeeded: number;
  /** Why it ended other than well. */
  readonly problem: string;
  readonly steps: readonly Step[];
}

export interface SecretStore {
  /** The current version; null when there is none. */
  read(): Promise<{ readonly parts: Parts; readonly version: number } | null>;
  /** Gives the new version; throws when `cas` is not the current one. */
  write(parts: Parts, cas: number): Promise<number>;
}

export interface MachinePorts {
  readonly clock: Clock;
  readonly driver: Driver;
  /** The driver's view of this rotation. */
  context(row: Row): Promise<DriverContext>;
  /** Durable when it resolves. Throws `rotation.taken` when the row is another process's by now. */
  save(row: Row): Promise<Row>;
  readonly store: SecretStore;
  push(value: Parts): Promise<readonly PushResult[]>;
  /** Who has the old value in use, in words. */
  consumers(): Promise<readonly string[]>;
  /** Milliseconds between quick tries of a question to the provider. */
  readonly pace: readonly number[];
  sleep(ms: number): Promise<void>;
}
