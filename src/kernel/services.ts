/**
 * The kernel's services as plug-ins see them: small interfaces, each with its own module behind it. Whoever needs one takes it
 * from `MountContext.services`. A `tx` is the engine's own storage transaction: the service writes in the same commit.
 */
import type { AuditDeviceSpec, NodeIdentity } from "../audit-log/index.ts";
import type { ApiTransport } from "../core/ports/api.ts";
import type { RotationPorts } from "../core/ports/rotation.ts";
import type { StoredSecretRef } from "../core/finding.ts";
import type { RawJson } from "../core/json-bytes.ts";
import type { DeclaredProject } from "../core/ports/project.ts";
import type { Secret } from "../core/secret.ts";
import type { StorageTransaction } from "./barrier/index.ts";
import type { Digest } from "./identity/rows.ts";
import type { TokenFacts } from "./identity/person.ts";
import type { IdentityView } from "./identity/types.ts";
import type {
  AuthGrant,
  Caller,
  LockoutConfig,
  MintedAuth,
  MountInfo,
  MountSettings,
  PathDeclaration,
} from "./plugin.ts";
import type { SealService } from "./seal/service-types.ts";
import type { SnapshotService } from "./snapshot/index.ts";

/** A token as `lookup` shows it; times in milliseconds since the epoch, spans in milliseconds. */
export interface TokenInfo extends Caller {
  readonly creationTime: number;
  /** Span granted at creation or last renewal; 0: none. */
  readonly creationTtl: number;
  readonly explicitMaxTtl: number;
  readonly period: number;
  /** 0: unlimited; otherwise uses left. */
  readonly numUses: number;
  readonly orphan: boolean;
  readonly renewable: boolean;
  readonly boundCidrs: readonly string[];
  readonly role: string;
  readonly lastRenewal: number | null;
}

export interface TokenService {
  /**
   * Mints and stores; `parent` null makes an orphan. `by` asks for it (default: the parent): only root makes root, a token
   * with a use limit makes none. `id`: a custom token value (whether it is allowed is checked by the caller).
   */
  issue(
    grant: AuthGrant,
    options: { path: string; parent: Caller | null; by?: Caller; id?: Secret; mount?: MountInfo },
  ): Promise<MintedAuth>;
  /** null: unknown, expired, revoked. Does not count as a use. */
  lookup(token: Secret): Promise<TokenInfo | null>;
  lookupAccessor(accessor: string): Promise<TokenInfo | null>;
  /** Longer life up to the maximum; throws `token.not-renewable`. `increment` in milliseconds. */
  renew(
    tokenHash: string,
    increment?: number,
    /** `certificates`: what the client that asks shows on its connection. */
    options?: { readonly certificates?: readonly Buffer[] },
  ): Promise<MintedAuth>;
  /** The token and all below it. Refused everywhere from the moment this resolves. False when there was none. */
  revoke(tokenHash: string): Promise<boolean>;
  /** The token alone; its children become orphans. */
  revokeOrphan(tokenHash: string): Promise<boolean>;
  /** Every token whose metadata has all these pairs (`{ run: "…" }`, `{ project, stage, environment }`), with their children. Gives the count. */
  revokeWhere(
    metadata: Readonly<Record<string, string>>,
    options?: {
      /** Also ends the batch tokens made so far that have these pairs, by a note that every request with one reads; not counted. */
      readonly batches?: boolean;
    },
  ): Promise<number>;
  accessors(): Promise<string[]>;
  /** Drops what expired. Gives the count. */
  tidy(): Promise<number>;
}

/** What is told of a wrapped answer; times in milliseconds since the epoch, spans in milliseconds. */
export interface WrapInfo {
  readonly token: Secret;
  readonly accessor: string;
  readonly ttl: number;
  readonly creationTime: number;
  readonly creationPath: string;
  /** Of the token inside; empty where there is none. */
  readonly wrappedAccessor: string;
}

export interface KeptAnswer {
  readonly status: number;
  /** The envelope, checked JSON in a buffer of its own, which the kernel wipes once the answer is written. */
  readonly body: RawJson;
}

