/** Storage of runs: make, read, list by page, end, and the sweep of what outlived its time. */
import { BulkheadError } from "../../core/errors.ts";
import type { Envelope } from "../../core/receipt.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import { type Run, dueKey, readDueKey, receiptKey, runKey } from "./record.ts";

const [DEFAULT_PAGE, MAX_PAGE, SCAN_PAGE] = [100, 1_000, 200];

async function get(storage: StorageReader, key: string): Promise<Run | null> {
  const bytes = await storage.get(key);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Run);
}

/** null when there is no such run or it cannot be an id. */
export async function loadRun(storage: StorageReader, id: string): Promise<Run | null> {
  const key = runKey(id);
  return key === null ? null : await get(storage, key);
}

const encode = (run: Run): Buffer => Buffer.from(JSON.stringify(run));

export async function createRun(storage: Storage, run: Run): Promise<void> {
  await storage.transaction(async (tx) => {
    tx.put(runKey(run.id) ?? "", encode(run));
    const due = dueKey(run);
    if (due !== null) tx.put(due, Buffer.from("1"));
  });
}

export interface RunPage {
  readonly runs: readonly Run[];
  /** Give this as `after` for the next page; null: that was all. */
  readonly next: string | null;
}

/** Newest first. `where` compares project, stage and environment. */
export async function listRuns(
  storage: Storage,
  options: { where: Readonly<Record<string, string>>; after: string | undefined; limit: number },
): Promise<RunPage> {
  const limit = options.limit > 0 ? Math.min(options.limit, MAX_PAGE) : DEFAULT_PAGE;
  const start = options.after === undefined ? undefined : runKey(options.after);
  if (start === null) throw new BulkheadError("request.invalid", { problem: "after is not a run's id" });
  const runs: Run[] = [];
  let after = start;
  for (;;) {
    const keys = await storage.keys(
      "run/",
      after === undefined ? { limit: SCAN_PAGE } : { after, limit: SCAN_PAGE },
    );
    for (const key of keys) {
      const run = await get(storage, key);
      if (run === null || !matches(run, options.where)) continue;
      if (runs.length === limit) return { runs, next: runs.at(-1)?.id ?? null };
      runs.push(run);
    }
    if (keys.length < SCAN_PAGE) return { runs, next: null };
    after = keys.at(-1);
  }
}

function matches(run: Run, where: Readonly<Record<string, string>>): boolean {
  return (["project", "stage", "environment"] as const).every(
    (name) => where[name] === undefined || where[name] === run[name],
  );
}

export type RunEnd = Pick<Run, "state" | "exitCode" | "isolation" | "masks"> & { readonly ended: number };

/**
 * Throws `run.unknown`, and `run.over` when the run's end was recorded before. A run that was revoked or swept keeps that state
 * and its time, and takes the job's exit code when it is reported later; revoking what is over changes nothing.
 */
export async function endRun(storage: Storage, id: string, end: RunEnd): Promise<Run> {
  return await storage.transaction(async (tx) => {
    const key = runKey(id);
    const run = key === null ? null : await get(tx, key);
    if (key === null || run === null) throw new BulkheadError("run.unknown", { id: id.slice(0, 64) });
    const stopped = run.state !== "running";
    if (stopped && end.state !== "ended") return run;
    if (run.state === "ended" || run.exitCode !== null)
      throw new BulkheadError("run.over", { id, state: run.state });
    const ended: Run = { ...run, ...end, ...(stopped ? { state: run.state, ended: run.ended } : {}) };
    tx.put(key, encode(ended));
    const due = dueKey(run);
    if (due !== null) tx.delete(due);
    return ended;
  });
}

/**
 * Keeps the one receipt of a run, and what it says of it in its record. `make` may run several times. Gives what is kept: the same receipt
 * again is no other one. Throws `receipt.exists`.
 */
export async function keepReceipt(
  storage: Storage,
  run: Run,
  make: (tx: StorageTransaction) => Promise<{ envelope: Envelope; leaks: number | null }>,
): Promise<Envelope> {
  return await storage.transaction(async (tx) => {
    const { envelope, leaks } = await make(tx);
    const kept = await tx.get(receiptKey(run.id));
    if (kept !== null) {
      const earlier = JSON.parse(kept.toString("utf8")) as Envelope;
      if (earlier.payload !== envelope.payload) throw new BulkheadError("receipt.exists", { id: run.id });
      return earlier;
    }
    const key = runKey(run.id) ?? "";
    const now = (await get(tx, key)) ?? run;
    const receipt = envelope.signatures[0]?.keyid ?? "";
    tx.put(receiptKey(run.id), Buffer.from(JSON.stringify(envelope)));
    tx.put(key, encode({ ...now, receipt, ...(leaks !== null && { leaks }) }));
    return envelope;
  });
}

export async function loadReceipt(storage: StorageReader, id: string): Promise<Envelope | null> {
  const bytes = runKey(id) === null ? null : await storage.get(receiptKey(id));
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Envelope);
}

/** Revokes the tokens of runs whose time is over. Several processes may do it at once; a crash leaves the rest for the next. */
export async function sweepRuns(
  { clock, services }: Pick<MountContext, "clock" | "services">,
  storage: Storage,
): Promise<{ readonly runs: number; readonly revoked_tokens: number }> {
  const now = clock.now();
  let [runs, revoked] = [0, 0];
  let after: string | undefined;
  for (;;) {
    const keys = await storage.keys(
      "due/",
      after === undefined ? { limit: SCAN_PAGE } : { after, limit: SCAN_PAGE },
    );
    for (const key of keys) {
      const { time, id } = readDueKey(key);
      if (time > now) return { runs, revoked_tokens: revoked };
      revoked += await services.tokens.revokeWhere({ run: id });
      if (await expire(storage, key, id, now)) runs++;
    }
    if (keys.length < SCAN_PAGE) return { runs, revoked_tokens: revoked };
    after = keys.at(-1);
  }
}

/** False when another was first. */
async function expire(storage: Storage, due: string, id: string, now: number): Promise<boolean> {
  return await storage.transaction(async (tx) => {
    if ((await tx.get(due)) === null) return false;
    tx.delete(due);
    const key = runKey(id);
    const run = key === null ? null : await get(tx, key);
    if (key === null || run === null || run.state !== "running") return false;
    tx.put(key, encode({ ...run, state: "expired", ended: now }));
    return true;
  });
}
