/**
 * Revocation lists. A list is made when it is read and something was revoked since, or it is near its end: what is new is added to
 * parts of a thousand entries, kept as they stand in the list, so that making one costs reading what is new, one concatenation and
 * one signature. One build runs at a time in a process; what two processes build at once is settled by the store.
 */
import { parseDuration } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Storage, StorageTransaction } from "../../kernel/barrier/index.ts";
import { keyIdOf } from "../../x509/certificate.ts";
import { writeCrl } from "../../x509/crl.ts";
import { type IssuerRow, groupOf, signingOf } from "./authority.ts";
import { PENDING, REVOKED, entryOf, loadRevocation } from "./certs.ts";
import { loadCrlConfig } from "./config.ts";
import type { PkiContext } from "./context.ts";

interface State {
  readonly number: number;
  /** Milliseconds since the epoch; 0: there is no list yet. */
  readonly renewAt: number;
  readonly parts: number;
  /** Entries of the last part. */
  readonly last: number;
  /** What it was made by: issuer, algorithm and settings. */
  readonly made: string;
}

const PART = 1_000;
const PAGE = 1_000;
const NEW: State = { number: 0, renewAt: 0, parts: 0, last: 0, made: "" };

const stateKey = (group: string): string => `crl/${group}`;
const listKey = (group: string): string => `crl-list/${group}`;
const partKey = (group: string, index: number): string =>
  `crl-part/${group}/${String(index).padStart(8, "0")}`;
export const staleKey = (group: string): string => `crl-stale/${group}`;

async function loadState(from: Pick<Storage, "get">, group: string): Promise<State> {
  const bytes = await from.get(stateKey(group));
  return bytes === null ? NEW : (JSON.parse(bytes.toString("utf8")) as State);
}

const saveState = (tx: StorageTransaction, group: string, state: State): void =>
  tx.put(stateKey(group), Buffer.from(JSON.stringify(state)));

/** Appends entries to the last part and to new ones. */
async function append(
  tx: StorageTransaction,
  group: string,
  state: State,
  entries: readonly Buffer[],
): Promise<State> {
  let { parts, last } = state;
  for (let at = 0; at < entries.length; ) {
    const fresh = parts === 0 || last === PART;
    if (fresh) [parts, last] = [parts + 1, 0];
    const room = entries.slice(at, at + PART - last);
    const before = fresh ? Buffer.alloc(0) : ((await tx.get(partKey(group, parts - 1))) ?? Buffer.alloc(0));
    tx.put(partKey(group, parts - 1), Buffer.concat([before, ...room]));
    at += room.length;
    last += room.length;
  }
  return { ...state, parts, last };
}

/** Takes what was revoked since into the parts; a list that was made before is due then. */
async function takePending(storage: Storage, group: string): Promise<void> {
  const prefix = `${PENDING}${group}/`;
  for (;;) {
    const keys = await storage.keys(prefix, { limit: PAGE });
    if (keys.length === 0) return;
    await storage.transaction(async (tx) => {
      const entries: Buffer[] = [];
      for (const key of keys) {
        const entry = await tx.get(key);
        if (entry === null) continue; // another process took it
        entries.push(entry);
        tx.delete(key);
      }
      saveState(tx, group, { ...(await append(tx, group, await loadState(tx, group), entries)), renewAt: 0 });
    });
  }
}

const MOST_TRIES = 5;

/**
 * Makes the parts anew from the revocations themselves, after some were dropped. While other processes keep adding to the parts the
 * old ones stay, which hold too much rather than too little.
 */
