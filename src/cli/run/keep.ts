/**
 * While a job runs: its token and its leases are renewed before they end, and secrets are looked at for newer versions. What cannot be
 * renewed is told once and tried again; the job goes on. Waiting is by timers that a step of the clock does not move.
 */
import type { ApiClient } from "../../client/index.ts";
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { RunEvents, RunWatch } from "../../run/session.ts";
import type { Lease } from "./fetch.ts";

/** Less than this is not worth another call: the end of its longest life is near. */
const LAST_MS = 2_000;
const RETRY_MS = 5_000;

export interface Watched {
  readonly secret: string;
  /** Below /v1. */
  readonly metadata: string;
  readonly version: number;
}

export interface KeepOptions {
  readonly client: ApiClient;
  /** Of the token in milliseconds; 0: it does not end. */
  readonly ttl: number;
  readonly leases: readonly Lease[];
  readonly watched: () => readonly Watched[];
  /** How often versions are looked at, in milliseconds. */
  readonly interval: number;
}

export function keep(options: KeepOptions, events: RunEvents): RunWatch {
  const { client, ttl, leases, watched, interval } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const loops: Promise<void>[] = [];
  const renewing = (how: Renewal): void => void loops.push(renew(how, events, signal));
  if (ttl > 0)
    renewing({
      ttl,
      again: () => client.renewSelf(),
      lost: (facts) => new BulkheadError("run.login-lost", facts),
    });
  for (const { secret, id, ttl: first, renewable, increment } of leases)
    if (renewable && first > 0)
      renewing({
        ttl: increment === undefined ? first : Math.min(first, increment),
        again: () => client.renewLease(id, increment),
        lost: (facts) => new BulkheadError("run.lease-lost", { secret, ...facts }),
      });
  if (watched().length > 0) loops.push(look({ client, watched, interval, ttl, leases }, events, signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

interface Renewal {
  readonly ttl: number;
  /** Gives how long it lives now, in milliseconds. */
  readonly again: () => Promise<number>;
  readonly lost: (facts: { reason: string; expires: string }) => BulkheadError;
}

/** At half of its life, each time, until it cannot be prolonged any more. */
async function renew({ ttl, again, lost }: Renewal, events: RunEvents, signal: AbortSignal): Promise<void> {
  let ends = performance.now() + ttl;
  let told = false;
  const tell = (reason: string): void => {
    const expires = rfc3339(Date.now() + Math.max(0, ends - performance.now()));
    if (!told) events.problem(lost({ reason, expires }));
    told = true;
  };
  let wait = ttl / 2;
  while (await pause(wait, signal)) {
    const left = ends - performance.now();
    if (left <= 0) return tell("it has run out");
    try {
      const life = await again();
      if (signal.aborted) return;
      const gained = life > left + 1_000;
      ends = performance.now() + life;
      if (life < LAST_MS || (!gained && life < ttl / 2)) return tell("its longest life is over");
      wait = life / 2;
    } catch (error) {
      if (signal.aborted) return;
      tell(isBulkheadError(error) ? error.message : "no answer");
      if (isBulkheadError(error) && error.status === 403) return; // revoked: asking again does not help
      wait = Math.min(RETRY_MS, Math.max(1_000, left / 4));
    }
  }
}

async function look(
  { client, watched, interval }: KeepOptions,
  events: RunEvents,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<string, number>();
  while (await pause(interval, signal)) {
    const changed: string[] = [];
    for (const { secret, metadata, version } of watched()) {
      try {
        const facts = await client.read(metadata);
        const current = Number(facts?.current_version ?? 0);
        if (current > Math.max(version, known.get(secret) ?? 0)) {
          known.set(secret, current);
          changed.push(secret);
        }
      } catch {
        // the renewal of the token tells that the server is gone
      }
    }
    if (changed.length > 0 && !signal.aborted) events.superseded(changed);
  }
}

/** False when it was ended meanwhile. The process is not kept alive for it. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", over);
      resolve(true);
    }, ms);
    timer.unref();
    signal.addEventListener("abort", over, { once: true });
  });
}
