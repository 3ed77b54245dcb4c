/** `sign/`, `verify/` and `hmac/`, each with the hash algorithm in the path or in the body. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { versionFor } from "./cipher.ts";
import { DEFAULT_HASH, type HashName, hashOf, isHash, unsupportedHash } from "./hashes.ts";
import {
  BATCH_FIELDS,
  type Item,
  type Result,
  answerEach,
  bytesOf,
  itemsOf,
  textOf,
  versionOf,
} from "./input.ts";
import type { Key } from "./keyring.ts";
import { type TransitContext, findKey } from "./keys.ts";
import type { SaltLength } from "./rsa-digest.ts";
import { type SigningOptions, checkSigns, sign, verify } from "./signature.ts";
import { formatVersioned, parseVersioned } from "./versioned.ts";

const value = (description: string): FieldDeclaration => ({ type: "json", description });
const word = (description: string): FieldDeclaration => ({ type: "string", description, plain: true });

const ALGORITHM = {
  hash_algorithm: word("sha2-256 (default), sha1, sha2-…, sha3-…, none"),
  algorithm: word("The older name of hash_algorithm"),
} as const;
const SIGNING = {
  prehashed: { type: "bool", description: "The input is a digest already", plain: true },
  marshaling_algorithm: word("asn1 (default) or jws"),
  signature_algorithm: word("For RSA: pss (default) or pkcs1v15"),
  salt_length: word("For PSS: auto (default), hash or a number of bytes"),
} as const satisfies Record<string, FieldDeclaration>;
const INPUT = { input: value("Base64"), context: value("Base64; for derived keys") } as const;

const BASE64 = "unable to decode input as base64: ";
const bad = (problem: string): BulkheadError => new BulkheadError("transit.config", { problem });
const shown = (text: string): string => JSON.stringify(text.slice(0, 40));

const hashName = (call: Call): string =>
  call.params.hash ?? call.fields.string("hash_algorithm") ?? call.fields.string("algorithm") ?? DEFAULT_HASH;

function signingOptions(call: Call): SigningOptions {
  const name = hashName(call);
  if (name !== "none" && !isHash(name)) throw bad(`invalid hash algorithm ${shown(name)}`);
  const marshaling = call.fields.string("marshaling_algorithm") ?? "asn1";
  if (marshaling !== "asn1" && marshaling !== "jws")
    throw bad(`invalid marshaling type ${shown(marshaling)}`);
  const given = call.fields.string("signature_algorithm") ?? "";
  const padding = given === "" ? "pss" : given;
  if (padding !== "pss" && padding !== "pkcs1v15")
    throw bad(`unsupported rsa signature algorithm ${given.slice(0, 40)}`);
  const prehashed = call.fields.bool("prehashed") ?? false;
  if (name === "none" && !(prehashed && padding === "pkcs1v15"))
    throw bad("hash_algorithm=none requires both prehashed=true and signature_algorithm=pkcs1v15");
  return { hash: name === "none" ? null : name, prehashed, marshaling, padding, salt: saltOf(call) };
}

function saltOf(call: Call): SaltLength {
  const text = call.fields.string("salt_length") ?? "auto";
  if (text === "auto" || text === "hash") return text;
  if (!/^[-+]?\d{1,6}$/.test(text))
    throw bad(`salt length neither 'auto', 'hash', nor an int: ${text.slice(0, 40)}`);
  const length = Number(text);
  if (length < -1) throw bad(`salt length is invalid: ${length}`);
  // Go's names for the two, which Vault's clients may send
  return length === 0 ? "auto" : length === -1 ? "hash" : length;
}

/** A misspelt field must not sign the empty text. */
function inputOf(item: Item, missing = "missing input"): Buffer {
  const input = bytesOf(item, "input", BASE64);
  if (input === null) throw new BulkheadError("transit.missing", { problem: missing });
  return input;
}

/** null: none was sent. */
function itemContext(item: Item): Buffer | null {
  const text = textOf(item, "context");
  if (text === null || text.length === 0) return null;
  try {
    return decodeBase64(text);
  } catch (error) {
    throw new BulkheadError(
      "transit.malformed",
      { problem: "failed to base64-decode context" },
      { cause: error },
    );
  }
}

async function signAll(transit: TransitContext, call: Call): Promise<Reply> {
  const options = signingOptions(call);
  const items = itemsOf(call, { ...INPUT, key_version: value("") });
  const key = await findKey(transit, call, () => "signing key not found");
  checkSigns(key.record, "signing");
  return answerEach(call, items, (item) => signItem(call, key, options, item), {
    failed: { key_version: 0 },
    rename: { public_key: "publickey" }, // Vault's two forms differ
  });
}

async function signItem(call: Call, key: Key, options: SigningOptions, item: Item): Promise<Result> {
  const input = inputOf(item);
  try {
    const asked = item.has("key_version") ? versionOf(item) : (call.fields.int("key_version") ?? 0);
    const version = versionFor(key.record, asked, "signing");
    const { bytes, publicKey } = await sign(key.record, await key.material(version), input, {
      ...options,
      context: itemContext(item),
    });
    const text = encodeBase64(bytes, options.marshaling === "jws" ? "url" : "standard").toString("latin1");
    return {
      key_version: version,
      signature: formatVersioned(version, text),
      ...(publicKey !== undefined && { public_key: publicKey }),
    };
  } finally {
    input.fill(0);
  }
}

