/** Expands the catalogue's recipes into test values; the same `seed` gives the same text. */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Recipe } from "../../src/providers/types.ts";
import { fake } from "./fake.ts";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function base62Checksum(text: string): string {
  let rest = crc32(text);
  let out = "";
  for (let i = 0; i < 6; i++) {
    out = (BASE62[rest % 62] ?? "") + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}

const hex = (sum: number): string => sum.toString(16).padStart(8, "0");

const checksums = {
  "crc32-base62": base62Checksum,
  "crc32-base36": (text: string) => crc32(text).toString(36).padStart(7, "0"),
  "crc32-hex": (text: string) => hex(crc32(text)),
  "crc32-hex-body": (text: string) => hex(crc32(text.slice(text.indexOf("_") + 1))),
  // Over all but the last separator, the least significant byte first.
  "crc32-grafana": (text: string) =>
    hex(crc32(text.slice(0, -1)))
      .match(/../g)
      ?.reverse()
      .join("") ?? "",
};

function jwt(claims: Readonly<Record<string, string | number>>, seed: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ alg: "HS256", typ: "JWT" });
  return `${head}.${part({ ...claims, iat: 1700000000 + (Number.parseInt(seed.slice(0, 6), 16) % 1000000) })}.${fake("", 43, "base64url", seed)}`;
}

export function expandRecipe(recipe: Recipe, seed: string): string {
  let out = "";
  let random = "";
  recipe.forEach((part, index) => {
    const own = createHash("sha256").update(`${seed}:${index}`).digest("hex");
    if (typeof part === "string") out += part;
    else if ("random" in part) {
      random = fake("", part.length, part.random, own);
      out += random;
    } else if ("checksum" in part)
      out += checksums[part.checksum](part.checksum === "crc32-base62" ? random : out);
    else if ("base64" in part) out += Buffer.from(expandRecipe(part.base64, own)).toString("base64url");
    else out += jwt(part.jwt, own);
  });
  return out;
}
