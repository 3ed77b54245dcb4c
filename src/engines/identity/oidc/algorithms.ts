/** The issuer's signing algorithms, one row each (RFC 7518, RFC 8037). Keys are made off the event loop. */
import { type KeyObject, generateKeyPair, sign, verify } from "node:crypto";
import { promisify } from "node:util";

export interface SigningAlgorithm {
  /** For `sign`; null where the algorithm has its own. */
  readonly hash: string | null;
  /** JWS signatures of elliptic curves are r and s side by side. */
  readonly dsaEncoding?: "ieee-p1363";
  readonly generate: () => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;
}

const RSA_BITS = 2_048;
const pair = promisify(generateKeyPair);

const rsa = (hash: string): SigningAlgorithm => ({
  hash,
  generate: () => pair("rsa", { modulusLength: RSA_BITS }),
});
const ec = (hash: string, namedCurve: string): SigningAlgorithm => ({
  hash,
  dsaEncoding: "ieee-p1363",
  generate: () => pair("ec", { namedCurve }),
});

export const ALGORITHMS = {
  RS256: rsa("sha256"),
  RS384: rsa("sha384"),
  RS512: rsa("sha512"),
  ES256: ec("sha256", "P-256"),
  ES384: ec("sha384", "P-384"),
  ES512: ec("sha512", "P-521"),
  EdDSA: { hash: null, generate: () => pair("ed25519", {}) },
} as const satisfies Readonly<Record<string, SigningAlgorithm>>;

export type AlgorithmName = keyof typeof ALGORITHMS;

export const isAlgorithm = (name: string): name is AlgorithmName => Object.hasOwn(ALGORITHMS, name);

export async function signBytes(name: AlgorithmName, key: KeyObject, data: Buffer): Promise<Buffer> {
  const { hash, dsaEncoding }: SigningAlgorithm = ALGORITHMS[name];
  return await new Promise((resolve, reject) => {
    const done = (error: Error | null, signature: Buffer): void =>
      error === null ? resolve(signature) : reject(error);
    sign(hash, data, dsaEncoding === undefined ? key : { key, dsaEncoding }, done);
  });
}

export function isSignature(
  name: AlgorithmName,
  key: KeyObject,
  { data, signature }: { readonly data: Buffer; readonly signature: Buffer },
): boolean {
  const { hash, dsaEncoding }: SigningAlgorithm = ALGORITHMS[name];
  return verify(hash, data, dsaEncoding === undefined ? key : { key, dsaEncoding }, signature);
}
