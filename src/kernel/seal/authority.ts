/**
 * Whose shares allow what no token allows: of the sealing key where people hold it, of the recovery key where a key service does.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Barrier } from "../barrier/index.ts";
import { SEAL_PATH } from "../barrier/views.ts";
import { sealStatus, unsealRootKey, wrapRootKey } from "./index.ts";
import { checkRecovery, readRecovery, writeRecovery } from "./recovery.ts";
import type { ShareCounts } from "./types.ts";

export interface Authority {
  /** What is asked for; null: there are no such shares. */
  counts(): Promise<ShareCounts | null>;
  /** Throws `seal.wrong-shares`. `key` stays the caller's. */
  check(key: Buffer | null): Promise<void>;
  /**
   * Checks the old key and gives what puts the new one in its place, durably and at once: either before it or after it, one of the
   * two is right, never both. Both stay the caller's.
   */
  replace(old: Buffer | null, next: Buffer, counts: ShareCounts): Promise<() => Promise<void>>;
}

export function sealAuthority(store: Store): Authority {
  const open = async (key: Buffer | null, counts: ShareCounts): Promise<Buffer> => {
    if (key === null) throw new BulkheadError("seal.wrong-shares");
    try {
      return await unsealRootKey(store, { type: "shamir", key, ...counts });
    } catch (error) {
      if (isBulkheadError(error) && error.code === "seal.wrong-key")
        throw new BulkheadError("seal.wrong-shares");
      throw error;
    }
  };
  const none = { shares: 0, threshold: 0 };
  return {
    counts: async () => (await sealStatus(store)).counts,
    check: async (key) => {
      (await open(key, none)).fill(0);
    },
    replace: async (old, next, counts) => {
      const version = (await store.get(SEAL_PATH))?.version ?? 0;
      const rootKey = await open(old, none);
      try {
        const row = await wrapRootKey({ type: "shamir", key: next, ...counts }, rootKey);
        return async () => {
          if (!(await store.put(SEAL_PATH, row, { ifVersion: version })))
            throw new BulkheadError("store.contended");
          await store.purge(); // the old shares open the old row
        };
      } finally {
        rootKey.fill(0);
      }
    },
  };
}

export function recoveryAuthority(barrier: Barrier): Authority {
  return {
    counts: () => readRecovery(barrier),
    check: (key) => checkRecovery(barrier, key),
    replace: async (old, next, counts) => {
      await checkRecovery(barrier, old);
      const kept = Buffer.from(next);
      return async () => {
        try {
          await writeRecovery(barrier, kept, counts);
        } finally {
          kept.fill(0);
        }
      };
    },
  };
}
