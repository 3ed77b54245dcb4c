/** Identifiers: UUIDs for requests and accessors, base62 for tokens (24 characters ≈ 143 bits). */
import { randomUUID } from "node:crypto";
import { drawRandom } from "./random.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const uuid = (): string => randomUUID();

/** `length` uniform base62 characters (rejection sampling: no modulo bias). */
export function randomBase62(length: number): string {
  let out = "";
  while (out.length < length) {
    const bytes = drawRandom(Math.min(256, length * 2));
    for (const byte of bytes) {
      if (byte < 248 && out.length < length) out += BASE62[byte % 62];
    }
    bytes.fill(0);
  }
  return out;
}

/** Service token as Vault forms it: `hvs.` and 24 characters (28 in all, which hvac's one-time-pad code relies on). */
export const serviceTokenId = (): string => `hvs.${randomBase62(24)}`;
