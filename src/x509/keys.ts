/** Key types and signature algorithms: what OpenSSL does, by the identifiers that certificates carry. */
import {
  type KeyObject,
  type KeyPairKeyObjectResult,
  constants,
  createHash,
  createPublicKey,
  generateKeyPair,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import { BulkheadError } from "../core/errors.ts";
import { NULL, Reader, TAG, inContext, malformed, oid, sequence, small, write } from "./der.ts";

export type KeyType = "rsa" | "ec" | "ed25519";

const CURVES: Readonly<Record<number, string>> = {
  224: "secp224r1",
  256: "prime256v1",
  384: "secp384r1",
  521: "secp521r1",
};
const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<KeyPairKeyObjectResult>;

export async function generateKey(type: KeyType, size: number): Promise<KeyObject> {
  const made =
    type === "rsa"
      ? await generate("rsa", { modulusLength: size })
      : type === "ec"
        ? await generate("ec", { namedCurve: CURVES[size] ?? "" })
        : await generate("ed25519", {});
  return made.privateKey;
}

export interface KeyFacts {
  readonly type: KeyType;
  /** Of RSA the modulus, of EC the field; 0 for ed25519. */
  readonly bits: number;
}

/** null for keys of another kind (DSA, X25519, other curves). */
export function keyFacts(key: KeyObject): KeyFacts | null {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === "ed25519") return { type: "ed25519", bits: 0 };
  if (asymmetricKeyType === "rsa") return { type: "rsa", bits: asymmetricKeyDetails?.modulusLength ?? 0 };
  if (asymmetricKeyType !== "ec") return null;
  const found = Object.entries(CURVES).find(([, curve]) => curve === asymmetricKeyDetails?.namedCurve);
  return found === undefined ? null : { type: "ec", bits: Number(found[0]) };
}

export const spkiOf = (key: KeyObject): Buffer =>
  (key.type === "private" ? createPublicKey(key) : key).export({ format: "der", type: "spki" });

/** SHA-1 of the public key's bits (RFC 5280, 4.2.1.2, first method): a name, no security. */
export function keyIdentifier(spki: Buffer): Buffer {
  const reader = new Reader(spki, "public key").enter();
  reader.next(TAG.sequence);
  return createHash("sha1").update(reader.next(TAG.bits).body.subarray(1)).digest();
}

type Hash = "sha256" | "sha384" | "sha512";

interface Algorithm {
  readonly oid: string;
  readonly key: KeyType;
  readonly hash: Hash | null;
  readonly pss?: boolean;
  /** As OpenBao names it in `revocation_signature_algorithm`. */
  readonly name: string;
}

const PSS = "1.2.840.113549.1.1.10";
const ALGORITHMS: readonly Algorithm[] = [
  { oid: "1.2.840.113549.1.1.11", key: "rsa", hash: "sha256", name: "SHA256WithRSA" },
  { oid: "1.2.840.113549.1.1.12", key: "rsa", hash: "sha384", name: "SHA384WithRSA" },
  { oid: "1.2.840.113549.1.1.13", key: "rsa", hash: "sha512", name: "SHA512WithRSA" },
  { oid: PSS, key: "rsa", hash: "sha256", pss: true, name: "SHA256WithRSAPSS" },
  { oid: PSS, key: "rsa", hash: "sha384", pss: true, name: "SHA384WithRSAPSS" },
  { oid: PSS, key: "rsa", hash: "sha512", pss: true, name: "SHA512WithRSAPSS" },
  { oid: "1.2.840.10045.4.3.2", key: "ec", hash: "sha256", name: "ECDSAWithSHA256" },
  { oid: "1.2.840.10045.4.3.3", key: "ec", hash: "sha384", name: "ECDSAWithSHA384" },
  { oid: "1.2.840.10045.4.3.4", key: "ec", hash: "sha512", name: "ECDSAWithSHA512" },
  { oid: "1.3.101.112", key: "ed25519", hash: null, name: "Ed25519" },
];
const HASH_OIDS: Readonly<Record<Hash, string>> = {
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};
const SALT: Readonly<Record<Hash, number>> = { sha256: 32, sha384: 48, sha512: 64 };

export interface Signing {
  /** 0: by the key. */
  readonly bits: number;
  readonly pss: boolean;
}

/** For a curve that is the hash of its strength; RSA takes the asked one. */
function algorithmFor(key: KeyObject, { bits, pss }: Signing): Algorithm {
  const facts = keyFacts(key);
  const hash =
    facts?.type === "ec"
      ? facts.bits === 384
        ? "sha384"
        : facts.bits === 521
          ? "sha512"
          : "sha256"
      : bits === 384
        ? "sha384"
        : bits === 512
          ? "sha512"
          : "sha256";
  const found = ALGORITHMS.find(
    (one) =>
      one.key === facts?.type &&
      (one.hash === null || one.hash === hash) &&
      (one.pss ?? false) === (pss && one.key === "rsa"),
  );
  if (found === undefined) throw new BulkheadError("x509.unsupported-key");
  return found;
}

export const algorithmName = (key: KeyObject, signing: Signing): string => algorithmFor(key, signing).name;

export function algorithmNamed(name: string): Signing | null {
  const found = ALGORITHMS.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) return null;
  return { bits: found.hash === null ? 0 : Number(found.hash.slice(3)), pss: found.pss ?? false };
}

function identifier({ oid: id, key, hash, pss }: Algorithm): Buffer {
  if (pss !== true || hash === null) return key === "rsa" ? sequence(oid(id), NULL) : sequence(oid(id));
  const digest = sequence(oid(HASH_OIDS[hash]), NULL);
  const mask = sequence(oid("1.2.840.113549.1.1.8"), digest);
  return sequence(
    oid(id),
    sequence(write(inContext(0), digest), write(inContext(1), mask), write(inContext(2), small(SALT[hash]))),
  );
}

const padding = ({
  pss,
  hash,
}: Algorithm): { padding: number; saltLength: number } | Record<string, never> =>
  pss === true && hash !== null ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT[hash] } : {};

/** `tbs` is given the AlgorithmIdentifier that stands in what is signed; the answer is the signed whole (RFC 5280, 4.1). */
export function signed(key: KeyObject, signing: Signing, tbs: (algorithm: Buffer) => Buffer): Buffer {
  const algorithm = algorithmFor(key, signing);
  const id = identifier(algorithm);
  const body = tbs(id);
  const signature = sign(algorithm.hash, body, { key, ...padding(algorithm) });
  return sequence(body, id, write(TAG.bits, Buffer.of(0), signature));
}

/** Whether `signature` is the key's over `body`, by an algorithm that is not broken (no MD5, no SHA-1). False for anything else. */
export function isSignedBy(
  key: KeyObject,
  { body, algorithm, signature }: { body: Buffer; algorithm: Buffer; signature: Buffer },
): boolean {
  const type = keyFacts(key)?.type;
  const found = ALGORITHMS.find((one) => one.key === type && identifier(one).equals(algorithm));
  if (found === undefined) return false;
  try {
    return verify(found.hash, body, { key, ...padding(found) }, signature);
  } catch {
    return false;
  }
}

/** Throws `x509.malformed` for what OpenSSL cannot read. */
export function publicKeyOf(spki: Buffer): KeyObject {
  try {
    return createPublicKey({ key: spki, format: "der", type: "spki" });
  } catch (error) {
    throw malformed("public key", error);
  }
}
