/** What a new token's record holds: policies, lifetime, and what it takes over from the token that asked for it. */
import { BulkheadError } from "../../core/errors.ts";
import { randomBase62 } from "../../core/ids.ts";
import type { Secret } from "../../core/secret.ts";
import { checkCidrs } from "../cidr.ts";
import type { AuthGrant, Caller, MountInfo } from "../plugin.ts";
import { ROOT_POLICY } from "../policy/acl.ts";
import { DEFAULT_POLICY, RESPONSE_WRAPPING } from "../policy/builtin.ts";
import { checkBatchGrant } from "./batch.ts";
import { lifetime } from "./lifetime.ts";
import type { TokenRecord } from "./record.ts";

export interface IssueOptions {
  readonly path: string;
  readonly parent: Caller | null;
  readonly by?: Caller;
  readonly id?: Secret;
  readonly mount?: MountInfo;
}

/** The grant as it will be minted: policies in order, the type decided, everything checked that needs no storage. */
export function settledGrant(grant: AuthGrant, options: IssueOptions): AuthGrant {
  const creator = options.by ?? options.parent;
  if (creator?.type === "batch") throw invalid("batch tokens cannot create more tokens");
  const policies = policySet(grant);
  if (policies.includes(RESPONSE_WRAPPING)) throw invalid(`cannot assign policy "${RESPONSE_WRAPPING}"`);
  const type = typeOf(grant, options.mount);
  if (type === "batch") checkBatchGrant(grant, policies);
  if (policies.includes(ROOT_POLICY) && creator?.root !== true)
    throw invalid("root tokens may not be created without parent token being root");
  checkCidrs(grant.boundCidrs ?? []);
  checkDescription(grant);
  return { ...grant, policies, type };
}

/** The mount's word counts where it says so outright; otherwise the role's, and the mount's where that says nothing. */
function typeOf({ type }: AuthGrant, mount: MountInfo | undefined): "service" | "batch" {
  const tuned = mount?.settings?.tokenType ?? "";
  if (tuned === "service" || tuned === "batch") return tuned;
  return type ?? (tuned === "default-batch" ? "batch" : "service");
}

const invalid = (problem: string): BulkheadError => new BulkheadError("token.invalid", { problem });

export interface IssueContext {
  /** The system's, in milliseconds. */
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly path: string;
  readonly mount: MountInfo | undefined;
  readonly now: number;
  /** Empty for an orphan. */
  readonly parentHash: string;
  readonly entityId: string;
}

const least = (a: number, b: number | undefined): number => (b !== undefined && b > 0 ? Math.min(a, b) : a);

export function newRecord(
  grant: AuthGrant,
  policies: readonly string[],
  { defaultTtl, maxTtl, path, mount, now, parentHash, entityId }: IssueContext,
): { record: TokenRecord; warnings: readonly string[] } {
  const most = least(mount?.maxLeaseTtl || maxTtl, grant.maxTtl);
  const limits = {
    defaultTtl: Math.min(mount?.defaultLeaseTtl || defaultTtl, most),
    maxTtl: most,
    explicitMaxTtl: grant.explicitMaxTtl ?? 0,
    period: grant.period ?? 0,
  };
  // root without an asked end has none
  const endless =
    policies.includes(ROOT_POLICY) && !grant.ttl && limits.period === 0 && limits.explicitMaxTtl === 0;
  const { ttl, warnings } = endless ? { ttl: 0, warnings: [] } : lifetime(grant.ttl ?? 0, 0, limits);
  const record: TokenRecord = {
    ...blankRecord({ policies, path, displayName: grant.displayName, created: now }),
    metadata: grant.metadata,
    parent: parentHash,
    creationTtl: ttl,
    expires: endless ? null : now + ttl,
    explicitMaxTtl: limits.explicitMaxTtl,
    maxTtl: most,
    period: limits.period,
    numUses: grant.numUses ?? 0,
    renewable: !endless && (grant.renewable ?? true),
    boundCidrs: grant.boundCidrs ?? [],
    role: grant.role ?? "",
    entityId,
    ...(grant.actor === undefined ? {} : { actor: grant.actor, principal: principalOf(grant, mount) }),
    ...(grant.internal === undefined ? {} : { internal: grant.internal }),
  };
  return { record, warnings };
}

/** `creator` as it stands in the issuing transaction, so that a token revoked meanwhile makes no more. */
export function asMadeBy(creator: TokenRecord | null, record: TokenRecord, now: number): TokenRecord {
  const refuse = (problem: string): never => {
    throw new BulkheadError("token.invalid", { problem });
  };
  if (creator === null || (creator.expires !== null && creator.expires <= now))
    throw new BulkheadError("auth.missing-token");
  if (creator.numUses !== 0) refuse("restricted use token cannot generate child tokens");
  if (record.expires === null && creator.expires !== null)
    refuse("expiring root tokens cannot create non-expiring root tokens");
  return {
    ...behindIt(record, creator),
    boundCidrs: record.boundCidrs.length > 0 ? record.boundCidrs : creator.boundCidrs,
  };
}

/**
 * Whoever makes a token stands behind it, also behind an orphan: nobody becomes somebody else by making one. And a person stays one,
 * whatever it is made with: a role that a person wrote makes no automation's tokens.
 */
export function behindIt(
  record: TokenRecord,
  creator: Pick<TokenRecord, "actor" | "principal">,
): TokenRecord {
  const { actor: said, principal: named, ...rest } = record;
  const actor = said === "person" ? said : creator.actor;
  const principal = creator.principal || (said === "person" ? named : undefined);
  return {
    ...rest,
    ...(actor === undefined ? {} : { actor }),
    ...(principal === undefined ? {} : { principal }),
  };
}

/** The mount's accessor tells apart the same name at two auth methods. */
export const principalOf = (
  { principal, alias, displayName }: AuthGrant,
  mount: MountInfo | undefined,
): string => principal ?? `${mount?.accessor ?? ""}/${alias?.name ?? displayName}`;

export function blankRecord(
  from: Pick<TokenRecord, "policies" | "path" | "displayName" | "created">,
): TokenRecord {
  return {
    ...from,
    accessor: randomBase62(24),
    metadata: {},
    parent: "",
    creationTtl: 0,
    expires: null,
    explicitMaxTtl: 0,
    maxTtl: 0,
    period: 0,
    numUses: 0,
    renewable: false,
    boundCidrs: [],
    role: "",
    entityId: "",
    lastRenewal: null,
  };
}

/** What stands in every audit entry of the token. */
const MOST_DESCRIPTION = 16 * 1024;

export function checkDescription({ metadata, displayName, policies }: AuthGrant): void {
  if (Buffer.byteLength(JSON.stringify([metadata, displayName, policies])) > MOST_DESCRIPTION)
    throw new BulkheadError("token.invalid", {
      problem: `a token's metadata, name and policies have at most ${MOST_DESCRIPTION} bytes together`,
    });
}

/** Lower case, sorted, each once, `default` among them unless refused; `root` stands alone. */
export function policySet(grant: AuthGrant): string[] {
  const names = new Set(
    grant.policies.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""),
  );
  if (names.has(ROOT_POLICY)) {
    if (names.size > 1) throw new BulkheadError("policy.root-not-alone");
    return [ROOT_POLICY];
  }
  if (grant.noDefaultPolicy !== true) names.add(DEFAULT_POLICY);
  return [...names].sort();
}
