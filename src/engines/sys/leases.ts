/** Leases: look up, renew, revoke, by id or by prefix. The older paths without `leases/` are kept for old clients. */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { LeaseService } from "../../kernel/services.ts";

const fields: Readonly<Record<string, FieldDeclaration>> = {
  lease_id: { type: "string", plain: true, description: "The lease's id" },
  url_lease_id: { type: "string", plain: true, description: "The lease's id, in the path" },
  increment: { type: "duration", description: "How much longer" },
  sync: { type: "bool", description: "Taken as given: the answer always waits" },
};

function idOf(call: Call): string {
  const id = call.fields.string("lease_id") || call.params.id || "";
  if (id === "") throw new BulkheadError("request.invalid", { problem: "lease_id must be specified" });
  return id;
}

export function leasePaths(leases: LeaseService, clock: Clock): PathDeclaration[] {
  const lookup: Handler = async (call) => {
    const id = idOf(call);
    const found = await leases.lookup(id);
    if (found === null) throw new BulkheadError("lease.unknown");
    return {
      data: {
        id,
        issue_time: rfc3339(found.issueTime),
        expire_time: rfc3339(found.expireTime),
        last_renewal: found.lastRenewal === null ? null : rfc3339(found.lastRenewal),
        renewable: found.renewable,
        ttl: Math.max(0, Math.floor((found.expireTime - clock.now()) / 1_000)),
        ...(found.failedRevocations === undefined
          ? {}
          : { failed_revocations: found.failedRevocations, irrevocable: found.irrevocable === true }),
      },
    };
  };
  const renew: Handler = async (call) => ({
    lease: await leases.renew(idOf(call), call.fields.duration("increment")),
  });
  const revoke: Handler = async (call) => {
    const id = idOf(call);
    if ((await leases.lookup(id)) !== null) await leases.revoke(id);
    return undefined;
  };
  const revokePrefix: Handler = async (call) => {
    await leases.revokePrefix(call.params.prefix ?? "");
    return undefined;
  };
  const path = (pattern: string, summary: string, update: Handler, sudo = false): PathDeclaration => ({
    pattern,
    summary,
    fields,
    operations: { update },
    ...(sudo ? { sudo } : {}),
  });
  return [
    path("leases/lookup", "Show a lease", lookup),
    {
      pattern: "leases/lookup/{prefix*}",
      summary: "List the leases below a prefix",
      sudo: true,
      operations: { list: async (call) => ({ data: { keys: await leases.list(call.params.prefix ?? "") } }) },
    },
    ...["leases/", ""].flatMap((base) => [
      path(`${base}renew`, "Renew a lease", renew),
      path(`${base}renew/{id*}`, "Renew a lease", renew),
      path(`${base}revoke`, "Revoke a lease", revoke),
      path(`${base}revoke/{id*}`, "Revoke a lease", revoke),
      path(
        `${base}revoke-prefix/{prefix*}`,
        "Revoke all leases and logins below a prefix",
        revokePrefix,
        true,
      ),
    ]),
  ];
}
