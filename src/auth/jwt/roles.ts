/** Roles: create, change, read, delete, list. A role that takes more than the job that was meant is refused here, not at some login. */
import { BulkheadError } from "../../core/errors.ts";
import { parseDuration } from "../../core/duration.ts";
import { type Json, type RawJson, type ReplyValue, kindOf, parseJson } from "../../core/json-bytes.ts";
import type {
  Call,
  FieldDeclaration,
  Fields,
  MountContext,
  PathDeclaration,
  Reply,
} from "../../kernel/plugin.ts";
import { findingText, issuers } from "../../trust/index.ts";
import {
  FORMER_TOKEN_NAMES,
  NEW_TOKEN_PARAMETERS,
  changedParameters,
  checkParameters,
  describeParameters,
  tokenFields,
} from "../token-parameters.ts";
import { checkBreadth, findingsOf, issuerOfConfig, issuerOfRole } from "./rule.ts";
import { type Config, type Role, loadConfig, loadRole, roles, saveRole } from "./store.ts";
import { requireRoleName, roleName, roleRoutes } from "../role-rows.ts";

const text = (description: string): FieldDeclaration => ({ type: "string", description, plain: true });
const list = (description: string): FieldDeclaration => ({ type: "strings", description, plain: true });
const flag = (description: string): FieldDeclaration => ({ type: "bool", description, plain: true });

const fields: Readonly<Record<string, FieldDeclaration>> = {
  role_type: text("jwt for workloads, oidc (the default) for people"),
  preset: text(`The platform whose tokens these are: ${issuers.map(({ id }) => id).join(", ")}`),
  bound_audiences: list("What `aud` must be, any of these"),
  bound_subject: text("What `sub` must be"),
  bound_claims: { type: "json", description: "Claim → value or values, all of which must fit", plain: true },
  bound_claims_type: text("string: exactly; glob: `*` stands for anything"),
  claim_mappings: { type: "map", description: "Claim → name in the token's metadata", plain: true },
  user_claim: text("The claim that names who logs in"),
  user_claim_json_pointer: flag("user_claim and groups_claim are JSON pointers"),
  groups_claim: text("The claim that lists groups"),
  clock_skew_leeway: text("Seconds that clocks may differ; 0: 60, negative: none"),
  expiration_leeway: text("Seconds of life of a token without `exp`; 0: 150, negative: none"),
  not_before_leeway: text(
    "Seconds before `exp` at which a token without `nbf` begins; 0: 150, negative: none",
  ),
  max_age: text("Seconds since the person proved who they are, at most"),
  allowed_redirect_uris: list("Where the provider may send people back to"),
  oidc_scopes: list("Scopes to ask for beside openid"),
  verbose_oidc_logging: flag("Not offered: it would write tokens to the log"),
  actor: text("person or machine; machine for jwt, person for oidc"),
  allow_broad: text("Why a role that takes more than one job's tokens must be"),
  callback_mode: text("Not offered but for `client`"),
  oidc_disable_pkce: flag("Not offered: PKCE is always used"),
  oauth2_metadata: list("Not offered: provider's tokens are not passed on"),
  token_policies_template_claims: flag("Not offered"),
  cel_program: {
    type: "json",
    description: "Not offered: bind claims in fields",
    plain: true,
    refused: true,
  },
  message: { ...text("Not offered: goes with cel_program"), refused: true },
  ...tokenFields(FORMER_TOKEN_NAMES),
};

const NEW_ROLE: Role = {
  ...NEW_TOKEN_PARAMETERS,
  role_type: "oidc",
  bound_audiences: null,
  bound_subject: "",
  bound_claims: null,
  bound_claims_type: "string",
  claim_mappings: null,
  user_claim: "",
  user_claim_json_pointer: false,
  groups_claim: "",
  clock_skew_leeway: 0,
  expiration_leeway: 0,
  not_before_leeway: 0,
  max_age: 0,
  allowed_redirect_uris: null,
  oidc_scopes: null,
  preset: "",
  actor: "",
  allow_broad: "",
};

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

