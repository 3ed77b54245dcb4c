/**
 * The seal: how the root key, which encrypts the barrier's key ring, is itself kept: by a key file or a passphrase. What stands in
 * the store at `core/seal` is the wrapped root key and how to unwrap it. Each type is one row of `methods`.
 */
import { argon2, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Secret } from "../../core/secret.ts";
import { decrypt, encrypt, ROOT_TERM } from "../barrier/cipher.ts";
import { SEAL_PATH } from "../barrier/views.ts";
import { makeKeyFile, readKeyFile } from "./keyfile.ts";
import { type Argon2Parameters, boundPath, parseRow, type SealRow } from "./row.ts";
import type { Argon2Cost, SealMethod, SealStatus } from "./types.ts";

export type * from "./types.ts";

const KEY_BYTES = 32;
/** RFC 9106, section 4, the second recommended option. */
const DEFAULT_COST: Argon2Cost = { memory: 64 * 1024, passes: 3, parallelism: 4 };

/**
 * Makes the root key and its wrapping unless there is one, and gives the root key (the caller zeroes it). Of several processes at
 * once one wins and all give the same key: the key file comes first and is never overwritten, the row is a compare-and-set.
 */
export async function initializeSeal(store: Store, method: SealMethod): Promise<Buffer> {
  if ((await store.get(SEAL_PATH)) !== null) return unsealRootKey(store, method);
  const rootKey = randomBytes(KEY_BYTES);
  const row = await wrap(method, rootKey);
  if (await store.put(SEAL_PATH, row, { ifVersion: 0 })) return rootKey;
  rootKey.fill(0);
  return unsealRootKey(store, method);
}

/** Gives the root key (the caller zeroes it). Throws `seal.not-initialized`, `seal.missing-key`, `seal.key-exposed`, `seal.wrong-key`, `seal.wrong-method`. */
export async function unsealRootKey(store: Store, method: SealMethod): Promise<Buffer> {
  const entry = await store.get(SEAL_PATH);
  if (entry === null) throw new BulkheadError("seal.not-initialized");
  return unwrap(method, parseRow(entry.value));
}

/** Keeps the same root key by another method, or by a new passphrase. Throws as `unsealRootKey`, and `store.contended`. */
export async function changeSeal(store: Store, from: SealMethod, to: SealMethod): Promise<void> {
  const entry = await store.get(SEAL_PATH);
  if (entry === null) throw new BulkheadError("seal.not-initialized");
  const rootKey = await unwrap(from, parseRow(entry.value));
  try {
    const row = await wrap(to, rootKey);
    if (!(await store.put(SEAL_PATH, row, { ifVersion: entry.version })))
      throw new BulkheadError("store.contended");
  } finally {
    rootKey.fill(0);
  }
  await store.purge(); // the old passphrase opens the old row
}

export async function sealStatus(store: Store): Promise<SealStatus> {
  const entry = await store.get(SEAL_PATH);
  return entry === null
    ? { initialized: false, type: null }
    : { initialized: true, type: parseRow(entry.value).type };
}

async function wrap(method: SealMethod, rootKey: Buffer): Promise<Buffer> {
  if (method.type === "keyfile") makeKeyFile(method.path);
  const parameters =
    method.type === "keyfile"
      ? null
      : { salt: randomBytes(16).toString("base64"), ...(method.cost ?? DEFAULT_COST) };
  const key = await sealingKey(method, parameters);
  const path = boundPath(method.type, parameters);
  const wrapped = encrypt({ key, term: ROOT_TERM, path, value: rootKey }).toString("base64");
  return Buffer.from(JSON.stringify({ version: 1, type: method.type, key: wrapped, ...parameters }));
}

async function unwrap(method: SealMethod, row: SealRow): Promise<Buffer> {
  if (row.type !== method.type)
    throw new BulkheadError("seal.wrong-method", { type: row.type, asked: method.type });
  const parameters = row.type === "passphrase" ? row : null;
  const key = await sealingKey(method, parameters);
  const rootKey = decrypt(key, boundPath(row.type, parameters), Buffer.from(row.key, "base64"));
  if (rootKey === null) throw new BulkheadError("seal.wrong-key");
  return rootKey;
}

async function sealingKey(method: SealMethod, parameters: Argon2Parameters | null): Promise<KeyObject> {
  let bytes: Buffer;
  if (method.type === "keyfile") bytes = readKeyFile(method.path);
  else {
    const passphrase = await method.passphrase();
    if (passphrase.length === 0) throw new BulkheadError("seal.empty-passphrase");
    bytes = await stretch(passphrase, parameters ?? { salt: "", ...DEFAULT_COST });
  }
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function stretch(
  passphrase: Secret,
  { salt, memory, passes, parallelism }: Argon2Parameters,
): Promise<Buffer> {
  const parameters = {
    message: passphrase.reveal(),
    nonce: Buffer.from(salt, "base64"),
    memory,
    passes,
    parallelism,
    tagLength: KEY_BYTES,
  };
  return new Promise((resolve, reject) => {
    argon2("argon2id", parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
