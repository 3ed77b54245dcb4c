/**
 * Google's workload identity pools: a provider (issuer, audiences, mapping, condition) lets tokens into the pool; a binding on a service
 * account or resource says which of them (`principal://…/subject/S`, `principalSet://…/attribute.NAME/VALUE`, `…/*`). Both must hold.
 */
import type { Json } from "../../core/json-bytes.ts";
import { type Mapping, celFormula } from "./cel.ts";
import { type Fields, isFields } from "./fields.ts";
import { all, any, claimTest, unknown } from "./formula.ts";
import type { Formula, TrustPolicy } from "./types.ts";

/** Of the API and gcloud (camel case) and of Terraform (snake case); `oidc` is a list of one there. */
const field = (fields: Fields, camel: string): Json | undefined =>
  fields[camel] ?? fields[camel.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
const block = (value: Json | undefined): Fields => {
  const one = Array.isArray(value) ? value[0] : value;
  return isFields(one) ? one : {};
};

/** Null for a document that is no provider. `members`: of bindings that name its pool, where they are known; also as a member of the document. */
export function googlePolicy(
  value: Json,
  {
    target = null,
    members,
    place = "",
  }: { readonly target?: string | null; readonly members?: readonly string[]; readonly place?: string } = {},
): TrustPolicy | null {
  if (!isFields(value)) return null;
  const oidc = block(value.oidc);
  const issuer = field(oidc, "issuerUri");
  if (typeof issuer !== "string") return null;
  const mapping = mappingOf(field(value, "attributeMapping"));
  const condition = field(value, "attributeCondition");
  const audiences = [field(oidc, "allowedAudiences") ?? []]
    .flat()
    .map(String)
    .filter((one) => one !== "");
  const parts: Formula[] = [];
  // Without a list the audience is the provider's own name, which no other service uses.
  if (audiences.length > 0)
    parts.push(
      claimTest({
        claim: "aud",
        operator: "equals",
        values: audiences,
        place: `${place}/oidc/allowedAudiences`,
      }),
    );
  if (typeof condition === "string" && condition.trim() !== "")
    parts.push(celFormula(condition, mapping, `${place}/attributeCondition`));
  const bound = members ?? (Array.isArray(value.members) ? value.members.map(String) : undefined);
  if (bound !== undefined)
    parts.push(
      any(
        bound.map((one) => memberFormula(one, mapping, members === undefined ? `${place}/members` : place)),
      ),
    );
  const name = typeof value.name === "string" ? value.name : null;
  return {
    system: "google",
    target: target ?? name,
    statements: [{ effect: "allow", issuers: [issuer], formula: all(parts), place }],
    problems: [],
  };
}

function mappingOf(value: Json | undefined): Mapping {
  const mapping = new Map<string, string | null>();
  if (!isFields(value)) return mapping;
  for (const [name, expression] of Object.entries(value)) {
    const plain = /^\s*assertion(?:\.([A-Za-z_][A-Za-z0-9_]*)|\[\s*['"]([^'"]+)['"]\s*\])\s*$/.exec(
      String(expression),
    );
    mapping.set(name, plain?.[1] ?? plain?.[2] ?? null);
  }
  return mapping;
}

/** Whom a binding's member means; members that are no pool's are nobody's here. */
export function memberFormula(member: string, mapping: Mapping, place: string): Formula {
  const [, kind, rest = ""] =
    /^(principal|principalSet):\/\/iam\.googleapis\.com\/projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/(.*)$/.exec(
      member,
    ) ?? [];
  if (kind === undefined)
    return member.includes("${") && member.includes("workloadIdentityPools")
      ? unknown(member, place)
      : any([]);
  if (kind === "principalSet" && rest === "*") return all([]);
  const slash = rest.indexOf("/");
  const [name, value] = [rest.slice(0, slash), rest.slice(slash + 1)];
  const attribute =
    kind === "principal" && name === "subject" ? "google.subject" : name === "group" ? "google.groups" : name;
  const claim = mapping.get(attribute);
  if (claim === undefined || claim === null || value.includes("${")) return unknown(member, place);
  return claimTest({ claim, operator: "equals", values: [value], place });
}
