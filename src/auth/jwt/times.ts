/** Times of a token as Vault reads them: a missing one is derived from the others, each with its leeway. All in seconds. */
import type { Claims } from "../../trust/index.ts";
import { refuse } from "./refusal.ts";

export interface Leeways {
  /** 0: the default; negative: none. */
  readonly clock_skew_leeway: number;
  readonly expiration_leeway: number;
  readonly not_before_leeway: number;
}

const SKEW = 60;
const LEEWAY = 150;
/** Beyond any year that a date can name. */
const LAST = 253_402_300_800;

function dateOf(claims: Claims, claim: string): number {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (value === undefined) return 0;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || value > LAST)
    throw refuse("it is not a time", { claim });
  return value;
}

const leeway = (asked: number, usual: number): number => (asked < 0 ? 0 : asked === 0 ? usual : asked);

/** Throws `Refusal` for a token that is over, not yet valid or of the future. `now` in milliseconds. */
export function checkTimes(claims: Claims, leeways: Leeways, now: number): void {
  const seconds = now / 1_000;
  const iat = dateOf(claims, "iat");
  let nbf = dateOf(claims, "nbf");
  let exp = dateOf(claims, "exp");
  if (iat === 0 && nbf === 0 && exp === 0)
    throw refuse("no issued at (iat), not before (nbf), or expiration time (exp) claims in token", {
      claim: "exp",
    });
  if (exp === 0) exp = Math.max(iat, nbf) + leeway(leeways.expiration_leeway, LEEWAY);
  if (nbf === 0) nbf = iat !== 0 ? iat : exp - leeway(leeways.not_before_leeway, LEEWAY);
  const skew = leeway(leeways.clock_skew_leeway, SKEW);
  const at = (time: number): string => new Date(Math.floor(time) * 1_000).toISOString();
  const off = (claim: string, reason: string, time: number): Error =>
    refuse(reason, {
      claim,
      expected: `now, ${at(seconds)}, within ${skew} s`,
      received: at(Math.max(0, time)),
    });
  if (seconds - skew > exp) throw off("exp", "token is expired", exp);
  if (seconds + skew < nbf) throw off("nbf", "token not yet valid", nbf);
  if (iat !== 0 && seconds + skew < iat) throw off("iat", "token issued in the future", iat);
}
