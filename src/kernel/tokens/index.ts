/**
 * Tokens. A token is stored under its HMAC, never as itself; every request reads its row (or a cached one that the store's
 * change token vouches for), so that a revocation holds in every process from the moment it returns. A child lives no longer
 * than its parents. Uses are counted down in a transaction before the request is served. Batch tokens stand nowhere (`batch.ts`).
 */
import { type KeyObject, createHmac } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { serviceTokenId } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import type { Barrier, StorageReader, StorageTransaction } from "../barrier/index.ts";
import { type DueKind, dueRows, runDue } from "../jobs/index.ts";
import type { AuthGrant, Caller, MintedAuth, MountInfo } from "../plugin.ts";
import { ROOT_POLICY } from "../policy/acl.ts";
import { RowCache, decodeRow } from "../row-cache.ts";
import type { TokenInfo, TokenService } from "../services.ts";
import type { Identities } from "../identity/index.ts";
import { batchOf, isBatch, openBatch, recordOf, sealBatch } from "./batch.ts";
import { EndedBatches } from "./ended.ts";
import { type IssueOptions, asMadeBy, behindIt, blankRecord, newRecord, settledGrant } from "./issue.ts";
import { lifetime } from "./lifetime.ts";
import { SPENT, type TokenRecord, alive, infoOf, mintedOf } from "./record.ts";
import {
  TOKENS,
  accessorKey,
  childrenOf,
  goneKey,
  idKey,
  insertRows,
  readRecord,
  removeRows,
  replaceRecord,
  runPrefix,
} from "./rows.ts";

export interface TokenOptions {
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  /** Ends what hung on a revoked token: its leases, its cubbyhole. Called again later when it throws. */
  readonly cleanUp: (tokenHash: string) => Promise<void>;
  readonly identities: Identities;
  /** Whether the auth method that issued a batch token is still mounted. */
  readonly mountStands: (uuid: string, seen?: string) => Promise<boolean>;
  /** Throws when the login behind a token no longer stands (its user or role is gone, another client asks). */
  readonly loginStands: (record: TokenRecord, certificates: readonly Buffer[] | undefined) => Promise<void>;
}

/** A caller's token, one use of it taken. */
export interface Presented {
  /** A login made for this request alone: nothing is kept of it, and nothing can hang on it. */
  readonly inline?: boolean;
  readonly info: TokenInfo;
  /** This was its last use: it is revoked once the request is served. */
  readonly spent: boolean;
  /** What its leases end with. A batch token leaves no trace: they end with its parent (empty: none), and at its own end. */
  readonly leases: { readonly tokenHash: string; readonly until: number };
}

