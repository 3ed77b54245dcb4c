/** Roles: which service accounts of which namespaces. `*` for either is refused when it is written, unless a reason is given. */
import { BulkheadError } from "../../core/errors.ts";
import type { StorageReader } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { type TrustFinding, findingText, issuerById, lint } from "../../trust/index.ts";
import { checkBreadth } from "../jwt/rule.ts";
import { requireRoleName, roleName, roleRoutes } from "../role-rows.ts";
import {
  FORMER_TOKEN_NAMES,
  NEW_TOKEN_PARAMETERS,
  changedParameters,
  checkParameters,
  describeParameters,
  tokenFields,
} from "../token-parameters.ts";
import { type Config, type Role, loadConfig, loadRole, roleNames, roles, saveRole } from "./store.ts";

const fields: Readonly<Record<string, FieldDeclaration>> = {
  bound_service_account_names: {
    type: "strings",
    description: "Service accounts that may log in",
    plain: true,
  },
  bound_service_account_namespaces: { type: "strings", description: "Their namespaces", plain: true },
  bound_service_account_namespace_selector: { type: "string", description: "Not offered", plain: true },
  audience: {
    type: "string",
    description: "What `aud` must hold; the API server's own when left out",
    plain: true,
  },
  alias_name_source: {
    type: "string",
    description: "serviceaccount_uid or serviceaccount_name",
    plain: true,
  },
  allow_broad: {
    type: "string",
    description: "Why a role that takes more than named accounts must be",
    plain: true,
  },
  ...tokenFields(FORMER_TOKEN_NAMES),
};

const NEW_ROLE: Role = {
  ...NEW_TOKEN_PARAMETERS,
  bound_service_account_names: [],
  bound_service_account_namespaces: [],
  audience: "",
  alias_name_source: "serviceaccount_uid",
  allow_broad: "",
};
const SOURCES = ["serviceaccount_uid", "serviceaccount_name"];
export const NAMESPACE = "/kubernetes.io/namespace";
export const ACCOUNT = "/kubernetes.io/serviceaccount/name";

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

function changed(role: Role, { fields: given }: Call): Role {
  return {
    ...changedParameters(role, given, FORMER_TOKEN_NAMES),
    bound_service_account_names:
      given.strings("bound_service_account_names") ?? role.bound_service_account_names,
    bound_service_account_namespaces:
      given.strings("bound_service_account_namespaces") ?? role.bound_service_account_namespaces,
    audience: given.string("audience") ?? role.audience,
    alias_name_source: given.string("alias_name_source") ?? role.alias_name_source,
    allow_broad: given.string("allow_broad")?.trim() ?? role.allow_broad,
  };
}

/** Without an audience the cluster reviews a token as one for itself; without a review any audience would do. */
function findingsOf(role: Role, config: Config | null): readonly TrustFinding[] {
  const reviewed = (config?.pem_keys.length ?? 0) === 0;
  const audiences = role.audience !== "" ? [role.audience] : reviewed ? ["the API server's own"] : [];
  const conditions = [
    { claim: NAMESPACE, operator: "glob", values: role.bound_service_account_namespaces },
    { claim: ACCOUNT, operator: "glob", values: role.bound_service_account_names },
  ] as const;
  return lint({ audiences, conditions }, { issuer: issuerById("kubernetes") });
}

const NAMES: Readonly<Record<string, string>> = {
  [NAMESPACE]: "bound_service_account_namespaces",
  [ACCOUNT]: "bound_service_account_names",
};

/** In the words of this method's roles. */
const inRoleWords = (finding: TrustFinding): TrustFinding => {
  const field = NAMES[finding.claim];
  if (finding.kind === "audience") return { ...finding, roleLine: '"audience": "bulkhead"' };
  return field === undefined
    ? finding
    : {
        ...finding,
        roleLine: `"${field}": ["${field.endsWith("names") ? "SERVICE-ACCOUNT" : "NAMESPACE"}"]`,
      };
};

function check(role: Role, config: Config | null): void {
  checkParameters(role);
  const { bound_service_account_names: accounts, bound_service_account_namespaces: namespaces } = role;
  if (accounts.length === 0) throw invalid('"bound_service_account_names" can not be empty');
  if (namespaces.length === 0)
    throw invalid(
      '"bound_service_account_namespaces" can not be empty if "bound_service_account_namespace_selector" is not set',
    );
  for (const list of [accounts, namespaces])
    if (list.length > 1 && list.includes("*")) throw invalid('can not mix "*" with values');
  if (!SOURCES.includes(role.alias_name_source))
    throw invalid(`invalid alias_name_source, must be one of: ${SOURCES.join(", ")}`);
  checkBreadth(findingsOf(role, config).map(inRoleWords), role.allow_broad);
}

/** Roles that name no audience and stood while the cluster was asked. Throws `trust.too-broad`. */
export async function checkRolesUnder(config: Config, tx: StorageReader): Promise<void> {
  for (const name of await roleNames(tx)) {
    const role = await loadRole(tx, name);
    if (role !== null) checkBreadth(findingsOf(role, config).map(inRoleWords), role.allow_broad);
  }
}

async function write(call: Call): Promise<undefined> {
  const name = requireRoleName(call);
  if ((call.fields.string("bound_service_account_namespace_selector") ?? "") !== "")
    throw invalid("bound_service_account_namespace_selector is not offered: name the namespaces");
  await call.storage.transaction(async (tx) => {
    const role = changed((await loadRole(tx, name)) ?? NEW_ROLE, call);
    check(role, await loadConfig(tx));
    saveRole(tx, name, role);
  });
}

async function read(call: Call): Promise<Reply | null> {
  const role = await loadRole(call.storage, roleName(call.params));
  if (role === null) return null;
  const { audience, allow_broad } = role;
  const broad =
    allow_broad === ""
      ? []
      : findingsOf(role, await loadConfig(call.storage))
          .map(inRoleWords)
          .map(findingText);
  return {
    data: {
      alias_name_source: role.alias_name_source,
      ...(audience !== "" && { audience }),
      ...(allow_broad !== "" && { allow_broad, broad }),
      bound_service_account_names: role.bound_service_account_names,
      bound_service_account_namespace_selector: "",
      bound_service_account_namespaces: role.bound_service_account_namespaces,
      ...describeParameters(role),
    },
  };
}

export const rolePaths: readonly PathDeclaration[] = roleRoutes(roles, { fields, read, write });
