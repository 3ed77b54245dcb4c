/** One function for each `CheckId` of the catalogue: false means "the right shape, but not a credential". */
import { crc32 } from "node:zlib";
import type { CheckId } from "../providers/types.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const checks: Readonly<Record<CheckId, (value: string) => boolean>> = {
  // The last six characters are CRC-32 of those between the prefix and them, in base 62 with leading zeros.
  "crc32-base62": (value) => {
    const body = value.slice(value.indexOf("_") + 1, -6);
    let sum = 0;
    for (const char of value.slice(-6)) sum = sum * 62 + BASE62.indexOf(char);
    return sum === crc32(body);
  },
  // GitLab's routable tokens end in CRC-32, in base 36, of all that stands before it.
  "crc32-base36": (value) => Number.parseInt(value.slice(-7), 36) === crc32(value.slice(0, -7)),
  // Atlassian's: the last eight characters are CRC-32, in hex, of all that stands before them.
  "crc32-hex": (value) => Number.parseInt(value.slice(-8), 16) === crc32(value.slice(0, -8)),
  // Cloudflare's: the same without the prefix.
  "crc32-hex-body": (value) =>
    Number.parseInt(value.slice(-8), 16) === crc32(value.slice(value.indexOf("_") + 1, -8)),
  // Grafana's: CRC-32 of all before the last underscore, in hex, the least significant byte first.
  "crc32-grafana": (value) => {
    const [, body = "", sum = ""] = /^(.*)_([0-9A-Fa-f]{8})$/.exec(value) ?? [];
    return Buffer.from(sum, "hex").reverse().toString("hex") === crc32(body).toString(16).padStart(8, "0");
  },
  // The first part is the account's number.
  "discord-id": (value) =>
    /^\d{17,20}$/.test(Buffer.from(value.split(".")[0] ?? "", "base64url").toString("latin1")),
  jwt: (value) => {
    const claims = claimsOf(value);
    // Supabase's anonymous role is made to be public.
    return claims !== null && !(claims.iss === "supabase" && claims.role === "anon");
  },
  "jwt-kubernetes": (value) => /^system:serviceaccount:/.test(String(claimsOf(value)?.sub)),
  "jwt-service-role": (value) => claimsOf(value)?.role === "service_role",
};

/** The payload of a signed token, null when the text is none. */
export function claimsOf(token: string): Record<string, unknown> | null {
  const [head, payload] = token.split(".");
  const header = decode(head);
  const claims = decode(payload);
  return header !== null && typeof header.alg === "string" ? claims : null;
}

function decode(part: string | undefined): Record<string, unknown> | null {
  if (part === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null; // not JSON: no token
  }
}
