/**
 * The parts of one kernel, and how they are joined. Tokens, leases and mounts need each other (a token's end ends its leases, a
 * mount's end ends both), so that each is given a way to ask for the others when it works and not when it is made.
 */
import { type AuditDevices, openAuditDevices } from "../audit-log/index.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import type { ApiTransport } from "../core/ports/api.ts";
import type { RotationPorts } from "../core/ports/rotation.ts";
import type { Store } from "../core/ports/store.ts";
import type { Secret } from "../core/secret.ts";
import { Approvals } from "./approvals.ts";
import { StoredDevices } from "./audit-devices.ts";
import { Audit } from "./audit.ts";
import { type Barrier, createBarrier } from "./barrier/index.ts";
import { Identities } from "./identity/index.ts";
import type { KernelOptions } from "./index.ts";
import { Leader, fencedStore } from "./jobs/index.ts";
import { Leases } from "./leases.ts";
import { Lockouts } from "./lockouts.ts";
import { storagePrefix } from "./mount-info.ts";
import { MountTable } from "./mounts.ts";
import { Policies } from "./policies.ts";
import { Quotas } from "./quotas.ts";
import { createSealService } from "./seal/service.ts";
import type { KernelServices, OperatorLog, OwnRequests } from "./services.ts";
import { createSnapshotService } from "./snapshot/index.ts";
import { Tokens } from "./tokens/index.ts";
import { TOKENS, readRecord } from "./tokens/rows.ts";
import { Values } from "./value-index.ts";
import { Wrapping } from "./wrapping.ts";

const DAY = 86_400_000;

/** What needs nothing but the store. */
interface Base {
  readonly store: Store;
  readonly clock: Clock;
  readonly barrier: Barrier;
  readonly leader: Leader;
  /** For what each node does for itself; null where no log says which it is. */
  watcher(): Leader | null;
  readonly ttls: { readonly defaultLeaseTtl: number; readonly maxLeaseTtl: number };
  readonly operatorLog: OperatorLog;
  readonly identities: Identities;
  readonly policies: Policies;
  readonly values: Values;
  readonly lockouts: Lockouts;
  readonly quotas: Quotas;
  readonly approvals: Approvals;
  readonly auditDevices: AuditDevices;
  readonly storedDevices: StoredDevices;
  readonly audit: Audit;
}

export interface Parts extends Base {
  readonly tokens: Tokens;
  readonly wrapping: Wrapping;
  readonly leases: Leases;
  readonly mounts: MountTable;
  readonly sealService: ReturnType<typeof createSealService>;
  readonly services: KernelServices;
  /** `handle`, once there is one: for requests of the kernel's own work. */
  readonly door: Door;
  /** Forgets everything in clear, then the keys. */
  seal(): Promise<void>;
}

interface Door {
  handle: ApiTransport | null;
}

/** The parts, once all are made. */
type Joined = () => Parts;

export function makeParts(options: KernelOptions): Parts {
  const base = baseOf(options);
  const joined: Joined = () => parts;
  const tokens = tokensOver(base.barrier, base, joined);
  const made = {
    ...base,
    tokens,
    wrapping: wrappingOf(base, tokens, joined),
    leases: leasesOf(base, joined),
    mounts: mountsOf(base, options, joined),
    sealService: sealServiceOf(base, options, joined),
    seal: () => sealAll(joined()),
    door: { handle: null } satisfies Door as Door,
  };
  const parts: Parts = { ...made, services: servicesOf(made, options.rotation ?? {}) };
  return parts;
}

function baseOf(options: KernelOptions): Base {
  const { clock = systemClock, operatorLog = { warn: () => undefined } } = options;
  const store = fencedStore(options.store);
  const barrier = createBarrier(store, { clock });
  const identities = new Identities(barrier, clock);
  const now = (): number => clock.now();
  const onEvent: OperatorLog["warn"] = (event, fields) => operatorLog.warn(event, fields);
  const auditDevices = options.auditDevices ?? openAuditDevices({ log: options.audit, clock, onEvent });
  return {
    ...{ store, clock, barrier, identities, operatorLog, auditDevices },
    leader: new Leader({ ...options.lock, locks: store.locks, name: "background" }),
    watcher: watcherOf(options, store, auditDevices),
    ttls: {
      defaultLeaseTtl: options.defaultLeaseTtl ?? 32 * DAY,
      maxLeaseTtl: options.maxLeaseTtl ?? 32 * DAY,
    },
    policies: new Policies(barrier, clock, identities),
    values: new Values(barrier),
    lockouts: new Lockouts(barrier, clock),
    quotas: new Quotas(barrier, clock),
    approvals: new Approvals(barrier, clock, identities),
    storedDevices: new StoredDevices(auditDevices, barrier, now),
    audit: new Audit(auditDevices, barrier, now),
  };
}

/** Processes on one folder share a log: one of them watches it. */
function watcherOf({ lock }: KernelOptions, store: Store, { log }: AuditDevices): Base["watcher"] {
  let leader: Leader | null = null;
  return () => {
    const node = (log.claimed() ?? log.anchor())?.node;
    if (node !== undefined) leader ??= new Leader({ ...lock, locks: store.locks, name: `watch-${node}` });
    return leader;
  };
}

