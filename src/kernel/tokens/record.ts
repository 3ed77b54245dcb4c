/** A stored token: what the barrier keeps under the token's HMAC, and how it is shown. */
import { ROOT_POLICY } from "../policy/acl.ts";
import type { Actor, MintedAuth } from "../plugin.ts";
import type { TokenInfo } from "../services.ts";
import type { Secret } from "../../core/secret.ts";

/** Times in milliseconds since the epoch, spans in milliseconds, 0 for none. */
export interface TokenRecord {
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly displayName: string;
  readonly path: string;
  /** Hash of the parent; empty for an orphan. */
  readonly parent: string;
  readonly created: number;
  readonly creationTtl: number;
  /** null: never. */
  readonly expires: number | null;
  readonly explicitMaxTtl: number;
  /** Upper bound of the whole life, renewals included (mount, role). */
  readonly maxTtl: number;
  readonly period: number;
  /** Uses left; 0: unlimited; `SPENT`: the last use is being served. */
  readonly numUses: number;
  readonly renewable: boolean;
  readonly boundCidrs: readonly string[];
  readonly role: string;
  readonly entityId: string;
  readonly lastRenewal: number | null;
  /** Absent in rows of older versions. */
  readonly actor?: Actor;
  readonly principal?: string;
  /** For the auth method's `renewLogin`; never shown. */
  readonly internal?: Readonly<Record<string, string>>;
}

export const SPENT = -1;

export function alive(record: TokenRecord, now: number): boolean {
  return record.numUses !== SPENT && (record.expires === null || now < record.expires);
}

export type TokenType = TokenInfo["type"];

export function infoOf(hash: string, record: TokenRecord, type: TokenType = "service"): TokenInfo {
  return {
    tokenHash: hash,
    actor: record.actor ?? "",
    principal: record.principal ?? "",
    accessor: record.accessor,
    displayName: record.displayName,
    policies: record.policies,
    metadata: record.metadata,
    entityId: record.entityId,
    type,
    root: record.policies.includes(ROOT_POLICY),
    creationTime: record.created,
    creationTtl: record.creationTtl,
    expireTime: record.expires,
    explicitMaxTtl: record.explicitMaxTtl,
    period: record.period,
    numUses: record.numUses,
    orphan: record.parent === "",
    path: record.path,
    renewable: record.renewable,
    boundCidrs: record.boundCidrs,
    role: record.role,
    lastRenewal: record.lastRenewal,
  };
}

export function mintedOf(
  token: Secret | null,
  record: TokenRecord,
  now: number,
  warnings: readonly string[] = [],
  type: TokenType = "service",
): MintedAuth {
  return {
    token,
    accessor: record.accessor,
    policies: record.policies,
    tokenPolicies: record.policies,
    metadata: record.metadata,
    ttl: record.expires === null ? 0 : Math.max(0, record.expires - now),
    renewable: record.renewable,
    entityId: record.entityId,
    type,
    orphan: record.parent === "",
    numUses: Math.max(0, record.numUses),
    warnings,
  };
}
