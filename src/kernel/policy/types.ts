/**
 * The words of the policy language: capabilities, operations, one rule per path, and the interface of a compiled ACL.
 * A policy's text is parsed once (parse.ts), the policies of a token are compiled once (acl.ts), and every request is
 * one `decide`. Paths have no slash at the front; `+` stands for one whole segment, `*` at the end for any rest.
 */

/** Bits as they are merged; `deny` erases all others. `subscribe` is accepted for policies written for other servers. */
export const CAPABILITY_BITS = {
  deny: 1,
  create: 2,
  read: 4,
  update: 8,
  delete: 16,
  list: 32,
  sudo: 64,
  patch: 128,
  scan: 256,
  subscribe: 512,
} as const;

export type Capability = keyof typeof CAPABILITY_BITS;

/** The capability each operation needs; `help` needs none. Unknown operations are refused. */
export const OPERATION_BITS = {
  create: CAPABILITY_BITS.create,
  read: CAPABILITY_BITS.read,
  update: CAPABILITY_BITS.update,
  patch: CAPABILITY_BITS.patch,
  delete: CAPABILITY_BITS.delete,
  list: CAPABILITY_BITS.list,
  scan: CAPABILITY_BITS.scan,
  subscribe: CAPABILITY_BITS.subscribe,
  // what the server does on a lease's behalf counts as an update, as in Vault
  revoke: CAPABILITY_BITS.update,
  renew: CAPABILITY_BITS.update,
  rollback: CAPABILITY_BITS.update,
  help: 0,
} as const;

export type Operation = keyof typeof OPERATION_BITS;

export type ParameterValue = string | number | boolean | null;

/** Lower-cased parameter name (or `*`) → values; an empty list means any value. Strings may begin or end with `*`. */
export type ParameterLists = ReadonlyMap<string, readonly ParameterValue[]>;

export interface PathRule {
  /** As written, without the slash at the front: `+` segments, `*` at the end and `{{…}}` still in it. */
  readonly path: string;
  /** Literal text and template expressions in turn (odd places are expressions); null where there is no template. */
  readonly slots: readonly string[] | null;
  /** Sorted, each once; exactly `["deny"]` where the rule denies; empty where it grants nothing. */
  readonly capabilities: readonly Capability[];
  /** Lower-cased. */
  readonly requiredParameters: readonly string[];
  readonly allowedParameters: ParameterLists | null;
  readonly deniedParameters: ParameterLists | null;
  /** Milliseconds. */
  readonly minWrappingTtl: number | null;
  /** Milliseconds. */
  readonly maxWrappingTtl: number | null;
  /** Most entries one list or scan may ask for. */
  readonly paginationLimit: number | null;
  /** Milliseconds since the epoch; from then on the rule is as if it were not written. */
  readonly expiration: number | null;
}

export interface CompiledPolicy {
  readonly name: string;
  readonly rules: readonly PathRule[];
  /** True when the caller's identity decides what some path is. */
  readonly templated: boolean;
}

export interface TemplateAlias {
  readonly mountAccessor: string;
  readonly id: string;
  readonly name: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly customMetadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * What `{{identity.…}}` may name. A path whose template does not resolve is dropped. A value that holds a slash or would
 * bring in a wildcard makes the whole ACL refuse (reason `template`), since the dropped path could have been a restriction.
 */
export interface TemplateValues {
  readonly entity?:
    | {
        readonly id: string;
        readonly name: string;
        readonly metadata?: Readonly<Record<string, string>> | undefined;
        readonly aliases?: readonly TemplateAlias[] | undefined;
      }
    | undefined;
  readonly groups?:
    | readonly {
        readonly id: string;
        readonly name: string;
        readonly metadata?: Readonly<Record<string, string>> | undefined;
      }[]
    | undefined;
}

export type RequestData = Readonly<Record<string, unknown>>;

export interface AclRequest {
  readonly operation: Operation;
  /** Mount and path, slashes at the front ignored; a list's path ends in a slash. */
  readonly path: string;
  /**
   * Top-level parameters of body and query, names as sent. A function is called only where the rule looks at
   * parameters, so that bodies need not be parsed otherwise; one that throws is a refusal.
   */
  readonly data?: RequestData | (() => RequestData) | undefined;
  /** What the caller asked the answer to be wrapped for, in milliseconds; undefined for no wrapping. */
  readonly wrapTtl?: number | undefined;
}

export type DecisionReason =
  | "root"
  | "help"
  | "granted"
  | "no-rule"
  | "template"
  | "denied"
  | "capability"
  | "wrapping"
  | "parameters"
  | "pagination";

export interface Decision {
  readonly allowed: boolean;
  /** The caller has root privilege here (root, or `sudo` on this path). It never allows by itself: paths that need it need both. */
  readonly sudo: boolean;
  /** What the deciding rule grants, sorted; `["deny"]` or `["root"]` as `sys/capabilities` says. */
  readonly capabilities: readonly string[];
  readonly reason: DecisionReason;
  /** The deciding rule's path with its wildcards, or null. */
  readonly rule: string | null;
  /** Names of the policies merged into that rule. */
  readonly policies: readonly string[];
  /** For an allowed list or scan: the page size to use in place of the caller's (0: no limit), or null to leave it. */
  readonly listLimit: number | null;
}

/** The policies of one token, ready to be asked. Immutable to its users, so it may be cached and shared. */
export interface Acl {
  readonly root: boolean;
  /** Never throws. */
  decide(request: AclRequest): Decision;
  /** As `sys/capabilities` answers: sorted; `["deny"]` for nothing; `["root"]`. */
  capabilities(path: string): string[];
  /** What is granted by path, with its wildcards; empty for root, which no path limits. */
  granted(): ReadonlyMap<string, readonly string[]>;
  /** True when something at or below this mount path is granted: decides whether the mount may be named to the caller. */
  seesMount(mountPath: string): boolean;
}
