/**
 * One encrypted entry (docs/spec/barrier.md): version, key term, nonce, ciphertext, tag; the path is authenticated with it, so a
 * ciphertext that was moved to another path does not open. Keys are KeyObjects: raw buffers cost four times as much per call.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from "node:crypto";
import { fillRandom } from "../../core/random.ts";

export const FORMAT_VERSION = 1;
/** The term that stands for the root key, in the key ring's own entry. */
export const ROOT_TERM = 0;
const TERM_AT = 1;
const NONCE_AT = 5;
const NONCE_BYTES = 12;
const TEXT_AT = NONCE_AT + NONCE_BYTES;
const TAG_BYTES = 16;
/** Bytes an entry is longer than its value. */
export const OVERHEAD = TEXT_AT + TAG_BYTES;

const ALGORITHM = "aes-256-gcm";
const DOMAIN = "bulkhead.barrier.v1\0";

export interface EncryptInput {
  readonly key: KeyObject;
  /** 32 bits, unsigned. */
  readonly term: number;
  /** The full storage key. */
  readonly path: string;
  readonly value: Uint8Array;
  /** 12 bytes; drawn at random unless a test vector is being made. */
  readonly nonce?: Uint8Array;
}

const additionalData = (path: string): Buffer => Buffer.from(DOMAIN + path, "utf8");

export function encrypt({ key, term, path, value, nonce }: EncryptInput): Buffer {
  const entry = Buffer.allocUnsafe(OVERHEAD + value.length);
  entry[0] = FORMAT_VERSION;
  entry.writeUInt32BE(term, TERM_AT);
  if (nonce === undefined) fillRandom(entry, NONCE_AT, NONCE_BYTES);
  else entry.set(nonce, NONCE_AT);
  const cipher = createCipheriv(ALGORITHM, key, entry.subarray(NONCE_AT, TEXT_AT), {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(additionalData(path));
  cipher.update(value).copy(entry, TEXT_AT);
  cipher.final();
  cipher.getAuthTag().copy(entry, TEXT_AT + value.length);
  return entry;
}

/** null when the entry cannot be one of this format. */
export function termOf(entry: Buffer): number | null {
  return entry.length >= OVERHEAD && entry[0] === FORMAT_VERSION ? entry.readUInt32BE(TERM_AT) : null;
}

/** The first 32 bits of the nonce, uniformly random: which encryptions are counted hangs on them. */
export const nonceSample = (entry: Buffer): number => entry.readUInt32BE(NONCE_AT);

/** null when the entry was not made under this key for this path. */
export function decrypt(key: KeyObject, path: string, entry: Buffer): Buffer | null {
  if (termOf(entry) === null) return null;
  const decipher = createDecipheriv(ALGORITHM, key, entry.subarray(NONCE_AT, TEXT_AT), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(additionalData(path));
  decipher.setAuthTag(entry.subarray(entry.length - TAG_BYTES));
  const value = decipher.update(entry.subarray(TEXT_AT, entry.length - TAG_BYTES));
  try {
    decipher.final();
    return value;
  } catch {
    value.fill(0);
    return null;
  }
}
