/**
 * The kernel: one encrypted store, one audit log and the plug-ins that `server/` and `cli/` hand in, behind one function,
 * `handle`. How the root key is kept is the seal's business (`seal/`); the kernel is given the key.
 */
import type { Anchor, AuditDevices, AuditLog } from "../audit-log/index.ts";
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { ApiTransport } from "../core/ports/api.ts";
import type { RotationPorts } from "../core/ports/rotation.ts";
import type { Store } from "../core/ports/store.ts";
import type { Secret } from "../core/secret.ts";
import { doBackgroundWork, watchOwnLog } from "./background.ts";
import { type Steps, handle } from "./handle.ts";
import { makeParts } from "./parts.ts";
import type { AnyPlugin } from "./plugin.ts";
import type { KeyService } from "./seal/types.ts";
import type { KernelServices, OperatorLog } from "./services.ts";

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
  /** What rotations need of other parts; default: nothing. */
  readonly rotation?: RotationPorts;
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
   * for `within` milliseconds at most (default: to the end), and keeps the lock by doing so; false for the others. What each node does for
   * itself is done in any case. What fails keeps nothing else from being done; the first error is thrown at the end.
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

export function openKernel(options: KernelOptions): Promise<Kernel> {
  const parts = makeParts(options);
  const { barrier, tokens, audit, auditDevices, leader } = parts;
  const steps: Steps = {
    ...parts,
    auditDevices: parts.storedDevices,
    onInternalError: options.onInternalError ?? (() => undefined),
  };
  parts.door.handle = (request) => handle(steps, request);
  const opened = (): void => {
    if (barrier.sealed) throw new BulkheadError("seal.sealed");
  };
  return Promise.resolve({
    handle: (request) => handle(steps, request),
    get sealed() {
      return barrier.sealed;
    },
    services: parts.services,
    initialize: async (rootKey) => {
      if (!(await barrier.initialize(rootKey))) return false;
      await barrier.unseal(rootKey);
      return true;
    },
    unseal: (rootKey) => barrier.unseal(rootKey),
    seal: () => parts.sealService.seal(),
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
      const under = (lead: typeof leader) => (): boolean =>
        lead.leads && performance.now() < until && !barrier.sealed;
      const failed: unknown[] = [];
      const note = (error: unknown): boolean => {
        failed.push(error);
        return false;
      };
      const led = await leader.lead(() => doBackgroundWork(parts, under(leader))).catch(note);
      const watcher = parts.watcher();
      if (watcher !== null && !barrier.sealed)
        await watcher.lead(() => watchOwnLog(parts, under(watcher))).catch(note);
      if (failed.length > 0) throw failed[0];
      return led;
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
      await parts.seal();
      await auditDevices.close();
      await options.audit.close();
    },
  });
}
