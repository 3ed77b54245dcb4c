/**
 * Leases: look up, renew, revoke, by id or by prefix; what cannot be revoked, and the operator's view of all. The older paths
 * without `leases/` are kept for old clients.
 */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { LeaseInfo, LeaseService, MountService } from "../../kernel/services.ts";
import { allLeases, isIrrevocable, mountOf, summaryOf } from "./lease-views.ts";

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

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
/** What one answer lists unless the caller asks for all. */
const MOST_LISTED = 10_000;

export function leasePaths(leases: LeaseService, mounts: MountService, clock: Clock): PathDeclaration[] {
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
        path: found.id.slice(0, found.id.lastIndexOf("/")),
        renewable: found.renewable,
        ttl: Math.max(0, Math.floor((found.expireTime - clock.now()) / 1_000)),
        ...(found.failedRevocations === undefined
          ? {}
          : { failed_revocations: found.failedRevocations, irrevocable: found.irrevocable === true }),
      },
    };
  };
  const renew: Handler = async (call) => {
    const id = idOf(call);
    if ((await leases.lookup(id)) === null) throw invalid("lease not found");
    return { lease: await leases.renew(id, call.fields.duration("increment")) };
  };
  const revoke: Handler = async (call) => {
    const id = idOf(call);
    if ((await leases.lookup(id)) !== null) await leases.revoke(id);
    return undefined;
  };
  const below =
    (revokeAll: (prefix: string) => Promise<number>): Handler =>
    async (call) => {
      const prefix = call.params.prefix ?? "";
      if (prefix === "") throw invalid("cannot write to a path ending in '/'");
      await revokeAll(prefix);
      return undefined;
    };
  const revokePrefix = below((prefix) => leases.revokePrefix(prefix));
  const revokeForce = below((prefix) => leases.revokeForce(prefix));
  const path = (pattern: string, summary: string, update: Handler, sudo = false): PathDeclaration => ({
    pattern,
    summary,
    fields,
    operations: { update },
    ...(sudo ? { sudo } : {}),
  });
  return [
    // before the other: a list of everything ends with this one's slash
    {
      pattern: "leases/lookup/{prefix*}",
      summary: "List the leases below a prefix",
      sudo: true,
      operations: { list: async (call) => ({ data: { keys: await leases.list(call.params.prefix ?? "") } }) },
    },
    path("leases/lookup", "Show a lease", lookup),
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
      path(
        `${base}revoke-force/{prefix*}`,
        "The same, and what could not be revoked is forgotten",
        revokeForce,
        true,
      ),
    ]),
    path(
      "leases/tidy",
      "Ends what is over now, without waiting for the sweep",
      async () => {
        await leases.tidy();
        return { status: 202, warnings: ["Tidy operation successfully started and done."] };
      },
      true,
    ),
    ...viewPaths(leases, mounts),
  ];
}

const viewFields: Readonly<Record<string, FieldDeclaration>> = {
  type: { type: "string", plain: true, description: "Only `irrevocable` is known" },
  limit: { type: "string", plain: true, description: `How many at most; ${MOST_LISTED} by default, or none` },
  include_child_namespaces: { type: "bool", description: "Taken as given: there are none" },
};

function viewPaths(leases: LeaseService, mounts: MountService): PathDeclaration[] {
  const irrevocable = async (call: Call): Promise<LeaseInfo[] | null> => {
    if (call.fields.string("type") !== "irrevocable") return null;
    const found: LeaseInfo[] = [];
    for await (const lease of allLeases(leases)) if (isIrrevocable(lease)) found.push(lease);
    return found;
  };
  const known = async () => [...(await mounts.list("secret")), ...(await mounts.list("auth"))];
  const due = (lease: LeaseInfo | null) =>
    lease === null ? null : { lease_id: lease.id, expire_time: rfc3339(lease.expireTime) };
  return [
    {
      pattern: "leases/count",
      summary: "How many leases could not be revoked, by mount",
      sudo: true,
      fields: viewFields,
      operations: {
        read: async (call) => {
          const found = await irrevocable(call);
          if (found === null) return null;
          const all = await known();
          const counts = new Map<string, number>();
          for (const { id } of found) {
            const { accessor, path } = mountOf(id, all);
            counts.set(accessor || path, (counts.get(accessor || path) ?? 0) + 1);
          }
          return { data: { counts: Object.fromEntries(counts), lease_count: found.length } };
        },
      },
    },
    {
      pattern: "leases/summary",
      summary: "Counts by mount, what is due first, what could not be revoked",
      sudo: true,
      operations: {
        read: async () => {
          const {
            total,
            failing,
            irrevocable: stuck,
            oldestDue,
            mounts: rows,
          } = await summaryOf(leases, mounts);
          const by_mount = rows.map((row) => [
            row.path,
            {
              total: row.total,
              failing: row.failing,
              irrevocable: row.irrevocable,
              oldest_due: due(row.oldestDue),
            },
          ]);
          return {
            data: {
              by_mount: Object.fromEntries(by_mount) as Record<string, ReplyValue>,
              total,
              failing,
              irrevocable: stuck,
              oldest_due: due(oldestDue),
            },
          };
        },
      },
    },
    {
      pattern: "leases",
      summary: "The leases that could not be revoked",
      sudo: true,
      fields: viewFields,
      operations: {
        read: async (call) => {
          const found = await irrevocable(call);
          if (found === null) return null;
          const asked = call.fields.string("limit") ?? "";
          const limit = asked === "" ? MOST_LISTED : asked === "none" ? Infinity : Number(asked);
          if (!(limit > 0)) throw invalid("limit is a number above 0, or none");
          const all = await known();
          const listed = found.slice(0, limit).map(({ id, failedRevocations }) => ({
            lease_id: id,
            mount_id: mountOf(id, all).accessor,
            error: `its revocation failed ${failedRevocations ?? 0} times`,
          }));
          return { data: { lease_count: found.length, leases: listed } };
        },
      },
    },
  ];
}
