/**
 * The seal as `sys/` shows it and as operators work it: status, initialization, unsealing by shares, new shares, root tokens. One
 * thing at a time: every call that changes something waits for the one before, so that two shares never meet half way.
 */
import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Secret } from "../../core/secret.ts";
import type { Barrier, RotationSettings } from "../barrier/index.ts";
import { KEYRING_PATH, SEAL_PATH } from "../barrier/views.ts";
import type { OperatorLog } from "../services.ts";
import { Allowance } from "./allowance.ts";
import { recoveryAuthority, sealAuthority } from "./authority.ts";
import { Gathering } from "./gathering.ts";
import { RootGeneration } from "./generate-root.ts";
import { sealStatus, unsealRootKey, wrapRootKey } from "./index.ts";
import { readRecovery, writeRecovery } from "./recovery.ts";
import { Rekey } from "./rekey.ts";
import type { SealService, SealState, Started } from "./service-types.ts";
import { problemOf, splitKey } from "./shares.ts";
import type { KeyService, SealStatus, ShareCounts } from "./types.ts";

export interface SealOptions {
  readonly store: Store;
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly version: string;
  /** What `seal-status` calls the store. */
  readonly storageType: string;
  /** Wraps the key of a store that is initialized over the API; null: people hold it in shares. */
  readonly keyService: KeyService | null;
  readonly operatorLog: OperatorLog;
  /** Forgets everything in clear, then the keys. */
  readonly seal: () => Promise<void>;
  /** A stored root token, written through this barrier. */
  readonly mintRoot: (barrier: Barrier) => Promise<Secret>;
  /** A barrier of its own on the same store. */
  readonly otherBarrier: () => Barrier;
}

const KEY_BYTES = 32;

export function createSealService(options: SealOptions): SealService & { forget(): void } {
  return new Service(options);
}

