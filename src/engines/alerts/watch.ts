/**
 * One round over this node's log: reads on from where it was, shows each entry to the rules, keeps what they found. Where it stands and
 * what was learned go into the store together with the alerts; after a crash some entries are read again, and give the same alerts.
 */
import { AuditFollower } from "../../audit-log/index.ts";
import { type Anomaly, type Fold, foldOf } from "../../inventory/anomalies/index.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import { type Alert, alertOf, noticeOf } from "./entry.ts";
import { loadRound, loadSink, loadState, loadTuning, meet, putState, sinkNames, trim } from "./rows.ts";
import { isAtLeast } from "./sinks/index.ts";

const BATCH = 2_000;
/** Entries and milliseconds after which the place is written down though nothing was found. */
const SAVE_ENTRIES = 50_000;
const SAVE_MS = 300_000;
/** New alerts of one batch; a flood of them tells nothing more. */
const MOST_NEW = 200;
const COMMIT = 50;

interface Watching {
  readonly node: string;
  readonly tuning: string;
  readonly follower: AuditFollower;
  readonly fold: Fold;
  /** Counts what was written down, by whichever process. */
  round: number;
  unsaved: number;
  savedAt: number;
  unread: number;
}

export class LogWatch {
  readonly #context: MountContext;
  #watching: Watching | null = null;

  constructor(context: MountContext) {
    this.#context = context;
  }

  /** To the end of what is written, while `goesOn` says so. */
  async round(storage: Storage, goesOn: () => boolean): Promise<void> {
    const here = this.#context.services.auditFolder.here();
    if (here === null) return;
    const watching = await this.#open(storage, here);
    let found = 0;
    for (let more = true; more && goesOn(); ) {
      const records = await watching.follower.read(BATCH);
      more = records.length === BATCH;
      const anomalies = records.flatMap((record) => watching.fold.take(record));
      if (!more) anomalies.push(...watching.fold.due(this.#now()));
      watching.unsaved += records.length;
      try {
        found += await this.#keep(storage, watching, anomalies);
      } catch (error) {
        this.#watching = null; // what was not kept is read again, from the place that was written down last
        throw error;
      }
    }
    if (found > 0) await trim(storage);
  }

  /** What is in hand goes on, unless it is another's log now or somebody changed the rules; else what was written down last. */
  async #open(
    storage: Storage,
    { node, folder }: { readonly node: string; readonly folder: string },
  ): Promise<Watching> {
    const tuning = await loadTuning(storage);
    const text = JSON.stringify(tuning);
    const before = this.#watching;
    if (before?.node === node && before.tuning === text && !(await this.#isBehind(storage, before)))
      return before;
    if (before?.node === node && before.unsaved > 0) await this.#keep(storage, before, [], true);
    const { marks, saved, round } = await loadState(storage, node);
    this.#watching = {
      ...{ node, tuning: text, round, unsaved: 0, savedAt: this.#now(), unread: 0 },
      follower: new AuditFollower(folder, marks),
      fold: foldOf({ tuning, saved }),
    };
    return this.#watching;
  }

  /** Another process on this log wrote down a place since: it has read on. */
  async #isBehind(storage: Storage, { node, round }: Watching): Promise<boolean> {
    return (await loadRound(storage, node)) !== round;
  }

  async #keep(
    storage: Storage,
    watching: Watching,
    anomalies: readonly Anomaly[],
    now = false,
  ): Promise<number> {
    const alerts = [
      ...this.#notices(watching),
      ...anomalies.map((one) => alertOf(one, this.#now(), watching.node)),
    ];
    const isDue =
      now ||
      watching.unsaved >= SAVE_ENTRIES ||
      (watching.unsaved > 0 && this.#now() - watching.savedAt >= SAVE_MS);
    if (alerts.length === 0 && !isDue) return 0;
    const once = oncePerSubject(alerts).slice(0, MOST_NEW);
    for (let from = 0; from < once.length; from += COMMIT) {
      const part = once.slice(from, from + COMMIT);
      await storage.transaction(async (tx) => {
        const sinks = [];
        for (const name of await sinkNames(tx)) sinks.push(await loadSink(tx, name));
        for (const alert of part) {
          const told = sinks.filter((sink) => sink !== null && isAtLeast(alert.severity, sink.least));
          await meet(
            tx,
            alert,
            told.map((sink) => sink?.name ?? ""),
          );
        }
      });
    }
    // after the alerts: what is read again gives the same ones
    const { follower, fold, node } = watching;
    watching.round++;
    const state = { marks: follower.marks(), saved: fold.save(), round: watching.round };
    await storage.transaction((tx) => Promise.resolve(putState(tx, node, state)));
    watching.unsaved = 0;
    watching.savedAt = this.#now();
    return once.length;
  }

  #notices(watching: Watching): Alert[] {
    const { node, follower, fold } = watching;
    const alerts = follower
      .problems()
      .map((text) => noticeOf({ rule: "log-broken", text, subject: text }, this.#now(), node));
    if (fold.unread > 0 && watching.unread === 0)
      alerts.push(
        noticeOf(
          {
            rule: "log-unread",
            text: `${fold.unread} or more entries are of no kind that is known here`,
            subject: "",
          },
          this.#now(),
          node,
        ),
      );
    watching.unread = fold.unread;
    return alerts;
  }

  #now(): number {
    return this.#context.clock.now();
  }
}

/** The first of each, counted with the others when it is met again. */
function oncePerSubject(alerts: readonly Alert[]): Alert[] {
  const found = new Map<string, Alert>();
  for (const alert of alerts) {
    const before = found.get(alert.subject);
    found.set(
      alert.subject,
      before === undefined
        ? alert
        : { ...before, count: before.count + 1, last: Math.max(before.last, alert.last) },
    );
  }
  return [...found.values()];
}
