/**
 * RSA signatures over a digest that the caller made (`prehashed`): node:crypto hashes by itself, so the padding of RFC 8017 is
 * put on here (EMSA-PKCS1-v1_5, EMSA-PSS) and only the RSA operation is OpenSSL's.
 */
import {
  type KeyObject,
  constants,
  createHash,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { type HashAlgorithm } from "./hashes.ts";

const PKCS1 = constants.RSA_PKCS1_PADDING;
const NO_PADDING = constants.RSA_NO_PADDING;
const TRAILER = 0xbc;

/** `auto`: as long as fits when signing, any length when verifying. */
export type SaltLength = number | "auto" | "hash";

/** `hash` null: `digest` is signed as it is, whatever it is. */
export function signPkcs1(key: KeyObject, hash: HashAlgorithm | null, digest: Buffer): Buffer {
  return privateEncrypt({ key, padding: PKCS1 }, digestInfo(hash, digest));
}

export function verifyPkcs1(
  key: KeyObject,
  hash: HashAlgorithm | null,
  digest: Buffer,
  signature: Buffer,
): boolean {
  const expected = digestInfo(hash, digest);
  try {
    const found = publicDecrypt({ key, padding: PKCS1 }, signature);
    return found.length === expected.length && timingSafeEqual(found, expected);
  } catch {
    return false;
  }
}

function digestInfo(hash: HashAlgorithm | null, digest: Buffer): Buffer {
  return hash === null ? digest : Buffer.concat([Buffer.from(hash.digestInfo, "hex"), digest]);
}

export function signPss(key: KeyObject, hash: HashAlgorithm, digest: Buffer, salt: SaltLength): Buffer {
  const { bits, bytes } = sizes(key);
  const most = bytes - hash.bytes - 2;
  const length = salt === "auto" ? most : salt === "hash" ? hash.bytes : salt;
  if (length > most)
    throw new BulkheadError("transit.config", { problem: `requested salt length ${length} is invalid` });
  const saltBytes = randomBytes(length);
  const block = Buffer.alloc(bytes - hash.bytes - 1);
  block[block.length - length - 1] = 1;
  saltBytes.copy(block, block.length - length);
  const h = pssHash(hash, digest, saltBytes);
  mask(hash, h, block);
  block[0] = (block[0] ?? 0) & (0xff >> (8 * bytes - bits));
  const encoded = Buffer.concat([block, h, Buffer.of(TRAILER)]);
  const modulus = Math.ceil((bits + 1) / 8);
  return privateEncrypt(
    { key, padding: NO_PADDING },
    Buffer.concat([Buffer.alloc(modulus - encoded.length), encoded]),
  );
}

export function verifyPss(
  key: KeyObject,
  hash: HashAlgorithm,
  digest: Buffer,
  { signature, salt }: { readonly signature: Buffer; readonly salt: SaltLength },
): boolean {
  const { bits, bytes } = sizes(key);
  const modulus = Math.ceil((bits + 1) / 8);
  if (signature.length !== modulus || bytes < hash.bytes + 2) return false;
  let whole: Buffer;
  try {
    whole = publicDecrypt({ key, padding: NO_PADDING }, signature);
  } catch {
    return false;
  }
  const encoded = whole.subarray(modulus - bytes);
  const block = Buffer.from(encoded.subarray(0, bytes - hash.bytes - 1));
  const h = encoded.subarray(block.length, -1);
  const unused = 0xff >> (8 * bytes - bits);
  const fits = encoded.at(-1) === TRAILER && ((block[0] ?? 0) & ~unused) === 0;
  if (!fits || whole.subarray(0, modulus - bytes).some((byte) => byte !== 0)) return false;
  mask(hash, h, block);
  block[0] = (block[0] ?? 0) & unused;
  const one = block.findIndex((byte) => byte !== 0);
  if (one < 0 || block[one] !== 1) return false;
  const found = block.subarray(one + 1);
  if (salt !== "auto" && found.length !== (salt === "hash" ? hash.bytes : salt)) return false;
  return timingSafeEqual(h, pssHash(hash, digest, found));
}

/** `bits` and `bytes` of the encoded message: one bit less than the modulus. */
function sizes(key: KeyObject): { bits: number; bytes: number } {
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  return { bits, bytes: Math.ceil(bits / 8) };
}

const pssHash = (hash: HashAlgorithm, digest: Buffer, salt: Buffer): Buffer =>
  createHash(hash.node).update(Buffer.alloc(8)).update(digest).update(salt).digest();

/** MGF1 of `seed`, over `block` in place. */
function mask(hash: HashAlgorithm, seed: Buffer, block: Buffer): void {
  const counter = Buffer.alloc(4);
  for (let at = 0, n = 0; at < block.length; at += hash.bytes, n++) {
    counter.writeUInt32BE(n);
    const pad = createHash(hash.node).update(seed).update(counter).digest();
    for (let i = 0; i < hash.bytes && at + i < block.length; i++)
      block[at + i] = (block[at + i] as number) ^ (pad[i] as number);
  }
}
