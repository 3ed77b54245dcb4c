/**
 * Leases: look up, renew, revoke, by id or by prefix; what cannot be revoked, and the operator's view of all. The older paths
 * without `leases/` are kept for old clients.
 */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, Handler, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { LeaseService, MountService } from "../../kernel/services.ts";

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

const asked = (call: Call): boolean => call.fields.string("type") === "irrevocable";

function limitOf(call: Call): number {
  const text = call.fields.string("limit") ?? "";
  const limit = text === "" ? MOST_LISTED : text === "none" ? Infinity : Number(text);
  if (!(limit > 0)) throw invalid("limit is a number above 0, or none");
  return limit;
}

function viewPaths(leases: LeaseService, mounts: MountService): PathDeclaration[] {
  const accessors = async (): Promise<ReadonlyMap<string, string>> => {
    const all = [...(await mounts.list("secret")), ...(await mounts.list("auth"))];
    return new Map(all.map(({ path, accessor }) => [path, accessor]));
  };
  const count = async (call: Call): Promise<Reply | null> => {
    if (!asked(call)) return null;
    const { irrevocable, byMount } = await leases.counts();
    const known = await accessors();
    const counts = [...byMount]
      .filter(([, row]) => row.irrevocable > 0)
      .map(([path, row]) => [known.get(path) ?? path, row.irrevocable] as const);
    return { data: { counts: Object.fromEntries(counts), lease_count: irrevocable } };
  };
  const summary = async (): Promise<Reply> => {
    const { total, retrying, irrevocable, oldestDue, byMount } = await leases.counts();
    const rows = [...byMount].map(([path, row]) => [
      path,
      { total: row.total, failing: row.retrying, irrevocable: row.irrevocable },
    ]);
    return {
      data: {
        by_mount: Object.fromEntries(rows) as Record<string, ReplyValue>,
        total,
        failing: retrying,
        irrevocable,
        oldest_due: oldestDue && { lease_id: oldestDue.id, time: rfc3339(oldestDue.at) },
      },
    };
  };
  const list = async (call: Call): Promise<Reply | null> => {
    if (!asked(call)) return null;
    const found = await leases.failures(limitOf(call), { irrevocable: true });
    const known = await accessors();
    const listed = found.map(({ id, mount, attempts }) => ({
      lease_id: id,
      mount_id: known.get(mount) ?? "",
      error: `its revocation failed ${attempts} times`,
    }));
    return { data: { lease_count: (await leases.counts()).irrevocable, leases: listed } };
  };
  return [
    {
      pattern: "leases/count",
      summary: "How many leases could not be revoked, by mount",
      sudo: true,
      fields: viewFields,
      operations: { read: count },
    },
    {
      pattern: "leases/summary",
      summary: "Counts by mount, what is due first, what could not be revoked",
      sudo: true,
      operations: { read: summary },
    },
    {
      pattern: "leases",
      summary: "The leases that could not be revoked",
      sudo: true,
      fields: viewFields,
      operations: { read: list },
    },
  ];
}
