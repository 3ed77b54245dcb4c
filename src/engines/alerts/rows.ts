/**
 * The mount's storage: `alert/<id>`, `open/<subject>` (the open alert about it), `queue/<sink>/<alert>` (what is to be told there),
 * `sink/<name>`, `rules` (what was changed of them), `state/<node>` (how far its log was read, and what was learned of it), `round/<node>`.
 */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { AuditMark } from "../../audit-log/index.ts";
import type { Tuning } from "../../inventory/anomalies/index.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import { type Alert, isAlertId } from "./entry.ts";

const ALERT = "alert/";
const OPEN = "open/";
const QUEUE = "queue/";
const SINK = "sink/";
const RULES = "rules";
const STATE = "state/";
const ROUND = "round/";
/** Kept; the oldest that were acknowledged go first. */
const MOST_ALERTS = 10_000;

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
async function decoded<T>(from: Pick<StorageReader, "get">, key: string): Promise<T | null> {
  const bytes = await from.get(key);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as T);
}

export const loadAlert = async (from: StorageReader, id: string): Promise<Alert | null> =>
  isAlertId(id) ? await decoded<Alert>(from, ALERT + id) : null;

export const putAlert = (tx: StorageTransaction, alert: Alert): void =>
  tx.put(ALERT + alert.id, encode(alert));

/** Newest first. */
export const alertIds = async (from: StorageReader): Promise<string[]> => (await from.list(ALERT)).reverse();

/** A new one stands in every sink's queue; the same again is counted. True: it is new. */
export async function meet(tx: StorageTransaction, alert: Alert, sinks: readonly string[]): Promise<boolean> {
  const before = await decoded<{ id: string }>(tx, OPEN + alert.subject);
  const known = before === null ? null : await decoded<Alert>(tx, ALERT + before.id);
  if (known !== null) {
    // what a crash made it read twice is no second time
    if (alert.last > known.last || alert.place.seq > known.place.seq)
      putAlert(tx, { ...known, count: known.count + 1, last: Math.max(known.last, alert.last) });
    return false;
  }
  putAlert(tx, alert);
  tx.put(OPEN + alert.subject, encode({ id: alert.id }));
  for (const sink of sinks) tx.put(`${QUEUE}${sink}/${alert.id}`, encode({ tries: 0, next: 0 }));
  return true;
}

export async function acknowledge(
  tx: StorageTransaction,
  id: string,
  { by, note, at }: { readonly by: string; readonly note: string; readonly at: number },
): Promise<Alert | null> {
  const alert = await loadAlert(tx, id);
  if (alert === null || alert.state === "acknowledged") return alert;
  const done: Alert = { ...alert, state: "acknowledged", by, note, at };
  putAlert(tx, done);
  tx.delete(OPEN + alert.subject);
  return done;
}

/** Acknowledged ones beyond the bound, the oldest first. */
export async function trim(storage: Storage, most = MOST_ALERTS): Promise<void> {
  const ids = await storage.list(ALERT);
  for (const id of ids.slice(0, Math.max(0, ids.length - most))) {
    const alert = await loadAlert(storage, id);
    if (alert !== null) await storage.transaction((tx) => dropAlert(tx, alert));
  }
}

function dropAlert(tx: StorageTransaction, alert: Alert): Promise<void> {
  tx.delete(ALERT + alert.id);
  if (alert.state === "open") tx.delete(OPEN + alert.subject);
  return Promise.resolve();
}

export interface Queued {
  readonly tries: number;
  /** Not before then. */
  readonly next: number;
}

export const queued = (from: StorageReader, sink: string): Promise<string[]> => from.list(`${QUEUE}${sink}/`);
export const loadQueued = (from: StorageReader, sink: string, id: string): Promise<Queued | null> =>
  decoded(from, `${QUEUE}${sink}/${id}`);
export const putQueued = (
  tx: StorageTransaction,
  sink: string,
  { id, ...row }: Queued & { readonly id: string },
): void => tx.put(`${QUEUE}${sink}/${id}`, encode(row));
export const unqueue = (tx: StorageTransaction, sink: string, id: string): void =>
  tx.delete(`${QUEUE}${sink}/${id}`);

/** A sink as it was set up; `options` may hold secrets. */
export interface StoredSink {
  readonly name: string;
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
  /** What is below it is not told there. */
  readonly least: string;
  /** When it was last told something: milliseconds since the epoch, at most as many as may be told in a window. */
  readonly told: readonly number[];
  /** Why the last try failed; empty: it did not. */
  readonly failure: string;
}

export const loadSink = (from: StorageReader, name: string): Promise<StoredSink | null> =>
  decoded(from, SINK + name);
export const sinkNames = (from: StorageReader): Promise<string[]> => from.list(SINK);
export const putSink = (tx: StorageTransaction, sink: StoredSink): void =>
  tx.put(SINK + sink.name, encode(sink));

export async function deleteSink(tx: StorageTransaction, name: string): Promise<void> {
  tx.delete(SINK + name);
  for (const id of await queued(tx, name)) unqueue(tx, name, id);
}

export const loadTuning = async (from: StorageReader): Promise<Tuning> =>
  (await decoded<Tuning>(from, RULES)) ?? {};
export const putTuning = (tx: StorageTransaction, tuning: Tuning): void => tx.put(RULES, encode(tuning));

export interface WatchState {
  readonly marks: Readonly<Record<string, AuditMark>>;
  /** What the fold gave. */
  readonly saved: string | null;
  /** How often it was written. */
  readonly round: number;
}

export async function loadState(from: StorageReader, node: string): Promise<WatchState> {
  const bytes = await from.get(STATE + node);
  if (bytes === null) return { marks: {}, saved: null, round: 0 };
  return JSON.parse(zstdDecompressSync(bytes).toString("utf8")) as WatchState;
}

export const loadRound = async (from: StorageReader, node: string): Promise<number> =>
  (await decoded<number>(from, ROUND + node)) ?? 0;

export function putState(tx: StorageTransaction, node: string, state: WatchState): void {
  tx.put(STATE + node, zstdCompressSync(encode(state)));
  tx.put(ROUND + node, encode(state.round));
}
