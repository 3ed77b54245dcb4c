/**
 * Values of a format, made up: for tests, and to show people what a rule looks for. They follow from a seed alone and open nothing.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Recipe } from "./types.ts";

export const ALPHABETS: Readonly<Record<string, string>> = {
  alnum: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  hex: "0123456789abcdef",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  lower: "abcdefghijklmnopqrstuvwxyz0123456789",
  base64: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  base64url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
  digits: "0123456789",
  caps: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  letters: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  anyhex: "0123456789abcdefABCDEF",
  base32: "abcdefghijklmnopqrstuvwxyz234567",
  base58: "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
  word: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_",
  slug: "abcdefghijklmnopqrstuvwxyz0123456789-",
};

/**
 * Random characters; the same `seed` gives the same ones. Where an alphabet has digits and letters a longer value has both: one in twenty
 * would have none, and passes for a name. Throws a TypeError for an alphabet that is not known.
 */
export function random(length: number, alphabet: string, seed: string): string {
  const letters = ALPHABETS[alphabet];
  if (letters === undefined) throw new TypeError(`no alphabet ${alphabet}`);
  const mixed = length >= 12 && /\d/.test(letters) && /[a-z]/i.test(letters);
  for (let draw = 0; ; draw++) {
    const value = drawn(length, letters, draw === 0 ? seed : `${seed}#${draw}`);
    if (!mixed || (/\d/.test(value) && /[a-z]/i.test(value))) return value;
  }
}

function drawn(length: number, letters: string, seed: string): string {
  let out = "";
  for (let block = 0; out.length < length; block++)
    for (const byte of createHash("sha256").update(`${seed}:${block}`).digest())
      if (out.length < length) out += letters[byte % letters.length];
  return out;
}

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
  return `${head}.${part({ ...claims, iat: 1700000000 + (Number.parseInt(seed.slice(0, 6), 16) % 1000000) })}.${random(43, "base64url", seed)}`;
}

/** The text that a recipe describes; the same `seed` gives the same text. */
export function expandRecipe(recipe: Recipe, seed: string): string {
  let out = "";
  let last = "";
  recipe.forEach((part, index) => {
    const own = createHash("sha256").update(`${seed}:${index}`).digest("hex");
    if (typeof part === "string") out += part;
    else if ("random" in part) {
      last = random(part.length, part.random, own);
      out += last;
    } else if ("checksum" in part)
      out += checksums[part.checksum](part.checksum === "crc32-base62" ? last : out);
    else if ("base64" in part) out += Buffer.from(expandRecipe(part.base64, own)).toString("base64url");
    else out += jwt(part.jwt, own);
  });
  return out;
}