/** Seconds, from a number or "10m"; may be negative. */
function seconds(fields_: Fields, name: string): number | undefined {
  const given = fields_.string(name);
  if (given === undefined) return undefined;
  if (/^-?\d{1,9}$/.test(given)) return Number(given);
  try {
    const sign = given.startsWith("-") ? -1 : 1;
    return (sign * parseDuration(given.replace(/^-/, ""))) / 1_000;
  } catch {
    throw invalid(
      `error converting input for field "${name}": time: invalid duration "${given.slice(0, 40)}"`,
    );
  }
}

const MOST_CLAIMS = 100;
const MOST_CLAIMS_BYTES = 16 * 1024;

function claimsOf(raw: RawJson): Record<string, Json> {
  if (kindOf(raw) !== "object")
    throw invalid(`error converting input for field "bound_claims": expected a map of claims`);
  const claims = parseJson(raw) as Record<string, Json>;
  if (raw.bytes.length > MOST_CLAIMS_BYTES || Object.keys(claims).length > MOST_CLAIMS)
    throw invalid("bound_claims holds too much");
  return claims;
}

/** The role with what the call sets; nothing is checked yet. As in Vault the type is said at every change. */
function changed(role: Role, { fields: given }: Call): Role {
  const claims = given.json("bound_claims");
  return {
    ...changedParameters(role, given, FORMER_TOKEN_NAMES),
    role_type: given.string("role_type") || "oidc",
    bound_audiences: given.strings("bound_audiences") ?? role.bound_audiences,
    bound_subject: given.string("bound_subject") ?? role.bound_subject,
    bound_claims: claims === undefined ? role.bound_claims : claimsOf(claims),
    bound_claims_type: given.string("bound_claims_type") ?? role.bound_claims_type,
    claim_mappings: given.map("claim_mappings") ?? role.claim_mappings,
    user_claim: given.string("user_claim") ?? role.user_claim,
    user_claim_json_pointer: given.bool("user_claim_json_pointer") ?? role.user_claim_json_pointer,
    groups_claim: given.string("groups_claim") ?? role.groups_claim,
    clock_skew_leeway: seconds(given, "clock_skew_leeway") ?? role.clock_skew_leeway,
    expiration_leeway: seconds(given, "expiration_leeway") ?? role.expiration_leeway,
    not_before_leeway: seconds(given, "not_before_leeway") ?? role.not_before_leeway,
    max_age: seconds(given, "max_age") ?? role.max_age,
    allowed_redirect_uris: given.strings("allowed_redirect_uris") ?? role.allowed_redirect_uris,
    oidc_scopes: given.strings("oidc_scopes") ?? role.oidc_scopes,
    preset: given.string("preset") ?? role.preset,
    actor: (given.string("actor") as Role["actor"] | undefined) ?? role.actor,
    allow_broad: given.string("allow_broad")?.trim() ?? role.allow_broad,
  };
}

function refuseOthers({ fields: given }: Call): void {
  if (given.bool("verbose_oidc_logging") === true)
    throw invalid("verbose_oidc_logging is not offered: it would write people's claims to the log");
  const mode = given.string("callback_mode") ?? "client";
  if (mode !== "client")
    throw invalid(
      ["direct", "device"].includes(mode)
        ? `callback_mode ${mode} is not offered`
        : `invalid 'callback_mode': ${mode}`,
    );
  for (const name of ["oidc_disable_pkce", "token_policies_template_claims"])
    if (given.bool(name) === true) throw invalid(`${name} is not offered`);
  if ((given.strings("oauth2_metadata") ?? []).length > 0) throw invalid("oauth2_metadata is not offered");
}

const RESERVED = ["role"];

