/** `sys/seal-status`, and what else the paths of the seal have in common. */
import { RawJson, type ReplyValue } from "../../core/json-bytes.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Fields } from "../../kernel/plugin.ts";
import { readShare } from "../../kernel/seal/shares.ts";
import type { SealService } from "../../kernel/services.ts";

/** What clients of Vault take us for: they read features off a semantic version. Ours stands beside it. */
export const COMPATIBLE_VERSION = "1.16.0";
export const OPEN = { unauthenticated: true, whileSealed: true } as const;

export const refused = (problem: string): BulkheadError => new BulkheadError("seal.refused", { problem });

export async function statusBody(seal: SealService): Promise<Record<string, ReplyValue>> {
  const status = await seal.status();
  return {
    type: status.type,
    initialized: status.initialized,
    sealed: status.sealed,
    t: status.counts.threshold,
    n: status.counts.shares,
    progress: status.progress,
    nonce: status.nonce,
    version: COMPATIBLE_VERSION,
    bulkhead_version: status.version,
    build_date: status.buildDate,
    migration: false,
    ...(status.sealed ? {} : { cluster_name: status.clusterName, cluster_id: status.clusterId }),
    recovery_seal: status.byService,
    storage_type: status.storageType,
  };
}

export const KEY_FIELD = { type: "secret", description: "A share, as hex or base64" } as const;

/** The share of the field `key`, for `work`, zeroed after it. `or` says what may stand in its place. */
export async function withShare<T>(fields: Fields, work: (share: Buffer) => Promise<T>, or = ""): Promise<T> {
  const text = fields.secret("key");
  if (text === undefined || text.length === 0)
    throw refused(`'key' must be specified in request body as JSON${or}`);
  const share = readShare(text.reveal());
  try {
    return await work(share);
  } finally {
    share.fill(0);
  }
}

/** As JSON texts whose bytes are zeroed with the answer's; zeroes the shares. */
export function sharesOut(shares: readonly Buffer[]): { keys: ReplyValue; keys_base64: ReplyValue } {
  const all = (encoding: "hex" | "base64"): ReplyValue =>
    shares.map((share) => new RawJson(Buffer.from(`"${share.toString(encoding)}"`, "latin1")));
  const out = { keys: all("hex"), keys_base64: all("base64") };
  for (const share of shares) share.fill(0);
  return out;
}

/** Shares encrypted to people's PGP keys are not offered; who asks must not believe that they are. */
export function refusePgp(fields: Fields, names: readonly string[]): void {
  for (const name of names)
    if (fields.has(name) && fields.string(name) !== "" && fields.strings(name)?.length !== 0)
      throw refused(
        `${name}: Bulkhead encrypts no shares to PGP keys; hand them out over TLS, one holder at a time`,
      );
}
