/** A store that counts what is written through it: single writes, and commits of transactions that changed something. */
import type { Store, StoreTransaction } from "../../src/core/ports/store.ts";

export interface Writes {
  /** Acknowledged commits that changed the store, each one wait for the disk. */
  commits: number;
  /** Transactions, with or without a change. */
  transactions: number;
  keys: string[];
}

export function countingStore(): { readonly writes: Writes; readonly through: (store: Store) => Store } {
  const writes: Writes = { commits: 0, transactions: 0, keys: [] };
  const through = (store: Store): Store => ({
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    children: (prefix, options) => store.children(prefix, options),
    put: (key, value, options) => {
      writes.commits++;
      writes.keys.push(key);
      return store.put(key, value, options);
    },
    delete: (key) => {
      writes.commits++;
      writes.keys.push(key);
      return store.delete(key);
    },
    transaction: async (work) => {
      let changed: string[] = [];
      writes.transactions++;
      const result = await store.transaction((tx) => {
        changed = [];
        return work(counted(tx, changed));
      });
      if (changed.length > 0) writes.commits++;
      writes.keys.push(...changed);
      return result;
    },
    changeToken: () => store.changeToken(),
    purge: () => store.purge(),
    close: () => store.close(),
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
