/** What a token says about the job that holds it, under the same names for every issuer: for token metadata, and so for every audit entry. */
import { claimAt } from "./claims.ts";
import { patternOf } from "./conditions.ts";
import type { Claims, Issuer, TrustRule } from "./types.ts";

const MOST = 512;

/** `ci_system` and those facts that the token has. */
export function factsOf(issuer: Issuer, claims: Claims): Record<string, string> {
  const facts: Record<string, string> = { ci_system: issuer.id };
  for (const [name, claim] of Object.entries(issuer.facts)) {
    const value = claimAt(claims, claim);
    if ((typeof value === "string" && value !== "") || typeof value === "number")
      facts[name] = String(value)
        .replace(/[\p{Cc}\u2028\u2029]/gu, "?")
        .slice(0, MOST);
  }
  return facts;
}

/**
 * Facts that may stand as what the server says of a job. Its environment is left out unless the rule fixes it: whoever writes a job
 * names it, and Bulkhead's own environments, which clouds decide by, stand under the same name.
 */
export function vouchedFacts(issuer: Issuer, claims: Claims, rule: TrustRule): Record<string, string> {
  const { environment, ...facts } = factsOf(issuer, claims);
  const claim = issuer.facts.environment;
  const isFixed = rule.conditions.some(({ claim: bound, operator, values }) =>
    values.every((value) => {
      const pattern = patternOf(value, operator);
      if (bound === claim) return !pattern.open;
      const parts = bound === "sub" ? (issuer.subject(pattern) ?? []) : [];
      return parts.some((part) => part.claim === claim && !part.pattern.open);
    }),
  );
  return environment !== undefined && isFixed ? { ...facts, environment } : facts;
}
