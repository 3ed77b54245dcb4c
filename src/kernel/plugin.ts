/**
 * What a secrets engine or an auth method is to the kernel: one declaration of paths, typed fields, handlers and help.
 * The kernel parses and checks fields, authenticates, authorizes and audits before a handler runs; a handler sees only
 * its own mount's storage and the services it is given. `server/` hands the registries in (the kernel imports no plug-in).
 */
import type { Clock } from "../core/clock.ts";
import type { RawJson, ReplyValue } from "../core/json-bytes.ts";
import type { Secret } from "../core/secret.ts";
import type { Storage, StorageTransaction } from "./barrier/index.ts";
import type { KernelServices, KeptAnswer, LeaseInfo, WrapInfo } from "./services.ts";

/** POST and PUT arrive as `update` and become `create` when the path's `exists` says there is nothing yet. */
export type Operation = "create" | "read" | "update" | "patch" | "delete" | "list" | "scan";

/**
 * string, int, bool; `duration` (seconds, from "1h" or a number); `strings` (array or comma list); `map` (string to string);
 * `json` (bytes as they came, never parsed); `secret` (a JSON string decoded into a Secret, wiped after the call).
 */
export type FieldType = "string" | "int" | "bool" | "duration" | "strings" | "map" | "json" | "secret";

export interface FieldDeclaration {
  readonly type: FieldType;
  readonly description: string;
  /** Absent: 400 before the handler runs. */
  readonly required?: boolean;
  /** What it asks for is not offered: refused, unless it is empty, 0 or false, so that nobody believes it is obeyed. */
  readonly refused?: boolean;
  /** In clear in the audit log (names, numbers). Otherwise strings are written as `hmac-sha256:…`. */
  readonly plain?: boolean;
}

/** Typed reading of declared fields (path parameters, query and body in one); undefined when absent. Wrong types were refused before. */
export interface Fields {
  has(name: string): boolean;
  string(name: string): string | undefined;
  int(name: string): number | undefined;
  bool(name: string): boolean | undefined;
  /** Milliseconds. */
  duration(name: string): number | undefined;
  strings(name: string): readonly string[] | undefined;
  map(name: string): Readonly<Record<string, string>> | undefined;
  json(name: string): RawJson | undefined;
  secret(name: string): Secret | undefined;
}

export interface MountInfo {
  /** With trailing slash, auth methods below `auth/`: `secret/`, `auth/approle/`. */
  readonly path: string;
  readonly type: string;
  readonly class: "secret" | "auth" | "system";
  readonly accessor: string;
  readonly uuid: string;
  readonly description: string;
  /** e.g. `{ version: "2" }`. */
  readonly options: Readonly<Record<string, string>>;
  /** Milliseconds; 0: the system's default. */
  readonly defaultLeaseTtl: number;
  readonly maxLeaseTtl: number;
  /** Where it was tuned; absent: `DEFAULT_LOCKOUT`. Only for types with `locksOut`. */
  readonly lockout?: LockoutConfig;
  /** Absent: nothing of it was ever set. */
  readonly settings?: MountSettings;
}

/** What else a mount can be tuned to; absent or empty: not set. */
export interface MountSettings {
  /** `unauth`: named to callers without a token; `hidden`: as if not set. */
  readonly listingVisibility?: string;
  /** Fields and members that stand in clear in the audit log. */
  readonly auditNonHmacRequestKeys?: readonly string[];
  readonly auditNonHmacResponseKeys?: readonly string[];
  /** Kept and shown: no plug-in reads request headers or sets headers of answers. */
  readonly passthroughRequestHeaders?: readonly string[];
  readonly allowedResponseHeaders?: readonly string[];
  /** Auth methods: `service` and `batch` count whatever a role says, `default-service` and `default-batch` where it says nothing. */
  readonly tokenType?: string;
  readonly forceNoCache?: boolean;
  readonly local?: boolean;
}

/** When a name is refused for a while because its logins failed. Spans in milliseconds. */
export interface LockoutConfig {
  /** Failed logins in a row. */
  readonly threshold: number;
  readonly duration: number;
  /** A failure is forgotten when so long none follows. */
  readonly counterReset: number;
  readonly disabled: boolean;
}

