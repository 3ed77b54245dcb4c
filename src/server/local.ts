/**
 * The composition root: opens (or makes) a store folder, unseals it with its key file or passphrase, and hands the kernel its
 * audit log and plug-ins. Both `bulkhead server` and a CLI without an address run on this.
 */
import { mkdirSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { type AuditDevicesConfig, openAuditDevices, openAuditLog } from "../audit-log/index.ts";
import { authMethods } from "../auth/index.ts";
import { BulkheadError } from "../core/errors.ts";
import type { ApiTransport } from "../core/ports/api.ts";
import type { RotationPorts } from "../core/ports/rotation.ts";
import type { Secret } from "../core/secret.ts";
import { version } from "../core/version.ts";
import { engines } from "../engines/index.ts";
import { type Kernel, type KernelOptions, openKernel } from "../kernel/index.ts";
import type { AnyPlugin } from "../kernel/plugin.ts";
import type { OperatorLog } from "../kernel/services.ts";
import { initializeSeal, type SealMethod, sealStatus } from "../kernel/seal/index.ts";
import { openStore } from "../store/index.ts";
import { type HomePaths, homePaths } from "./home.ts";
import { localPush, serverPush } from "./push/index.ts";

export interface LocalOptions {
  /** The store's folder (see home.ts); made (0700) when missing. */
  readonly home: string;
  /** Opens a store sealed by passphrase; on a new folder it seals by this passphrase in place of a key file. */
  readonly passphrase?: Secret | undefined;
  /**
   * The store's address (`postgres://…`), when it is not a file in the folder; several nodes may share it. The seal key and the audit
   * log stay in the folder: each node has a log of its own, and all have the same key file or passphrase.
   */
  readonly storeAddress?: Secret | undefined;
  /** Besides Bulkhead's own; for tests. */
  readonly engines?: readonly AnyPlugin[];
  readonly onInternalError?: (error: unknown, requestId: string) => void;
  /** For servers: where plug-ins say what is for the operator alone. */
  readonly operatorLog?: OperatorLog | undefined;
  /** Devices of the server's configuration, whether the API may make others, and (servers) where `stdout` devices write. */
  readonly audit?: Pick<AuditDevicesConfig, "configured" | "api" | "standardOutput"> | undefined;
  /** What rotations need of other parts. */
  readonly rotation?: RotationPorts | undefined;
  /** Whose identities and addresses a rotation pushes with; this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** That files of a declaration are read from, where it is no server; the current one. */
  readonly folder?: () => Promise<string>;
  /** For servers: what falls due is done at once and then every 5 seconds, until `close`. A short process leaves it to the next. */
  readonly tidy?: TidyOptions | undefined;
}

export interface TidyOptions {
  /** Milliseconds; 5,000. */
  readonly every?: number;
  /** Milliseconds that the lock of this work lives; 15,000. */
  readonly lockTtl?: number;
  readonly onError: (error: unknown) => void;
}

const TIDY_MS = 5_000;
const LOCK_MS = 15_000;

export interface LocalKernel {
  readonly handle: ApiTransport;
  readonly kernel: Kernel;
  readonly paths: HomePaths;
  /** A root token of this process alone: whoever can open the seal is the store's operator. Audited by the user's name. */
  readonly operatorToken: Secret;
  /** Ends everything in order; the store is usable by others throughout. */
  close(): Promise<void>;
}

/** Throws the errors of store, seal and audit log; `seal.passphrase-needed` when a passphrase is needed and none was given. */
export async function openLocal(options: LocalOptions): Promise<LocalKernel> {
  const paths = homePaths(options.home);
  makeFolder(paths.folder);
  const store = await openStore({ path: paths.store, address: options.storeAddress });
  try {
    const rootKey = await initializeSeal(store, await sealMethod(store, paths, options.passphrase));
    const audit = await openAuditLog({ folder: paths.audit });
    const auditDevices = openAuditDevices({
      ...options.audit,
      log: audit,
      protectedFolders: [paths.folder],
      onEvent: (event, fields) => options.operatorLog?.warn(event, fields),
    });
    const kernel = await openKernel({
      store,
      audit,
      auditDevices,
      engines: [...engines, ...(options.engines ?? [])],
      authMethods,
      version,
      lock: lockOf(options.tidy),
      // a process that stays serves others too: it starts none of their programs
      rotation: { scripts: options.tidy === undefined, push: pushOf(options), ...options.rotation },
      ...(options.operatorLog && { operatorLog: options.operatorLog }),
      ...(options.onInternalError && { onInternalError: options.onInternalError }),
    });
    try {
      if (!(await kernel.initialize(rootKey))) await kernel.unseal(rootKey);
    } catch (error) {
      await audit.close();
      throw error;
    } finally {
      rootKey.fill(0);
    }
    const operatorToken = kernel.operator(operatorName());
    const tidying = options.tidy === undefined ? null : keepTidy(kernel, options.tidy);
    return {
      handle: kernel.handle,
      kernel,
      paths,
      operatorToken,
      close: async () => {
        operatorToken.wipe();
        await tidying?.stop();
        await kernel.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const pushOf = ({ tidy, env = process.env, folder = here }: LocalOptions) =>
  tidy === undefined ? localPush(env, folder) : serverPush(env);

const here = (): Promise<string> => Promise.resolve(process.cwd());

/** It is extended as often as there is a round, and at least three times in its life. */
function lockOf({
  every = TIDY_MS,
  lockTtl = LOCK_MS,
}: Partial<TidyOptions> = {}): NonNullable<KernelOptions["lock"]> {
  return { ttl: lockTtl, every: Math.min(every, lockTtl / 3) };
}

/** One round at a time, none while sealed. */
export function keepTidy(
  kernel: Kernel,
  { every = TIDY_MS, onError }: TidyOptions,
): { stop(): Promise<void> } {
  let running: Promise<void> | null = null;
  const round = (): void => {
    if (kernel.sealed) return;
    running ??= kernel
      .tidy({ within: every })
      .then(() => undefined, onError)
      .finally(() => (running = null));
  };
  round();
  const timer = setInterval(round, every).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function sealMethod(
  store: Parameters<typeof sealStatus>[0],
  paths: HomePaths,
  passphrase: Secret | undefined,
): Promise<SealMethod> {
  const { type } = await sealStatus(store);
  const wanted = type ?? (passphrase === undefined ? "keyfile" : "passphrase");
  if (wanted === "keyfile") return { type: "keyfile", path: paths.sealKey };
  if (passphrase === undefined) throw new BulkheadError("seal.passphrase-needed", { path: paths.folder });
  return { type: "passphrase", passphrase: () => Promise.resolve(passphrase) };
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new BulkheadError(
      "io.failed",
      { action: "make", path: folder, reason: (cause as NodeJS.ErrnoException).code ?? "failed" },
      { cause },
    );
  }
  const stat = statSync(folder);
  if ((stat.mode & 0o077) !== 0) throw new BulkheadError("home.exposed", { path: folder });
}

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`; // a container's user need not have a name
  }
}
