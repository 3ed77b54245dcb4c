/** A run's record, its id and the storage key under which the newest run comes first. */
import { randomBytes } from "node:crypto";
import { rfc3339 } from "../../core/clock.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";

export type RunState = "running" | "ended" | "revoked" | "expired";

/** Times in milliseconds since the epoch. */
export interface Run {
  /** 32 hex digits, the first 12 the time: ids sort by start. */
  readonly id: string;
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  readonly commit: string;
  readonly actor: string;
  readonly host: string;
  readonly pid: number | null;
  readonly state: RunState;
  readonly created: number;
  readonly expires: number | null;
  readonly ended: number | null;
  readonly exitCode: number | null;
  readonly isolation: string | null;
  readonly masks: number | null;
  /** Of the one token that recorded its own run; absent: the run's tokens carry its id. */
  readonly accessor?: string;
  /** Of the token that recorded it: the one that may have its receipt signed. */
  readonly begunBy?: string;
  /** The key under its receipt, and how many places with values of its own that names; absent: no receipt, or nobody looked. */
  readonly receipt?: string;
  readonly leaks?: number;
}

const TIME_DIGITS = 12;
const LAST_TIME = 16 ** TIME_DIGITS - 1;

export function newRunId(now: number): string {
  return now.toString(16).padStart(TIME_DIGITS, "0") + randomBytes(10).toString("hex");
}

/** Where a run's receipt is kept. */
export const receiptKey = (id: string): string => `receipt/${id}`;

/** null when it cannot be an id. Later runs have smaller keys, so that a plain listing gives the newest first. */
export function runKey(id: string): string | null {
  if (!/^[0-9a-f]{32}$/.test(id)) return null;
  const time = Number.parseInt(id.slice(0, TIME_DIGITS), 16);
  return `run/${(LAST_TIME - time).toString(16).padStart(TIME_DIGITS, "0")}${id.slice(TIME_DIGITS)}`;
}

/** Sorts by the moment the run's time is over. */
export function dueKey(run: Run): string | null {
  return run.expires === null ? null : `due/${run.expires.toString(16).padStart(TIME_DIGITS, "0")}-${run.id}`;
}

export function readDueKey(key: string): { readonly time: number; readonly id: string } {
  const [time = "", id = ""] = key.slice("due/".length).split("-");
  return { time: Number.parseInt(time, 16), id };
}

const time = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));

export function describeRun(run: Run): Record<string, ReplyValue> {
  return {
    id: run.id,
    project: run.project,
    stage: run.stage,
    environment: run.environment,
    commit: run.commit,
    actor: run.actor,
    host: run.host,
    pid: run.pid,
    state: run.state,
    created_time: rfc3339(run.created),
    expire_time: time(run.expires),
    end_time: time(run.ended),
    exit_code: run.exitCode,
    isolation: run.isolation,
    masks: run.masks,
    receipt: run.receipt ?? null,
    leaks: run.leaks ?? null,
  };
}
