/** The hash algorithms by Vault's names, as node:crypto calls them. */
import { BulkheadError } from "../../core/errors.ts";

export interface HashAlgorithm {
  /** In node:crypto. */
  readonly node: string;
  readonly bytes: number;
  /** RFC 8017, 9.2: what stands before a digest in a PKCS #1 v1.5 signature. */
  readonly digestInfo: string;
}

const row = (node: string, bytes: number, digestInfo: string): HashAlgorithm => ({ node, bytes, digestInfo });
/** The algorithms below NIST's arc 2.16.840.1.101.3.4.2 differ in its last number. */
const nist = (node: string, bytes: number, last: number): HashAlgorithm =>
  row(
    node,
    bytes,
    Buffer.concat([
      Buffer.from([0x30, 17 + bytes, 0x30, 0x0d, 0x06, 0x09]),
      Buffer.from("6086480165030402", "hex"),
      Buffer.from([last, 0x05, 0x00, 0x04, bytes]),
    ]).toString("hex"),
  );

const HASHES = {
  sha1: row("sha1", 20, "3021300906052b0e03021a05000414"),
  "sha2-224": nist("sha224", 28, 4),
  "sha2-256": nist("sha256", 32, 1),
  "sha2-384": nist("sha384", 48, 2),
  "sha2-512": nist("sha512", 64, 3),
  "sha3-224": nist("sha3-224", 28, 7),
  "sha3-256": nist("sha3-256", 32, 8),
  "sha3-384": nist("sha3-384", 48, 9),
  "sha3-512": nist("sha3-512", 64, 10),
} as const satisfies Record<string, HashAlgorithm>;

export type HashName = keyof typeof HASHES;
export const DEFAULT_HASH: HashName = "sha2-256";

export const isHash = (name: string): name is HashName => Object.hasOwn(HASHES, name);
export const hashOf = (name: HashName): HashAlgorithm => HASHES[name];

export function unsupportedHash(name: string): BulkheadError {
  return new BulkheadError("transit.config", { problem: `unsupported algorithm ${name.slice(0, 40)}` });
}
