/**
 * Batch tokens (docs/spec/batch-token.md): the token is its own record, encrypted and authenticated under a key made for it alone
 * from the barrier's. Nothing is stored, so a login writes nothing; and nothing can be taken back but by the parent's end.
 */
import { type KeyObject, createCipheriv, createDecipheriv, createHmac } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { drawRandom } from "../../core/random.ts";
import { Secret } from "../../core/secret.ts";
import type { AuthGrant } from "../plugin.ts";
import { ROOT_POLICY } from "../policy/acl.ts";
import type { TokenRecord } from "./record.ts";

/** What of a record a batch token carries. */
export type BatchRecord = Pick<
  TokenRecord,
  | "policies"
  | "metadata"
  | "displayName"
  | "path"
  | "parent"
  | "created"
  | "creationTtl"
  | "boundCidrs"
  | "role"
  | "entityId"
  | "actor"
  | "principal"
> & {
  readonly expires: number;
  /** Of the mount that issued it, which must still be there; empty for none. */
  readonly mount: string;
};

const PREFIX = "hvb.";
const FORMAT_VERSION = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const TEXT_AT = 1 + SALT_BYTES;
const ALGORITHM = "aes-256-gcm";
const DOMAIN = Buffer.from("bulkhead.batch-token.v1\0");
/** Each token has a key of its own, which encrypts once. */
const NONCE = Buffer.alloc(12);
/** It travels in a header with every request; Node takes 16 KiB of headers in all. */
const MOST_BYTES = 8 * 1024;

const invalid = (problem: string): BulkheadError => new BulkheadError("token.invalid", { problem });

export const isBatch = (token: Secret): boolean =>
  token.reveal().subarray(0, PREFIX.length).toString("latin1") === PREFIX;

/** Vault's rules, in its words. Throws `token.invalid`. */
export function checkBatchGrant(grant: AuthGrant, policies: readonly string[]): void {
  if (policies.includes(ROOT_POLICY)) throw invalid("batch tokens cannot be root tokens");
  if ((grant.numUses ?? 0) > 0) throw invalid('batch tokens cannot have "num_uses" set');
  if ((grant.period ?? 0) > 0) throw invalid('batch tokens cannot have "period" set');
}

/** `salt` (16 bytes) is drawn at random unless a test vector is being made. Throws `token.invalid` for what is too long. */
export function sealBatch(
  key: KeyObject,
  record: BatchRecord,
  salt: Buffer = drawRandom(SALT_BYTES),
): Secret {
  const head = Buffer.concat([Buffer.from([FORMAT_VERSION]), salt]);
  const cipher = createCipheriv(ALGORITHM, tokenKey(key, salt), NONCE, { authTagLength: TAG_BYTES });
  cipher.setAAD(DOMAIN);
  const text = Buffer.concat([cipher.update(JSON.stringify(record), "utf8"), cipher.final()]);
  const token = Secret.copy(PREFIX + Buffer.concat([head, text, cipher.getAuthTag()]).toString("base64url"));
  if (token.length <= MOST_BYTES) return token;
  throw invalid(`metadata and policies are too long for a batch token of at most ${MOST_BYTES} bytes`);
}

/** null for everything that was not made under this key, in exactly these characters. */
export function openBatch(key: KeyObject, token: Secret): BatchRecord | null {
  if (!isBatch(token) || token.length > MOST_BYTES) return null;
  const text = token.reveal().subarray(PREFIX.length).toString("latin1");
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < TEXT_AT + TAG_BYTES || bytes[0] !== FORMAT_VERSION) return null;
  if (bytes.toString("base64url") !== text) return null;
  const decipher = createDecipheriv(ALGORITHM, tokenKey(key, bytes.subarray(1, TEXT_AT)), NONCE, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(DOMAIN);
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const plain = [decipher.update(bytes.subarray(TEXT_AT, bytes.length - TAG_BYTES)), decipher.final()];
    return JSON.parse(Buffer.concat(plain).toString("utf8")) as BatchRecord;
  } catch {
    return null;
  }
}

function tokenKey(key: KeyObject, salt: Buffer): Buffer {
  return createHmac("sha256", key).update(DOMAIN).update(salt).digest();
}

/** From the record that a service token of the same grant would have. */
export function batchOf(record: TokenRecord, mount: string): BatchRecord {
  const { policies, metadata, displayName, path, parent, created, creationTtl, boundCidrs, role, entityId } =
    record;
  return {
    ...{ policies, metadata, displayName, path, parent, created, creationTtl, boundCidrs, role, entityId },
    ...(record.actor === undefined ? {} : { actor: record.actor }),
    ...(record.principal === undefined ? {} : { principal: record.principal }),
    expires: record.expires ?? created,
    mount,
  };
}

/** The record as the rest of the kernel reads it: without accessor, never renewed. */
export const recordOf = (batch: BatchRecord): TokenRecord => ({
  ...batch,
  accessor: "",
  explicitMaxTtl: 0,
  maxTtl: 0,
  period: 0,
  numUses: 0,
  renewable: false,
  lastRenewal: null,
});
