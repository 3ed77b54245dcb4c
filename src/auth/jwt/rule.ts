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
} from "../../trust/index.ts";
import type { Json } from "../../core/json-bytes.ts";
import type { Config, Role } from "./store.ts";

/** The issuer that a mount trusts; undefined: not a known one. */
export const issuerOfConfig = (config: Config | null): Issuer | undefined =>
  config === null
    ? undefined
    : [config.bound_issuer, config.oidc_discovery_url].map(issuerOf).find((issuer) => issuer !== undefined);

export const issuerOfRole = (role: Pick<Role, "preset">, config: Config | null): Issuer | undefined =>
  role.preset === "" ? issuerOfConfig(config) : issuerById(role.preset);

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
  return role.role_type === "oidc"
    ? lintPeople(rule, iss)
    : lint(rule, { issuer: issuerOfRole(role, config) });
}

/** Throws `trust.too-broad`, unless the role gives a reason. */
export function checkBreadth(findings: readonly TrustFinding[], reason: string): void {
  if (findings.length === 0 || reason !== "") return;
  throw new BulkheadError("trust.too-broad", { list: findings.map(findingText).join("; ") });
}
