/** How the root key is kept. See index.ts for the purpose of this folder. */
import type { Secret } from "../../core/secret.ts";

/** A key elsewhere that wraps ours: another server's transit engine, a cloud's KMS. */
export interface KeyService {
  readonly type: "transit" | "awskms";
  /** Of the key there; stands in the seal's row and is authenticated with it. */
  readonly keyName: string;
  /** Gives the ciphertext as text. Throws `seal.kms-failed`. `key` stays the caller's. */
  wrap(key: Buffer): Promise<string>;
  /** The caller zeroes what it gets. Throws `seal.kms-failed`. */
  unwrap(wrapped: string): Promise<Buffer>;
}

export interface ShareCounts {
  /** 1 to 255. */
  readonly shares: number;
  /** How many open it: 1 for one share, else 2 to `shares`. */
  readonly threshold: number;
}

/**
 * `keyfile`: 32 random bytes as 64 hex digits in a file of mode 0600, made at initialization.
 * `passphrase`: Argon2id over what the person types; `passphrase()` is asked once, and only when it is needed.
 * `shamir`: 32 random bytes that people hold in shares; `key` is the whole of it, and the caller zeroes it.
 * `transit`, `awskms`: 32 random bytes, wrapped by a key service.
 */
export type SealMethod =
  | { readonly type: "keyfile"; readonly path: string }
  | { readonly type: "passphrase"; readonly passphrase: () => Promise<Secret>; readonly cost?: Argon2Cost }
  | ({ readonly type: "shamir"; readonly key: Buffer } & ShareCounts)
  | { readonly type: KeyService["type"]; readonly service: KeyService };

export type SealType = SealMethod["type"];

export interface Argon2Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

export interface SealStatus {
  readonly initialized: boolean;
  /** null when not initialized. */
  readonly type: SealType | null;
  /** Of a `shamir` seal. */
  readonly counts: ShareCounts | null;
}
