/**
 * Named keys as they are kept: a row of settings a key (`key/NAME`, no secret in it) and an entry of bytes a version
 * (`material/ID/VERSION`), both in the barrier alone. The id is drawn anew when a name is used again, so that no old version ever
 * answers for a new key. Key objects are cached as long as the store's change token, or else the row's version, stands still.
 */
import { type KeyObject, createPrivateKey, createSecretKey, randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import { type KeyTypeName, isAsymmetric, keyTypeOf, publicText } from "./types.ts";

export interface KeyVersion {
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Of asymmetric keys that are not derived. */
  readonly publicKey?: string;
}

export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly type: KeyTypeName;
  /** Bytes, for HMAC keys; else 0. */
  readonly size: number;
  readonly derived: boolean;
  readonly convergent: boolean;
  readonly exportable: boolean;
  readonly plaintextBackup: boolean;
  readonly deletionAllowed: boolean;
  /** Milliseconds; 0: never. */
  readonly autoRotate: number;
  readonly minDecryption: number;
  /** 0: the latest is as good as any. */
  readonly minEncryption: number;
  /** 0: nothing was trimmed. */
  readonly minAvailable: number;
  readonly latest: number;
  readonly versions: Readonly<Record<number, KeyVersion>>;
}

/** One version's keys, in OpenSSL's memory. */
export interface Material {
  /** Symmetric or private. */
  readonly key: KeyObject;
  readonly hmac: KeyObject;
}

/** A key and its versions as they were at one moment. */
export interface Key {
  readonly record: KeyRecord;
  /** Throws `transit.lost` when its entry is gone. */
  material(version: number): Promise<Material>;
}

export interface FreshVersion {
  /** Zeroed by whoever asked for it. */
  readonly bytes: Buffer;
  readonly publicKey?: string;
}

const KEY = "key/";
/** One empty row a key that rotates by itself, so that looking for what is due costs nothing for all others. */
const AUTO = "auto/";
/** What Vault says of a version that may not be used any more. */
export const TOO_OLD = "ciphertext or signature version is disallowed by policy (too old)";
const FORMAT = 1;
const HMAC_BYTES = 32;
const MOST_CACHED = 1_000;

const materialKey = (id: string, version: number): string => `material/${id}/${version}`;

interface Cached {
  token: string;
  readonly version: number;
  readonly record: KeyRecord;
  readonly materials: Map<number, Material>;
}

export class Keyring {
  readonly #cache = new Map<string, Cached>();

  /** null when there is no such key. */
  async find(storage: Storage, name: string): Promise<Key | null> {
    const cached = await this.#load(storage, name);
    if (cached === null) return null;
    const { record, materials } = cached;
    return {
      record,
      material: async (version) => {
        const known = materials.get(version);
        if (known !== undefined) return known;
        const bytes = await storage.get(materialKey(record.id, version));
        if (bytes === null) throw await this.#gone(storage, record, version);
        const material = openMaterial(record, bytes);
        materials.set(version, material);
        return material;
      },
    };
  }

  /** Trimmed or deleted since the record was read, as a rule. */
  async #gone(storage: Storage, { id, name }: KeyRecord, version: number): Promise<BulkheadError> {
    const now = await readRecord(storage, name);
    if (now?.id !== id) return new BulkheadError("transit.no-key", { problem: "encryption key not found" });
    return version < now.minAvailable
      ? new BulkheadError("transit.version", { problem: TOO_OLD })
      : new BulkheadError("transit.lost", { name, version });
  }

  async #load(storage: Storage, name: string): Promise<Cached | null> {
    const token = await storage.changeToken();
    const known = this.#cache.get(name);
    if (known?.token === token) return known;
    const entry = await storage.getEntry(KEY + name);
    if (entry === null) {
      this.#cache.delete(name);
      return null;
    }
    if (known?.version === entry.version) {
      known.token = token;
      return known;
    }
    const record = decode(entry.value);
    const kept = known?.record.id === record.id ? [...known.materials] : [];
    const materials = new Map(kept.filter(([version]) => version >= record.minAvailable));
    const cached = { token, version: entry.version, record, materials };
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(name, cached);
    return cached;
  }
}

const decode = (bytes: Buffer): KeyRecord => JSON.parse(bytes.toString("utf8")) as KeyRecord;

export async function readRecord(storage: StorageReader, name: string): Promise<KeyRecord | null> {
  const bytes = await storage.get(KEY + name);
  return bytes === null ? null : decode(bytes);
}

export const keyNames = (storage: StorageReader): Promise<string[]> => storage.list(KEY);
export const autoRotated = (storage: StorageReader): Promise<string[]> => storage.list(AUTO);

/** Made outside of transactions: an RSA key takes its time. */
export async function freshVersion(
  record: Pick<KeyRecord, "type" | "size" | "derived">,
): Promise<FreshVersion> {
  const type = keyTypeOf(record.type);
  const key = await type.generate(record.size);
  const hmac = randomBytes(HMAC_BYTES);
  const head = Buffer.alloc(5);
  head.writeUInt8(FORMAT, 0);
  head.writeUInt32BE(key.length, 1);
  const bytes = Buffer.concat([head, key, hmac]);
  const shown =
    isAsymmetric(type) && !record.derived
      ? { publicKey: publicText(type, createPrivateKey({ key, format: "der", type: "pkcs8" })) }
      : {};
  key.fill(0);
  hmac.fill(0);
  return { bytes, ...shown };
}

