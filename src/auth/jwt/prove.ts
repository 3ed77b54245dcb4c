/** From a token's bytes to claims that are proved and fit a role: signature, issuer, times, audience, subject, bound claims. */
import type { Clock } from "../../core/clock.ts";
import type { Json } from "../../core/json-bytes.ts";
import { type Claims, type Condition, claimAt, evaluate, shownClaim } from "../../trust/index.ts";
import { FetchError } from "./fetch.ts";
import type { KeySource } from "./key-source.ts";
import { refuse } from "./refusal.ts";
import { claimConditions, issuerOfRole } from "./rule.ts";
import type { Config, Role } from "./store.ts";
import { checkTimes } from "./times.ts";
import { isSigned, parseToken } from "./token.ts";

/** What tokens are proved with on a mount. */
export interface Prover {
  readonly config: Config;
  readonly keys: KeySource;
  readonly clock: Clock;
}

/** Signed by a key of the mount, by its issuer, and valid now. Throws `Refusal`. */
export async function proveToken(
  { config, keys, clock }: Prover,
  token: Buffer,
  role: Pick<Role, "clock_skew_leeway" | "expiration_leeway" | "not_before_leeway">,
): Promise<Claims> {
  const parsed = parseToken(token);
  const allowed = config.jwt_supported_algs;
  if (allowed.length > 0 && !allowed.includes(parsed.algorithm))
    throw refuse("the signature algorithm is not allowed here", {
      claim: "alg",
      expected: allowed.join(", "),
      received: parsed.algorithm,
    });
  const known = await keys.keys(config, parsed.kid).catch((error: unknown) => {
    throw error instanceof FetchError ? refuse(`the issuer's keys cannot be had: ${error.message}`) : error;
  });
  if (!isSigned(known, parsed))
    throw refuse("no known key of the issuer signed the token", {
      claim: "kid",
      received: parsed.kid === undefined ? "(absent)" : shownClaim("kid", parsed.kid),
    });
  checkIssuer(config, parsed.claims);
  checkTimes(parsed.claims, role, clock.now());
  return parsed.claims;
}

/** The issuer's own name, where it is known: a key set may serve several. */
function checkIssuer(config: Config, claims: Claims): void {
  const expected = config.bound_issuer || config.oidc_discovery_url;
  const received = claimAt(claims, "iss");
  if (expected !== "" && received !== expected)
    throw refuse("another issuer", { claim: "iss", expected, received: shownClaim("iss", received) });
}

/** Throws `Refusal` for the first of the role's conditions that does not hold. */
export function checkRole(role: Role, config: Config, claims: Claims): void {
  checkAudience(role, claims);
  const subject = claimAt(claims, "sub");
  if (subject !== undefined && typeof subject !== "string")
    throw refuse("it is not a text", { claim: "sub" });
  if (role.bound_subject !== "" && subject !== role.bound_subject)
    throw refuse("another subject", {
      claim: "sub",
      expected: role.bound_subject,
      received: shownClaim("sub", subject),
    });
  checkConditions(claimConditions(role), claims);
  const missing = (role.preset === "" ? [] : (issuerOfRole(role, config)?.required ?? [])).find(
    (claim) => claimAt(claims, claim) === undefined,
  );
  if (missing !== undefined)
    throw refuse("tokens of this platform carry it", { claim: missing, received: "(absent)" });
}

function checkAudience({ bound_audiences: bound }: Role, claims: Claims): void {
  const given = claimAt(claims, "aud");
  const audiences: readonly Json[] =
    given === undefined ? [] : Array.isArray(given) ? (given as readonly Json[]) : [given];
  const wanted = bound ?? [];
  if (wanted.length === 0 && audiences.length > 0)
    throw refuse("the token has an audience and the role binds none", {
      claim: "aud",
      received: shownClaim("aud", given),
    });
  if (wanted.length > 0 && !audiences.some((one) => typeof one === "string" && wanted.includes(one)))
    throw refuse("another audience", {
      claim: "aud",
      expected: wanted.join(", "),
      received: shownClaim("aud", given),
    });
}

export function checkConditions(conditions: readonly Condition[], claims: Claims): void {
  const outcome = evaluate(conditions, claims);
  if (outcome.held) return;
  const { condition, received } = outcome;
  throw refuse(received === undefined ? "the claim is missing" : "the claim does not match", {
    claim: condition.claim,
    expected: shownClaim(
      condition.claim,
      condition.values.length === 1 ? condition.values[0] : [...condition.values],
    ),
    received: shownClaim(condition.claim, received),
  });
}
