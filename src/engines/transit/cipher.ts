/**
 * Encryption and decryption of one value under one version. An AEAD's ciphertext is its nonce (12 bytes), the text, and the tag
 * (16 bytes). A convergent key takes the nonce from plaintext and additional data, so that equal input gives equal output and no
 * nonce ever stands for two inputs.
 */
import {
  type KeyObject,
  constants,
  createCipheriv,
  createDecipheriv,
  createHmac,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { deriveKeys } from "./derive.ts";
import type { Key, KeyRecord, Material } from "./keyring.ts";
import { type KeyType, keyTypeOf } from "./types.ts";
import { formatVersioned, parseVersioned } from "./versioned.ts";

const NONCE = 12;
const TAG = 16;
const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" } as const;
/** What OAEP with SHA-256 takes of an RSA block. */
const OAEP_OVERHEAD = 66;

export interface Bound {
  /** For derived keys; null: none was sent. */
  readonly context: Buffer | null;
  readonly associatedData: Buffer | null;
}

export interface Encrypted {
  readonly ciphertext: string;
  readonly version: number;
}

/** The version to encrypt or sign with (0: the latest). Throws `transit.version`. */
export function versionFor(record: KeyRecord, asked: number, doing: "encryption" | "signing"): number {
  const wrong = (problem: string): BulkheadError =>
    new BulkheadError("transit.version", { problem: `requested version for ${doing} is ${problem}` });
  if (asked < 0) throw wrong("negative");
  if (asked > record.latest) throw wrong("higher than the latest key version");
  if (asked > 0 && asked < Math.max(record.minEncryption, record.minDecryption))
    throw wrong("less than the minimum encryption key version");
  return asked === 0 ? record.latest : asked;
}

/** Throws `transit.unsupported` for keys that cannot, and for additional data where nothing binds it. */
export function checkEncrypts(record: KeyRecord, verb: "encryption" | "decryption"): void {
  if (!keyTypeOf(record.type).encrypts)
    throw new BulkheadError("transit.unsupported", {
      problem: `message ${verb} not supported for key type ${record.type}`,
    });
}

/** `plaintext` stays the caller's. */
export async function encrypt(key: Key, plaintext: Buffer, asked: number, bound: Bound): Promise<Encrypted> {
  const { record } = key;
  checkEncrypts(record, "encryption");
  const version = versionFor(record, asked, "encryption");
  const type = keyTypeOf(record.type);
  const material = await key.material(version);
  const bytes =
    type.family === "rsa" ? encryptRsa(material, plaintext) : seal(record, type, material, plaintext, bound);
  return { ciphertext: formatVersioned(version, bytes.toString("base64")), version };
}

/** The plaintext is the caller's to zero. */
export async function decrypt(key: Key, ciphertext: Buffer, bound: Bound): Promise<Buffer> {
  const { record } = key;
  checkEncrypts(record, "decryption");
  const { version, bytes } = parseVersioned(record, ciphertext, "ciphertext");
  const type = keyTypeOf(record.type);
  const material = await key.material(version);
  return type.family === "rsa" ? decryptRsa(material, bytes) : open(record, type, material, bytes, bound);
}

interface AeadKeys {
  readonly key: KeyObject;
  /** null: nonces are random. */
  readonly nonces: KeyObject | null;
}

function aeadKeys(record: KeyRecord, type: KeyType, material: Material, context: Buffer | null): AeadKeys {
  if (!record.derived) return { key: material.key, nonces: null };
  const { key, nonces } = deriveKeys(material.key, context, type.keyBytes ?? 0);
  return { key, nonces: record.convergent ? nonces : null };
}

function seal(
  record: KeyRecord,
  type: KeyType,
  material: Material,
  plaintext: Buffer,
  { context, associatedData }: Bound,
): Buffer {
  const { key, nonces } = aeadKeys(record, type, material, context);
  const nonce = nonces === null ? randomBytes(NONCE) : nonceOf(nonces, plaintext, associatedData);
  const cipher = createCipheriv(cipherOf(type), key, nonce, { authTagLength: TAG });
  if (associatedData !== null) cipher.setAAD(associatedData, { plaintextLength: plaintext.length });
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(
  record: KeyRecord,
  type: KeyType,
  material: Material,
  bytes: Buffer,
  { context, associatedData }: Bound,
): Buffer {
  const { key } = aeadKeys(record, type, material, context);
  if (bytes.length < NONCE) throw malformed("invalid ciphertext length");
  if (bytes.length < NONCE + TAG) throw new BulkheadError("transit.not-authentic");
  const text = bytes.subarray(NONCE, -TAG);
  const decipher = createDecipheriv(cipherOf(type), key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(-TAG));
  if (associatedData !== null) decipher.setAAD(associatedData, { plaintextLength: text.length });
  const plaintext = decipher.update(text);
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    throw new BulkheadError("transit.not-authentic");
  }
  return plaintext;
}

/** Additional data is part of it: one nonce under two of them would give away the authentication key. */
function nonceOf(key: KeyObject, plaintext: Buffer, associatedData: Buffer | null): Buffer {
  const aad = associatedData ?? Buffer.alloc(0);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(aad.length));
  return createHmac("sha256", key).update(length).update(aad).update(plaintext).digest().subarray(0, NONCE);
}

/** The cipher modes of node:crypto are typed by name; all of ours are AEADs. */
const cipherOf = (type: KeyType): "aes-256-gcm" => type.cipher as "aes-256-gcm";

function encryptRsa({ key }: Material, plaintext: Buffer): Buffer {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const most = bits / 8 - OAEP_OVERHEAD;
  if (plaintext.length > most)
    throw new BulkheadError("transit.unsupported", {
      problem: `failed to RSA encrypt the plaintext: message too long for RSA key size (at most ${most} bytes)`,
    });
  return publicEncrypt({ key, ...OAEP }, plaintext);
}

/** One answer for every failure: which check failed would help to decrypt without the key. */
function decryptRsa({ key }: Material, bytes: Buffer): Buffer {
  try {
    return privateDecrypt({ key, ...OAEP }, bytes);
  } catch {
    throw malformed("failed to RSA decrypt the ciphertext: decryption error");
  }
}

const malformed = (problem: string): BulkheadError => new BulkheadError("transit.malformed", { problem });
