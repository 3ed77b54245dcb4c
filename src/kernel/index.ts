/**
 * The kernel: one encrypted store, one audit log and the plug-ins that `server/` and `cli/` hand in, behind one function,
 * `handle`. How the root key is kept is the seal's business (`seal/`); the kernel is given the key.
 */
import { type Anchor, type AuditDevices, type AuditLog, openAuditDevices } from "../audit-log/index.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { ApiTransport } from "../core/ports/api.ts";
import type { Store } from "../core/ports/store.ts";
import type { Secret } from "../core/secret.ts";
import { Approvals } from "./approvals.ts";
import { StoredDevices } from "./audit-devices.ts";
import { Audit } from "./audit.ts";
import { type Barrier, createBarrier } from "./barrier/index.ts";
import { type Steps, handle } from "./handle.ts";
import { Leader, fencedStore, runDue } from "./jobs/index.ts";
import { Leases } from "./leases.ts";
import { Lockouts } from "./lockouts.ts";
import { storagePrefix } from "./mount-info.ts";
import { MountTable } from "./mounts.ts";
import type { AnyPlugin } from "./plugin.ts";
import { Policies } from "./policies.ts";
import { Quotas } from "./quotas.ts";
import { Identities } from "./identity/index.ts";
import { createSealService } from "./seal/service.ts";
import type { KeyService } from "./seal/types.ts";
import type { KernelServices, OperatorLog } from "./services.ts";
import { Tokens } from "./tokens/index.ts";
import { TOKENS, readRecord } from "./tokens/rows.ts";
import { createSnapshotService } from "./snapshot/index.ts";
import { Values } from "./value-index.ts";
import { Wrapping } from "./wrapping.ts";

export interface KernelOptions {
  /** The kernel does not close it. */
  readonly store: Store;
  /** The kernel closes it. */
  readonly audit: AuditLog;
  /** Over `audit`; the kernel closes them. Default: those that the store has, and no configured ones. */
  readonly auditDevices?: AuditDevices;
  readonly engines: readonly AnyPlugin[];
  readonly authMethods: readonly AnyPlugin[];
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
  /** Wraps the key of a store that is initialized over the API; default: people hold it in shares. */
  readonly keyService?: KeyService | null;
  /** What `sys/seal-status` calls the store; default `bulkhead`. */
  readonly storageType?: string;
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
  /** Signed notes of where each segment stood (docs/spec/audit.md), and the keys they are checked with. */
  auditCheckpoints(): Promise<{ notes: string[]; verifiers: string[] }>;
  /** Anchors out of such notes; null for each that this store did not sign. */
  openAuditNotes(text: string): (Anchor | null)[];
  /** Audit devices open their files and connections anew: after somebody moved the files (SIGHUP). */
  reopenAudit(): void;
  /** Writes the last audit anchor, closes the audit log and forgets the keys. */
  close(): Promise<void>;
}

const DAY = 86_400_000;

