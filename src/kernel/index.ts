/**
 * The kernel: one encrypted store, one audit log and the plug-ins that `server/` and `cli/` hand in, behind one function,
 * `handle`. How the root key is kept is the seal's business (`seal/`); the kernel is given the key.
 */
import type { Anchor, AuditLog } from "../audit-log/index.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { ApiTransport } from "../core/ports/api.ts";
import type { Store } from "../core/ports/store.ts";
import type { Secret } from "../core/secret.ts";
import { Audit } from "./audit.ts";
import { createBarrier } from "./barrier/index.ts";
import { type Steps, handle } from "./handle.ts";
import { Leader, fencedStore, runDue } from "./jobs/index.ts";
import { Leases } from "./leases.ts";
import { Lockouts } from "./lockouts.ts";
import { MountTable } from "./mounts.ts";
import type { PluginType } from "./plugin.ts";
import { Policies } from "./policies.ts";
import { createSealService } from "./seal-service.ts";
import type { KernelServices, OperatorLog } from "./services.ts";
import { Tokens } from "./tokens/index.ts";
import { TOKENS, readRecord } from "./tokens/rows.ts";
import { Values } from "./value-index.ts";

export interface KernelOptions {
  /** The kernel does not close it. */
  readonly store: Store;
  /** The kernel closes it. */
  readonly audit: AuditLog;
  readonly engines: readonly PluginType[];
  readonly authMethods: readonly PluginType[];
  /** Bulkhead's own version. */
  readonly version: string;
  readonly clock?: Clock;
  /** Milliseconds; 32 days each. */
  readonly defaultLeaseTtl?: number;
  readonly maxLeaseTtl?: number;
  /** Milliseconds that the lock of the background work lives, and between extensions; 15,000 and 5,000. */
  readonly lock?: { readonly ttl?: number; readonly every?: number };
  /** Told of errors that are no rows of the error table. */
  readonly onInternalError?: (error: unknown, requestId: string) => void;
  /** Where plug-ins say what is for the operator alone; default: nowhere. */
  readonly operatorLog?: OperatorLog;
}

export interface Kernel {
  readonly handle: ApiTransport;
  readonly sealed: boolean;
  readonly services: KernelServices;
  /** Writes the first key ring under `rootKey` (32 bytes, copied) and unseals. False, and still sealed, when there was one. */
  initialize(rootKey: Buffer): Promise<boolean>;
  /** Throws `seal.not-initialized`, `seal.wrong-key`. */
  unseal(rootKey: Buffer): Promise<void>;
  seal(): Promise<void>;
  /** A stored root token without end (first start, dev mode). The caller wipes it. */
  mintRoot(): Promise<Secret>;
  /** A root token of this process alone: never stored, gone with the process or the seal. Audited as `operator: displayName`. */
  operator(displayName: string): Secret;
  /**
   * Drops what expired, retries what failed. To be called at start and every few seconds: the process that holds the lock does it,
   * for `within` milliseconds at most (default: to the end), and keeps the lock by doing so; false for the others. What fails keeps
   * nothing else from being done; the first error is thrown at the end.
   */
  tidy(options?: { within?: number }): Promise<boolean>;
  /** Where each segment of the audit log stood, as the barrier keeps it: for `verifyAuditLog`. */
  auditAnchors(): Promise<Anchor[]>;
  /** Writes the last audit anchor, closes the audit log and forgets the keys. */
  close(): Promise<void>;
}

const DAY = 86_400_000;