/** Who calls: the token's public side. Never the token itself. */
export interface Caller {
  readonly accessor: string;
  readonly displayName: string;
  readonly policies: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly entityId: string;
  readonly type: "service" | "batch";
  readonly root: boolean;
  /** Path that made it: `auth/token/create`, `auth/approle/login`. */
  readonly path: string;
  /** End of the token, milliseconds since the epoch; null: never. */
  readonly expireTime: number | null;
  /** Hash under which the token is stored: names its cubbyhole and its children. */
  readonly tokenHash: string;
  /** What stands behind the token (B1): passed on to its children and to all it makes. Empty: not said (root, tokens made by it). */
  readonly actor: Actor;
  /** Which person or machine, and through which mount (`auth_userpass_1a2b/alice`): passed on like `actor`. Empty: nobody known. */
  readonly principal: string;
}

/** `person`: a login by password or a browser. `machine`: a workload's own identity. */
export type Actor = "person" | "machine" | "";

export interface Call {
  readonly operation: Operation;
  /** Relative to the mount. */
  readonly path: string;
  /** What the pattern's `{name}` matched. */
  readonly params: Readonly<Record<string, string>>;
  readonly fields: Fields;
  readonly storage: Storage;
  /** null only on paths declared `unauthenticated`. */
  readonly caller: Caller | null;
  readonly requestId: string;
  readonly mount: MountInfo;
  readonly remote: string;
  /** The client's certificate chain on this TLS connection (DER, its own first); empty without one. Not verified by TLS. */
  readonly certificates: readonly Buffer[];
  /** Milliseconds for which the answer will be wrapped; 0: it is not. */
  readonly wrapTtl: number;
  /**
   * The body as it came (for paths that take any JSON, such as KV v1 and cubbyhole); null when there was none. Like `json` fields it
   * is zeroed after the call: what is kept or replied must be a copy.
   */
  readonly body: RawJson | null;
  /** Of the few paths whose body is no JSON (a snapshot); null elsewhere. Zeroed after the call. */
  readonly rawBody: Buffer | null;
}

/** A login's or token creation's grant: the kernel mints the token and puts it in the reply's `auth`. */
export interface AuthGrant {
  readonly policies: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly displayName: string;
  /** Milliseconds; undefined: the mount's default. */
  readonly ttl?: number | undefined;
  readonly explicitMaxTtl?: number | undefined;
  /** A role's upper bound for the whole life, renewals included; undefined: the mount's. */
  readonly maxTtl?: number | undefined;
  readonly period?: number | undefined;
  readonly numUses?: number | undefined;
  readonly renewable?: boolean | undefined;
  readonly type?: "service" | "batch" | undefined;
  readonly noDefaultPolicy?: boolean | undefined;
  readonly boundCidrs?: readonly string[] | undefined;
  /** Name of the role that logged in, for `lookup` and audit. */
  readonly role?: string | undefined;
  /** Of a login; a child token takes its parent's, whatever is said here. */
  readonly actor?: Actor | undefined;
  /** Who stands behind it where that is not the one who logs in: the maker of a secret id. Absent: named after `alias`. */
  readonly principal?: string | undefined;
  /** What must hold besides the credential (B4). */
  readonly conditions?: LoginConditions | undefined;
  /** Who logged in, for the identity store: a name unique within the mount. Absent: no entity. */
  readonly alias?: LoginAlias | undefined;
  /** Kept with the token (encrypted) for the backend's `renewLogin`. Not shown. */
  readonly internal?: Readonly<Record<string, string>> | undefined;
}

export interface LoginConditions {
  /** So many other people must agree first; absent or 0: nobody. */
  readonly approvals?: number;
  /** When logins may happen, in UTC: `Mon-Thu 08:00-16:00`. */
  readonly window?: string;
}

