/** An identity of `bulkhead.yaml` (`github: { repository, workflow, ref, environment }`) as the rule of a role. */
import type { Issuer, TrustRule } from "./types.ts";

export interface DeclaredIdentity {
  readonly rule: TrustRule;
  /** Asked for by name in the declaration; the platform's own issuer otherwise. */
  readonly issuer: string | null;
}

/** What a job asks its platform for when the declaration names no other. */
export const DEFAULT_AUDIENCE = "bulkhead";
/** Words that are no claims. */
const SETTINGS = new Set(["audience", "issuer", "allow-broad"]);

/** A value with `*` is a pattern. */
export function ruleOf(
  issuer: Issuer | undefined,
  words: Readonly<Record<string, readonly string[]>>,
): DeclaredIdentity {
  const claims: Record<string, readonly string[]> = {};
  for (const [word, values] of Object.entries(words))
    if (!SETTINGS.has(word)) {
      // `workflow` needs its repository and ref to be a claim: `derive` puts them together
      const renamed =
        issuer !== undefined && Object.hasOwn(issuer.words, word) ? issuer.words[word] : undefined;
      const claim = renamed ?? word;
      // two words for one claim: what both say, not what stands last
      const before = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
      claims[claim] = before?.filter((value) => values.includes(value)) ?? values;
    }
  const derived = issuer?.derive?.(claims) ?? claims;
  return {
    issuer: words.issuer?.[0] ?? issuer?.issuer ?? null,
    rule: {
      audiences: words.audience ?? [DEFAULT_AUDIENCE],
      conditions: Object.entries(derived).map(([claim, values]) => ({
        claim,
        operator: values.some((value) => value.includes("*")) ? "glob" : "equals",
        values,
      })),
    },
  };
}
