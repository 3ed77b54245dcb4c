/** From when until when: what was asked, within what role, mount and issuer allow. */
import type { Call } from "../../kernel/plugin.ts";
import type { Certificate } from "../../x509/certificate.ts";
import type { IssuerRow } from "./authority.ts";
import type { PkiContext } from "./context.ts";
import { goDuration, invalid, timeOf } from "./input.ts";
import type { Role } from "./roles.ts";

/** Milliseconds since the epoch, whole seconds. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
  readonly warnings: readonly string[];
}

export type Times = Pick<
  Role,
  | "ttl"
  | "max_ttl"
  | "not_after"
  | "not_before"
  | "not_after_bound"
  | "not_before_bound"
  | "not_before_duration"
>;

interface Within {
  readonly role: Times;
  /** null: a root, which ends by itself. */
  readonly issuer: Pick<IssuerRow, "leafNotAfter"> | null;
  readonly ca: Pick<Certificate, "notAfter"> | null;
}

const whole = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
const rfc = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/** Throws `pki.invalid` where it would outlive its issuer, and that is not allowed to be cut. */
export function validityOf(
  { clock, services }: PkiContext,
  call: Call,
  { role, issuer, ca }: Within,
): Validity {
  const now = clock.now();
  const warnings: string[] = [];
  const most = role.max_ttl || call.mount.maxLeaseTtl || services.mounts.defaults.maxLeaseTtl;
  const asked = call.fields.duration("ttl") ?? 0;
  let ttl =
    asked ||
    role.ttl ||
    Math.min(most, call.mount.defaultLeaseTtl || services.mounts.defaults.defaultLeaseTtl);
  if (ttl > most) {
    warnings.push(
      `TTL "${goDuration(ttl)}" is longer than permitted maxTTL "${goDuration(most)}", so maxTTL is being used`,
    );
    ttl = most;
  }
  const end = role.not_after || (call.fields.string("not_after") ?? "");
  if (end !== "" && asked > 0)
    throw invalid(
      "either ttl or not_after should be provided. Both should not be provided in the same request.",
    );
  if (call.fields.has("not_after") && role.not_after_bound === "forbid")
    throw invalid("not_after is forbidden by role's not_after_bound");
  let notAfter = end === "" ? now + ttl : timeOf(end);
  // an end of one's own choice is no way around max_ttl
  if (role.not_after === "" && end !== "" && notAfter > now + most)
    throw invalid(`not_after is beyond the longest life that is allowed (${goDuration(most)})`);
  if (notAfter <= now) throw invalid("the certificate would end before it begins");
  if (ca !== null && notAfter > ca.notAfter) {
    if (issuer?.leafNotAfter === "err")
      throw invalid(
        `cannot satisfy request, as TTL would result in notAfter of ${rfc(notAfter)} that is beyond the expiration of the CA certificate at ${rfc(ca.notAfter)}`,
      );
    if (issuer?.leafNotAfter === "truncate") notAfter = ca.notAfter;
    if (notAfter <= now) throw invalid("the certificate would end before it begins: its issuer has expired");
  }
  return { notBefore: beginning(role, call, { now, notAfter }), notAfter: whole(notAfter), warnings };
}

function beginning(role: Times, call: Call, { now, notAfter }: { now: number; notAfter: number }): number {
  const text = role.not_before || (call.fields.string("not_before") ?? "");
  if (text === "") return whole(now - role.not_before_duration);
  if (call.fields.has("not_before") && role.not_before_bound === "forbid")
    throw invalid("not_before is forbidden by role's not_before_bound");
  const notBefore = timeOf(text);
  if (notBefore >= notAfter) throw invalid("the certificate would end before it begins");
  return whole(notBefore);
}