function tokensOver(barrier: Barrier, { clock, identities, ttls }: Base, joined: Joined): Tokens {
  return new Tokens({
    ...{ barrier, clock, identities },
    defaultTtl: ttls.defaultLeaseTtl,
    maxTtl: ttls.maxLeaseTtl,
    cleanUp: async (tokenHash) => {
      const { leases, mounts } = joined();
      await leases.revokeByToken(tokenHash);
      for (const { backend, info } of await mounts.keepingPerToken())
        await backend.tokenRevoked?.(tokenHash, mounts.storage(info));
    },
    mountStands: (uuid, seen) => joined().mounts.stands(uuid, seen),
    loginStands: async (record, certificates) => {
      const { mounts } = joined();
      const mounted = await mounts.route(record.path);
      if (mounted?.backend.renewLogin === undefined) return;
      const { metadata, policies, role, internal = {} } = record;
      const token = { internal, metadata, policies, role, ...(certificates && { certificates }) };
      await mounted.backend.renewLogin(token, mounts.storage(mounted.info));
    },
  });
}

const wrappingOf = ({ barrier, clock }: Base, tokens: Tokens, joined: Joined): Wrapping =>
  new Wrapping({
    ...{ barrier, clock, tokens },
    cubbyholes: async () => {
      const mount = await joined().mounts.find("cubbyhole/");
      return mount?.type === "cubbyhole" ? storagePrefix(mount) : null;
    },
  });

const leasesOf = ({ barrier, clock, ttls }: Base, joined: Joined): Leases =>
  new Leases({
    ...{ barrier, clock },
    maxTtl: ttls.maxLeaseTtl,
    backend: async (mount) => {
      const { mounts } = joined();
      const ready = await mounts.readyFor(mount);
      return ready === null ? null : { backend: ready.backend, storage: mounts.storage(mount) };
    },
    revokeTokensBelow: (path) => joined().tokens.revokeIssuedBelow(path),
    mountPaths: () => joined().mounts.paths(),
    tokenStands: async (tx, hash) =>
      hash === "" || joined().tokens.isOperator(hash) || (await readRecord(tx.scope(TOKENS), hash)) !== null,
  });

const mountsOf = (
  { barrier, clock, ttls, values }: Base,
  { engines, authMethods }: KernelOptions,
  joined: Joined,
): MountTable =>
  new MountTable({
    ...{ barrier, clock, engines, authMethods },
    defaults: ttls,
    services: () => joined().services,
    beforeRemoval: async (mount) => {
      await joined().leases.revokePrefix(mount.path);
    },
    forget: (tx, mount) => values.forgetMount(tx, mount),
    move: (tx, from, to) => values.moveMount(tx, from, to),
  });

const sealServiceOf = (base: Base, options: KernelOptions, joined: Joined): Parts["sealService"] => {
  const { store, barrier, clock, operatorLog } = base;
  return createSealService({
    ...{ store, barrier, clock, operatorLog },
    seal: () => joined().seal(),
    otherBarrier: () => createBarrier(store, { clock }),
    version: options.version,
    storageType: options.storageType ?? "bulkhead",
    keyService: options.keyService ?? null,
    mintRoot: (over) => (over === barrier ? joined().tokens : tokensOver(over, base, joined)).mintRoot(),
  });
};

async function sealAll(parts: Parts): Promise<void> {
  const { barrier, audit, leader, watcher, sealService } = parts;
  if (barrier.sealed) return;
  await audit.anchor();
  for (const one of [leader, watcher()]) await one?.release().catch(() => undefined); // it ends by itself
  sealService.forget();
  clearCaches(parts);
  await barrier.seal();
}

type Cached = Pick<
  Parts,
  "tokens" | "policies" | "identities" | "mounts" | "values" | "quotas" | "storedDevices"
>;

function clearCaches({ tokens, policies, identities, mounts, values, quotas, storedDevices }: Cached): void {
  for (const part of [tokens, policies, identities, mounts, values, quotas, storedDevices]) part.clear();
}

/** One token a name, made anew after a seal. */
function ownRequests({ tokens, door }: Pick<Parts, "tokens" | "door">): OwnRequests {
  const known = new Map<string, Secret>();
  return {
    as: (displayName) => {
      const { handle } = door;
      if (handle === null) throw new TypeError("the kernel is not open yet");
      const before = known.get(displayName);
      const token =
        before !== undefined && tokens.isOperator(tokens.hash(before))
          ? before
          : tokens.operator(displayName, "machine");
      known.set(displayName, token);
      return { send: handle, token };
    },
  };
}

function servicesOf(made: Omit<Parts, "services">, rotation: RotationPorts): KernelServices {
  const { store, barrier, operatorLog, policies } = made;
  return {
    requests: ownRequests(made),
    rotation,
    background: made.leader,
    tokens: made.tokens,
    wrapping: made.wrapping,
    policies,
    mounts: made.mounts,
    leases: made.leases,
    access: policies,
    identity: made.identities,
    seal: made.sealService,
    snapshots: createSnapshotService({
      ...{ store, barrier, operatorLog },
      changed: async () => {
        clearCaches(made);
        // another store's ring under another root key: only its own seal opens it
        await barrier.reload().catch(() => made.seal());
      },
    }),
    values: made.values,
    lockouts: made.lockouts,
    auditHash: made.audit,
    auditFolder: made.audit,
    approvals: made.approvals,
    quotas: made.quotas,
    auditDevices: made.storedDevices,
    operatorLog,
  };
}
