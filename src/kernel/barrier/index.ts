/**
 * The barrier: everything the kernel keeps is AES-256-GCM ciphertext in the store, bound to its path, under a ring of keys
 * that is itself encrypted under the root key. docs/spec/barrier.md has the bytes and test vectors.
 */
import type { Store } from "../../core/ports/store.ts";
import type { Barrier, BarrierOptions, StorageTransaction } from "./types.ts";

export type * from "./types.ts";

export declare function createBarrier(store: Store, options?: BarrierOptions): Barrier;
/** For the kernel alone: the same transaction over the whole barrier, so that kernel rows change together with an engine's. */
export declare function rootOf(tx: StorageTransaction): StorageTransaction;
