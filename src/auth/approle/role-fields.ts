/** One path for each of a role's fields: `role/:name/token-ttl` and so on. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { describeRole, resetFields, roleFields, writeRole } from "./roles.ts";
import { type Role, loadRole, requireRole, roleName } from "./store.ts";

/** Path → the role's field, and other names a request may use for it. */
const FIELDS: Readonly<Record<string, { readonly field: keyof Role; readonly others?: readonly string[] }>> =
  {
    policies: { field: "token_policies", others: ["policies"] },
    "bound-cidr-list": { field: "secret_id_bound_cidrs", others: ["bound_cidr_list"] },
    "secret-id-bound-cidrs": { field: "secret_id_bound_cidrs" },
    "token-bound-cidrs": { field: "token_bound_cidrs" },
    "bind-secret-id": { field: "bind_secret_id" },
    "secret-id-num-uses": { field: "secret_id_num_uses" },
    "secret-id-ttl": { field: "secret_id_ttl" },
    period: { field: "token_period", others: ["period"] },
    "token-num-uses": { field: "token_num_uses" },
    "token-ttl": { field: "token_ttl" },
    "token-max-ttl": { field: "token_max_ttl" },
    "local-secret-ids": { field: "local_secret_ids" },
  };

async function read(call: Call, field: keyof Role): Promise<Reply | null> {
  const role = await loadRole(call.storage, roleName(call.params));
  return role === null ? null : { data: { [field]: describeRole(role)[field] ?? null } };
}

export const fieldPaths = (): PathDeclaration[] =>
  Object.entries(FIELDS).map(([path, { field, others = [] }]) => {
    const names = [field, ...others];
    const write = async (call: Call): Promise<undefined> => {
      // lists of networks may be left out, which leaves them as they are
      if (
        !path.endsWith("-list") &&
        !path.endsWith("-cidrs") &&
        !names.some((name) => call.fields.has(name))
      ) {
        await requireRole(call.storage, roleName(call.params));
        throw new BulkheadError("approle.missing", { field: path === "period" ? path : field });
      }
      return await writeRole(call, false);
    };
    return {
      pattern: `role/{name}/${path}`,
      summary: `The role's ${field}`,
      fields: Object.fromEntries(
        names.flatMap((name) => {
          const declared = roleFields[name];
          return declared === undefined ? [] : [[name, declared] as const];
        }),
      ),
      operations: {
        read: (call) => read(call, field),
        create: write,
        update: write,
        delete: (call) => resetFields(call, [field]),
      },
    };
  });
