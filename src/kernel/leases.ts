/**
 * Leases: what a dynamic secret's end hangs on. Rows below `core/lease/`: `id/<id>`, `expiry/<time>/<id>` (when something is
 * due), `token/<hash>/<id>`, `failed/<id>` (a revocation failed). A lease is written before the secret is handed out; it dies with
 * its token. A revocation that fails is tried 6 times from a 10 s base, then kept as irrevocable and shown.
 */
import type { Clock } from "../core/clock.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import { randomBase62 } from "../core/ids.ts";
import type { Barrier, Storage, StorageTransaction } from "./barrier/index.ts";
import { type DueKind, atOnce, dueKey, dueRows, nextTry, runDue } from "./jobs/index.ts";
import { countLeases, failedLeases } from "./lease-counts.ts";
import { storagePrefix } from "./mount-info.ts";
import type { Backend, LeaseGrant, MountInfo } from "./plugin.ts";
import { decodeRow, encodeRow } from "./row-cache.ts";
import type { FailedLease, LeaseCounts, LeaseInfo, LeaseService } from "./services.ts";

export interface LeaseRecord {
  readonly mount: MountInfo;
  readonly tokenHash: string;
  readonly issued: number;
  readonly expires: number;
  readonly maxTtl: number;
  readonly renewable: boolean;
  readonly lastRenewal: number | null;
  readonly internal: Readonly<Record<string, string>>;
  /** Failed revocations; from the first on the lease is over for its holder. */
  readonly attempts: number;
  /** The last failure's error code. */
  readonly failure?: string;
  /** When something is next due; null: irrevocable. */
  readonly due: number | null;
}

export interface LeaseOptions {
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly maxTtl: number;
  /** The backend behind a mount, also one that is leaving; null when its plug-in is unknown here. */
  readonly backend: (
    mount: MountInfo,
  ) => Promise<{ readonly backend: Backend; readonly storage: Storage } | null>;
  /** A login's token counts as a lease below the path that gave it. */
  readonly revokeTokensBelow: (path: string) => Promise<number>;
  /** Within the transaction: whether the token still stands. */
  readonly tokenStands: (tx: StorageTransaction, tokenHash: string) => Promise<boolean>;
  /** The paths of all mounts. */
  readonly mountPaths: () => Promise<readonly string[]>;
  /** Rows that are read at once; 1,000. */
  readonly page?: number;
}

const PREFIX = "core/lease/";
/** Revoked at once, of those that end together. */
const AT_ONCE = 16;
const PAGE = 1_000;
const EMPTY = Buffer.from("1");
const idKey = (id: string): string => `id/${id}`;
const tokenKey = (hash: string, id: string): string => `token/${hash}/${id}`;
const failedKey = (id: string): string => `failed/${id}`;

