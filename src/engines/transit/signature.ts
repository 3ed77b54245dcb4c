/** Signing and verifying one input under one version: Ed25519 (over the input itself), ECDSA and RSA (over its hash). */
import {
  type KeyObject,
  constants,
  createPublicKey,
  sign as signWith,
  verify as verifyWith,
} from "node:crypto";
import { promisify } from "node:util";
import { BulkheadError } from "../../core/errors.ts";
import { deriveEd25519 } from "./derive.ts";
import { readPair, writePair } from "./der.ts";
import { signDigest, verifyDigest } from "./ecdsa-digest.ts";
import { DEFAULT_HASH, type HashName, hashOf } from "./hashes.ts";
import type { KeyRecord, Material } from "./keyring.ts";
import { type SaltLength, signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa-digest.ts";
import { type Family, keyTypeOf } from "./types.ts";

export interface SigningOptions {
  /** null: none; the input is what is signed (RSA with PKCS #1 v1.5 only). */
  readonly hash: HashName | null;
  /** The input is a digest already. */
  readonly prehashed: boolean;
  readonly marshaling: "asn1" | "jws";
  readonly padding: "pss" | "pkcs1v15";
  readonly salt: SaltLength;
}

interface Signer {
  sign(key: KeyObject, input: Buffer, options: SigningOptions): Promise<Buffer>;
  verify(key: KeyObject, input: Buffer, signature: Buffer, options: SigningOptions): Promise<boolean>;
}

/** On the thread pool: an RSA signature takes a millisecond. */
const signAsync = promisify<string | null, Buffer, Parameters<typeof signWith>[2], Buffer>(signWith);
const verifyAsync = promisify<string | null, Buffer, Parameters<typeof verifyWith>[2], Buffer, boolean>(
  verifyWith,
);

const ed25519: Signer = {
  sign: (key, input) => signAsync(null, input, key),
  verify: (key, input, signature) => verifyAsync(null, input, key, signature),
};

const ecdsa: Signer = {
  sign: async (key, input, { hash, prehashed, marshaling }) => {
    const algorithm = hashOf(hash ?? DEFAULT_HASH);
    if (!prehashed) return signAsync(algorithm.node, input, { key, dsaEncoding: ENCODINGS[marshaling] });
    checkDigest(input, algorithm.bytes, "ecdsa");
    const pair = signDigest(key, input);
    return marshaling === "asn1" ? writePair(pair) : Buffer.concat([pair.r, pair.s]);
  },
  verify: async (key, input, signature, { hash, prehashed, marshaling }) => {
    const algorithm = hashOf(hash ?? DEFAULT_HASH);
    const half = signature.length / 2;
    const pair =
      marshaling === "asn1"
        ? readPair(signature)
        : { r: signature.subarray(0, half), s: signature.subarray(half) };
    if (pair === null)
      throw new BulkheadError("transit.malformed", { problem: "supplied signature is invalid" });
    if (!prehashed)
      return verifyAsync(algorithm.node, input, { key, dsaEncoding: ENCODINGS[marshaling] }, signature);
    checkDigest(input, algorithm.bytes, "ecdsa");
    return Number.isInteger(half) || marshaling === "asn1" ? verifyDigest(key, input, pair) : false;
  },
};

const ENCODINGS = { asn1: "der", jws: "ieee-p1363" } as const;

const rsa: Signer = {
  sign: async (key, input, { hash, prehashed, padding, salt }) => {
    if (hash === null) return signPkcs1(key, null, checkRawInput(key, input));
    const algorithm = hashOf(hash);
    if (prehashed) {
      checkDigest(input, algorithm.bytes, "rsa");
      return padding === "pkcs1v15" ? signPkcs1(key, algorithm, input) : signPss(key, algorithm, input, salt);
    }
    if (padding === "pss") checkSalt(key, algorithm.bytes, salt);
    return signAsync(algorithm.node, input, { key, ...rsaPadding(padding, salt) });
  },
  verify: async (key, input, signature, { hash, prehashed, padding, salt }) => {
    if (hash === null) return verifyPkcs1(key, null, input, signature);
    const algorithm = hashOf(hash);
    if (!prehashed) {
      const how = { key, ...rsaPadding(padding, salt) };
      return verifyAsync(algorithm.node, input, how, signature);
    }
    checkDigest(input, algorithm.bytes, "rsa");
    return padding === "pkcs1v15"
      ? verifyPkcs1(key, algorithm, input, signature)
      : verifyPss(key, algorithm, input, { signature, salt });
  },
};

function rsaPadding(padding: SigningOptions["padding"], salt: SaltLength) {
  if (padding === "pkcs1v15") return { padding: constants.RSA_PKCS1_PADDING };
  const named = { auto: constants.RSA_PSS_SALTLEN_AUTO, hash: constants.RSA_PSS_SALTLEN_DIGEST };
  return {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: typeof salt === "number" ? salt : named[salt],
  };
}

const modulusBytes = (key: KeyObject): number => (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;

function checkSalt(key: KeyObject, hashBytes: number, salt: SaltLength): void {
  if (typeof salt === "number" && salt > modulusBytes(key) - hashBytes - 2)
    throw new BulkheadError("transit.config", { problem: `requested salt length ${salt} is invalid` });
}

/** What is no digest of that algorithm was never hashed: a signature over it would mean nothing. */
function checkDigest(input: Buffer, bytes: number, family: "rsa" | "ecdsa"): void {
  if (input.length !== bytes)
    throw new BulkheadError("transit.malformed", {
      problem: `crypto/${family}: input must be hashed with given hash`,
    });
}

function checkRawInput(key: KeyObject, input: Buffer): Buffer {
  if (input.length > modulusBytes(key) - 11)
    throw new BulkheadError("transit.malformed", {
      problem: "crypto/rsa: message too long for RSA key size",
    });
  return input;
}

const SIGNERS: Readonly<Partial<Record<Family, Signer>>> = { ed25519, ecdsa, rsa };

function signerOf(record: KeyRecord, verb: "signing" | "verification"): Signer {
  const signer = SIGNERS[keyTypeOf(record.type).family];
  if (signer === undefined)
    throw new BulkheadError("transit.unsupported", {
      problem: `key type ${record.type} does not support ${verb}`,
    });
  return signer;
}

/** Throws `transit.unsupported`. */
export function checkSigns(record: KeyRecord, verb: "signing" | "verification"): void {
  signerOf(record, verb);
}

export interface Signed {
  readonly bytes: Buffer;
  /** Of the derived key: raw base64. */
  readonly publicKey?: string;
}

export async function sign(
  record: KeyRecord,
  material: Material,
  input: Buffer,
  options: SigningOptions & { readonly context: Buffer | null },
): Promise<Signed> {
  const key = signingKey(record, material, options.context);
  const bytes = await signerOf(record, "signing").sign(key, input, options);
  return record.derived ? { bytes, publicKey: rawPublicKey(key) } : { bytes };
}

export async function verify(
  record: KeyRecord,
  material: Material,
  input: Buffer,
  options: SigningOptions & { readonly context: Buffer | null; readonly signature: Buffer },
): Promise<boolean> {
  const key = createPublicKey(signingKey(record, material, options.context));
  return signerOf(record, "verification").verify(key, input, options.signature, options);
}

function signingKey(record: KeyRecord, { key }: Material, context: Buffer | null): KeyObject {
  return record.derived ? deriveEd25519(key, context) : key;
}

export const rawPublicKey = (key: KeyObject): string =>
  createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
