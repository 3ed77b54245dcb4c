/** Keys for one context: HKDF (RFC 5869) with SHA-256 over the version's own key. By hand, as node:crypto caps `info` at 1,024 bytes. */
import { type KeyObject, createHmac, createPrivateKey, createSecretKey } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { ed25519Pkcs8 } from "./types.ts";

const HASH_BYTES = 32;

/** `length` bytes (at most 8,160) for the caller to zero. */
export function hkdf(key: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  const prk = createHmac("sha256", salt.length === 0 ? Buffer.alloc(HASH_BYTES) : salt)
    .update(key)
    .digest();
  const out = Buffer.alloc(length);
  let block = Buffer.alloc(0);
  for (let counter = 1, at = 0; at < length; counter++, at += HASH_BYTES) {
    const next = createHmac("sha256", prk).update(block).update(info).update(Buffer.of(counter)).digest();
    block.fill(0);
    block = next;
    block.copy(out, at);
  }
  block.fill(0);
  prk.fill(0);
  return out;
}

function derivedBytes(key: KeyObject, context: Buffer | null, length: number): Buffer {
  if (context === null || context.length === 0) throw new BulkheadError("transit.no-context");
  const own =
    key.type === "secret" ? key.export() : key.export({ type: "pkcs8", format: "der" }).subarray(-32);
  try {
    return hkdf(own, Buffer.alloc(0), context, length);
  } finally {
    own.fill(0);
  }
}

export interface DerivedKeys {
  readonly key: KeyObject;
  /** From which convergent encryption takes its nonces. */
  readonly nonces: KeyObject;
}

/** For an AEAD of `keyBytes`. Throws `transit.no-context`. */
export function deriveKeys(key: KeyObject, context: Buffer | null, keyBytes: number): DerivedKeys {
  const bytes = derivedBytes(key, context, keyBytes + HASH_BYTES);
  try {
    return {
      key: createSecretKey(bytes.subarray(0, keyBytes)),
      nonces: createSecretKey(bytes.subarray(keyBytes)),
    };
  } finally {
    bytes.fill(0);
  }
}

/** The Ed25519 key of one context. Throws `transit.no-context`. */
export function deriveEd25519(key: KeyObject, context: Buffer | null): KeyObject {
  const seed = derivedBytes(key, context, 32);
  const der = ed25519Pkcs8(seed);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    seed.fill(0);
    der.fill(0);
  }
}
