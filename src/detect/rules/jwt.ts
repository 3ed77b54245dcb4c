/** Signed tokens (JWT): header and payload must decode, so that dotted base64 alone is no finding. What the claims say decides how bad it is. */
import { STRICT_BORDER } from "../../providers/format.ts";
import { claimsOf } from "../checks.ts";
import type { Rule, RuleFormat } from "../types.ts";

const SHOWN = ["iss", "sub", "aud", "role", "scope"] as const;
type Claims = Record<string, unknown>;

const isAnonymous = (claims: Claims): boolean => claims.iss === "supabase" && claims.role === "anon";
const expiry = ({ exp }: Claims): number | null =>
  typeof exp === "number" && exp > 0 && exp < 8.64e12 ? exp * 1000 : null;
/**
 * A token that ended before this weighs little. No clock decides: what was reported yesterday, and written into a baseline, is
 * reported under the same rule tomorrow.
 */
const LONG_OVER = Date.UTC(2026, 0, 1);
const isOver = (claims: Claims): boolean => (expiry(claims) ?? Number.POSITIVE_INFINITY) < LONG_OVER;

/** `issuer supabase, role service_role, expires 2033-01-01`; short strings only, since a claim may be anything. */
export function saysOf(token: string): string | null {
  const claims = claimsOf(token);
  if (claims === null) return null;
  const names: Record<string, string> = { iss: "issuer", sub: "subject", aud: "audience" };
  const parts = SHOWN.flatMap((name) => {
    const value = claims[name];
    return typeof value === "string" && /^[\w.:/@ -]{1,64}$/.test(value)
      ? [`${names[name] ?? name} ${value}`]
      : [];
  });
  const end = expiry(claims);
  if (end !== null)
    parts.push(`${isOver(claims) ? "expired" : "expires"} ${new Date(end).toISOString().slice(0, 10)}`);
  return parts.length === 0 ? null : parts.join(", ");
}

const token = (accept: (claims: Claims) => boolean): RuleFormat => ({
  pattern: `${STRICT_BORDER}eyJ[A-Za-z0-9_-]{14,600}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{20,700}(?![A-Za-z0-9_-])`,
  literals: ["eyJ"],
  maxLength: 5_310,
  before: 0,
  says: saysOf,
  accept: (value) => {
    const claims = claimsOf(value);
    return claims !== null && accept(claims);
  },
});

const common = { kind: "generic", prefixes: [], rank: 2 } as const;

export const jwt: Rule = {
  ...common,
  id: "jwt",
  title: "signed token (JWT)",
  severity: "high",
  formats: [token((claims) => !isOver(claims) && !isAnonymous(claims))],
};

export const jwtExpired: Rule = {
  ...common,
  id: "jwt-expired",
  title: "signed token (JWT) that has expired",
  severity: "low",
  formats: [token((claims) => isOver(claims) && !isAnonymous(claims))],
};

export const jwtPublic: Rule = {
  ...common,
  id: "jwt-public",
  title: "signed token (JWT) that is made to be public",
  severity: "info",
  formats: [token(isAnonymous)],
};
