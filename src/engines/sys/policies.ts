/** Policies at `sys/policies/acl`, and at the older `sys/policy` with its own field names. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, PathDeclaration } from "../../kernel/plugin.ts";
import type { PolicyService } from "../../kernel/services.ts";

const text: FieldDeclaration = {
  type: "string",
  description: "The policy in HCL or JSON, plain or as base64",
};

const notOffered = (type: FieldDeclaration["type"], reason: string): FieldDeclaration => ({
  type,
  description: `Not offered: ${reason}`,
  plain: true,
  refused: true,
});
/** What a policy would be kept without, and its writer believe in. */
const REFUSED: Readonly<Record<string, FieldDeclaration>> = {
  cas: notOffered("int", "a policy has no versions"),
  cas_required: notOffered("bool", "a policy has no versions"),
  expiration: notOffered("string", "rules have `expiration`, tokens have an end"),
  ttl: notOffered("string", "rules have `expiration`, tokens have an end"),
  allow_slashes_in_identity_templates: notOffered("bool", "a value would choose the path"),
  allow_wildcards_in_identity_templates: notOffered("bool", "a value would choose the path"),
};

const RULES_ARE_OLD = "'rules' is deprecated, please use 'policy' instead";

export function policyPaths(policies: PolicyService): PathDeclaration[] {
  const read = async (call: Call) => {
    const name = (call.params.name ?? "").toLowerCase();
    const policy = await policies.get(name);
    return policy === null ? null : { name, policy };
  };
  const write = async (call: Call) => {
    const policy = call.fields.string("policy") ?? call.fields.string("rules") ?? "";
    if (policy === "")
      throw new BulkheadError("request.invalid", { problem: "'policy' parameter not supplied or empty" });
    await policies.put(call.params.name ?? "", decoded(policy));
    return call.fields.has("policy") ? undefined : { warnings: [RULES_ARE_OLD] };
  };
  const remove = async (call: Call) => {
    await policies.delete(call.params.name ?? "");
    return undefined;
  };
  const list = async () => ({ data: { keys: await policies.names() } });
  const listOld = async () => {
    const names = await policies.names();
    return { data: { keys: names, policies: names }, flatten: true };
  };
  return [
    { pattern: "policies/acl", summary: "List the policies", operations: { list, read: list } },
    {
      pattern: "policies/acl/{name}",
      summary: "Read, write or delete a policy",
      fields: { policy: text, ...REFUSED },
      operations: {
        read: async (call) => {
          const found = await read(call);
          return found === null ? null : { data: found };
        },
        update: write,
        delete: remove,
      },
    },
    { pattern: "policy", summary: "List the policies", operations: { list: listOld, read: listOld } },
    {
      pattern: "policy/{name}",
      summary: "Read, write or delete a policy",
      fields: { policy: text, rules: text, ...REFUSED },
      operations: {
        read: async (call) => {
          const found = await read(call);
          return found === null ? null : { data: { name: found.name, rules: found.policy }, flatten: true };
        },
        update: write,
        delete: remove,
      },
    },
  ];
}

/** Clients may send base64; no policy is itself valid base64, since it has spaces or braces. */
function decoded(policy: string): string {
  const compact = policy.trim();
  const isBase64 = compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
  return isBase64 ? Buffer.from(compact, "base64").toString("utf8") : policy;
}
