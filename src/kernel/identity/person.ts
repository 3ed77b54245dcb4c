/**
 * Who stands behind an identity token that a person obtained: one claim, sealed for this store alone and bound to the token that
 * carries it, so that a login with such a token makes no machine (and nobody else) of that person. To everybody else it is noise.
 */
import { type KeyObject, createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";

/** The claim. On a token of whatever issuer it can take rights away only: its holder counts as a person. */
export const PERSON_CLAIM = "bulkhead_person";

const DOMAIN = "bulkhead.person-claim.v1\0";
const ALGORITHM = "aes-256-gcm";
const SALT_BYTES = 16;
const TAG_BYTES = 16;
/** Each claim has a key of its own, which encrypts once. */
const NONCE = Buffer.alloc(12);
const MOST_TEXT = 4 * 1024;

/** What makes the token that one: what is taken out of it opens nothing elsewhere. */
export interface TokenFacts {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly aud?: unknown;
  readonly iat?: unknown;
}

const bound = ({ iss, sub, aud, iat }: TokenFacts): Buffer =>
  Buffer.from(DOMAIN + JSON.stringify([iss, sub, aud, iat]));
const keyOf = (key: KeyObject, salt: Buffer): Buffer =>
  createHmac("sha256", key).update(DOMAIN).update(salt).digest();

export function sealPerson(key: KeyObject, principal: string, facts: TokenFacts): string {
  const salt = randomBytes(SALT_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(key, salt), NONCE, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound(facts));
  const text = [cipher.update(principal, "utf8"), cipher.final()];
  return Buffer.concat([salt, ...text, cipher.getAuthTag()]).toString("base64url");
}

/** The principal; null for what this store did not seal for this token. */
export function openPerson(key: KeyObject, claim: unknown, facts: TokenFacts): string | null {
  if (typeof claim !== "string" || claim.length > MOST_TEXT) return null;
  const bytes = Buffer.from(claim, "base64url");
  if (bytes.length < SALT_BYTES + TAG_BYTES) return null;
  const end = bytes.length - TAG_BYTES;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv(ALGORITHM, keyOf(key, bytes.subarray(0, SALT_BYTES)), NONCE, options);
  decipher.setAAD(bound(facts));
  decipher.setAuthTag(bytes.subarray(end));
  try {
    const text = [decipher.update(bytes.subarray(SALT_BYTES, end)), decipher.final()];
    return Buffer.concat(text).toString("utf8");
  } catch {
    return null;
  }
}
