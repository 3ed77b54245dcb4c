/**
 * libsodium's sealed box (`crypto_box_seal`), which GitHub wants its secrets in: an ephemeral X25519 key, the nonce BLAKE2b-192 over both
 * public keys, XSalsa20-Poly1305 over the message. What it makes is opened by libsodium itself in the tests.
 */
import { createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";

/** Of an X25519 public key's SubjectPublicKeyInfo, before its 32 bytes. */
const SPKI = Buffer.from("302a300506032b656e032100", "hex");
/** "expand 32-byte k", the constants of Salsa20. */
const SIGMA = new Uint32Array(new Uint8Array(Buffer.from("expand 32-byte k")).buffer);
const KEY_BYTES = 32;

/** `recipient`: 32 bytes. Throws RangeError for any other length, and for a key with which nothing is secret. */
export async function sealedBox(message: Uint8Array, recipient: Uint8Array): Promise<Buffer> {
  if (recipient.length !== KEY_BYTES) throw new RangeError("a public key has 32 bytes");
  const [{ hsalsa, xsalsa20poly1305 }, { blake2b }] = await Promise.all([
    import("@noble/ciphers/salsa.js"),
    import("@noble/hashes/blake2.js"),
  ]);
  const pair = generateKeyPairSync("x25519");
  const own = pair.publicKey.export({ format: "der", type: "spki" }).subarray(SPKI.length);
  const theirs = createPublicKey({ key: Buffer.concat([SPKI, recipient]), format: "der", type: "spki" });
  const shared = agreed(() => diffieHellman({ privateKey: pair.privateKey, publicKey: theirs }));
  const key = new Uint32Array(KEY_BYTES / 4);
  hsalsa(SIGMA, new Uint32Array(new Uint8Array(shared).buffer), new Uint32Array(4), key);
  shared.fill(0);
  const nonce = blake2b(Buffer.concat([own, recipient]), { dkLen: 24 });
  const box = xsalsa20poly1305(new Uint8Array(key.buffer), nonce).encrypt(message);
  key.fill(0);
  return Buffer.concat([own, box]);
}

/** OpenSSL refuses points of small order, whose shared secret everybody knows. */
function agreed(work: () => Buffer): Buffer {
  try {
    return work();
  } catch (cause) {
    throw new RangeError("the public key is of small order", { cause });
  }
}
