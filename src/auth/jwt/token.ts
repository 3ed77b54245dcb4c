/**
 * A signed token (JWS, compact form) taken apart and proved. Everything is bounded before it is parsed, a member that stands twice is
 * refused (two readers would see two tokens), and the algorithm must be one of the asymmetric ones that both configuration and key allow:
 * `none` and HMAC with a public key for a secret have no row.
 */
import { type KeyObject, constants, verify } from "node:crypto";
import { type Json, type RawJson, checkJson, extentOf } from "../../core/json-bytes.ts";
import type { Claims } from "../../trust/index.ts";
import { refuse } from "./refusal.ts";

const MOST_TOKEN = 32 * 1024;
const MOST_DEPTH = 16;
const MOST_VALUES = 2_000;
/** A signature is tried against so many keys at most. */
const MOST_TRIES = 16;

interface Algorithm {
  readonly type: "rsa" | "ec" | "ed25519";
  readonly curve?: string;
  /** null: the key's kind says. */
  readonly hash: string | null;
  /** Of RSA; a salt is as long as the hash (RFC 7518, 3.5). */
  readonly padding?: number;
  readonly saltLength?: number;
}

const PKCS1 = { type: "rsa", padding: constants.RSA_PKCS1_PADDING } as const;
const PSS = {
  type: "rsa",
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
} as const;

export const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  RS256: { ...PKCS1, hash: "sha256" },
  RS384: { ...PKCS1, hash: "sha384" },
  RS512: { ...PKCS1, hash: "sha512" },
  PS256: { ...PSS, hash: "sha256" },
  PS384: { ...PSS, hash: "sha384" },
  PS512: { ...PSS, hash: "sha512" },
  ES256: { type: "ec", curve: "prime256v1", hash: "sha256" },
  ES384: { type: "ec", curve: "secp384r1", hash: "sha384" },
  ES512: { type: "ec", curve: "secp521r1", hash: "sha512" },
  EdDSA: { type: "ed25519", hash: null },
};
const LEAST_RSA_BITS = 2_048;

export interface Parsed {
  readonly text: string;
  readonly algorithm: string;
  readonly kid: string | undefined;
  readonly claims: Claims;
}

export interface VerifyKey {
  readonly kid: string | undefined;
  /** The only algorithm its publisher allows; undefined: any of its type. */
  readonly algorithm: string | undefined;
  readonly key: KeyObject;
}

/** Nothing is proved yet. Throws `Refusal`. */
export function parseToken(token: Buffer): Parsed {
  if (token.length > MOST_TOKEN) throw refuse(`the token is longer than ${MOST_TOKEN} bytes`);
  const text = token.toString("latin1");
  const parts = text.split(".");
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]*$/.test(part)))
    throw refuse("the token is not three base64url parts joined by dots");
  const header = objectOf(parts[0] ?? "", "header");
  const claims = objectOf(parts[1] ?? "", "payload");
  if (header.crit !== undefined) throw refuse("the header asks for extensions", { claim: "crit" });
  const { alg, kid } = header;
  if (typeof alg !== "string" || !Object.hasOwn(ALGORITHMS, alg))
    throw refuse("the signature algorithm is not allowed", {
      claim: "alg",
      expected: Object.keys(ALGORITHMS).join(", "),
      received: typeof alg === "string" ? alg.slice(0, 40) : "(absent)",
    });
  if (kid !== undefined && (typeof kid !== "string" || kid.length > 512))
    throw refuse("the key's id is not a text", { claim: "kid" });
  return { text, algorithm: alg, kid, claims };
}

function objectOf(part: string, what: string): Claims {
  const bytes = Buffer.from(part, "base64url");
  let raw: RawJson;
  try {
    raw = checkJson(bytes);
  } catch {
    throw refuse(`the token's ${what} is not JSON`);
  }
  const { depth, values } = extentOf(raw);
  if (depth > MOST_DEPTH || values > MOST_VALUES) throw refuse(`the token's ${what} holds too much`);
  const value = JSON.parse(raw.bytes.toString("utf8")) as Json;
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw refuse(`the token's ${what} is not a JSON object`);
  if (membersIn(raw.bytes) !== membersOf(value)) throw refuse(`a member stands twice in the token's ${what}`);
  return value as Claims;
}

/** Colons outside of strings: one for each member, doubles counted. */
function membersIn(bytes: Buffer): number {
  let [count, inString] = [0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString && byte === 0x5c) i++;
    else if (byte === 0x22) inString = !inString;
    else if (!inString && byte === 0x3a) count++;
  }
  return count;
}

function membersOf(value: Json): number {
  if (value === null || typeof value !== "object") return 0;
  const inner = (Array.isArray(value) ? (value as readonly Json[]) : Object.values(value)).reduce<number>(
    (sum, one) => sum + membersOf(one),
    0,
  );
  return Array.isArray(value) ? inner : inner + Object.keys(value).length;
}

function fits({ key }: VerifyKey, algorithm: string): boolean {
  const row = ALGORITHMS[algorithm];
  const details = key.asymmetricKeyDetails;
  if (row === undefined || key.asymmetricKeyType !== row.type) return false;
  if (row.type === "rsa") return (details?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  return row.curve === undefined || details?.namedCurve === row.curve;
}

/** Keys that may have signed it: those of its `kid`, where it names one and the keys have names. */
export function candidates(keys: readonly VerifyKey[], { algorithm, kid }: Parsed): readonly VerifyKey[] {
  return keys
    .filter(
      (one) =>
        (kid === undefined || one.kid === undefined || one.kid === kid) &&
        (one.algorithm === undefined || one.algorithm === algorithm) &&
        fits(one, algorithm),
    )
    .slice(0, MOST_TRIES);
}

/** Whether one of the keys signed it. */
export function isSigned(keys: readonly VerifyKey[], parsed: Parsed): boolean {
  const row = ALGORITHMS[parsed.algorithm];
  const end = parsed.text.lastIndexOf(".");
  const signature = Buffer.from(parsed.text.slice(end + 1), "base64url");
  // decoding is lenient; a signature is written in one way only
  if (row === undefined || signature.toString("base64url") !== parsed.text.slice(end + 1)) return false;
  const signed = Buffer.from(parsed.text.slice(0, end), "latin1");
  return candidates(keys, parsed).some(({ key }) => verifies(row, key, signed, signature));
}

function verifies(
  { hash, ...options }: Algorithm,
  key: KeyObject,
  signed: Buffer,
  signature: Buffer,
): boolean {
  try {
    const { padding, saltLength } = options;
    return verify(
      hash,
      signed,
      { key, dsaEncoding: "ieee-p1363", ...(padding && { padding, saltLength }) },
      signature,
    );
  } catch {
    return false; // a signature of an impossible length, say: another key may fit
  }
}
