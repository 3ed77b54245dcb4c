/** A project's lock: held by a token for a while, so that a crashed apply blocks nobody for long. Only the token's digest is kept. */
import { createHash, timingSafeEqual } from "node:crypto";
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { randomBase62 } from "../../core/ids.ts";
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import type { Call, Reply } from "../../kernel/plugin.ts";

const DEFAULT_TTL = 2 * 60_000;
const MAX_TTL = 15 * 60_000;

interface Lock {
  readonly digest: string;
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const key = (name: string): string => `lock/${name}`;
const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** null when nobody holds it (any more). */
async function heldLock(tx: StorageTransaction, name: string, now: number): Promise<Lock | null> {
  const bytes = await tx.get(key(name));
  const lock = bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Lock);
  return lock !== null && lock.until > now ? lock : null;
}

const opens = (lock: Lock, token: string): boolean =>
  timingSafeEqual(Buffer.from(lock.digest, "hex"), digestOf(token));

function locked(name: string, lock: Lock): BulkheadError {
  return new BulkheadError("project.locked", { name, holder: lock.holder, until: rfc3339(lock.until) });
}

/** Throws unless the project may be changed with this token: not locked and no token, or locked by just this one. */
export async function checkLock(
  tx: StorageTransaction,
  name: string,
  token: string | undefined,
  now: number,
): Promise<void> {
  const lock = await heldLock(tx, name, now);
  if (lock === null) {
    if (token !== undefined) throw new BulkheadError("project.lock-lost", { name });
  } else if (token === undefined) throw locked(name, lock);
  else if (!opens(lock, token)) throw new BulkheadError("project.lock-lost", { name });
}

export async function acquireLock(clock: Clock, call: Call, name: string): Promise<Reply> {
  const ttl = Math.min(call.fields.duration("ttl") || DEFAULT_TTL, MAX_TTL);
  const known = call.fields.string("token");
  const token = known ?? randomBase62(32);
  const holder = call.caller?.displayName || "another token";
  return await call.storage.transaction(async (tx) => {
    const now = clock.now();
    if (known !== undefined) await checkLock(tx, name, known, now);
    else {
      const lock = await heldLock(tx, name, now);
      if (lock !== null) throw locked(name, lock);
    }
    const taken: Lock = { digest: digestOf(token).toString("hex"), holder, until: now + ttl };
    tx.put(key(name), Buffer.from(JSON.stringify(taken)));
    return { data: { token, expire_time: rfc3339(taken.until) } };
  });
}

/** Giving back a lock that ran out is no error; giving back another's is. */
export async function releaseLock(clock: Clock, call: Call, name: string): Promise<undefined> {
  const token = call.fields.string("token") ?? "";
  await call.storage.transaction(async (tx) => {
    const lock = await heldLock(tx, name, clock.now());
    if (lock === null) return;
    if (!opens(lock, token)) throw new BulkheadError("project.lock-lost", { name });
    tx.delete(key(name));
  });
}