export class Leases implements LeaseService {
  readonly #options: LeaseOptions;
  readonly #page: number;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#page = options.page ?? PAGE;
  }

  /**
   * Writes the lease; `until` (milliseconds since the epoch) ends it whatever it grants. Without a token's hash only that does.
   * When its token is gone meanwhile, the secret is revoked at once and the request refused.
   */
  async register(
    path: string,
    mount: MountInfo,
    tokenHash: string,
    grant: LeaseGrant,
    until = Number.POSITIVE_INFINITY,
  ): Promise<LeaseInfo & { id: string }> {
    const now = this.#options.clock.now();
    const maxTtl = Math.max(
      0,
      Math.min(grant.maxTtl ?? Infinity, mount.maxLeaseTtl || this.#options.maxTtl, until - now),
    );
    const ttl = Math.min(grant.ttl, maxTtl);
    const id = `${path.replace(/\/+$/, "")}/${randomBase62(24)}`;
    const record: LeaseRecord = {
      mount,
      tokenHash,
      issued: now,
      expires: now + ttl,
      maxTtl,
      renewable: grant.renewable,
      lastRenewal: null,
      internal: grant.internal,
      attempts: 0,
      due: now + ttl,
    };
    let stored = false;
    try {
      await this.#options.barrier.transaction(async (tx) => {
        if (!(await this.#options.tokenStands(tx, tokenHash))) throw new BulkheadError("auth.missing-token");
        if (grant.replaces !== undefined) await takePlaceOf(tx, storagePrefix(mount) + grant.replaces);
        write(tx.scope(PREFIX), id, record);
      });
      stored = true;
    } finally {
      if (!stored) await this.#end(id, record);
    }
    return infoOf(id, record);
  }

  async lookup(id: string): Promise<LeaseInfo | null> {
    const record = await this.#read(id);
    return record === null ? null : infoOf(id, record);
  }

  /** The system behind the mount is told first; what changed meanwhile (another renewal) is looked at anew. */
  async renew(id: string, increment = 0): Promise<LeaseInfo> {
    for (;;) {
      const now = this.#options.clock.now();
      const record = await this.#read(id);
      if (record === null || record.attempts > 0 || record.expires <= now)
        throw new BulkheadError("lease.unknown");
      if (!record.renewable) throw new BulkheadError("lease.not-renewable");
      const asked = increment > 0 ? increment : record.expires - (record.lastRenewal ?? record.issued);
      const expires = Math.min(now + asked, record.issued + record.maxTtl);
      const target = await this.#options.backend(record.mount);
      await target?.backend.renew?.({ id, internal: record.internal, expires }, target.storage);
      const renewed = { ...record, expires, due: expires, lastRenewal: now };
      const written = await this.#view().transaction(async (tx) => {
        const current = await readLease(tx, id);
        if (current === null || !encodeRow(current).equals(encodeRow(record))) return false;
        remove(tx, id, record);
        write(tx, id, renewed);
        return true;
      });
      if (written) return infoOf(id, renewed);
    }
  }

  async revoke(id: string): Promise<void> {
    const record = await this.#read(id);
    if (record === null) throw new BulkheadError("lease.unknown");
    if (!(await this.#tryEnd(id))) throw new BulkheadError("lease.revoke-failed", { lease: id });
  }

  async revokePrefix(prefix: string): Promise<number> {
    const own = prefix.replace(/\/*$/, "/");
    const tokens = own.startsWith("auth/") ? await this.#options.revokeTokensBelow(own) : 0;
    return tokens + (await this.#revokeBelow("id/", own));
  }

  async revokeForce(prefix: string): Promise<number> {
    const own = prefix.replace(/\/*$/, "/");
    const tokens = own.startsWith("auth/") ? await this.#options.revokeTokensBelow(own) : 0;
    const ended = await this.#revokeBelow("id/", own);
    for (;;) {
      const left = await this.#view().keys(`id/${own}`, { limit: this.#page });
      await this.#view().transaction(async (tx) => {
        for (const key of left) {
          const id = key.slice("id/".length);
          const record = await readLease(tx, id);
          if (record !== null) remove(tx, id, record);
        }
      });
      if (left.length < this.#page) return tokens + ended;
    }
  }

  /** What a revoked token leaves: failures are tried again by the sweep. */
  async revokeByToken(tokenHash: string): Promise<number> {
    return await this.#revokeBelow(`token/${tokenHash}/`, "");
  }

  async list(prefix: string): Promise<string[]> {
    return await this.#view().list(`id/${prefix === "" ? "" : prefix.replace(/\/*$/, "/")}`);
  }

  /** Ends leases that are over and tries failed revocations again, in order of due time. */
  dueKind(): DueKind {
    return {
      due: (now, options) => dueRows(this.#view(), now, options),
      run: (id) => this.#tryEnd(id, { whenDue: true }),
    };
  }

  async tidy(): Promise<number> {
    return await runDue([this.dueKind()], { now: this.#options.clock.now(), goesOn: () => true });
  }

  async counts(): Promise<LeaseCounts> {
    return await countLeases(this.#view(), await this.#options.mountPaths(), (id) => this.#read(id));
  }

  async failures(limit = PAGE, { irrevocable = false } = {}): Promise<FailedLease[]> {
    const read = (id: string): Promise<LeaseRecord | null> => this.#read(id);
    return await failedLeases(this.#view(), { limit, irrevocable, read });
  }

  /** Of the ids below `folder` that begin with `prefix`. */
  async #revokeBelow(folder: string, prefix: string): Promise<number> {
    let count = 0;
    for (let after: string | undefined; ; ) {
      const keys = await this.#view().keys(`${folder}${prefix}`, {
        limit: this.#page,
        ...(after !== undefined && { after }),
      });
      await atOnce(AT_ONCE, keys, async (key) => {
        if (await this.#tryEnd(key.slice(folder.length))) count++;
      });
      if (keys.length < this.#page) return count;
      after = keys.at(-1);
    }
  }

  /** True when the lease is gone. A failure is written down with the time of the next try. */
  async #tryEnd(id: string, { whenDue = false } = {}): Promise<boolean> {
    const record = await this.#read(id);
    if (record === null) return true;
    // it was renewed since it was listed
    if (whenDue && (record.due === null || record.due > this.#options.clock.now())) return false;
    const failure = await this.#end(id, record);
    await this.#view().transaction(async (tx) => {
      const current = await readLease(tx, id);
      if (current === null) return;
      remove(tx, id, current);
      if (failure === null) return;
      const attempts = current.attempts + 1;
      const due = nextTry(this.#options.clock.now(), attempts, Math.random());
      write(tx, id, { ...current, attempts, failure, due, renewable: false });
    });
    return failure === null;
  }

  /** null, or the code of what went wrong. */
  async #end(id: string, record: LeaseRecord): Promise<string | null> {
    try {
      const target = await this.#options.backend(record.mount);
      if (target === null) return "lease.no-plugin";
      await target.backend.revoke?.({ id, internal: record.internal }, target.storage);
      return null;
    } catch (error) {
      return isBulkheadError(error) ? error.code : "internal.unexpected";
    }
  }

  async #read(id: string): Promise<LeaseRecord | null> {
    return id === "" || id.includes("\0") ? null : await readLease(this.#view(), id);
  }

  #view(): Storage {
    return this.#options.barrier.view(PREFIX);
  }
}

async function readLease(from: Pick<Storage, "get">, id: string): Promise<LeaseRecord | null> {
  const bytes = await from.get(idKey(id));
  return bytes === null ? null : decodeRow<LeaseRecord>(bytes);
}

/** Without its note the secret counts as ended already (`LeaseGrant.replaces`). */
async function takePlaceOf(tx: StorageTransaction, note: string): Promise<void> {
  if ((await tx.get(note)) === null) throw new BulkheadError("store.contended");
  tx.delete(note);
}

function write(tx: StorageTransaction, id: string, record: LeaseRecord): void {
  tx.put(idKey(id), encodeRow(record));
  tx.put(tokenKey(record.tokenHash, id), EMPTY);
  if (record.due !== null) tx.put(dueKey(record.due, id), EMPTY);
  if (record.attempts > 0) tx.put(failedKey(id), EMPTY);
}

function remove(tx: StorageTransaction, id: string, record: LeaseRecord): void {
  tx.delete(idKey(id));
  tx.delete(tokenKey(record.tokenHash, id));
  if (record.due !== null) tx.delete(dueKey(record.due, id));
  if (record.attempts > 0) tx.delete(failedKey(id));
}

const infoOf = (id: string, record: LeaseRecord): LeaseInfo => ({
  id,
  issueTime: record.issued,
  expireTime: record.expires,
  lastRenewal: record.lastRenewal,
  renewable: record.renewable,
  ...(record.attempts > 0 ? { failedRevocations: record.attempts, irrevocable: record.due === null } : {}),
});
