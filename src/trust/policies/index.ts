/** Trust policies of other systems: read into formulas, decided for a token's claims, and judged by whom else they let in. */
import type { Json } from "../../core/json-bytes.ts";
import { awsPolicy, isAwsTrust } from "./aws.ts";
import { azurePolicy } from "./azure.ts";
import { googlePolicy } from "./google.ts";
import type { TrustPolicy } from "./types.ts";
import { vaultPolicy } from "./vault.ts";

export { awsPolicy, isAwsTrust } from "./aws.ts";
export { azurePolicy } from "./azure.ts";
export { type Breadth, type BreadthKind, breadthOf } from "./breadth.ts";
export { admits, decide, described, waysOf } from "./formula.ts";
export { googlePolicy, memberFormula } from "./google.ts";
export { publisherPolicy } from "./publishers.ts";
export { vaultPolicy } from "./vault.ts";
export type * from "./types.ts";

/** Whatever a document says by itself; null for one that is no trust policy. */
export function policyOf(value: Json, target: string | null = null, place = ""): TrustPolicy | null {
  if (isAwsTrust(value)) return awsPolicy(value, target, place);
  return (
    googlePolicy(value, { target, place }) ??
    azurePolicy(value, target, place) ??
    vaultPolicy(value, { target, place })
  );
}