async function rewriteParts(storage: Storage, group: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if ((await storage.get(staleKey(group))) === null) return;
    await takePending(storage, group);
    const before = await loadState(storage, group);
    const entries = await revokedIn(storage, group);
    const done = await storage.transaction(async (tx) => {
      const state = await loadState(tx, group);
      // what another process added to the parts meanwhile may be missing here
      if (JSON.stringify(state) !== JSON.stringify(before)) return false;
      for (const key of await tx.keys(`crl-part/${group}/`)) tx.delete(key);
      const all = [...entries];
      // what was revoked meanwhile may stand in both
      for (const key of await tx.keys(`${PENDING}${group}/`)) {
        const serial = key.slice(key.lastIndexOf("/") + 1);
        const entry = await tx.get(key);
        if (entry !== null) all.push([serial, entry]);
        tx.delete(key);
      }
      const unique = [...new Map(all).values()];
      saveState(tx, group, {
        ...(await append(tx, group, { ...state, parts: 0, last: 0 }, unique)),
        renewAt: 0,
      });
      tx.delete(staleKey(group));
      return true;
    });
    if (done) return;
  }
}

async function revokedIn(storage: Storage, group: string): Promise<[serial: string, entry: Buffer][]> {
  const entries: [string, Buffer][] = [];
  for (let after: string | undefined; ; ) {
    const keys = await storage.keys(REVOKED, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const key of keys) {
      const serial = key.slice(REVOKED.length);
      const found = await loadRevocation(storage, serial);
      if (found?.group === group) entries.push([serial, entryOf(serial, found)]);
    }
    if (keys.length < PAGE) return entries;
    after = keys.at(-1);
  }
}

export class Crls {
  readonly #context: PkiContext;
  readonly #building = new Map<string, Promise<Buffer>>();

  constructor(context: PkiContext) {
    this.#context = context;
  }

  /** The issuer's list in DER as it is now; null when the issuer cannot sign any. */
  async current(storage: Storage, issuer: IssuerRow, force = false): Promise<Buffer | null> {
    const authority = await this.#context.authorities.load(storage);
    const group = groupOf(authority.certificate(issuer.id));
    const signer = authority.signerOfGroup(group);
    if (signer === null) return null;
    const running = this.#building.get(group);
    // a build that runs may have begun before what this caller wants to see in it: wait for it, then look again
    if (running !== undefined) await running.catch(() => undefined);
    const building = this.#building.get(group) ?? this.#build(storage, signer, group, force);
    this.#building.set(group, building);
    try {
      return await building;
    } finally {
      if (this.#building.get(group) === building) this.#building.delete(group);
    }
  }

  async #build(storage: Storage, signer: IssuerRow, group: string, force: boolean): Promise<Buffer> {
    const { clock, authorities } = this.#context;
    const now = clock.now();
    const config = await loadCrlConfig(storage);
    const made = [signer.id, signer.crlAlgorithm, config.expiry, config.disable].join(" ");
    await rewriteParts(storage, group);
    await takePending(storage, group);
    const before = await loadState(storage, group);
    if (!force && before.made === made && now < before.renewAt) {
      const list = await storage.get(listKey(group));
      if (list !== null) return list;
    }
    const authority = await authorities.load(storage);
    const ca = authority.certificate(signer.id);
    const key = await authority.privateKey(storage, signer.keyId);
    const expiry = parseDuration(config.expiry);
    const grace = Math.min(parseDuration(config.auto_rebuild_grace_period), expiry / 2);
    return await storage.transaction(async (tx) => {
      const state = await loadState(tx, group);
      const entries: Buffer[] = [];
      for (let index = 0; index < (config.disable ? 0 : state.parts); index++) {
        const part = await tx.get(partKey(group, index));
        if (part === null) throw new BulkheadError("pki.corrupt", { what: "a part of a revocation list" });
        entries.push(part);
      }
      const number = state.number + 1;
      const list = writeCrl(
        {
          issuerRaw: ca.subjectRaw,
          keyId: keyIdOf(ca),
          number,
          thisUpdate: now,
          nextUpdate: now + expiry,
          entries,
        },
        key,
        signingOf(signer),
      );
      tx.put(listKey(group), list);
      saveState(tx, group, { ...state, number, renewAt: now + expiry - grace, made });
      return list;
    });
  }
}
