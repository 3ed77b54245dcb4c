/** A store that counts what is written through it: single writes, and commits of transactions that changed something. */
import type { Store, StoreTransaction } from "../../src/core/ports/store.ts";
import { forwardingStore } from "./forwarding-store.ts";

export interface Writes {
  /** Acknowledged commits that changed the store, each one wait for the disk. */
  commits: number;
  /** Transactions, with or without a change. */
  transactions: number;
  keys: string[];
}

export function countingStore(): { readonly writes: Writes; readonly through: (store: Store) => Store } {
  const writes: Writes = { commits: 0, transactions: 0, keys: [] };
  const through = (store: Store): Store =>
    forwardingStore(store, {
      put: (key, ...rest) => {
        writes.commits++;
        writes.keys.push(key);
        return store.put(key, ...rest);
      },
      delete: (key, ...rest) => {
        writes.commits++;
        writes.keys.push(key);
        return store.delete(key, ...rest);
      },
      transaction: async (work, ...rest) => {
        let changed: string[] = [];
        writes.transactions++;
        const result = await store.transaction(
          (tx) => {
            changed = [];
            return work(counted(tx, changed));
          },
          ...rest,
        );
        if (changed.length > 0) writes.commits++;
        writes.keys.push(...changed);
        return result;
      },
    });
  return { writes, through };
}

const counted = (tx: StoreTransaction, changed: string[]): StoreTransaction => ({
  get: (key) => tx.get(key),
  list: (prefix, options) => tx.list(prefix, options),
  children: (prefix, options) => tx.children(prefix, options),
  put: (key, value) => {
    changed.push(key);
    tx.put(key, value);
  },
  delete: (key) => {
    changed.push(key);
    tx.delete(key);
  },
});
