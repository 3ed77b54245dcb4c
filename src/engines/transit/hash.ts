/** `hash` and `random`: no key is needed for them. */
import { createHash, randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { RawJson } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { encodeBase64, encodeHex, jsonText } from "./base64.ts";
import { DEFAULT_HASH, hashOf, isHash, unsupportedHash } from "./hashes.ts";
import { bytesOf } from "./input.ts";

const MOST_RANDOM = 128 * 1024;
const SOURCES = ["platform", "seal", "all"];

const bad = (problem: string): BulkheadError => new BulkheadError("transit.config", { problem });
const ENCODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  hex: encodeHex,
  base64: encodeBase64,
};

/** `bytes` are zeroed. */
function encoded(bytes: Buffer, format: string, quoted: string): RawJson {
  const encode = Object.hasOwn(ENCODERS, format) ? ENCODERS[format] : undefined;
  if (encode === undefined) throw bad(`unsupported encoding format ${quoted}; must be "hex" or "base64"`);
  const text = encode(bytes);
  bytes.fill(0);
  return jsonText(text);
}

function hash(call: Call): Promise<Reply> {
  const name = call.params.hash ?? call.fields.string("algorithm") ?? DEFAULT_HASH;
  const format = call.fields.string("format") ?? "hex";
  const raw = call.fields.json("input");
  if (raw === undefined) throw new BulkheadError("transit.missing", { problem: "input missing" });
  const input = bytesOf(new Map([["input", raw]]), "input", "unable to decode input as base64: ");
  if (!isHash(name) || name === "sha1") throw unsupportedHash(name); // sha1 signs and checks what is old, and makes nothing new
  const sum = createHash(hashOf(name).node)
    .update(input ?? Buffer.alloc(0))
    .digest();
  input?.fill(0);
  return Promise.resolve({ data: { sum: encoded(sum, format, format.slice(0, 40)) } });
}

function random(call: Call): Promise<Reply> {
  const { first, source, count } = call.params;
  const counted = count ?? (first !== undefined && !SOURCES.includes(first) ? first : undefined);
  const from =
    source ?? (counted === undefined ? first : undefined) ?? call.fields.string("source") ?? "platform";
  if (!SOURCES.includes(from))
    throw bad(
      `unsupported entropy source ${JSON.stringify(from.slice(0, 40))}; must be "platform" or "seal", or "all"`,
    );
  const bytes = counted === undefined ? (call.fields.int("bytes") ?? 32) : countOf(counted);
  if (bytes < 1) throw bad("'bytes' cannot be less than 1");
  if (bytes > MOST_RANDOM) throw bad(`'bytes' should be less than ${MOST_RANDOM}`);
  const format = call.fields.string("format") ?? "base64";
  const reply: Reply = {
    data: { random_bytes: encoded(randomBytes(bytes), format, JSON.stringify(format.slice(0, 40))) },
  };
  return Promise.resolve(
    from === "seal"
      ? { ...reply, warnings: ["no seal/entropy augmentation available, using platform entropy source"] }
      : reply,
  );
}

function countOf(text: string): number {
  if (!/^[-+]?\d{1,9}$/.test(text))
    throw bad(`error parsing url-set byte count: ${JSON.stringify(text.slice(0, 40))} is not a number`);
  return Number(text);
}

const word = (description: string): FieldDeclaration => ({ type: "string", description, plain: true });

const HASH: Omit<PathDeclaration, "pattern"> = {
  summary: "The hash of some bytes",
  fields: {
    input: { type: "json", description: "Base64" },
    algorithm: word("sha2-256 (default), sha2-…, sha3-…"),
    format: word("hex (default) or base64"),
  },
  operations: { update: hash },
};
const RANDOM: Omit<PathDeclaration, "pattern"> = {
  summary: "Random bytes",
  fields: {
    bytes: { type: "int", description: "1 to 131072; default 32", plain: true },
    format: word("base64 (default) or hex"),
    source: word("platform; the others are accepted and mean the same"),
  },
  operations: { update: random },
};

export const hashPaths = (): PathDeclaration[] => [
  { pattern: "hash", ...HASH },
  { pattern: "hash/{hash}", ...HASH },
  { pattern: "random", ...RANDOM },
  { pattern: "random/{first}", ...RANDOM },
  { pattern: "random/{source}/{count}", ...RANDOM },
];
