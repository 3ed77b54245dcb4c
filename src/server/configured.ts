/**
 * A server by its configuration: as Vault does, it starts sealed, or with nothing in it, and is initialized and unsealed over the API;
 * with a key service it unseals itself, and goes on trying while the service is away.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openAuditLog } from "../audit-log/index.ts";
import { authMethods } from "../auth/index.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import type { Store } from "../core/ports/store.ts";
import { version } from "../core/version.ts";
import { engines } from "../engines/index.ts";
import { type Kernel, openKernel } from "../kernel/index.ts";
import { sealStatus, unsealRootKey } from "../kernel/seal/index.ts";
import type { KeyService } from "../kernel/seal/types.ts";
import { openStore } from "../store/index.ts";
import type { ServerConfig } from "./config.ts";
import { keyServiceOf } from "./key-services/index.ts";
import { keepTidy, makeFolder } from "./local.ts";
import type { ServerLog } from "./log.ts";
import { reasonOf } from "./log.ts";
import { serverPush } from "./push/index.ts";

export interface ConfiguredServer {
  readonly kernel: Kernel;
  close(): Promise<void>;
}

export interface ConfiguredStore {
  readonly store: Store;
  /** Where the audit log is, unless the configuration says. */
  readonly auditFolder: string;
  close(): Promise<void>;
}

/** Milliseconds between tries to unseal by a key service: doubled up to the last. */
const FIRST_WAIT = 1_000;
const LAST_WAIT = 30_000;

/** Throws the store's errors. */
export async function openConfiguredStore({ storage, auditFolder }: ServerConfig): Promise<ConfiguredStore> {
  if (storage.type === "postgresql") {
    const store = await openStore({ path: "", address: storage.address });
    return { store, auditFolder: auditFolder ?? "", close: () => store.close() };
  }
  const folder = storage.type === "inmem" ? memoryFolder() : storage.folder;
  makeFolder(folder);
  const store = await openStore({ path: join(folder, "store.db") });
  return {
    store,
    auditFolder: auditFolder ?? join(folder, "audit"),
    close: async () => {
      await store.close();
      if (storage.type === "inmem") rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A file system in memory where there is one: what stands in it is ciphertext all the same. */
function memoryFolder(): string {
  const memory = statSync("/dev/shm", { throwIfNoEntry: false })?.isDirectory() === true;
  return mkdtempSync(join(memory ? "/dev/shm" : tmpdir(), "bulkhead-inmem-"));
}

export async function openConfigured(config: ServerConfig, log: ServerLog): Promise<ConfiguredServer> {
  const keyService = await keyServiceOf(config.seal);
  const opened = await openConfiguredStore(config);
  const kernel = await openKernelOn(config, opened, keyService, log).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  const stop = new AbortController();
  const failed = (error: unknown): void => log.error({ where: "tidy", reason: reasonOf(error) });
  const tidying = keepTidy(kernel, { onError: failed });
  const unsealing =
    keyService === null
      ? Promise.resolve()
      : keepUnsealing(kernel, opened.store, keyService, log, stop.signal);
  return {
    kernel,
    close: async () => {
      stop.abort();
      await unsealing;
      await tidying.stop();
      await kernel.close();
      await opened.close();
    },
  };
}

async function openKernelOn(
  config: ServerConfig,
  { store, auditFolder }: ConfiguredStore,
  keyService: KeyService | null,
  log: ServerLog,
): Promise<Kernel> {
  const { type } = await sealStatus(store);
  const wanted = keyService?.type ?? "shamir";
  if (type !== null && type !== wanted) throw new BulkheadError("seal.wrong-method", { type, asked: wanted });
  const { defaultLeaseTtl, maxLeaseTtl, storage } = config;
  const audit = await openAuditLog({ folder: auditFolder });
  return await openKernel({
    ...{ store, audit, engines, authMethods, version, keyService, operatorLog: log },
    storageType: storage.type,
    rotation: { push: serverPush(process.env) },
    ...(defaultLeaseTtl !== undefined && { defaultLeaseTtl }),
    ...(maxLeaseTtl !== undefined && { maxLeaseTtl }),
    onInternalError: (error, requestId) =>
      log.error({ where: `request ${requestId}`, reason: reasonOf(error) }),
  });
}

/** Until it is unsealed once: whoever seals it after that meant it. A store without anything in it waits for `sys/init`. */
async function keepUnsealing(
  kernel: Kernel,
  store: Store,
  service: KeyService,
  log: ServerLog,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = FIRST_WAIT; !signal.aborted; wait = Math.min(wait * 2, LAST_WAIT)) {
    try {
      if (!(await sealStatus(store)).initialized) return;
      const rootKey = await unsealRootKey(store, { type: service.type, service });
      await kernel.unseal(rootKey).finally(() => rootKey.fill(0));
      log.info("unsealed", { seal: service.type });
      return;
    } catch (error) {
      log.error({ where: "unseal", reason: reasonOf(error) });
      if (!isBulkheadError(error)) return;
    }
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
}