export interface WrappingService {
  /** null: no wrapping token, used, expired. Counts as no use. */
  lookup(token: Secret): Promise<Pick<WrapInfo, "creationPath" | "creationTime" | "ttl"> | null>;
  /** Once: the token is gone. The caller's own has lost its use by being presented. Throws `wrapping.invalid`. */
  unwrap(token: Secret, caller: Caller): Promise<KeptAnswer>;
  /** The same answer under a new token and the old path; `ttl` 0: as long as before. Throws `wrapping.invalid`. */
  rewrap(token: Secret, ttl: number): Promise<WrapInfo>;
}

export interface PolicyService {
  get(name: string): Promise<string | null>;
  /** Compiles first; throws `policy.invalid`. `root` and (delete only) `default` are refused. */
  put(name: string, text: string): Promise<void>;
  delete(name: string): Promise<void>;
  names(): Promise<string[]>;
}

export interface MountService {
  /** What a mount whose times are 0 stands for; milliseconds. */
  readonly defaults: { readonly defaultLeaseTtl: number; readonly maxLeaseTtl: number };
  list(kind: "secret" | "auth"): Promise<MountInfo[]>;
  /** Throws `mount.exists` (400, text contains "path is already in use") and `mount.unknown-type`. */
  mount(
    kind: "secret" | "auth",
    path: string,
    spec: {
      type: string;
      description?: string;
      options?: Record<string, string>;
      defaultLeaseTtl?: number;
      maxLeaseTtl?: number;
      settings?: MountSettings;
    },
  ): Promise<MountInfo>;
  /** Revokes the mount's leases and tokens, then deletes its storage. */
  unmount(kind: "secret" | "auth", path: string): Promise<void>;
  tune(
    kind: "secret" | "auth",
    path: string,
    change: {
      description?: string;
      options?: Record<string, string>;
      defaultLeaseTtl?: number;
      maxLeaseTtl?: number;
      /** Members that are absent stay; throws `mount.no-lockout` for types without logins by password. */
      lockout?: Partial<LockoutConfig>;
      /** Members that are absent stay. */
      settings?: MountSettings;
    },
  ): Promise<MountInfo>;
  /**
   * Moves a mount with its storage (`from`, `to`: full paths, auth methods below `auth/`). Its leases and the tokens it issued are revoked
   * when this resolves. Gives the id of the move. Throws `mount.unknown`, `mount.exists`, `mount.not-movable`.
   */
  remount(from: string, to: string): Promise<string>;
  remountStatus(id: string): Promise<{ from: string; to: string; done: boolean } | null>;
  /** The mount that serves this path, or null. */
  find(path: string): Promise<MountInfo | null>;
  /** Every mount with what it declares. */
  declared(): Promise<readonly DeclaredMount[]>;
}

export interface DeclaredMount {
  readonly info: MountInfo;
  readonly paths: readonly PathDeclaration[];
  /** Always there, at this path. */
  readonly builtin: boolean;
}

/** Spans in milliseconds. */
export interface RateLimit {
  readonly name: string;
  /** Empty: everything. */
  readonly path: string;
  /** Requests in an interval, for each client address. */
  readonly rate: number;
  readonly interval: number;
  /** How long an address that went over is refused altogether; 0: not. */
  readonly blockInterval: number;
}

export interface RateLimitSettings {
  readonly exemptPaths: readonly string[];
}

export interface QuotaService {
  list(): Promise<readonly RateLimit[]>;
  /** Throws `quota.exists` when another limit has this path, `quota.too-many`. */
  put(limit: RateLimit): Promise<void>;
  delete(name: string): Promise<void>;
  settings(): Promise<RateLimitSettings>;
  configure(change: Partial<RateLimitSettings>): Promise<void>;
}

export interface LeaseInfo {
  readonly id: string;
  readonly issueTime: number;
  readonly expireTime: number;
  readonly lastRenewal: number | null;
  readonly renewable: boolean;
  /** Present once a revocation failed; the lease is over for its holder and tried again until it counts as irrevocable. */
  readonly failedRevocations?: number;
  readonly irrevocable?: boolean;
}

/** For the operator: what there is and what goes wrong. */
export interface LeaseCounts {
  readonly total: number;
  /** By mount path (`aws/`); what belongs to no mount any more stands under its own first segment. */
  readonly byMount: ReadonlyMap<string, MountLeases>;
  /** Which lease's end or next try falls due first, milliseconds since the epoch; in the past: it is late. */
  readonly oldestDue: { readonly id: string; readonly at: number } | null;
  /** Revocations that failed: to be tried again, and given up. */
  readonly retrying: number;
  readonly irrevocable: number;
}

