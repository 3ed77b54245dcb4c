/** The checks, one file each, in the order of their classes: A secret scope, B identity, C trust boundary, D injection, E poisoning, F supply chain, G governance. */
import { broadTrustPolicy } from "./broad-trust-policy.ts";
import type { Check } from "./types.ts";

export const checks: readonly Check[] = [broadTrustPolicy];
