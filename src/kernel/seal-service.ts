/** The seal as `sys/` shows it. Opening is not here: who holds the root key opens the kernel (`server/`, `cli/`). */
import { createHmac } from "node:crypto";
import type { Store } from "../core/ports/store.ts";
import type { Barrier } from "./barrier/index.ts";
import { KEYRING_PATH } from "./barrier/views.ts";
import { sealStatus } from "./seal/index.ts";
import type { SealService } from "./services.ts";

export interface SealOptions {
  readonly store: Store;
  readonly barrier: Barrier;
  readonly version: string;
  /** Forgets everything in clear, then the keys. */
  readonly seal: () => Promise<void>;
}

export function createSealService({ store, barrier, version, seal }: SealOptions): SealService {
  return {
    status: async () => {
      const status = await sealStatus(store);
      return {
        initialized: status.initialized || (await store.get(KEYRING_PATH)) !== null,
        sealed: barrier.sealed,
        type: status.type ?? "keyfile",
        version,
        buildDate: "",
        clusterName: barrier.sealed ? "" : "bulkhead",
        clusterId: barrier.sealed ? "" : clusterId(barrier),
      };
    },
    seal,
    rotate: async () => {
      await barrier.rotate();
    },
    keyStatus: async () => {
      const { active } = await barrier.keyStatus();
      return { term: active.term, installTime: Date.parse(active.created), encryptions: active.encryptions };
    },
  };
}

/** The same for all processes on one store. */
function clusterId(barrier: Barrier): string {
  const hex = createHmac("sha256", barrier.deriveKey("cluster-id")).digest("hex");
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join("-");
}