async function verifyAll(transit: TransitContext, call: Call): Promise<Reply> {
  const items = itemsOf(call, { ...INPUT, signature: value(""), hmac: value("") });
  const count = (name: string): number => items.items.filter((item) => item.has(name)).length;
  const [signatures, hmacs] = [count("signature"), count("hmac")];
  if (signatures + hmacs === 0)
    throw new BulkheadError("transit.missing", {
      problem: items.batch
        ? "no batch_input elements have 'signature' or 'hmac'"
        : "neither a 'signature' nor an 'hmac' were given to verify",
    });
  if (items.batch && signatures !== items.items.length && hmacs !== items.items.length)
    throw bad("elements of batch_input must all provide 'signature' or all provide 'hmac'");
  const options = signingOptions(call);
  const isSignature = signatures > 0;
  const key = await findKey(transit, call, () =>
    isSignature ? "signature verification key not found" : "encryption key not found",
  );
  if (!isSignature) return answerEach(call, items, (item) => verifyHmac(key, options.hash, item));
  checkSigns(key.record, "verification");
  return answerEach(call, items, (item) => verifyItem(key, options, item), { failed: { valid: false } });
}

async function verifyItem(key: Key, options: SigningOptions, item: Item): Promise<Result> {
  const input = inputOf(item);
  try {
    const context = itemContext(item);
    const form = options.marshaling === "jws" ? "url" : "standard";
    const text = textOf(item, "signature") ?? Buffer.alloc(0);
    const { version, bytes } = parseVersioned(key.record, text, "signature", form);
    const material = await key.material(version);
    return { valid: await verify(key.record, material, input, { ...options, context, signature: bytes }) };
  } finally {
    input.fill(0);
  }
}

async function verifyHmac(key: Key, hash: HashName | null, item: Item): Promise<Result> {
  if (hash === null) throw bad("algorithm cannot be none");
  const input = inputOf(item, "missing input for HMAC");
  try {
    const { version, bytes } = parseVersioned(key.record, textOf(item, "hmac") ?? Buffer.alloc(0), "hmac");
    const made = await hmacOf(key, version, hash, input);
    return { valid: bytes.length === made.length && timingSafeEqual(bytes, made) };
  } finally {
    input.fill(0);
  }
}

async function hmacOf(key: Key, version: number, hash: HashName, input: Buffer): Promise<Buffer> {
  const material = await key.material(version);
  return createHmac(hashOf(hash).node, material.hmac).update(input).digest();
}

async function hmacAll(transit: TransitContext, call: Call): Promise<Reply> {
  const name = call.params.hash ?? call.fields.string("algorithm") ?? DEFAULT_HASH;
  if (name === "none") throw bad("algorithm cannot be none");
  if (!isHash(name)) throw unsupportedHash(name);
  const items = itemsOf(call, { input: value("") });
  const key = await findKey(transit, call, () => "encryption key not found");
  const version = hmacVersion(key, call.fields.int("key_version") ?? 0);
  return answerEach(call, items, async (item) => {
    const input = inputOf(item, "missing input for HMAC");
    try {
      const made = await hmacOf(key, version, name, input);
      return { hmac: formatVersioned(version, made.toString("base64")) };
    } finally {
      input.fill(0);
    }
  });
}

function hmacVersion({ record }: Key, asked: number): number {
  const wrong = (problem: string): BulkheadError => new BulkheadError("transit.version", { problem });
  if (asked < 0) throw wrong("key version does not exist (cannot be negative)");
  if (asked > record.latest)
    throw wrong(`key version does not exist; latest key version is ${record.latest}`);
  if (asked > 0 && asked < Math.max(record.minEncryption, record.minDecryption))
    throw wrong("cannot generate HMAC: version is too old (disallowed by policy)");
  return asked === 0 ? record.latest : asked;
}

const KEY_VERSION: FieldDeclaration = {
  type: "int",
  description: "The version to use; 0: the latest",
  plain: true,
};

/** The same with and without the hash algorithm in the path. */
function twoPaths(pattern: string, rest: Omit<PathDeclaration, "pattern">): PathDeclaration[] {
  return [pattern, `${pattern}/{hash}`].map((one) => ({ pattern: one, ...rest }));
}

export const signingPaths = (transit: TransitContext): PathDeclaration[] => [
  ...twoPaths("sign/{name}", {
    summary: "Signs with the key's latest version",
    fields: { ...BATCH_FIELDS, ...INPUT, ...ALGORITHM, ...SIGNING, key_version: KEY_VERSION },
    operations: { update: (call) => signAll(transit, call) },
  }),
  ...twoPaths("verify/{name}", {
    summary: "Checks a signature or an HMAC",
    fields: {
      ...BATCH_FIELDS,
      ...INPUT,
      ...ALGORITHM,
      ...SIGNING,
      signature: value("vault:vN:…"),
      hmac: value("vault:vN:…"),
    },
    operations: { update: (call) => verifyAll(transit, call) },
  }),
  ...twoPaths("hmac/{name}", {
    summary: "Makes an HMAC with the key's latest version",
    fields: {
      ...BATCH_FIELDS,
      input: INPUT.input,
      algorithm: word("sha2-256 (default), sha1, sha2-…, sha3-…"),
      key_version: KEY_VERSION,
    },
    operations: { update: (call) => hmacAll(transit, call) },
  }),
];
