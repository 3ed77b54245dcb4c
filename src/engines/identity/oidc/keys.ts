/**
 * Named keys of the issuer. Each signs with one pair and has the next one made and published already, so that whoever keeps our
 * public keys for a while knows a key before it signs. A pair that was rotated out stays published as long as its tokens may
 * live; its private half is deleted at once. Private halves stand in rows of their own (`oidc/private/<kid>`, PKCS #8).
 */
import { type JsonWebKey, type KeyObject, createPrivateKey } from "node:crypto";
import { uuid } from "../../../core/ids.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../../kernel/barrier/index.ts";
import { decodeRow, encodeRow } from "../../../kernel/row-cache.ts";
import { ALGORITHMS, type AlgorithmName } from "./algorithms.ts";

export interface PublishedKey {
  readonly kid: string;
  readonly algorithm: AlgorithmName;
  readonly jwk: JsonWebKey;
}

/** Times in milliseconds since the epoch, spans in milliseconds. */
export interface NamedKey {
  readonly name: string;
  readonly algorithm: AlgorithmName;
  readonly rotationPeriod: number;
  readonly verificationTtl: number;
  /** `*`: any. */
  readonly allowedClientIds: readonly string[];
  readonly signing: PublishedKey;
  readonly next: PublishedKey;
  /** Rotated out, published until then. */
  readonly former: readonly (PublishedKey & { readonly until: number })[];
  readonly nextRotation: number;
}

export interface FreshKey extends PublishedKey {
  readonly privateKey: KeyObject;
}

export const DEFAULT_KEY = "default";
const DAY = 86_400_000;
export const DEFAULT_SETTINGS = {
  algorithm: "RS256",
  rotationPeriod: DAY,
  verificationTtl: DAY,
} as const;
/** Old pairs of one key that are published at once: rotating in a loop must not grow the answer without end. */
const MOST_FORMER = 100;
const MOST_CACHED = 200;

const KEYS = "oidc/key/";
const privateRow = (kid: string): string => `oidc/private/${kid}`;

export async function readKey(from: StorageReader, name: string): Promise<NamedKey | null> {
  const bytes = await from.get(KEYS + name);
  return bytes === null ? null : decodeRow<NamedKey>(bytes);
}

export const keyNames = (from: StorageReader): Promise<string[]> => from.list(KEYS);

export async function allKeys(from: StorageReader): Promise<NamedKey[]> {
  const keys: NamedKey[] = [];
  for (const name of await keyNames(from)) {
    const key = await readKey(from, name);
    if (key !== null) keys.push(key);
  }
  return keys;
}

export function published(key: NamedKey, now: number): PublishedKey[] {
  return [key.signing, key.next, ...key.former.filter(({ until }) => until > now)];
}

export async function freshKey(algorithm: AlgorithmName): Promise<FreshKey> {
  const { publicKey, privateKey } = await ALGORITHMS[algorithm].generate();
  return { kid: uuid(), algorithm, jwk: publicKey.export({ format: "jwk" }), privateKey };
}

/** Its private half into a row of its own; gives what the named key keeps of it. */
function store(tx: StorageTransaction, { privateKey, ...key }: FreshKey): PublishedKey {
  const bytes = privateKey.export({ format: "der", type: "pkcs8" });
  tx.put(privateRow(key.kid), bytes);
  bytes.fill(0);
  return key;
}

export function putNewKey(
  tx: StorageTransaction,
  key: Omit<NamedKey, "signing" | "next" | "former">,
  pairs: { readonly signing: FreshKey; readonly next: FreshKey },
): void {
  const made: NamedKey = {
    ...key,
    signing: store(tx, pairs.signing),
    next: store(tx, pairs.next),
    former: [],
  };
  tx.put(KEYS + key.name, encodeRow(made));
}

export function putSettings(tx: StorageTransaction, key: NamedKey): void {
  tx.put(KEYS + key.name, encodeRow(key));
}

/** The next pair signs from now on, `fresh` is the one after it. `until`: how long the old one is published. */
export function rotated(
  tx: StorageTransaction,
  key: NamedKey,
  { fresh, now, keepFor }: { fresh: FreshKey; now: number; keepFor: number },
): void {
  const former = [...key.former, { ...key.signing, until: now + keepFor }];
  tx.delete(privateRow(key.signing.kid));
  putSettings(tx, {
    ...key,
    signing: key.next,
    next: store(tx, fresh),
    former: former.filter(({ until }) => until > now).slice(-MOST_FORMER),
    nextRotation: now + key.rotationPeriod,
  });
}

/** Another algorithm: both pairs are replaced; what was signed before stays verifiable. */
export function replacePairs(
  tx: StorageTransaction,
  key: NamedKey,
  { signing, next, now }: { signing: FreshKey; next: FreshKey; now: number },
): void {
  for (const { kid } of [key.signing, key.next]) tx.delete(privateRow(kid));
  putSettings(tx, {
    ...key,
    signing: store(tx, signing),
    next: store(tx, next),
    former: [...key.former, { ...key.signing, until: now + key.verificationTtl }].slice(-MOST_FORMER),
    nextRotation: now + key.rotationPeriod,
  });
}

export function dropKey(tx: StorageTransaction, key: NamedKey): void {
  for (const { kid } of [key.signing, key.next]) tx.delete(privateRow(kid));
  tx.delete(KEYS + key.name);
}

export const pairsFor = async (algorithm: AlgorithmName) => ({
  signing: await freshKey(algorithm),
  next: await freshKey(algorithm),
});

/** Made when it is first needed: two RSA pairs cost time that most stores never have to spend. */
export async function defaultKey(storage: Storage, now: number): Promise<NamedKey> {
  const known = await readKey(storage, DEFAULT_KEY);
  if (known !== null) return known;
  const pairs = await pairsFor(DEFAULT_SETTINGS.algorithm);
  return await storage.transaction(async (tx) => {
    if ((await readKey(tx, DEFAULT_KEY)) === null)
      putNewKey(
        tx,
        {
          name: DEFAULT_KEY,
          ...DEFAULT_SETTINGS,
          allowedClientIds: ["*"],
          nextRotation: now + DEFAULT_SETTINGS.rotationPeriod,
        },
        pairs,
      );
    const made = await readKey(tx, DEFAULT_KEY);
    if (made === null) throw new TypeError("the key was just written");
    return made;
  });
}

/** Rotates what is due. Several processes may do so at once: one of them wins. */
export async function rotateDue(storage: Storage, now: number): Promise<void> {
  for (const due of (await allKeys(storage)).filter((key) => key.nextRotation <= now)) {
    const fresh = await freshKey(due.algorithm);
    await storage.transaction(async (tx) => {
      const key = await readKey(tx, due.name);
      if (key?.signing.kid !== due.signing.kid) return;
      rotated(tx, key, { fresh, now, keepFor: key.verificationTtl });
    });
  }
}

/** Private keys by id, in OpenSSL's memory. Gone with the mount's plug-in, which the seal drops. */
export class PrivateKeys {
  readonly #known = new Map<string, KeyObject>();

  /** null: rotated out since its id was read. */
  async get(storage: StorageReader, kid: string): Promise<KeyObject | null> {
    const known = this.#known.get(kid);
    if (known !== undefined) return known;
    const bytes = await storage.get(privateRow(kid));
    if (bytes === null) return null;
    const key = createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
    bytes.fill(0);
    if (this.#known.size >= MOST_CACHED) this.#known.clear();
    this.#known.set(kid, key);
    return key;
  }
}
