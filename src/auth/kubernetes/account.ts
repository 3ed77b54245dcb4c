/** A service account as a token names it: in today's claims (one object) or the former ones (long names). */
import type { Json } from "../../core/json-bytes.ts";
import { type Claims, claimAt } from "../../trust/index.ts";

export interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of a token kept in a secret; empty for projected ones. */
  readonly secret: string;
}

const FORMER = "kubernetes.io/serviceaccount/";
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export function accountOf(claims: Claims): Account {
  const today = claimAt(claims, "kubernetes.io") !== undefined;
  const read = (now: string, former: string): string => text(claimAt(claims, today ? now : FORMER + former));
  return {
    namespace: read("/kubernetes.io/namespace", "namespace"),
    name: read("/kubernetes.io/serviceaccount/name", "service-account.name"),
    uid: read("/kubernetes.io/serviceaccount/uid", "service-account.uid"),
    secret: today ? "" : text(claimAt(claims, `${FORMER}secret.name`)),
  };
}

/** The claims under today's names, for conditions. */
export const asClaims = ({ namespace, name, uid }: Account): Claims => ({
  "kubernetes.io": { namespace, serviceaccount: { name, uid } },
});
