/** `roles/:name`: what tokens made with a role are like, and which policies they may have. */
import { seconds } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { StorageReader } from "../../kernel/barrier/index.ts";
import { checkCidrs } from "../../kernel/cidr.ts";
import type { Call, FieldDeclaration, Fields, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { Actor } from "../../kernel/plugin.ts";

/** Spans in milliseconds, 0 for none. Members are named as Vault's fields. */
export interface TokenRole {
  readonly allowed_policies: readonly string[];
  readonly allowed_policies_glob: readonly string[];
  readonly disallowed_policies: readonly string[];
  readonly disallowed_policies_glob: readonly string[];
  readonly allowed_entity_aliases: readonly string[] | null;
  readonly orphan: boolean;
  readonly renewable: boolean;
  readonly path_suffix: string;
  readonly token_bound_cidrs: readonly string[];
  readonly token_explicit_max_ttl: number;
  readonly token_no_default_policy: boolean;
  readonly token_num_uses: number;
  readonly token_period: number;
  readonly token_type: string;
  /** Fields that were last set under their former name, which is then shown too. */
  readonly former: readonly string[];
  /** Who wrote it last: what a person made mints no automation's tokens. */
  readonly actor: Actor;
}

const NEW_ROLE: TokenRole = {
  allowed_policies: [],
  allowed_policies_glob: [],
  disallowed_policies: [],
  disallowed_policies_glob: [],
  allowed_entity_aliases: null,
  orphan: false,
  renewable: true,
  path_suffix: "",
  token_bound_cidrs: [],
  token_explicit_max_ttl: 0,
  token_no_default_policy: false,
  token_num_uses: 0,
  token_period: 0,
  token_type: "default-service",
  former: ["explicit_max_ttl", "period"],
  actor: "",
};

const strings = (description: string): FieldDeclaration => ({ type: "strings", plain: true, description });
const fields: Readonly<Record<string, FieldDeclaration>> = {
  role_name: { type: "string", plain: true, description: "The role's name" },
  allowed_policies: strings("Policies a token may be given; none named: the maker's own"),
  allowed_policies_glob: strings("The same, with * for any text"),
  disallowed_policies: strings("Policies no token may be given"),
  disallowed_policies_glob: strings("The same, with * for any text"),
  allowed_entity_aliases: strings("Entity aliases that may be asked for; * at the end for any text"),
  orphan: { type: "bool", description: "Tokens without a parent" },
  renewable: { type: "bool", description: "Default true" },
  path_suffix: {
    type: "string",
    plain: true,
    description: "Put behind the tokens' path, to revoke them by it",
  },
  bound_cidrs: strings("Former name of token_bound_cidrs"),
  explicit_max_ttl: { type: "duration", description: "Former name of token_explicit_max_ttl" },
  period: { type: "duration", description: "Former name of token_period" },
  token_bound_cidrs: strings("Networks the tokens may be used from"),
  token_explicit_max_ttl: { type: "duration", description: "Hard end of the tokens' life" },
  token_no_default_policy: { type: "bool", description: "Tokens without the default policy" },
  token_num_uses: { type: "int", description: "Most uses of a token; 0: unlimited" },
  token_period: { type: "duration", description: "Makes the tokens periodic" },
  token_type: {
    type: "string",
    plain: true,
    description: "service, batch, default-service or default-batch",
  },
};

const TYPES = ["service", "batch", "default-service", "default-batch"];
/** Field → former name. */
const FORMER = {
  token_bound_cidrs: "bound_cidrs",
  token_explicit_max_ttl: "explicit_max_ttl",
  token_period: "period",
} as const;
const NAME = /^\w(([\w.-]+)?\w)?$/;

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
const key = (name: string): string => `role/${name}`;

function nameOf(call: Call): string {
  const name = call.params.role_name ?? "";
  if (!NAME.test(name) || name.length > 255) throw new BulkheadError("request.unsupported-path");
  return name;
}

export async function loadTokenRole(storage: StorageReader, name: string): Promise<TokenRole | null> {
  if (!NAME.test(name)) return null;
  const bytes = await storage.get(key(name));
  return bytes === null ? null : { ...NEW_ROLE, ...(JSON.parse(bytes.toString("utf8")) as TokenRole) };
}

const policyNames = (names: readonly string[] | undefined): string[] | undefined =>
  names === undefined
    ? undefined
    : [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""))].sort();

