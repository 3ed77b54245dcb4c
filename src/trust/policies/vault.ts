/** JWT roles of Vault, OpenBao and Bulkhead: bound audiences, subject and claims, exactly or as globs. Source: Vault's API, "JWT/OIDC auth method". */
import type { Json } from "../../core/json-bytes.ts";
import { isFields, listOf } from "./fields.ts";
import { all, claimTest } from "./formula.ts";
import type { Formula, TrustPolicy } from "./types.ts";

/** Vault takes a list also as text with commas; an empty text is an empty list. */
const textsOf = (value: Json | undefined): readonly Json[] =>
  listOf(value ?? "").flatMap((one): readonly Json[] =>
    typeof one === "string"
      ? one
          .split(",")
          .map((part) => part.trim())
          .filter((part) => part !== "")
      : [one],
  );

/** Null for a document that is no JWT role. `issuer` is the mount's, which the role does not name. */
export function vaultPolicy(
  value: Json,
  {
    target = null,
    issuer = null,
    place = "",
  }: { readonly target?: string | null; readonly issuer?: string | null; readonly place?: string } = {},
): TrustPolicy | null {
  if (!isFields(value)) return null;
  const bound = ["bound_audiences", "bound_subject", "bound_claims", "user_claim"].some(
    (name) => name in value,
  );
  if (!bound) return null;
  const parts: Formula[] = [];
  const audiences = textsOf(value.bound_audiences);
  // Empty: only a token without audience gets in, since Vault refuses one whose audience nobody bound.
  if (audiences.length > 0)
    parts.push(
      claimTest({ claim: "aud", operator: "equals", values: audiences, place: `${place}/bound_audiences` }),
    );
  if (typeof value.bound_subject === "string" && value.bound_subject !== "")
    parts.push(
      claimTest({
        claim: "sub",
        operator: "equals",
        values: [value.bound_subject],
        place: `${place}/bound_subject`,
      }),
    );
  const operator = value.bound_claims_type === "glob" ? ("glob" as const) : ("equals" as const);
  for (const [claim, wanted] of Object.entries(isFields(value.bound_claims) ? value.bound_claims : {}))
    parts.push(
      claimTest({
        claim,
        operator,
        values: Array.isArray(wanted) ? wanted : [wanted],
        place: `${place}/bound_claims/${claim}`,
      }),
    );
  const name = typeof value.name === "string" ? value.name : null;
  return {
    system: "vault",
    target: target ?? name,
    statements: [{ effect: "allow", issuers: issuer === null ? null : [issuer], formula: all(parts), place }],
    problems: [],
  };
}
