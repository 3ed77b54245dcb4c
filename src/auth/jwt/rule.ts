/** A role as a rule of trust, and what lint says of it when it is written. */
import { BulkheadError } from "../../core/errors.ts";
import {
  type Condition,
  type Issuer,
  type TrustFinding,
  type TrustRule,
  findingText,
  issuerById,
  issuerOf,
  lint,
  lintPeople,
  lintUser,
} from "../../trust/index.ts";
import type { Json } from "../../core/json-bytes.ts";
import type { Config, Role } from "./store.ts";

/** A key set's usual places below its issuer. */
const KEY_SETS = /\/(?:\.well-known|oauth\/discovery)\/[^/]+$/;

/** Whose key set it is, however its address is written (case, port, doubled slashes, a query): by its place, else by its host alone. */
function issuersOfKeySet(address: string): readonly string[] {
  const url = URL.parse(address);
  if (url === null) return [];
  const path = url.pathname.replace(/\/{2,}/g, "/");
  return [(url.origin + path).replace(KEY_SETS, ""), url.origin];
}

/** The issuer that a mount trusts; undefined: not a known one. */
export const issuerOfConfig = (config: Config | null): Issuer | undefined =>
  config === null
    ? undefined
    : [config.bound_issuer, config.oidc_discovery_url, ...issuersOfKeySet(config.jwks_url)]
        .map(issuerOf)
        .find((issuer) => issuer !== undefined);

/** By the role's preset, else by what the mount trusts, else by the `iss` that the role itself binds. */
export function issuerOfRole(
  role: Pick<Role, "preset"> & Partial<Pick<Role, "bound_claims">>,
  config: Config | null,
): Issuer | undefined {
  if (role.preset !== "") return issuerById(role.preset);
  const bound = listOf(role.bound_claims?.iss ?? null);
  return (
    issuerOfConfig(config) ??
    bound.map((iss) => (typeof iss === "string" ? issuerOf(iss) : undefined)).find((one) => one !== undefined)
  );
}

const listOf = (value: Json): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [value];

/** `bound_claims` alone: the subject is compared by itself. */
export const claimConditions = (
  role: Pick<Role, "bound_claims" | "bound_claims_type">,
): readonly Condition[] =>
  Object.entries(role.bound_claims ?? {}).map(([claim, value]) => ({
    claim,
    operator: role.bound_claims_type === "glob" ? "glob" : "equals",
    values: listOf(value),
  }));

export const ruleOfRole = (role: Role): TrustRule => ({
  audiences: role.bound_audiences ?? [],
  conditions: [
    ...(role.bound_subject === ""
      ? []
      : [{ claim: "sub", operator: "equals", values: [role.bound_subject] } as const]),
    ...claimConditions(role),
  ],
});

export function findingsOf(role: Role, config: Config | null): readonly TrustFinding[] {
  const rule = ruleOfRole(role);
  const iss = config?.oidc_discovery_url ?? "";
  if (role.role_type === "oidc") return lintPeople(rule, iss);
  const issuer = issuerOfRole(role, config);
  return [...lint(rule, { issuer }), ...lintUser(role.user_claim, issuer)];
}

/** The roles that were taken under another configuration and are too broad under this one. */
export function checkRoles(roles: readonly (readonly [name: string, role: Role])[], config: Config): void {
  const trusted = issuerOfConfig(config);
  const strange = roles.find(
    ([, { preset }]) => preset !== "" && trusted !== undefined && preset !== trusted.id,
  );
  if (strange !== undefined)
    throw new BulkheadError("request.invalid", {
      problem: `role ${strange[0]} has the preset ${strange[1].preset}, but this configuration trusts ${trusted?.title}`,
    });
  const broad = roles.flatMap(([name, role]) =>
    role.allow_broad === "" ? findingsOf(role, config).map((one) => `role ${name}: ${findingText(one)}`) : [],
  );
  if (broad.length > 0) throw new BulkheadError("trust.too-broad", { list: broad.slice(0, 20).join("; ") });
}

/** Throws `trust.too-broad`, unless the role gives a reason. */
export function checkBreadth(findings: readonly TrustFinding[], reason: string): void {
  if (findings.length === 0 || reason !== "") return;
  throw new BulkheadError("trust.too-broad", { list: findings.map(findingText).join("; ") });
}
