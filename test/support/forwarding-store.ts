/** A store that hands every call on to another one, but for those that a test wants to see or change. */
import type { Store } from "../../src/core/ports/store.ts";

export function forwardingStore(store: Store, overrides: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const own = (overrides as Record<PropertyKey, unknown>)[name];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