export type MountLeases = Pick<LeaseCounts, "total" | "retrying" | "irrevocable">;

export interface FailedLease {
  readonly id: string;
  readonly mount: string;
  readonly attempts: number;
  /** The last failure's error code. */
  readonly failure: string;
  /** null: given up; it can be revoked by hand. */
  readonly nextTry: number | null;
}

export interface LeaseService {
  lookup(id: string): Promise<LeaseInfo | null>;
  renew(id: string, increment?: number): Promise<LeaseInfo>;
  revoke(id: string): Promise<void>;
  revokePrefix(prefix: string): Promise<number>;
  /** Revokes what is over, retries what failed. Gives the count of those that ended. */
  tidy(): Promise<number>;
  /** As `revokePrefix`, and a lease is forgotten even when its secret could not be revoked. */
  revokeForce(prefix: string): Promise<number>;
  /** Names directly below a prefix, as `sys/leases/lookup/` lists them. */
  list(prefix: string): Promise<string[]>;
  /** Reads the keys of all leases, page by page. */
  counts(): Promise<LeaseCounts>;
  /** Leases whose revocation failed, at most `limit` (1,000); on request only those that were given up. */
  failures(limit?: number, options?: { readonly irrevocable?: boolean }): Promise<FailedLease[]>;
}

/** Whose rights are asked about: a token's policies and what its entity adds. */
export type RightsHolder = Pick<Caller, "policies" | "entityId">;

export interface AccessService {
  /** As `sys/capabilities`: sorted, `["deny"]`, `["root"]`. */
  capabilities(holder: RightsHolder, path: string): Promise<string[]>;
  /** Every path that they name and what is granted there; null for root. Patterns with their wildcards. */
  granted(holder: RightsHolder): Promise<ReadonlyMap<string, readonly string[]> | null>;
  /** True when they allow anything at or below the path (for `sys/internal/ui/mounts`). */
  mayList(holder: RightsHolder, path: string): Promise<boolean>;
}

export interface IdentityService {
  /** An entity with its groups and policies as it is now; null: there is none. */
  view(entityId: string): Promise<IdentityView | null>;
  /** For an identity token that `caller` is given: the claim that says which person obtained it; null unless a person did. */
  personClaim(caller: Caller, facts: TokenFacts): string | null;
  /** The person's principal out of such a claim; null when this store did not make it for this very token. */
  personOf(claim: unknown, facts: TokenFacts): string | null;
  /** What names in the identity store's keys are replaced by. */
  readonly digest: Digest;
}

export type { AuditDeviceSpec, DeclaredProject, SealService, SnapshotService };

/** A stored value's place: `mount` with trailing slash, `path` below it (without `data/`). */
export interface ValuePlace {
  readonly mount: string;
  readonly path: string;
  readonly version: number;
}

/**
 * The keyed index of values (B3, identify): HMAC over SHA-256 of each field of at least 6 bytes, without white space around it. One value may stand in one
 * environment of a declared project only; look-ups take the SHA-256 and never the value.
 */
export interface ValueIndex {
  /** Records the fields of one version. Throws `value.reused` (400) naming the other environment and secret, never the value. */
  record(tx: StorageTransaction, place: ValuePlace, fields: ReadonlyMap<string, Buffer>): Promise<void>;
  /**
   * Records what another manager gave for a declared secret in an environment: hex SHA-256 by field, in place of what stood there.
   * Throws `value.reused`.
   */
  note(tx: StorageTransaction, path: string, fields: ReadonlyMap<string, string>): Promise<void>;
  /** The version's value is gone for good (destroyed or trimmed). */
  forget(tx: StorageTransaction, place: ValuePlace): Promise<void>;
  /** For each hex SHA-256: where it is stored, places in use first. */
  lookup(sha256: readonly string[]): Promise<ReadonlyMap<string, readonly StoredSecretRef[]>>;
  /** The name of a found value in this store: keyed, 32 hex digits, the same for the same rule and value. */
  nameOf(rule: string, sha256: string): string;
  /** Declares (or replaces) a project; throws `value.reused` when stored values already stand in two of its environments. */
  declare(tx: StorageTransaction, project: DeclaredProject): Promise<void>;
  undeclare(tx: StorageTransaction, name: string): Promise<void>;
  projects(): Promise<DeclaredProject[]>;
}

