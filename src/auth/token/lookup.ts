/** Showing tokens. Unknown, expired and revoked ones look the same. */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { seconds } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { KernelServices, TokenInfo } from "../../kernel/services.ts";
import { accessorField, tokenField } from "./life.ts";

type Needed = Pick<KernelServices, "tokens" | "identity">;

export function lookupPaths({ tokens, identity }: Needed, clock: Clock): PathDeclaration[] {
  const show = async (info: TokenInfo | null, id: ReplyValue, call: Call) => {
    if (info === null)
      throw new BulkheadError(call.fields.has("accessor") ? "token.unknown-accessor" : "token.unknown");
    const policies = (await identity.view(info.entityId))?.policies ?? [];
    const data = lookupData(info, id, clock.now());
    return { data: policies.length > 0 ? { ...data, identity_policies: policies } : data };
  };
  const self: Handler = async (call) => {
    const token = call.fields.secret("token");
    if (token === undefined) throw new BulkheadError("auth.missing-token");
    return await show(await tokens.lookup(token), token, call);
  };
  const byAccessor: Handler = async (call) =>
    await show(await tokens.lookupAccessor(call.fields.string("accessor") ?? ""), "", call);
  return [
    {
      pattern: "lookup-self",
      summary: "Show the caller's token",
      callerToken: true,
      operations: { read: self, update: self },
    },
    {
      pattern: "lookup",
      summary: "Show a token",
      fields: tokenField,
      callerToken: "absent",
      operations: { read: self, update: self },
    },
    {
      pattern: "lookup-accessor",
      summary: "Show a token by its accessor",
      fields: accessorField,
      operations: { update: byAccessor },
    },
    {
      pattern: "accessors",
      summary: "List the accessors of all tokens",
      sudo: true,
      operations: { list: async () => ({ data: { keys: await tokens.accessors() } }) },
    },
  ];
}

function lookupData(info: TokenInfo, id: ReplyValue, now: number): Record<string, ReplyValue> {
  return {
    accessor: info.accessor,
    creation_time: seconds(info.creationTime),
    creation_ttl: seconds(info.creationTtl),
    display_name: info.displayName,
    entity_id: info.entityId,
    expire_time: info.expireTime === null ? null : rfc3339(info.expireTime),
    explicit_max_ttl: seconds(info.explicitMaxTtl),
    id,
    issue_time: rfc3339(info.creationTime),
    ...(info.lastRenewal === null
      ? {}
      : { last_renewal: rfc3339(info.lastRenewal), last_renewal_time: seconds(info.lastRenewal) }),
    meta: Object.keys(info.metadata).length > 0 ? info.metadata : null,
    num_uses: info.numUses,
    orphan: info.orphan,
    path: info.path,
    ...(info.period > 0 ? { period: seconds(info.period) } : {}),
    policies: info.policies,
    ...(info.role === "" ? {} : { role: info.role }),
    ...(info.boundCidrs.length > 0 ? { bound_cidrs: info.boundCidrs } : {}),
    renewable: info.renewable,
    ttl: info.expireTime === null ? 0 : Math.max(0, seconds(info.expireTime - now)),
    type: info.type,
  };
}
