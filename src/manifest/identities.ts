/**
 * `identities:` → the auth methods, their configuration and one role a stage and environment; and what lint says of each, at its place
 * in the declaration. A platform's method is mounted under the platform's name (`auth/github`). Its configuration is written once:
 * where another issuer is trusted there already, apply does nothing.
 */
import type { JsonObject } from "../core/ports/manifest-api.ts";
import { type Issuer, type TrustRule, issuerById, lint, ruleOf } from "../trust/index.ts";
import type { DesiredItem } from "./desired.ts";
import type { PlanFinding } from "./findings.ts";
import type { Identity, Manifest, Stage } from "./types.ts";

/** What a role has that is the same for every method. */
export interface RoleBase {
  readonly name: string;
  readonly stage: Stage;
  readonly environment: string;
  /** People may log in as this stage here. */
  readonly people: boolean;
  readonly tokens: JsonObject;
}

interface Method {
  readonly type: "jwt" | "kubernetes";
  readonly issuer: Issuer | undefined;
}

/** An identity's role in the list of what was applied: no other name has an `@`. */
export const identityRole = (role: string, method: string): string => `${role}@${method}`;

/** Where a role of that list is written. */
export function rolePath(name: string, approle: string): string {
  const [role = "", method] = name.split("@");
  return `auth/${method ?? approle}/role/${role}`;
}

const methodOf = (name: string): Method => ({
  type: name === "kubernetes" ? "kubernetes" : "jwt",
  issuer: issuerById(name),
});
const methodsIn = ({ identities }: Manifest): readonly string[] => [
  ...new Set(identities.map(({ method }) => method)),
];

export const identityMounts = (manifest: Manifest): readonly DesiredItem[] =>
  methodsIn(manifest).map((name) => ({
    what: "auth method",
    name: `${name}/`,
    path: `sys/auth/${name}`,
    body: {
      type: methodOf(name).type,
      description: `logins of ${methodOf(name).issuer?.title ?? "workloads"}`,
    },
  }));

/** One for each method whose issuer is known; a cluster's address is nobody's but its operator's to say. */
export const identityConfigs = (manifest: Manifest): readonly DesiredItem[] =>
  methodsIn(manifest).flatMap((name): DesiredItem[] => {
    if (methodOf(name).type === "kubernetes") return [];
    const issuer = issuersOf(manifest, name)[0];
    return issuer === undefined
      ? []
      : [
          {
            what: "auth config",
            name: `${name}/config`,
            path: `auth/${name}/config`,
            // who applies need not reach the issuer; the server does, at the first login
            body: { oidc_discovery_url: issuer, skip_jwks_validation: true },
          },
        ];
  });

const issuersOf = ({ identities }: Manifest, method: string): readonly string[] => [
  ...new Set(
    identities
      .filter((one) => one.method === method)
      .flatMap(({ claims }) => ruleOf(methodOf(method).issuer, claims).issuer ?? []),
  ),
];

export function identityRoles(manifest: Manifest, bases: readonly RoleBase[]): readonly DesiredItem[] {
  return manifest.identities.flatMap((identity): DesiredItem[] => {
    const base = bases.find(
      ({ stage, environment }) => stage.name === identity.stage && environment === identity.environment,
    );
    if (base === undefined) return [];
    const { type, issuer } = methodOf(identity.method);
    const { rule } = ruleOf(issuer, identity.claims);
    return [
      {
        what: "role",
        name: identityRole(base.name, identity.method),
        path: `auth/${identity.method}/role/${base.name}`,
        body: {
          ...base.tokens,
          ...(type === "kubernetes" ? accountBody(rule) : claimsBody(rule, issuer)),
          ...reasonOf(identity),
        },
      },
    ];
  });
}

const reasonOf = ({ claims }: Identity): JsonObject => {
  const [reason] = claims["allow-broad"] ?? [];
  return reason === undefined ? {} : { allow_broad: reason };
};

function claimsBody({ audiences, conditions }: TrustRule, issuer: Issuer | undefined): JsonObject {
  const globs = conditions.some(({ operator }) => operator === "glob");
  return {
    role_type: "jwt",
    ...(issuer !== undefined && { preset: issuer.id }),
    user_claim: issuer?.userClaim ?? "sub",
    bound_audiences: [...audiences],
    bound_claims: Object.fromEntries(
      conditions.map(({ claim, values }) => [claim, values.length === 1 ? (values[0] ?? "") : [...values]]),
    ),
    bound_claims_type: globs ? "glob" : "string",
  };
}

function accountBody({ audiences, conditions }: TrustRule): JsonObject {
  const of = (claim: string): readonly string[] =>
    conditions.filter((one) => one.claim === claim).flatMap(({ values }) => values.map(String));
  return {
    bound_service_account_names: [...of("/kubernetes.io/serviceaccount/name")],
    bound_service_account_namespaces: [...of("/kubernetes.io/namespace")],
    audience: audiences[0] ?? "",
  };
}

const CODE = "too-broad";

/** Whom each identity would let in beside the job that is meant; refused, unless it says why it must be so. */
export function identityFindings(manifest: Manifest): readonly PlanFinding[] {
  return manifest.identities.flatMap((identity): PlanFinding[] => {
    const { issuer } = methodOf(identity.method);
    const where = `identities.${identity.stage}.${identity.environment}.${identity.method}`;
    const { rule, issuer: address } = ruleOf(issuer, identity.claims);
    const [reason] = identity.claims["allow-broad"] ?? [];
    const found = lint(rule, { issuer }).map(({ claim, message, manifestLine }): PlanFinding => {
      const word = manifestLine.split(":")[0] ?? "";
      const at = identity.places[word] ?? identity.places[claim] ?? identity.at;
      const text = `${where}: ${message}`;
      return reason === undefined
        ? { level: "refused", code: CODE, message: `${text}; write \`${manifestLine}\``, ...at }
        : { level: "note", code: CODE, message: `${text} (allow-broad: ${reason})`, ...at };
    });
    if (identity.method === "kubernetes" || address !== null)
      return [...found, ...several(manifest, identity)];
    return [
      ...found,
      {
        level: "refused",
        code: "no-issuer",
        message: `${where}: whose tokens these are is not said; write \`issuer: https://…\``,
        ...identity.at,
      },
    ];
  });
}

/** One method trusts one issuer. */
function several(manifest: Manifest, { method, at }: Identity): PlanFinding[] {
  const issuers = issuersOf(manifest, method);
  if (issuers.length < 2) return [];
  const message = `auth/${method} can trust one issuer, not ${issuers.join(" and ")}`;
  return [{ level: "refused", code: "no-issuer", message, ...at }];
}