export class Tokens implements TokenService {
  readonly #options: TokenOptions;
  readonly #records: RowCache<TokenRecord | null>;
  readonly #ended: EndedBatches;
  /** Operators of this process, by hash: never stored, gone with the process. */
  readonly #operators = new Map<string, TokenInfo>();
  /**
   * Tokens with counted uses that are being served here: the request can look its token up although another one, here or in another
   * process, took the last use meanwhile. They cannot be presented again.
   */
  readonly #inUse = new Map<string, { info: TokenInfo; requests: number }>();

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#ended = new EndedBatches(options.barrier);
    this.#records = new RowCache(options.barrier, `${TOKENS}id/`, (bytes) =>
      bytes === null ? null : decodeRow<TokenRecord>(bytes),
    );
  }

  hash(token: Secret): string {
    return this.#hmac("token", token.reveal());
  }

  /** Takes one use of the token; null: unknown, expired, revoked, used up. */
  async present(token: Secret, seen?: string): Promise<Presented | null> {
    if (isBatch(token)) return await this.#presentBatch(token, seen);
    const hash = this.hash(token);
    const leases = { tokenHash: hash, until: Number.POSITIVE_INFINITY };
    const operator = this.#operators.get(hash);
    if (operator !== undefined) return { info: operator, spent: false, leases };
    const record = await this.#living(hash, seen);
    if (record === null) return null;
    if (record.numUses === 0) return { info: infoOf(hash, record), spent: false, leases };
    const used = await this.#transaction(async (tx) => {
      const current = await readRecord(tx, hash);
      if (current === null || !alive(current, this.#now()) || current.numUses === 0) return null;
      const after = { ...current, numUses: current.numUses === 1 ? SPENT : current.numUses - 1 };
      replaceRecord(tx, hash, current, after);
      return after;
    });
    if (used === null) return null;
    const spent = used.numUses === SPENT;
    const info = infoOf(hash, spent ? { ...used, numUses: 0 } : used);
    this.#inUse.set(hash, { info, requests: (this.#inUse.get(hash)?.requests ?? 0) + 1 });
    return { info, spent, leases };
  }

  async #presentBatch(token: Secret, seen?: string): Promise<Presented | null> {
    const record = openBatch(this.#batchKey(), token);
    if (record === null || record.expires <= this.#now()) return null;
    if (record.parent !== "" && (await this.#living(record.parent, seen)) === null) return null;
    if (record.mount !== "" && !(await this.#options.mountStands(record.mount, seen))) return null;
    if (await this.#ended.isEnded(record, seen)) return null;
    const info = infoOf(this.hash(token), recordOf(record), "batch");
    return { info, spent: false, leases: { tokenHash: record.parent, until: record.expires } };
  }

  /** After the request: a token that was used up goes. */
  async finish({ info, spent }: Presented): Promise<void> {
    const served = this.#inUse.get(info.tokenHash);
    if (served !== undefined && --served.requests === 0) this.#inUse.delete(info.tokenHash);
    if (spent) await this.revoke(info.tokenHash);
  }

  async issue(grant: AuthGrant, options: IssueOptions): Promise<MintedAuth> {
    const settled = settledGrant(grant, options);
    return await this.#withIdentity(await this.#transaction((tx) => this.#mint(settled, options, tx)));
  }

  /** `login` gets the transaction over the whole barrier in which its token is stored. */
  async issueLogin(
    login: (root: StorageTransaction) => Promise<AuthGrant>,
    options: IssueOptions,
  ): Promise<MintedAuth> {
    const minted = await this.#options.barrier.transaction(
      async (root) => await this.#mint(settledGrant(await login(root), options), options, root.scope(TOKENS)),
    );
    return await this.#withIdentity(minted);
  }

  /** Who a login is, for one request: no token, nothing stored. */
  async inMemory(grant: AuthGrant, { path, mount }: { path: string; mount: MountInfo }): Promise<Presented> {
    const settled = settledGrant({ ...grant, type: "service" }, { path, parent: null, mount });
    // like a batch token's: an entity that is not known yet is not made
    const login = await this.#options.identities.login({ ...settled, type: "batch" }, mount);
    const { record } = this.#newRecord(settled, { path, parent: null, mount }, login?.entityId ?? "");
    const token = Secret.copy(serviceTokenId());
    const info = { ...infoOf(this.hash(token), record, "batch"), numUses: 0, renewable: false };
    token.wipe();
    const until = record.expires ?? this.#now();
    return { inline: true, info, spent: false, leases: { tokenHash: "", until } };
  }

  /** A stored root token without end, for the first start. */
  async mintRoot(): Promise<Secret> {
    const grant = { policies: [ROOT_POLICY], metadata: {}, displayName: "root" };
    const options = { path: "auth/token/root", parent: null };
    const settled = { ...grant, policies: [ROOT_POLICY] };
    const { token } = await this.#transaction((tx) => this.#mint(settled, options, tx));
    if (token === null) throw new TypeError("a minted token is always known");
    return token;
  }

  /** Root for whoever holds the seal key, in this process only. */
  operator(displayName: string, actor: "person" | "machine" = "person"): Secret {
    const token = Secret.copy(serviceTokenId());
    const hash = this.hash(token);
    const record = blankRecord({
      policies: [ROOT_POLICY],
      path: "operator",
      displayName,
      created: this.#now(),
    });
    // who can open the seal is a person; Bulkhead's own work is none
    const behind = { actor, principal: `operator/${displayName}` } as const;
    this.#operators.set(hash, { ...infoOf(hash, record), ...behind, metadata: { operator: displayName } });
    return token;
  }

  isOperator(tokenHash: string): boolean {
    return this.#operators.has(tokenHash);
  }

  async lookup(token: Secret): Promise<TokenInfo | null> {
    if (isBatch(token)) return (await this.#presentBatch(token))?.info ?? null;
    return await this.#info(this.hash(token));
  }

  async lookupAccessor(accessor: string): Promise<TokenInfo | null> {
    for (const operator of this.#operators.values()) if (operator.accessor === accessor) return operator;
    if (!/^[\w.-]{1,100}$/.test(accessor)) return null;
    const hash = await this.#view().get(accessorKey(accessor));
    return hash === null ? null : await this.#info(hash.toString("utf8"));
  }

  async renew(
    tokenHash: string,
    increment = 0,
    { certificates }: { readonly certificates?: readonly Buffer[] } = {},
  ): Promise<MintedAuth> {
    const known = await readRecord(this.#view(), tokenHash);
    if (known !== null && known.parent === "") await this.#options.loginStands(known, certificates);
    const renewed = await this.#transaction(async (tx) => {
      const record = await readRecord(tx, tokenHash);
      const now = this.#now();
      if (record === null || !alive(record, now)) throw new BulkheadError("token.unknown");
      if (!record.renewable || record.expires === null) throw new BulkheadError("token.not-renewable");
      const { ttl, warnings } = lifetime(increment, now - record.created, {
        ...record,
        defaultTtl: record.creationTtl,
      });
      if (ttl <= 0)
        throw new BulkheadError("token.not-renewable", {}, { hint: "it has reached its longest life" });
      const renewed = { ...record, expires: now + ttl, lastRenewal: now };
      replaceRecord(tx, tokenHash, record, renewed);
      return mintedOf(null, renewed, now, warnings);
    });
    return await this.#withIdentity(renewed);
  }

  async revoke(tokenHash: string): Promise<boolean> {
    if (this.#operators.delete(tokenHash)) return true;
    const gone = await this.#transaction(async (tx) => {
      const removed: string[] = [];
      const waiting = [tokenHash];
      for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
        const prefix = childrenOf(hash);
        waiting.push(...(await tx.keys(prefix)).map((key) => key.slice(prefix.length)));
        if (await this.#drop(tx, hash)) removed.push(hash);
      }
      return removed;
    });
    for (const hash of gone) await this.#cleanUp(hash);
    return gone.includes(tokenHash);
  }

  async revokeOrphan(tokenHash: string): Promise<boolean> {
    if (this.#operators.delete(tokenHash)) return true;
    const found = await this.#transaction(async (tx) => {
      const prefix = childrenOf(tokenHash);
      for (const key of await tx.keys(prefix)) {
        const child = key.slice(prefix.length);
        const record = await readRecord(tx, child);
        if (record !== null) replaceRecord(tx, child, record, { ...record, parent: "" });
        tx.delete(key);
      }
      return await this.#drop(tx, tokenHash);
    });
    if (found) await this.#cleanUp(tokenHash);
    return found;
  }

  async revokeWhere(
    metadata: Readonly<Record<string, string>>,
    { batches = false }: { readonly batches?: boolean } = {},
  ): Promise<number> {
    const wanted = Object.entries(metadata);
    if (wanted.length === 0) return 0;
    const prefix = metadata.run === undefined ? "id/" : runPrefix(this.#runHash(metadata.run));
    let count = 0;
    for (const key of await this.#view().keys(prefix)) {
      const hash = key.slice(prefix.length);
      const record = await this.#records.get(hash);
      if (record === null || !wanted.every(([name, value]) => record.metadata[name] === value)) continue;
      if (await this.revoke(hash)) count++;
    }
    if (batches) await this.#endBatches(metadata, "");
    return count;
  }

  /** Every token that was issued below this path (`auth/approle/`). Gives the count. */
  async revokeIssuedBelow(path: string): Promise<number> {
    let count = 0;
    for (const key of await this.#view().keys("id/")) {
      const hash = key.slice("id/".length);
      const issuedAt = (await this.#records.get(hash))?.path ?? "";
      if (`${issuedAt}/`.startsWith(path) && (await this.revoke(hash))) count++;
    }
    await this.#endBatches({}, path);
    return count;
  }

  async #endBatches(metadata: Readonly<Record<string, string>>, below: string): Promise<void> {
    await this.#ended.end({ metadata, below, before: this.#now() });
  }

  async accessors(): Promise<string[]> {
    return await this.#view().list("accessor/");
  }

  async tidy(): Promise<number> {
    const count = await runDue([this.dueKind()], { now: this.#now(), goesOn: () => true });
    await this.finishGone();
    return count;
  }

  /** Drops what expired, in order of its end. */
  dueKind(): DueKind {
    return {
      due: (now, options) => dueRows(this.#view(), now, options),
      run: (hash) => this.#revokeExpired(hash, this.#now()),
    };
  }

  /** Goes on with what a killed process left behind revoked tokens. */
  async finishGone(): Promise<void> {
    for (const key of await this.#view().keys("gone/")) await this.#cleanUp(key.slice("gone/".length));
  }

  clear(): void {
    this.#operators.clear();
    this.#records.clear();
    this.#ended.clear();
  }

  #newRecord(grant: AuthGrant, options: IssueOptions, entityId: string) {
    return newRecord(grant, grant.policies, {
      ...this.#options,
      path: options.path,
      mount: options.mount,
      now: this.#now(),
      parentHash: this.#hashOf(options.parent),
      entityId,
    });
  }

  /** An operator's token is not stored and must not end what it makes. */
  #hashOf(caller: Caller | null): string {
    return caller === null || this.#operators.has(caller.tokenHash) ? "" : caller.tokenHash;
  }

  async #inherited(record: TokenRecord, options: IssueOptions, from: StorageReader): Promise<TokenRecord> {
    const creator = options.by ?? options.parent;
    if (creator === null) return record;
    const hash = this.#hashOf(creator);
    return hash === ""
      ? behindIt(record, creator)
      : asMadeBy(await readRecord(from, hash), record, this.#now());
  }

  /** In the transaction that stores it; a batch token and its login write nothing but a changed identity. */
  async #mint(grant: AuthGrant, options: IssueOptions, tx: StorageTransaction): Promise<MintedAuth> {
    const login = await this.#options.identities.login(grant, options.mount);
    const made = this.#newRecord(grant, options, login?.entityId ?? options.parent?.entityId ?? "");
    const settle = login?.settle ?? null;
    const entity = settle === null ? {} : { entityId: await settle(tx) };
    const record = { ...(await this.#inherited(made.record, options, tx)), ...entity };
    const known = login?.policies ? { identityPolicies: login.policies } : {};
    if (grant.type === "batch") {
      const batch = batchOf(record, options.mount?.uuid ?? "");
      const token = sealBatch(this.#batchKey(), batch);
      return { ...mintedOf(token, recordOf(batch), batch.created, made.warnings, "batch"), ...known };
    }
    const token = options.id ?? Secret.copy(serviceTokenId());
    const hash = this.hash(token);
    if (options.id !== undefined && (await tx.get(idKey(hash))) !== null)
      throw new BulkheadError("token.exists");
    insertRows(tx, hash, record, this.#runOf(record));
    return { ...mintedOf(token, record, record.created, made.warnings), ...known };
  }

  async #withIdentity(minted: MintedAuth): Promise<MintedAuth> {
    if (minted.entityId === "" || minted.identityPolicies !== undefined) return minted;
    return { ...minted, identityPolicies: await this.#options.identities.policies(minted.entityId) };
  }

  async #info(hash: string): Promise<TokenInfo | null> {
    const operator = this.#operators.get(hash);
    if (operator !== undefined) return operator;
    const served = this.#inUse.get(hash)?.info ?? null; // before the look: its request may end meanwhile
    const record = await this.#living(hash);
    return record === null ? served : infoOf(hash, record);
  }

  /** The record if it and all its parents live. */
  async #living(hash: string, seen?: string): Promise<TokenRecord | null> {
    const now = this.#now();
    const record = await this.#records.get(hash, seen);
    let current = record;
    while (current !== null) {
      if (!alive(current, now)) return null;
      if (current.parent === "") return record;
      current = await this.#records.get(current.parent, seen);
    }
    return null;
  }

  async #drop(tx: StorageTransaction, hash: string): Promise<boolean> {
    const record = await readRecord(tx, hash);
    if (record === null) return false;
    removeRows(tx, hash, record, this.#runOf(record));
    return true;
  }

  /** Looks again: it may have been renewed since it was listed. */
  async #revokeExpired(hash: string, now: number): Promise<boolean> {
    const entry = await readRecord(this.#view(), hash);
    return entry?.expires !== null && entry !== null && entry.expires <= now && (await this.revoke(hash));
  }

  async #cleanUp(hash: string): Promise<void> {
    await this.#options.cleanUp(hash);
    await this.#view().delete(goneKey(hash));
  }

  #runOf(record: TokenRecord): string | null {
    return record.metadata.run === undefined ? null : this.#runHash(record.metadata.run);
  }

  #runHash(run: string): string {
    return this.#hmac("token-run", Buffer.from(run));
  }

  #batchKey(): KeyObject {
    return this.#options.barrier.deriveKey("batch-token");
  }

  #hmac(purpose: string, bytes: Buffer): string {
    return createHmac("sha256", this.#options.barrier.deriveKey(purpose)).update(bytes).digest("hex");
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #view() {
    return this.#options.barrier.view(TOKENS);
  }

  async #transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return await this.#view().transaction(work);
  }
}
