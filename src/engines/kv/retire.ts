/**
 * `retire/:path`, Bulkhead's own: a secret that nobody should use any more is first refused, with the reason, and destroyed when its time
 * is over. Until then it comes back whole. Metadata, with all that was, stays.
 */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { writablePath } from "./input.ts";
import {
  type KvContext,
  type Metadata,
  type Retired,
  eraseValue,
  loadMetadata,
  saveMetadata,
} from "./secrets.ts";

const DUE = "retired/";
const TIME_DIGITS = 12;
const DAY = 86_400_000;
const MOST_REASON = 500;
const PAGE = 200;

const dueKey = (until: number, path: string): string =>
  `${DUE}${until.toString(16).padStart(TIME_DIGITS, "0")}/${path}`;

/** Throws `kv.retired`: neither read nor written. */
export function refuseRetired(metadata: Metadata | null): void {
  const retired = metadata?.retired;
  if (retired === undefined) return;
  throw new BulkheadError("kv.retired", {
    since: rfc3339(retired.since),
    by: retired.by,
    reason: retired.reason === "" ? "no reason given" : retired.reason,
    then: retired.until === null ? "it was destroyed" : `it is destroyed on ${rfc3339(retired.until)}`,
  });
}

export const describeRetired = ({ since, until, by, reason }: Retired): ReplyValue => ({
  since: rfc3339(since),
  until: until === null ? null : rfc3339(until),
  by,
  reason,
});

async function retire(kv: KvContext, call: Call): Promise<Reply | null> {
  const path = writablePath(call);
  const after = call.fields.duration("after") ?? 30 * DAY;
  const reason = call.fields.string("reason") ?? "";
  if (after < 0 || reason.length > MOST_REASON || /\p{Cc}/u.test(reason))
    throw new BulkheadError("request.invalid", {
      problem: `reason is one line of at most ${MOST_REASON} characters`,
    });
  return await call.storage.transaction(async (tx) => {
    const metadata = await loadMetadata(tx, path);
    if (metadata === null) return null;
    if (metadata.retired?.until === null) refuseRetired(metadata);
    if (typeof metadata.retired?.until === "number") tx.delete(dueKey(metadata.retired.until, path));
    const now = kv.clock.now();
    const retired: Retired = { since: now, until: now + after, by: call.caller?.displayName ?? "", reason };
    saveMetadata(tx, path, { ...metadata, updated: now, retired });
    tx.put(dueKey(now + after, path), Buffer.from("{}"));
    return { data: { retired: describeRetired(retired) } };
  });
}

async function restore(kv: KvContext, call: Call): Promise<Reply | null> {
  const path = writablePath(call);
  return await call.storage.transaction(async (tx) => {
    const metadata = await loadMetadata(tx, path);
    if (metadata === null) return null;
    const { retired, ...rest } = metadata;
    if (retired === undefined) return { data: { retired: null } };
    if (retired.until === null) refuseRetired(metadata);
    else tx.delete(dueKey(retired.until, path));
    saveMetadata(tx, path, { ...rest, updated: kv.clock.now() });
    return { data: { retired: null } };
  });
}

/** Background work: the values of those whose time is over. Each in a transaction of its own, so that a crash leaves the rest for the next time. */
export async function destroyRetired(kv: KvContext, storage: Storage): Promise<void> {
  for (;;) {
    const keys = await storage.keys(DUE, { limit: PAGE });
    const due = keys.filter((key) => Number.parseInt(key.slice(DUE.length), 16) <= kv.clock.now());
    for (const key of due) await destroy(kv, storage, key);
    if (due.length < PAGE) return;
  }
}

async function destroy(kv: KvContext, storage: Storage, key: string): Promise<void> {
  const path = key.slice(DUE.length + TIME_DIGITS + 1);
  await storage.transaction(async (tx) => {
    if ((await tx.get(key)) === null) return;
    tx.delete(key);
    const metadata = await loadMetadata(tx, path);
    const until = metadata?.retired?.until;
    if (metadata === null || metadata.retired === undefined || typeof until !== "number") return;
    if (dueKey(until, path) !== key) return; // of an earlier secret of that name
    const versions: Record<string, Metadata["versions"][string]> = {};
    for (const [number, version] of Object.entries(metadata.versions)) {
      if (!version.destroyed) await eraseValue(kv, tx, path, Number(number));
      versions[number] = { ...version, destroyed: true };
    }
    saveMetadata(tx, path, { ...metadata, versions, retired: { ...metadata.retired, until: null } });
  });
}

const field = (description: string) => ({ type: "string", description, plain: true }) as const;

export const retirePaths = (kv: KvContext): PathDeclaration[] => [
  {
    pattern: "retire/{path*}",
    summary: "Makes a secret unusable, and destroys it later",
    fields: {
      after: { type: "duration", description: "Destroyed after this; 30 days when left out", plain: true },
      reason: field("Why, for whoever asks for it"),
    },
    operations: { create: (call) => retire(kv, call), update: (call) => retire(kv, call) },
  },
  {
    pattern: "unretire/{path*}",
    summary: "Makes a retired secret usable again, until it is destroyed",
    operations: { create: (call) => restore(kv, call), update: (call) => restore(kv, call) },
  },
];
