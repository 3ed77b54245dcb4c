/** What a token says about the job that holds it, under the same names for every issuer: for token metadata, and so for every audit entry. */
import { claimAt } from "./claims.ts";
import type { Claims, Issuer } from "./types.ts";

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
