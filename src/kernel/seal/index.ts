/**
 * The seal: how the root key, which encrypts the barrier's key ring, is itself kept: by a key file, a passphrase, shares that
 * people hold, or a key service. What stands in the store at `core/seal` is the wrapped root key and how to unwrap it.
 */
import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { decrypt, encrypt, ROOT_TERM } from "../barrier/cipher.ts";
import { SEAL_PATH } from "../barrier/views.ts";
import { makeKeyFile, readKeyFile } from "./keyfile.ts";
import { stretched } from "./passphrase.ts";
import { boundPath, formatRow, type Parameters, parseRow, type SealRow } from "./row.ts";
import type { SealMethod, SealStatus } from "./types.ts";

export type * from "./types.ts";

const KEY_BYTES = 32;

/**
 * Makes the root key and its wrapping unless there is one, and gives the root key (the caller zeroes it). Of several processes at
 * once one wins and all give the same key: the key file comes first and is never overwritten, the row is a compare-and-set.
 */
export async function initializeSeal(store: Store, method: SealMethod): Promise<Buffer> {
  if ((await store.get(SEAL_PATH)) !== null) return unsealRootKey(store, method);
  const rootKey = randomBytes(KEY_BYTES);
  const row = await wrapRootKey(method, rootKey);
  if (await store.put(SEAL_PATH, row, { ifVersion: 0 })) return rootKey;
  rootKey.fill(0);
  return unsealRootKey(store, method);
}

/** Gives the root key (the caller zeroes it). Throws `seal.not-initialized`, `seal.missing-key`, `seal.key-exposed`, `seal.wrong-key`, `seal.wrong-method`, `seal.kms-failed`. */
export async function unsealRootKey(store: Pick<Store, "get">, method: SealMethod): Promise<Buffer> {
  const entry = await store.get(SEAL_PATH);
  if (entry === null) throw new BulkheadError("seal.not-initialized");
  return unwrap(method, parseRow(entry.value));
}

/** Keeps the same root key by another method, or by a new key of the same. Throws as `unsealRootKey`, and `store.contended`. */
export async function changeSeal(store: Store, from: SealMethod, to: SealMethod): Promise<void> {
  const entry = await store.get(SEAL_PATH);
  if (entry === null) throw new BulkheadError("seal.not-initialized");
  const rootKey = await unwrap(from, parseRow(entry.value));
  try {
    const row = await wrapRootKey(to, rootKey);
    if (!(await store.put(SEAL_PATH, row, { ifVersion: entry.version })))
      throw new BulkheadError("store.contended");
  } finally {
    rootKey.fill(0);
  }
  await store.purge(); // the old key opens the old row
}

export async function sealStatus(store: Pick<Store, "get">): Promise<SealStatus> {
  const entry = await store.get(SEAL_PATH);
  if (entry === null) return { initialized: false, type: null, counts: null };
  const { type, parameters } = parseRow(entry.value);
  const { shares, threshold } = parameters;
  const counts = type === "shamir" ? { shares: Number(shares), threshold: Number(threshold) } : null;
  return { initialized: true, type, counts };
}

/** The row for `core/seal`. */
export async function wrapRootKey(method: SealMethod, rootKey: Buffer): Promise<Buffer> {
  const { key, parameters } = await newSealingKey(method);
  const path = boundPath(method.type, parameters);
  const wrapped = encrypt({ key, term: ROOT_TERM, path, value: rootKey }).toString("base64");
  return formatRow({ version: 1, type: method.type, key: wrapped, parameters });
}

async function unwrap(method: SealMethod, row: SealRow): Promise<Buffer> {
  if (row.type !== method.type)
    throw new BulkheadError("seal.wrong-method", { type: row.type, asked: method.type });
  const key = await sealingKey(method, row.parameters);
  const rootKey = decrypt(key, boundPath(row.type, row.parameters), Buffer.from(row.key, "base64"));
  if (rootKey === null) throw new BulkheadError("seal.wrong-key");
  return rootKey;
}

interface SealingKey {
  readonly key: KeyObject;
  readonly parameters: Parameters;
}

async function newSealingKey(method: SealMethod): Promise<SealingKey> {
  if (method.type === "keyfile") {
    makeKeyFile(method.path);
    return { key: taken(readKeyFile(method.path)), parameters: {} };
  }
  if (method.type === "passphrase") {
    const parameters = { salt: randomBytes(16).toString("base64"), ...(method.cost ?? DEFAULT_COST) };
    return { key: await sealingKey(method, parameters), parameters };
  }
  if (method.type === "shamir") {
    const { shares, threshold } = method;
    return { key: createSecretKey(method.key), parameters: { shares, threshold } };
  }
  const bytes = randomBytes(KEY_BYTES);
  try {
    const wrapped = await method.service.wrap(bytes);
    return { key: createSecretKey(bytes), parameters: { keyName: method.service.keyName, wrapped } };
  } finally {
    bytes.fill(0);
  }
}

async function sealingKey(method: SealMethod, parameters: Parameters): Promise<KeyObject> {
  if (method.type === "keyfile") return taken(readKeyFile(method.path));
  if (method.type === "shamir") {
    if (method.key.length !== KEY_BYTES) throw new BulkheadError("seal.wrong-key");
    return createSecretKey(method.key);
  }
  if (method.type === "passphrase") return taken(await stretched(await method.passphrase(), parameters));
  const bytes = await method.service.unwrap(String(parameters.wrapped));
  if (bytes.length === KEY_BYTES) return taken(bytes);
  bytes.fill(0);
  throw new BulkheadError("seal.wrong-key");
}

function taken(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** RFC 9106, section 4, the second recommended option. */
const DEFAULT_COST = { memory: 64 * 1024, passes: 3, parallelism: 4 };