class Service implements SealService {
  readonly rekey: SealService["rekey"];
  readonly recoveryRekey: SealService["recoveryRekey"];
  readonly rootGeneration: SealService["rootGeneration"];
  readonly #options: SealOptions;
  readonly #allowance: Allowance;
  readonly #unsealing = new Gathering();
  readonly #operations: readonly { cancel(): void }[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SealOptions) {
    this.#options = options;
    const { store, barrier, operatorLog } = options;
    this.#allowance = new Allowance(options.clock);
    const seal = sealAuthority(store);
    const recovery = recoveryAuthority(barrier);
    const rekey = new Rekey(seal, {
      what: "barrier rekey",
      done: () => operatorLog.warn("the unseal shares were replaced", {}),
    });
    const recoveryRekey = new Rekey(recovery, {
      what: "recovery rekey",
      done: () => operatorLog.warn("the recovery shares were replaced", {}),
    });
    const either = {
      ...seal,
      counts: async () => (await seal.counts()) ?? (await recovery.counts()),
      check: async (key: Buffer | null) =>
        (await seal.counts()) === null ? await recovery.check(key) : await seal.check(key),
    };
    const root = new RootGeneration(either, async () => {
      const token = await options.mintRoot(barrier);
      operatorLog.warn("a root token was made from shares", {});
      return token;
    });
    this.#operations = [rekey, recoveryRekey, root];
    this.rekey = this.#guarded(rekey);
    this.recoveryRekey = this.#guarded(recoveryRekey);
    this.rootGeneration = {
      progress: () => this.#unsealed(() => root.progress()),
      start: (pad) => this.#unsealed(() => root.start(pad)),
      cancel: () => this.#unsealed(() => root.cancel()),
      update: (share, nonce) => this.#counted(() => root.update(share, nonce)),
    };
  }

  async status(): Promise<SealState> {
    const { store, barrier, keyService, storageType, version } = this.#options;
    const status = await sealStatus(store);
    const initialized = status.initialized || (await store.get(KEYRING_PATH)) !== null;
    const { sealed } = barrier;
    return {
      initialized,
      sealed,
      type: status.type ?? (initialized ? "keyfile" : (keyService?.type ?? "shamir")),
      counts: await this.#counts(status),
      progress: this.#unsealing.progress,
      nonce: this.#unsealing.nonce,
      byService: keyService !== null && status.type !== "shamir",
      storageType,
      version,
      buildDate: "",
      clusterName: sealed ? "" : "bulkhead",
      clusterId: sealed ? "" : clusterId(barrier),
    };
  }

  initialize(counts: ShareCounts): Promise<Started> {
    return this.#alone(async () => {
      this.#allowance.take();
      const { store, keyService } = this.#options;
      if ((await store.get(SEAL_PATH)) !== null || (await store.get(KEYRING_PATH)) !== null)
        throw new BulkheadError("seal.refused", { problem: "Vault is already initialized" });
      const problem = problemOf(counts);
      const what = keyService === null ? "seal" : "recovery";
      if (problem !== null)
        throw new BulkheadError("seal.refused", { problem: `invalid ${what} configuration: ${problem}` });
      return await this.#initialize(counts);
    });
  }

  unseal(share: Buffer): Promise<void> {
    return this.#alone(async () => {
      const { store, barrier } = this.#options;
      if (!barrier.sealed) return;
      this.#allowance.take();
      const { initialized, counts } = await sealStatus(store);
      if (!initialized) throw new BulkheadError("seal.not-initialized");
      if (counts === null) throw new BulkheadError("seal.local");
      this.#unsealing.add(share);
      if (this.#unsealing.progress < counts.threshold) return;
      const key = await this.#unsealing.take();
      if (key === null) throw new BulkheadError("seal.wrong-shares");
      try {
        const rootKey = await unsealRootKey(store, { type: "shamir", key, ...counts });
        await barrier.unseal(rootKey).finally(() => rootKey.fill(0));
      } catch (error) {
        if (isBulkheadError(error) && error.code === "seal.wrong-key")
          throw new BulkheadError("seal.wrong-shares");
        throw error;
      } finally {
        key.fill(0);
      }
    });
  }

  resetUnseal(): Promise<void> {
    return this.#alone(() => {
      if (!this.#options.barrier.sealed)
        throw new BulkheadError("seal.refused", { problem: "vault is unsealed" });
      this.#unsealing.clear();
    });
  }

  seal(): Promise<void> {
    return this.#alone(async () => {
      await this.#options.seal();
    });
  }

  /** Called with every sealing, however it came about. */
  forget(): void {
    this.#unsealing.clear();
    for (const operation of this.#operations) operation.cancel();
  }

  async rotate(): Promise<void> {
    await this.#options.barrier.rotate();
  }

  async keyStatus(): Promise<{ term: number; installTime: number; encryptions: number }> {
    const { active } = await this.#options.barrier.keyStatus();
    return { term: active.term, installTime: Date.parse(active.created), encryptions: active.encryptions };
  }

  rotation(): Promise<RotationSettings> {
    return this.#options.barrier.rotation();
  }

  setRotation(settings: RotationSettings): Promise<void> {
    return this.#options.barrier.setRotation(settings);
  }

  async #counts({ counts }: SealStatus): Promise<ShareCounts> {
    const { barrier, keyService } = this.#options;
    if (counts !== null) return counts;
    const recovery = barrier.sealed || keyService === null ? null : await readRecovery(barrier);
    return recovery ?? { shares: 0, threshold: 0 };
  }

  async #initialize(counts: ShareCounts): Promise<Started> {
    const { keyService, barrier, otherBarrier, mintRoot } = this.#options;
    const rootKey = randomBytes(KEY_BYTES);
    const key = randomBytes(KEY_BYTES);
    const keys = await splitKey(key, counts);
    try {
      const method =
        keyService === null
          ? ({ type: "shamir", key, ...counts } as const)
          : { type: keyService.type, service: keyService };
      const other = otherBarrier();
      if (!(await other.initialize(rootKey, await wrapRootKey(method, rootKey))))
        throw new BulkheadError("seal.refused", { problem: "Vault is already initialized" });
      await other.unseal(rootKey);
      if (keyService !== null) await writeRecovery(other, key, counts);
      const rootToken = await mintRoot(other);
      await other.seal();
      if (keyService !== null) await barrier.unseal(rootKey);
      return { keys, recovery: keyService !== null, rootToken };
    } catch (error) {
      for (const share of keys) share.fill(0);
      throw error;
    } finally {
      key.fill(0);
      rootKey.fill(0);
    }
  }

  #guarded(rekey: Rekey): SealService["rekey"] {
    return {
      progress: () => this.#unsealed(() => rekey.progress()),
      start: (counts, verify) => this.#unsealed(() => rekey.start(counts, verify)),
      cancel: () => this.#unsealed(() => rekey.cancel()),
      update: (share, nonce) => this.#counted(() => rekey.update(share, nonce)),
      verification: () => this.#unsealed(() => rekey.verification()),
      verify: (share, nonce) => this.#counted(() => rekey.verify(share, nonce)),
      restartVerification: () => this.#unsealed(() => rekey.restartVerification()),
    };
  }

  #counted<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#unsealed(() => {
      this.#allowance.take();
      return work();
    });
  }

  #unsealed<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#alone(() => {
      if (this.#options.barrier.sealed) throw new BulkheadError("seal.sealed");
      return work();
    });
  }

  #alone<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

/** The same for all processes on one store. */
function clusterId(barrier: Barrier): string {
  const hex = createHmac("sha256", barrier.deriveKey("cluster-id")).digest("hex");
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join("-");
}
