/**
 * Telling the sinks: each alert once (twice only when a crash comes between the answer and its record), a flood as one message, a sink
 * that does not answer later and later and then not at all. One that fails keeps no other from being told.
 */
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Alert } from "./entry.ts";
import { type Message, floodOf, messageOf } from "./message.ts";
import {
  type StoredSink,
  loadAlert,
  loadQueued,
  loadSink,
  putQueued,
  putSink,
  queued,
  sinkNames,
  unqueue,
} from "./rows.ts";
import { type SinkEnvironment, send } from "./sinks/index.ts";

/** So many messages in so many milliseconds; what is more is told as one. */
const MOST = 20;
const WINDOW_MS = 600_000;
/** Milliseconds: the wait after the first failure, doubled each time. */
const FIRST_WAIT = 30_000;
const MOST_TRIES = 8;
/** Messages to one sink in one round. */
const AT_ONCE = 5;

export interface Delivery {
  readonly now: () => number;
  readonly environment: SinkEnvironment;
  readonly goesOn: () => boolean;
}

export async function deliver(storage: Storage, delivery: Delivery): Promise<void> {
  for (const name of await sinkNames(storage)) {
    if (!delivery.goesOn()) return;
    const waiting = await queued(storage, name);
    if (waiting.length > 0) await tell(storage, { name, waiting }, delivery);
  }
}

async function tell(
  storage: Storage,
  { name, waiting }: { readonly name: string; readonly waiting: readonly string[] },
  { now, environment, goesOn }: Delivery,
): Promise<void> {
  const due: { alert: Alert; tries: number }[] = [];
  for (const id of waiting) {
    const [row, alert] = [await loadQueued(storage, name, id), await loadAlert(storage, id)];
    if (alert === null) await storage.transaction((tx) => Promise.resolve(unqueue(tx, name, id)));
    else if (row !== null && row.next <= now()) due.push({ alert, tries: row.tries });
  }
  const recent = async (): Promise<number> =>
    ((await loadSink(storage, name))?.told ?? []).filter((time) => time > now() - WINDOW_MS).length;
  const room = MOST - (await recent());
  if (due.length > Math.max(1, room)) {
    // the last place is for the message about the rest
    if (room > 0)
      await one(storage, name, due, {
        message: floodOf(
          due.map(({ alert }) => alert),
          now(),
        ),
        now,
        environment,
      });
    return;
  }
  for (const part of due.slice(0, AT_ONCE))
    if (goesOn()) await one(storage, name, [part], { message: messageOf(part.alert), now, environment });
}

async function one(
  storage: Storage,
  name: string,
  about: readonly { readonly alert: Alert; readonly tries: number }[],
  {
    message,
    now,
    environment,
  }: { readonly message: Message; readonly now: () => number; readonly environment: SinkEnvironment },
): Promise<void> {
  const sink = await loadSink(storage, name);
  if (sink === null) return;
  const failure = await send(sink, message, environment);
  await storage.transaction(async (tx) => {
    const stored = await loadSink(tx, name);
    if (stored === null) return;
    putSink(tx, noted(stored, failure, now()));
    for (const { alert, tries } of about) {
      if (failure === null || tries + 1 >= MOST_TRIES) unqueue(tx, name, alert.id);
      else putQueued(tx, name, { id: alert.id, tries: tries + 1, next: now() + FIRST_WAIT * 2 ** tries });
    }
  });
}

const noted = (sink: StoredSink, failure: string | null, now: number): StoredSink => ({
  ...sink,
  told: failure === null ? [...sink.told.slice(1 - MOST), now] : sink.told,
  failure: failure ?? "",
});