/** Throws `request.invalid` for what could not work, `trust.too-broad` for what works for too many. */
function check(role: Role, config: Config | null): void {
  if (!["jwt", "oidc"].includes(role.role_type)) throw invalid(`invalid 'role_type': ${role.role_type}`);
  if (!["", "person", "machine"].includes(role.actor)) throw invalid("actor must be person or machine");
  checkParameters(role);
  checkPreset(role, config);
  checkClaims(role);
  if (role.user_claim === "") throw invalid("a user claim must be defined on the role");
  if (role.role_type === "oidc") {
    if ((role.allowed_redirect_uris ?? []).length === 0)
      throw invalid("'allowed_redirect_uris' must be set if 'role_type' is 'oidc' or unspecified.");
  } else if (
    (role.bound_audiences ?? []).length === 0 &&
    role.bound_subject === "" &&
    Object.keys(role.bound_claims ?? {}).length === 0 &&
    role.token_bound_cidrs.length === 0
  )
    throw invalid("must have at least one bound constraint when creating/updating a role");
  checkBreadth(findingsOf(role, config), role.allow_broad);
}

function checkPreset(role: Role, config: Config | null): void {
  if (role.preset === "") return;
  if (issuerOfRole(role, null) === undefined)
    throw invalid(`unknown preset; there are ${issuers.map(({ id }) => id).join(", ")}`);
  const trusted = issuerOfConfig(config);
  if (trusted !== undefined && trusted.id !== role.preset)
    throw invalid(`the preset is ${role.preset}, but this mount trusts ${trusted.title}`);
}

function checkClaims(role: Role): void {
  if (!["string", "glob"].includes(role.bound_claims_type))
    throw invalid(`invalid 'bound_claims_type': ${role.bound_claims_type}`);
  if (role.bound_claims_type === "glob")
    for (const value of Object.values(role.bound_claims ?? {}))
      for (const one of Array.isArray(value) ? (value as readonly Json[]) : [value])
        if (typeof one !== "string") throw invalid(`claim is not a string: ${JSON.stringify(one)}`);
  const targets = Object.values(role.claim_mappings ?? {});
  for (const target of targets) {
    if (RESERVED.includes(target))
      throw invalid(`metadata key "${target}" is reserved and may not be a mapping destination`);
    if (targets.filter((other) => other === target).length > 1)
      throw invalid(`multiple keys are mapped to metadata key "${target}"`);
  }
}

async function write(call: Call): Promise<undefined> {
  refuseOthers(call);
  const name = requireRoleName(call);
  await call.storage.transaction(async (tx) => {
    const config = await loadConfig(tx);
    const role = changed((await loadRole(tx, name)) ?? NEW_ROLE, call);
    const filled =
      role.user_claim === ""
        ? { ...role, user_claim: issuerOfRole({ preset: role.preset }, null)?.userClaim ?? "" }
        : role;
    check(filled, config);
    saveRole(tx, name, filled);
  });
}

function describe(role: Role): Record<string, ReplyValue> {
  const { preset, actor, allow_broad } = role;
  return {
    allowed_redirect_uris: role.allowed_redirect_uris,
    bound_audiences: role.bound_audiences,
    bound_claims: role.bound_claims as ReplyValue,
    bound_claims_type: role.bound_claims_type,
    bound_subject: role.bound_subject,
    claim_mappings: role.claim_mappings,
    clock_skew_leeway: role.clock_skew_leeway,
    expiration_leeway: role.expiration_leeway,
    groups_claim: role.groups_claim,
    max_age: role.max_age,
    not_before_leeway: role.not_before_leeway,
    oidc_scopes: role.oidc_scopes,
    role_type: role.role_type,
    user_claim: role.user_claim,
    user_claim_json_pointer: role.user_claim_json_pointer,
    verbose_oidc_logging: false,
    ...(preset !== "" && { preset }),
    ...(actor !== "" && { actor }),
    ...(allow_broad !== "" && { allow_broad }),
    ...describeParameters(role),
  };
}

async function read(call: Call): Promise<Reply | null> {
  const role = await loadRole(call.storage, roleName(call.params));
  if (role === null) return null;
  const data = describe(role);
  if (role.allow_broad === "") return { data };
  // as the mount stands now: what is broad about it, for whoever reviews it
  const findings = findingsOf(role, await loadConfig(call.storage));
  return { data: { ...data, broad: findings.map(findingText) } };
}

export const rolePaths = (_: MountContext): PathDeclaration[] => roleRoutes(roles, { fields, read, write });
