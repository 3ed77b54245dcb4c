/** Identifiers: UUIDs for requests and accessors, base62 for tokens (24 characters ≈ 143 bits). */
import { randomBytes, randomUUID } from "node:crypto";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const uuid = (): string => randomUUID();

/** `length` uniform base62 characters (rejection sampling: no modulo bias). */
export function randomBase62(length: number): string {
  let out = "";
  while (out.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && out.length < length) out += BASE62[byte % 62];
    }
  }
  return out;
}

/** Service token as Vault forms it: `hvs.` and 24 characters (28 in all, which hvac's one-time-pad code relies on). */
export const serviceTokenId = (): string => `hvs.${randomBase62(24)}`;
