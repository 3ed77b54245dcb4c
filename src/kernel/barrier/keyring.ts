/**
 * The ring of keys: one AES key a term, and a secret that HMAC keys are derived from, which no rotation changes. Its bytes
 * (docs/spec/barrier.md) exist only while it is read or extended; what stays in memory are KeyObjects.
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from "node:crypto";

const RING_VERSION = 1;
const KEY_BYTES = 32;
const HEAD_BYTES = 1 + KEY_BYTES + 4;
const TERM_BYTES = 4 + 8 + KEY_BYTES;
const DERIVE_DOMAIN = "bulkhead.derive.v1\0";

export interface KeyTerm {
  readonly term: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly key: KeyObject;
}

export interface KeyRing {
  /** Ascending; the last one encrypts. */
  readonly terms: readonly KeyTerm[];
  readonly active: KeyTerm;
  find(term: number): KeyTerm | undefined;
  deriveKey(purpose: string): KeyObject;
}

/** The bytes of a ring with one term. The caller zeroes them. */
export function newRing(now: number): Buffer {
  const ring = Buffer.alloc(HEAD_BYTES);
  ring[0] = RING_VERSION;
  randomBytes(KEY_BYTES).copy(ring, 1);
  const first = withNewTerm(ring, now);
  ring.fill(0);
  return first;
}

/** The bytes of the ring with one more term. The caller zeroes both. */
export function withNewTerm(ring: Buffer, now: number): Buffer {
  const count = ring.readUInt32BE(HEAD_BYTES - 4);
  const longer = Buffer.alloc(ring.length + TERM_BYTES);
  ring.copy(longer);
  longer.writeUInt32BE(count + 1, HEAD_BYTES - 4);
  const last = count === 0 ? 0 : ring.readUInt32BE(ring.length - TERM_BYTES);
  longer.writeUInt32BE(last + 1, ring.length);
  longer.writeBigUInt64BE(BigInt(now), ring.length + 4);
  const key = randomBytes(KEY_BYTES);
  key.copy(longer, ring.length + 12);
  key.fill(0);
  return longer;
}

/** null when these are not a ring's bytes. */
export function readRing(ring: Buffer): KeyRing | null {
  if (ring.length < HEAD_BYTES + TERM_BYTES || ring[0] !== RING_VERSION) return null;
  const count = ring.readUInt32BE(HEAD_BYTES - 4);
  if (ring.length !== HEAD_BYTES + count * TERM_BYTES) return null;
  const terms: KeyTerm[] = [];
  for (let at = HEAD_BYTES; at < ring.length; at += TERM_BYTES) {
    terms.push({
      term: ring.readUInt32BE(at),
      created: Number(ring.readBigUInt64BE(at + 4)),
      key: createSecretKey(ring.subarray(at + 12, at + TERM_BYTES)),
    });
  }
  const active = terms.at(-1);
  if (active === undefined) return null;
  const byTerm = new Map(terms.map((term) => [term.term, term]));
  const secret = createSecretKey(ring.subarray(1, 1 + KEY_BYTES));
  const derived = new Map<string, KeyObject>();
  return {
    terms,
    active,
    find: (term) => byTerm.get(term),
    deriveKey(purpose) {
      let key = derived.get(purpose);
      if (key === undefined) {
        const bytes = new Uint8Array(hkdfSync("sha256", secret, "", DERIVE_DOMAIN + purpose, KEY_BYTES));
        key = createSecretKey(bytes);
        bytes.fill(0);
        derived.set(purpose, key);
      }
      return key;
    },
  };
}
