/**
 * Background work and its fence. Whatever is written while such work runs carries the fence of its lock without being told, so that
 * no plug-in can forget it: the store refuses it once the lock is over.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Fence, Store } from "../../core/ports/store.ts";

const current = new AsyncLocalStorage<Fence>();

/** Everything that `work` writes through a `fencedStore`, however deep, is written under `fence`. */
export const underFence = <T>(fence: Fence, work: () => Promise<T>): Promise<T> => current.run(fence, work);

/** The same store; its writes carry the fence of the work that they belong to, if it has one. */
export function fencedStore(store: Store): Store {
  const fence = (): Fence | undefined => current.getStore();
  return {
    get: (key) => store.get(key),
    list: (prefix, options) => store.list(prefix, options),
    children: (prefix, options) => store.children(prefix, options),
    put: (key, value, options) => store.put(key, value, { fence: fence(), ...options }),
    delete: (key, options) => store.delete(key, { fence: fence(), ...options }),
    transaction: (work, options) => store.transaction(work, { fence: fence(), ...options }),
    locks: store.locks,
    readAll: (each) => store.readAll(each),
    replaceAll: (entries) => store.replaceAll(entries),
    changeToken: () => store.changeToken(),
    ...(store.own && { own: store.own }),
    purge: () => store.purge(),
    close: () => store.close(),
  };
}
