/**
 * The seal: how the root key, which encrypts the barrier's key ring, is itself kept: by a key file or a passphrase. What stands in
 * the store at `core/seal` is the wrapped root key and how to unwrap it.
 */
import type { Store } from "../../core/ports/store.ts";
import type { SealMethod, SealStatus } from "./types.ts";

export type * from "./types.ts";

/** Makes the root key and its wrapping unless there is one, and gives the root key (the caller zeroes it). Safe to call from several processes at once. */
export declare function initializeSeal(store: Store, method: SealMethod): Promise<Buffer>;
/** Gives the root key (the caller zeroes it). Throws `seal.not-initialized`, `seal.missing-key`, `seal.key-exposed`, `seal.wrong-key`. */
export declare function unsealRootKey(store: Store, method: SealMethod): Promise<Buffer>;
export declare function sealStatus(store: Store): Promise<SealStatus>;