function openMaterial(record: KeyRecord, bytes: Buffer): Material {
  const length = bytes.length < 5 ? 0 : bytes.readUInt32BE(1);
  if (bytes[0] !== FORMAT || bytes.length !== 5 + length + HMAC_BYTES)
    throw new BulkheadError("transit.lost", { name: record.name, version: record.latest });
  const type = keyTypeOf(record.type);
  const key = bytes.subarray(5, 5 + length);
  try {
    const own = isAsymmetric(type)
      ? createPrivateKey({ key, format: "der", type: "pkcs8" })
      : createSecretKey(key);
    return { key: own, hmac: type.family === "hmac" ? own : createSecretKey(bytes.subarray(5 + length)) };
  } finally {
    bytes.fill(0);
  }
}

export function saveRecord(tx: StorageTransaction, record: KeyRecord): void {
  tx.put(KEY + record.name, Buffer.from(JSON.stringify(record)));
  if (record.autoRotate > 0) tx.put(AUTO + record.name, Buffer.from("{}"));
  else tx.delete(AUTO + record.name);
}

/** The record with one more version, which is saved along. */
export function addVersion(
  tx: StorageTransaction,
  record: KeyRecord,
  fresh: FreshVersion,
  now: number,
): KeyRecord {
  const latest = record.latest + 1;
  const { publicKey } = fresh;
  const version: KeyVersion = { created: now, ...(publicKey !== undefined && { publicKey }) };
  const next = { ...record, latest, versions: { ...record.versions, [latest]: version } };
  tx.put(materialKey(record.id, latest), fresh.bytes);
  saveRecord(tx, next);
  return next;
}

export interface NewKey {
  readonly name: string;
  readonly type: KeyTypeName;
  readonly size?: number;
  readonly derived?: boolean;
  readonly convergent?: boolean;
  readonly exportable?: boolean;
  readonly plaintextBackup?: boolean;
  readonly autoRotate?: number;
}

/** The key of that name: a new one, or the one that is there already, unchanged. */
export async function createKey(storage: Storage, wanted: NewKey, now: number): Promise<KeyRecord> {
  const empty: KeyRecord = {
    id: uuid(),
    name: wanted.name,
    type: wanted.type,
    size: wanted.size ?? 0,
    derived: wanted.derived ?? false,
    convergent: wanted.convergent ?? false,
    exportable: wanted.exportable ?? false,
    plaintextBackup: wanted.plaintextBackup ?? false,
    deletionAllowed: false,
    autoRotate: wanted.autoRotate ?? 0,
    minDecryption: 1,
    minEncryption: 0,
    minAvailable: 0,
    latest: 0,
    versions: {},
  };
  const there = await readRecord(storage, wanted.name);
  if (there !== null) return there;
  const fresh = await freshVersion(empty);
  try {
    return await storage.transaction(
      async (tx) => (await readRecord(tx, wanted.name)) ?? addVersion(tx, empty, fresh, now),
    );
  } finally {
    fresh.bytes.fill(0);
  }
}

/** One more version; null when there is no such key or `due` says no. */
export async function rotateKey(
  storage: Storage,
  name: string,
  now: number,
  due: (record: KeyRecord) => boolean = () => true,
): Promise<KeyRecord | null> {
  for (;;) {
    const before = await readRecord(storage, name);
    if (before === null || !due(before)) return null;
    const fresh = await freshVersion(before);
    try {
      const after = await storage.transaction(async (tx) => {
        const record = await readRecord(tx, name);
        if (record === null || !due(record)) return null;
        // deleted and made anew while the version was generated: it may be of another type
        return record.id === before.id ? addVersion(tx, record, fresh, now) : before;
      });
      if (after !== before) return after;
    } finally {
      fresh.bytes.fill(0);
    }
  }
}

/** Forgets versions below `minAvailable`. */
export async function trimVersions(
  tx: StorageTransaction,
  record: KeyRecord,
  minAvailable: number,
): Promise<KeyRecord> {
  const versions: Record<number, KeyVersion> = {};
  for (const [number, version] of Object.entries(record.versions))
    if (Number(number) >= minAvailable) versions[Number(number)] = version;
  for (const key of await tx.keys(`material/${record.id}/`))
    if (Number(key.slice(key.lastIndexOf("/") + 1)) < minAvailable) tx.delete(key);
  const next = { ...record, minAvailable, versions };
  saveRecord(tx, next);
  return next;
}

export async function deleteKey(tx: StorageTransaction, record: KeyRecord): Promise<void> {
  tx.delete(KEY + record.name);
  tx.delete(AUTO + record.name);
  for (const key of await tx.keys(`material/${record.id}/`)) tx.delete(key);
}
