/** From a raw match to a finding: hashes, preview, what it opens. After this the value is gone. */
import { createHash } from "node:crypto";
import type { Finding, Place } from "../core/finding.ts";
import { kinds } from "../core/kinds.ts";
import type { RawMatch } from "../detect/types.ts";
import type { Identifiable } from "./identify.ts";

const sha256 = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

/** Takes the match's value over: it is zeroed once hashed. */
export function findingOf(match: RawMatch, place: Place): Identifiable {
  const { rule, value, decoded, says } = match;
  const hash = sha256(value);
  const hashes = value[0] === 0x2d ? [hash, sha256(value, "\n")] : [hash];
  const finding: Finding = {
    rule: rule.id,
    title: rule.title,
    severity: rule.severity,
    ...(rule.provider === undefined ? {} : { provider: rule.provider }),
    kind: rule.kind,
    opens: kinds[rule.kind].enables,
    place: decoded === undefined ? place : { ...place, decoded },
    ...(says === undefined ? {} : { says }),
    preview: previewOf(match),
    sha256: hash,
    fingerprint: sha256(`${rule.id}\0${hash}\0${place.path}`),
  };
  value.fill(0);
  return { finding, hashes };
}

const HIDDEN = "…";

/** The public prefix, at most four characters of a long random part, and the length; nothing of a short one. */
export function previewOf({ rule, value }: Pick<RawMatch, "rule" | "value">): string {
  const text = value.toString("latin1");
  const size = `(${value.length} characters)`;
  const header = /^-----BEGIN [A-Z0-9 ]{1,50}-----/.exec(text)?.[0];
  if (header !== undefined) return `${header}${HIDDEN} ${size}`;
  const prefix =
    rule.prefixes.filter((one) => text.startsWith(one)).sort((a, b) => b.length - a.length)[0] ?? "";
  const random = text.length - prefix.length;
  const shown = random >= 32 ? 4 : random >= 20 ? 2 : 0;
  return `${text.slice(0, prefix.length + shown)}${HIDDEN} ${size}`;
}
