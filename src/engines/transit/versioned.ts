/** `vault:vN:BASE64`: which version of a key made a ciphertext, signature or HMAC. */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { type Base64Form, decodeBase64 } from "./base64.ts";
import { type KeyRecord, TOO_OLD } from "./keyring.ts";

const PREFIX = "vault:v";

export const formatVersioned = (version: number, text: string): string => `${PREFIX}${version}:${text}`;

interface Wording {
  readonly name: string;
  readonly noPrefix: string;
  readonly old: string;
  readonly base64: string;
  readonly positioned?: true;
}

const WORDINGS = {
  ciphertext: {
    name: "ciphertext",
    noPrefix: "invalid ciphertext: no prefix",
    old: TOO_OLD,
    base64: "invalid ciphertext: could not decode base64",
  },
  signature: {
    name: "signature",
    noPrefix: "invalid signature: no prefix",
    old: TOO_OLD,
    base64: "invalid base64 signature value",
  },
  hmac: {
    name: "HMAC",
    noPrefix: "invalid HMAC to verify: no prefix",
    old: "cannot verify HMAC: version is too old (disallowed by policy)",
    base64: "unable to decode verification HMAC as base64: ",
    positioned: true,
  },
} as const satisfies Record<string, Wording>;

export interface Versioned {
  readonly version: number;
  readonly bytes: Buffer;
}

/** Checked against the versions that may still be used. Throws `transit.malformed`, `transit.version`. */
export function parseVersioned(
  record: KeyRecord,
  text: Buffer,
  what: keyof typeof WORDINGS,
  form: Base64Form = "standard",
): Versioned {
  const wording: Wording = WORDINGS[what];
  const malformed = (problem: string): BulkheadError => new BulkheadError("transit.malformed", { problem });
  if (text.toString("latin1", 0, PREFIX.length) !== PREFIX) throw malformed(wording.noPrefix);
  const colon = text.indexOf(":", PREFIX.length);
  if (colon < 0) throw malformed(`invalid ${wording.name}: wrong number of fields`);
  const digits = text.toString("latin1", PREFIX.length, Math.min(colon, PREFIX.length + 20));
  if (!/^[-+]?\d{1,9}$/.test(digits))
    throw malformed(`invalid ${wording.name}: version number could not be decoded`);
  const given = Number(digits);
  // version 0 is what the very first Vault wrote for 1
  const version = given === 0 && what === "ciphertext" ? 1 : given;
  if (version > record.latest)
    throw new BulkheadError("transit.version", { problem: `invalid ${wording.name}: version is too new` });
  if (version < Math.max(record.minDecryption, record.minAvailable, 1))
    throw new BulkheadError("transit.version", { problem: wording.old });
  try {
    return { version, bytes: decodeBase64(text.subarray(colon + 1), wording.base64, form) };
  } catch (error) {
    if (!isBulkheadError(error) || wording.positioned === true) throw error;
    throw malformed(wording.base64);
  }
}
