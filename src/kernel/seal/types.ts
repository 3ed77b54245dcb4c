/** How the root key is kept. See index.ts for the purpose of this folder. */
import type { Secret } from "../../core/secret.ts";

/**
 * `keyfile`: 32 random bytes as 64 hex digits in a file of mode 0600, made at initialization.
 * `passphrase`: Argon2id over what the person types; `passphrase()` is asked once, and only when it is needed.
 */
export type SealMethod =
  | { readonly type: "keyfile"; readonly path: string }
  | { readonly type: "passphrase"; readonly passphrase: () => Promise<Secret>; readonly cost?: Argon2Cost };

export interface Argon2Cost {
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

export interface SealStatus {
  readonly initialized: boolean;
  /** null when not initialized. */
  readonly type: SealMethod["type"] | null;
}