export interface LoginAlias {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Names of groups that the login vouches for (external groups' aliases). */
  readonly groups?: readonly string[];
}

/** A dynamic secret's lease; `internal` is kept (encrypted) for the backend's `revoke`. */
export interface LeaseGrant {
  /** Milliseconds. */
  readonly ttl: number;
  readonly maxTtl?: number;
  readonly renewable: boolean;
  readonly internal: Readonly<Record<string, string>>;
  /**
   * A key of the mount's own storage: the note that a secret is being made, written before it was. The lease takes its place in one
   * commit, so that a crash leaves the one or the other; when the note is gone by then, the secret is ended and the request refused.
   */
  readonly replaces?: string;
}

export interface Reply {
  /** Default 200, or 204 without data, auth and warnings. A 404 with data keeps the full envelope (deleted KV v2 version). */
  readonly status?: number;
  readonly data?: Readonly<Record<string, ReplyValue>> | null;
  readonly warnings?: readonly string[];
  readonly auth?: AuthGrant | MintedAuth;
  /**
   * A login that has something to count (a secret id's use) or to hold fast while its token is made: run in the transaction that stores the
   * token, over the mount's storage, maybe several times, so that both are one commit. What it throws refuses the login. In place of `auth`.
   */
  readonly login?: (tx: StorageTransaction) => Promise<AuthGrant>;
  /** A grant is registered as a new lease; a LeaseInfo (a renewal) is shown as it is. */
  readonly lease?: LeaseGrant | LeaseInfo;
  /** `lease_duration` of an answer that has no lease: how long a reader may count on it; milliseconds. */
  readonly leaseDuration?: number;
  /** Some `sys` routes copy `data` to the top level as well. */
  readonly flatten?: boolean;
  /** How long others may keep this public answer (`Cache-Control: public`); milliseconds. Default: not at all. */
  readonly publicFor?: number;
  /** The whole body in place of the envelope (`sys/health`, `sys/seal-status`). */
  readonly bare?: Readonly<Record<string, ReplyValue>>;
  /** An answer kept from an earlier request (`sys/wrapping/unwrap`): its envelope, given again under this request's id. */
  readonly kept?: KeptAnswer;
  /** A wrapping token that the handler made itself (`sys/wrapping/rewrap`). */
  readonly wrapped?: WrapInfo;
  /** The whole answer in another form than JSON (certificates, revocation lists). Public data only: it is not written to the audit log. */
  readonly raw?: { readonly contentType: string; readonly body: Buffer };
}

/** A token already minted or renewed by the token service; the kernel only renders it. */
export interface MintedAuth {
  /** null where it is not known: a renewal by accessor. Wiped once the reply is written. */
  readonly token: Secret | null;
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly tokenPolicies: readonly string[];
  /** What its entity adds at this moment. */
  readonly identityPolicies?: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds left; 0: never expires. */
  readonly ttl: number;
  readonly renewable: boolean;
  readonly entityId: string;
  readonly type: "service" | "batch";
  readonly orphan: boolean;
  readonly numUses: number;
  readonly warnings?: readonly string[];
}

/** null: nothing there (404 with an empty error list). undefined: done, nothing to say (204). */
export type Handler = (call: Call) => Promise<Reply | null | undefined>;

export interface PathDeclaration {
  /**
   * Relative to the mount: literals, `{name}` for one segment, `{name*}` for the rest (may be empty, keeps inner and trailing
   * slashes). The first declaration that matches wins. A list's path ends with a slash; patterns need not say so.
   */
  readonly pattern: string;
  readonly summary: string;
  readonly fields?: Readonly<Record<string, FieldDeclaration>>;
  readonly operations: Partial<Readonly<Record<Operation, Handler>>>;
  /** Distinguishes create from update; without it POST is `update`. */
  readonly exists?: (call: Call) => Promise<boolean>;
  /** No token needed (logins, health). */
  readonly unauthenticated?: boolean;
  /** Needs the `sudo` capability (root-protected paths). */
  readonly sudo?: boolean;
  /** Answers while sealed (health, unseal), when there is no storage, no caller and no audit. Built-in mounts only. */
  readonly whileSealed?: boolean;
  /** No token needed, but one that comes along must be valid, and the handler is told whose it is. */
  readonly callerOptional?: boolean;
  /**
   * About a wrapping token (the body's `token`, else the caller's own), which must be one; the handler finds it in the secret field `token`. Checked before anything else, so that one that was
   * stolen and used shows as such.
   */
  readonly wrappingToken?: boolean;
  /** The handler finds the caller's own token in the secret field `token` (`auth/token/lookup-self`); `absent`: when none was sent. */
  readonly callerToken?: boolean | "absent";
}

export interface Backend {
  readonly paths: readonly PathDeclaration[];
  /** Ends a leased secret of this mount; called again later when it throws. */
  revoke?(
    lease: { readonly id: string; readonly internal: Readonly<Record<string, string>> },
    storage: Storage,
  ): Promise<void>;
  /**
   * A leased secret of this mount is to live longer: makes it so at the system behind it, or throws, and then nothing changes.
   * `expires`: the lease's new end, milliseconds since the epoch.
   */
  renew?(
    lease: {
      readonly id: string;
      readonly internal: Readonly<Record<string, string>>;
      readonly expires: number;
    },
    storage: Storage,
  ): Promise<void>;
  /**
   * A token of this auth method is to live longer: whether its login still stands (user, role, secret id). Throws, and it is not
   * renewed. `internal` is what the grant kept.
   */
  renewLogin?(
    token: {
      readonly internal: Readonly<Record<string, string>>;
      readonly metadata: Readonly<Record<string, string>>;
      readonly policies: readonly string[];
      readonly role: string;
      /** The client's certificates on the connection that asks for the renewal; absent where that is not known. */
      readonly certificates?: readonly Buffer[];
    },
    storage: Storage,
  ): Promise<void>;
  /** Does what fell due (expired entries, overdue runs): called at start and now and then, by several processes at once. */
  tidy?(storage: Storage): Promise<void>;
  /** Looks at what this node wrote (its audit log): called now and then by one of the processes on it. Of types with `watches`. */
  watch?(storage: Storage, goesOn: () => boolean): Promise<void>;
  /** After a token is gone (its cubbyhole is wiped). */
  tokenRevoked?(tokenHash: string, storage: Storage): Promise<void>;
  /** Lets go of what it holds outside the store (connections), before a seal and when its mount is gone or changed. */
  close?(): Promise<void>;
}

export interface MountContext {
  readonly mount: MountInfo;
  readonly clock: Clock;
  readonly services: KernelServices;
}

/** What the kernel must know of a plug-in without loading it. */
export interface PluginFacts {
  /** As in `sys/mounts` and `sys/auth`: `kv`, `approle`. */
  readonly type: string;
  /** What a built-in's mount says of itself. */
  readonly description?: string;
  /** Mounted at every start at this path, cannot be unmounted (`sys/`, `cubbyhole/`, `auth/token/`, `bulkhead/projects/` …). */
  readonly builtinAt?: string;
  /** Its mounts may have `tokenRevoked`: the others are not loaded to be told of a token's end. */
  readonly keepsPerToken?: boolean;
  /** Its mounts may have `watch`. */
  readonly watches?: boolean;
}

/** A line of a registry: a command pays only for the plug-ins on its way. The facts are the loaded plug-in's own. */
export interface LazyPlugin extends PluginFacts {
  readonly load: () => Promise<PluginType>;
}

export type AnyPlugin = PluginType | LazyPlugin;

export interface PluginType extends PluginFacts {
  readonly title: string;
  readonly description: string;
  /** Other names `sys/mounts` accepts, with the options they stand for: `{ "kv-v2": { version: "2" } }`. */
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What a mount has of options that its maker does not name. */
  readonly defaultOptions?: Readonly<Record<string, string>>;
  /** Logins by name and password, which `services.lockouts` guards: such a mount's lockout can be tuned. */
  readonly locksOut?: boolean;
  /** Throws when a mount with these options cannot be served: asked before it is mounted, or tuned (from `before`) so. */
  check?(mount: MountInfo, before?: MountInfo): void;
  /** Called once per mount per process; must do no I/O. */
  create(context: MountContext): Backend;
}