export function openKernel(options: KernelOptions): Promise<Kernel> {
  const store = fencedStore(options.store);
  const leader = new Leader({ ...options.lock, locks: store.locks, name: "background" });
  const clock = options.clock ?? systemClock;
  const barrier = createBarrier(store, { clock });
  const defaultTtl = options.defaultLeaseTtl ?? 32 * DAY;
  const maxTtl = options.maxLeaseTtl ?? 32 * DAY;

  const policies = new Policies(barrier, clock);
  const values = new Values(barrier);
  const lockouts = new Lockouts(barrier, clock);
  const audit = new Audit(options.audit, barrier, () => clock.now());
  const tokens: Tokens = new Tokens({
    barrier,
    clock,
    defaultTtl,
    maxTtl,
    cleanUp: async (tokenHash) => {
      await leases.revokeByToken(tokenHash);
      for (const { backend, info } of await mounts.all())
        await backend.tokenRevoked?.(tokenHash, mounts.storage(info));
    },
    mountStands: (uuid, seen) => mounts.stands(uuid, seen),
  });
  const leases: Leases = new Leases({
    barrier,
    clock,
    maxTtl,
    backend: (mount) => {
      const ready = mounts.readyFor(mount);
      return ready === null ? null : { backend: ready.backend, storage: mounts.storage(mount) };
    },
    revokeTokensBelow: (path) => tokens.revokeIssuedBelow(path),
    mountPaths: async () => (await mounts.all()).map(({ info }) => info.path),
    tokenStands: async (tx, hash) =>
      hash === "" || tokens.isOperator(hash) || (await readRecord(tx.scope(TOKENS), hash)) !== null,
  });
  const mounts: MountTable = new MountTable({
    barrier,
    clock,
    engines: options.engines,
    authMethods: options.authMethods,
    defaults: { defaultLeaseTtl: defaultTtl, maxLeaseTtl: maxTtl },
    services: () => services,
    beforeRemoval: async (mount) => {
      await leases.revokePrefix(mount.path);
    },
    forget: (tx, mount) => values.forgetMount(tx, mount),
  });

  const seal = async (): Promise<void> => {
    if (barrier.sealed) return;
    await audit.anchor();
    await leader.release().catch(() => undefined); // it ends by itself
    for (const part of [tokens, policies, mounts, values]) part.clear();
    await barrier.seal();
  };
  const services: KernelServices = {
    tokens,
    policies,
    mounts,
    leases,
    access: policies,
    seal: createSealService({ store, barrier, version: options.version, seal }),
    values,
    lockouts,
    auditHash: audit,
    operatorLog: options.operatorLog ?? { warn: () => undefined },
  };
  const steps: Steps = {
    barrier,
    clock,
    mounts,
    tokens,
    policies,
    leases,
    audit,
    onInternalError: options.onInternalError ?? (() => undefined),
  };
  const background = async (goesOn: () => boolean): Promise<void> => {
    const backends = (await mounts.all()).map(
      ({ backend, info }) =>
        () =>
          backend.tidy?.(mounts.storage(info)),
    );
    const failed: unknown[] = [];
    for (const step of [
      () => runDue([tokens.dueKind(), leases.dueKind()], { now: clock.now(), goesOn }),
      () => tokens.finishGone(),
      () => mounts.finishRemovals(),
      () => lockouts.tidy(),
      ...backends,
    ]) {
      if (!goesOn()) break;
      await Promise.resolve(step()).catch((error: unknown) => failed.push(error));
    }
    if (failed.length > 0) throw failed[0];
  };
  const opened = (): void => {
    if (barrier.sealed) throw new BulkheadError("seal.sealed");
  };

  return Promise.resolve({
    handle: (request) => handle(steps, request),
    get sealed() {
      return barrier.sealed;
    },
    services,
    initialize: async (rootKey) => {
      if (!(await barrier.initialize(rootKey))) return false;
      await barrier.unseal(rootKey);
      return true;
    },
    unseal: (rootKey) => barrier.unseal(rootKey),
    seal,
    mintRoot: async () => {
      opened();
      return await tokens.mintRoot();
    },
    operator: (displayName) => {
      opened();
      return tokens.operator(displayName);
    },
    tidy: async ({ within = Number.POSITIVE_INFINITY } = {}) => {
      opened();
      const until = performance.now() + within;
      const goesOn = (): boolean => leader.leads && performance.now() < until && !barrier.sealed;
      return await leader.lead(() => background(goesOn));
    },
    auditAnchors: () => audit.anchors(),
    close: async () => {
      await seal();
      await options.audit.close();
    },
  });
}