function changed(before: TokenRole, given: Fields, actor: Actor): TokenRole {
  const former = new Set(before.former);
  for (const [field, old] of Object.entries(FORMER)) {
    if (given.has(field)) former.delete(old);
    else if (given.has(old)) former.add(old);
  }
  return {
    allowed_policies: policyNames(given.strings("allowed_policies")) ?? before.allowed_policies,
    allowed_policies_glob:
      policyNames(given.strings("allowed_policies_glob")) ?? before.allowed_policies_glob,
    disallowed_policies: policyNames(given.strings("disallowed_policies")) ?? before.disallowed_policies,
    disallowed_policies_glob:
      policyNames(given.strings("disallowed_policies_glob")) ?? before.disallowed_policies_glob,
    allowed_entity_aliases:
      given.strings("allowed_entity_aliases")?.map((name) => name.toLowerCase()) ??
      before.allowed_entity_aliases,
    orphan: given.bool("orphan") ?? before.orphan,
    renewable: given.bool("renewable") ?? before.renewable,
    path_suffix: given.string("path_suffix") ?? before.path_suffix,
    token_bound_cidrs:
      given.strings("token_bound_cidrs") ?? given.strings("bound_cidrs") ?? before.token_bound_cidrs,
    token_explicit_max_ttl:
      given.duration("token_explicit_max_ttl") ??
      given.duration("explicit_max_ttl") ??
      before.token_explicit_max_ttl,
    token_no_default_policy: given.bool("token_no_default_policy") ?? before.token_no_default_policy,
    token_num_uses: given.int("token_num_uses") ?? before.token_num_uses,
    token_period: given.duration("token_period") ?? given.duration("period") ?? before.token_period,
    token_type: given.string("token_type") || before.token_type,
    former: [...former],
    actor,
  };
}

function check(role: TokenRole): void {
  if (role.path_suffix !== "" && !/^\w[\w.-]+\w$/.test(role.path_suffix))
    throw invalid("given role path suffix contains invalid characters; must match \\w[\\w-.]+\\w");
  if (!TYPES.includes(role.token_type))
    throw invalid(`invalid 'token_type' value "${role.token_type.slice(0, 40)}"`);
  if (role.token_num_uses < 0)
    throw invalid("error parsing role fields: 'token_num_uses' cannot be negative");
  checkCidrs(role.token_bound_cidrs);
  if (role.token_type !== "batch") return;
  const refuse = (what: string): BulkheadError =>
    invalid(`'token_type' cannot be 'batch' when role is set to generate ${what}`);
  if (!role.orphan) throw refuse("non-orphan tokens");
  if (role.token_period > 0) throw refuse("periodic tokens");
  if (role.renewable) throw refuse("renewable tokens");
  if (role.token_explicit_max_ttl > 0) throw refuse("tokens with an explicit max TTL");
}

function describe(name: string, role: TokenRole): Record<string, ReplyValue> {
  const cidrs = role.token_bound_cidrs;
  const shown = (field: keyof typeof FORMER): boolean => role.former.includes(FORMER[field]);
  return {
    allowed_entity_aliases: role.allowed_entity_aliases,
    allowed_policies: role.allowed_policies,
    allowed_policies_glob: role.allowed_policies_glob,
    disallowed_policies: role.disallowed_policies,
    disallowed_policies_glob: role.disallowed_policies_glob,
    // older clients read these names
    explicit_max_ttl: shown("token_explicit_max_ttl") ? seconds(role.token_explicit_max_ttl) : 0,
    period: shown("token_period") ? seconds(role.token_period) : 0,
    ...(cidrs.length > 0 && shown("token_bound_cidrs") ? { bound_cidrs: cidrs } : {}),
    ...(cidrs.length > 0 ? { token_bound_cidrs: cidrs } : {}),
    name,
    orphan: role.orphan,
    path_suffix: role.path_suffix,
    renewable: role.renewable,
    token_explicit_max_ttl: seconds(role.token_explicit_max_ttl),
    token_no_default_policy: role.token_no_default_policy,
    ...(role.token_num_uses > 0 ? { token_num_uses: role.token_num_uses } : {}),
    token_period: seconds(role.token_period),
    token_type: role.token_type,
  };
}

async function write(call: Call, maxTtl: number): Promise<Reply | undefined> {
  const name = nameOf(call);
  const role = await call.storage.transaction(async (tx) => {
    const made = changed((await loadTokenRole(tx, name)) ?? NEW_ROLE, call.fields, call.caller?.actor ?? "");
    check(made);
    tx.put(key(name), Buffer.from(JSON.stringify(made)));
    return made;
  });
  if (role.token_explicit_max_ttl <= maxTtl) return undefined;
  const given = seconds(role.token_explicit_max_ttl);
  return {
    warnings: [
      `Given explicit max TTL of ${given} is greater than system/mount allowed value of ${seconds(maxTtl)} seconds; until this is fixed attempting to create tokens against this role will result in an error`,
    ],
  };
}

export function rolePaths(maxTtl: (call: Call) => number): PathDeclaration[] {
  return [
    {
      pattern: "roles",
      summary: "The roles tokens can be made with",
      operations: { list: async ({ storage }) => ({ data: { keys: await storage.list("role/") } }) },
    },
    {
      pattern: "roles/{role_name}",
      summary: "Writes, reads or deletes a role",
      fields,
      operations: {
        update: (call) => write(call, maxTtl(call)),
        read: async (call) => {
          const name = nameOf(call);
          const role = await loadTokenRole(call.storage, name);
          return role === null ? null : { data: describe(name, role) };
        },
        delete: async (call) => {
          await call.storage.delete(key(nameOf(call)));
          return undefined;
        },
      },
    },
  ];
}