/** Who was refused a login too often. Names count alike whether or not they exist, so that no answer tells which do. */
export interface LockoutService {
  /** Throws `auth.locked` while the name is locked. */
  check(mount: MountInfo, name: string): Promise<void>;
  /** Counts a failed login. `known`: the name exists, so that it may be listed (others may be mistyped passwords). */
  failed(mount: MountInfo, name: string, known: boolean): Promise<void>;
  /** A right password: forgets the failures, or throws `auth.locked` when as many came meanwhile. */
  succeeded(mount: MountInfo, name: string): Promise<void>;
  /** Known names that are locked now, by their mount's accessor. */
  locked(): Promise<ReadonlyMap<string, readonly string[]>>;
  unlock(accessor: string, name: string): Promise<void>;
}

export interface AuditHashService {
  /** `hmac-sha256:…` as it stands in the audit log. */
  hash(value: Buffer): string;
}

/** Where this process writes the chained log, for those that read it. */
export interface AuditFolderService {
  /** null while it holds no segment. */
  here(): NodeIdentity | null;
}

/** A login that waits for people, as they see it. Times in milliseconds since the epoch. */
export interface ApprovalRequest {
  readonly id: string;
  /** Of the login's metadata; `-` where it names none. */
  readonly project: string;
  readonly environment: string;
  /** `auth/approle/` */
  readonly mount: string;
  readonly role: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Who may not agree: principals, entities, names. */
  readonly requesters: readonly string[];
  readonly needed: number;
  readonly approvals: readonly {
    readonly principal: string;
    readonly displayName: string;
    readonly entity: string;
    readonly time: number;
  }[];
  readonly state: "waiting" | "approved" | "denied" | "used";
  readonly created: number;
  readonly expires: number;
}

export interface ApprovalService {
  /** Those that are not over yet, the oldest first. */
  list(): Promise<ApprovalRequest[]>;
  get(id: string): Promise<ApprovalRequest | null>;
  /** `by` must be a person, not a requester, and agrees once: `approval.no-person`, `approval.own`, `approval.twice`. */
  approve(id: string, by: Caller): Promise<ApprovalRequest>;
  deny(id: string, by: Caller): Promise<ApprovalRequest>;
}

/** What `sys/audit` shows and changes. */
export interface AuditDeviceService {
  /** The chained log, configured devices and stored ones; credentials among the options are not shown. */
  list(): Promise<AuditDeviceSpec[]>;
  isKnown(path: string): Promise<boolean>;
  /** Sends it a test entry first. Throws `audit.bad-device`, `audit.api-off`. */
  enable(spec: AuditDeviceSpec): Promise<void>;
  /** Nothing when there is none. Throws `audit.fixed-device`. */
  disable(path: string): Promise<void>;
}

/**
 * What the operator must know and the caller must not (why a login was refused). Never a secret: names, claims' names, numbers.
 * The request's id joins an entry with its answer and with the audit log.
 */
export interface OperatorLog {
  warn(event: string, fields: Readonly<Record<string, string | number | boolean>>): void;
}

/** The work that one of several processes does for all. */
export interface BackgroundService {
  /** Ends this process's and leaves it to another for a while. */
  stepDown(): Promise<void>;
}

/** Requests of Bulkhead's own background work (a rotation): through the same door as anybody's, authorized and audited. */
export interface OwnRequests {
  /** Root of this process alone, audited as `operator: displayName`, a machine's. */
  as(displayName: string): { readonly send: ApiTransport; readonly token: Secret };
}

export interface KernelServices {
  readonly requests: OwnRequests;
  /** What the composition hands to rotations. */
  readonly rotation: RotationPorts;
  readonly background: BackgroundService;
  readonly tokens: TokenService;
  readonly wrapping: WrappingService;
  readonly policies: PolicyService;
  readonly mounts: MountService;
  readonly leases: LeaseService;
  readonly access: AccessService;
  readonly identity: IdentityService;
  readonly seal: SealService;
  readonly snapshots: SnapshotService;
  readonly values: ValueIndex;
  readonly lockouts: LockoutService;
  readonly auditHash: AuditHashService;
  readonly auditFolder: AuditFolderService;
  readonly auditDevices: AuditDeviceService;
  readonly operatorLog: OperatorLog;
  readonly approvals: ApprovalService;
  readonly quotas: QuotaService;
}