export function openKernel(options: KernelOptions): Promise<Kernel> {
  const store = fencedStore(options.store);
  const leader = new Leader({ ...options.lock, locks: store.locks, name: "background" });
  const clock = options.clock ?? systemClock;
  const otherBarrier = (): Barrier => createBarrier(store, { clock });
  const barrier = otherBarrier();
  const defaultTtl = options.defaultLeaseTtl ?? 32 * DAY;
  const maxTtl = options.maxLeaseTtl ?? 32 * DAY;

  const identities = new Identities(barrier, clock);
  const policies = new Policies(barrier, clock, identities);
  const values = new Values(barrier);
  const lockouts = new Lockouts(barrier, clock);
  const quotas = new Quotas(barrier, clock);
  const approvals = new Approvals(barrier, clock);
  const operatorLog = options.operatorLog ?? { warn: () => undefined };
  const auditDevices =
    options.auditDevices ??
    openAuditDevices({
      log: options.audit,
      clock,
      onEvent: (event, fields) => operatorLog.warn(event, fields),
    });
  const storedDevices = new StoredDevices(auditDevices, barrier, () => clock.now());
  const audit = new Audit(auditDevices, barrier, () => clock.now());
  const makeTokens = (over: Barrier): Tokens =>
    new Tokens({
      barrier: over,
      clock,
      defaultTtl,
      maxTtl,
      identities,
      cleanUp: async (tokenHash) => {
        await leases.revokeByToken(tokenHash);
        for (const { backend, info } of await mounts.keepingPerToken())
          await backend.tokenRevoked?.(tokenHash, mounts.storage(info));
      },
      mountStands: (uuid, seen) => mounts.stands(uuid, seen),
      loginStands: async (record) => {
        const mounted = await mounts.route(record.path);
        const renewLogin = mounted?.backend.renewLogin;
        if (mounted === null || renewLogin === undefined) return;
        const { metadata, policies: names, role, internal = {} } = record;
        await renewLogin.call(
          mounted.backend,
          { internal, metadata, policies: names, role },
          mounts.storage(mounted.info),
        );
      },
    });
  const tokens = makeTokens(barrier);
  const wrapping = new Wrapping({
    barrier,
    clock,
    tokens,
    cubbyholes: async () => {
      const mount = await mounts.find("cubbyhole/");
      return mount?.type === "cubbyhole" ? storagePrefix(mount) : null;
    },
  });
  const leases: Leases = new Leases({
    barrier,
    clock,
    maxTtl,
    backend: async (mount) => {
      const ready = await mounts.readyFor(mount);
      return ready === null ? null : { backend: ready.backend, storage: mounts.storage(mount) };
    },
    revokeTokensBelow: (path) => tokens.revokeIssuedBelow(path),
    mountPaths: () => mounts.paths(),
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
    move: (tx, from, to) => values.moveMount(tx, from, to),
  });

  const cached = (): readonly { clear(): void }[] => [
    ...[tokens, policies, identities, mounts, values, quotas, storedDevices],
  ];
  const seal = async (): Promise<void> => {
    if (barrier.sealed) return;
    await audit.anchor();
    await leader.release().catch(() => undefined); // it ends by itself
    sealService.forget();
    for (const part of cached()) part.clear();
    await barrier.seal();
  };
  const sealService = createSealService({
    ...{ store, barrier, clock, seal, otherBarrier, operatorLog },
    version: options.version,
    storageType: options.storageType ?? "bulkhead",
    keyService: options.keyService ?? null,
    mintRoot: (over) => (over === barrier ? tokens : makeTokens(over)).mintRoot(),
  });
  const services: KernelServices = {
    tokens,
    wrapping,
    policies,
    mounts,
    leases,
    access: policies,
    identity: identities,
    seal: sealService,
    snapshots: createSnapshotService({
      ...{ store, barrier, operatorLog },
      changed: async () => {
        for (const part of cached()) part.clear();
        // another store's ring under another root key: only its own seal opens it
        await barrier.reload().catch(() => seal());
      },
    }),
    values,
    lockouts,
    auditHash: audit,
    approvals,
    quotas,
    auditDevices: storedDevices,
    operatorLog,
  };
  const steps: Steps = {
    barrier,
    clock,
    mounts,
    tokens,
    wrapping,
    policies,
    leases,
    approvals,
    quotas,
    audit,
    auditDevices: storedDevices,
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
      () => barrier.rotateWhenDue(),
      () => tokens.finishGone(),
      () => mounts.finishRemovals(),
      () => lockouts.tidy(),
      () => approvals.tidy(),
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
    seal: () => sealService.seal(),
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
    auditCheckpoints: () => {
      opened();
      return audit.checkpoints();
    },
    openAuditNotes: (text) => {
      opened();
      return audit.openNotes(text);
    },
    reopenAudit: () => auditDevices.reopen(),
    close: async () => {
      await seal();
      await auditDevices.close();
      await options.audit.close();
    },
  });
}
