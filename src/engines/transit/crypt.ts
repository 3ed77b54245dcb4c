/** `encrypt/`, `decrypt/`, `rewrap/` and `datakey/`. Plaintexts come and go as bytes and are zeroed once they are used. */
import { randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { encodeBase64, jsonText } from "./base64.ts";
import { type Bound, checkEncrypts, decrypt, encrypt } from "./cipher.ts";
import {
  BATCH_FIELDS,
  type Item,
  type Items,
  type Result,
  answerEach,
  bytesOf,
  isKeyName,
  itemsOf,
  keyName,
  textOf,
  versionOf,
} from "./input.ts";
import { type Key, createKey } from "./keyring.ts";
import { type TransitContext, contextOf, findKey } from "./keys.ts";
import { isKeyType, keyTypeOf } from "./types.ts";

const NO_KEY = (): string => "encryption key not found";

const value = (description: string): FieldDeclaration => ({ type: "json", description });
const ITEM = {
  context: value("Base64; for derived keys"),
  associated_data: value("Base64; bound to the ciphertext, needed again to decrypt"),
  nonce: value("Refused: nonces are never taken from outside"),
} as const;
const KEY_VERSION = value("The version to use; 0: the latest");
const PARTIAL: FieldDeclaration = {
  type: "int",
  description: "Status when some items failed and some did not; default 400",
  plain: true,
};

function boundOf(item: Item): Bound {
  const nonce = textOf(item, "nonce");
  if (nonce !== null && nonce.length > 0)
    throw new BulkheadError("transit.unsupported", { problem: "provided nonce not allowed for this key" });
  const context = bytesOf(item, "context");
  const associatedData = bytesOf(item, "associated_data", "unable to decode associated_data as base64: ");
  return { context, associatedData: associatedData?.length === 0 ? null : associatedData };
}

/** Refuses the request, not the item: it would be bound to nothing. */
function checkAssociated(key: Key, { items }: Items): void {
  if (keyTypeOf(key.record.type).family === "aead") return;
  for (const [index, item] of items.entries())
    if ((textOf(item, "associated_data")?.length ?? 0) > 0)
      throw new BulkheadError("transit.unsupported", {
        problem: `'[${index}].associated_data' provided for non-AEAD cipher suite ${key.record.type}`,
      });
}

/** A batch in which a context was forgotten here and there is not what was meant. */
function checkContexts({ items }: Items): void {
  const given = items.filter((item) => (textOf(item, "context")?.length ?? 0) > 0).length;
  if (given > 0 && given < items.length)
    throw new BulkheadError("transit.malformed", {
      problem: "context should be set either in all the request blocks or in none",
    });
}

const encryptFields = {
  ...BATCH_FIELDS,
  plaintext: value("Base64"),
  ...ITEM,
  key_version: KEY_VERSION,
  type: { type: "string", description: "Of a key that is made by this request: an AEAD", plain: true },
  convergent_encryption: { type: "bool", description: "Of a key that is made by this request", plain: true },
  partial_failure_response_code: PARTIAL,
} as const satisfies Record<string, FieldDeclaration>;

const PLAINTEXT_FIELDS = { plaintext: value(""), key_version: KEY_VERSION, ...ITEM };
const CIPHERTEXT_FIELDS = { ciphertext: value(""), key_version: KEY_VERSION, ...ITEM };

function plaintextOf(item: Item): Buffer {
  const plaintext = bytesOf(item, "plaintext");
  if (plaintext === null)
    throw new BulkheadError("transit.missing", { problem: "missing plaintext to encrypt" });
  return plaintext;
}

async function encryptItem(key: Key, item: Item): Promise<Result> {
  const plaintext = plaintextOf(item);
  try {
    const { ciphertext, version } = await encrypt(key, plaintext, versionOf(item), boundOf(item));
    return { ciphertext, key_version: version };
  } finally {
    plaintext.fill(0);
  }
}

async function encryptAll(transit: TransitContext, call: Call): Promise<Reply> {
  const items = itemsOf(call, PLAINTEXT_FIELDS);
  checkContexts(items);
  if (call.operation === "create") await upsert(transit, call, items);
  const key = await findKey(transit, call, NO_KEY);
  checkAssociated(key, items);
  return answerEach(call, items, (item) => encryptItem(key, item), { strict: true });
}

/** Encrypting with a name that has no key makes one, for callers who may `create`; not when nothing could be encrypted. */
async function upsert({ clock }: TransitContext, call: Call, { items }: Items): Promise<void> {
  const type = call.fields.string("type") ?? "aes256-gcm96";
  const convergent = call.fields.bool("convergent_encryption") ?? false;
  if (!isKeyType(type) || keyTypeOf(type).family !== "aead")
    throw new BulkheadError("transit.config", { problem: `unknown key type ${type.slice(0, 40)}` });
  const [first] = items;
  const derived = first !== undefined && (textOf(first, "context")?.length ?? 0) > 0;
  if (convergent && !derived)
    throw new BulkheadError("transit.config", {
      problem: "convergent encryption requires derivation to be enabled, so context is required",
    });
  if (first !== undefined) {
    plaintextOf(first).fill(0);
    boundOf(first);
  }
  await createKey(call.storage, { name: keyName(call), type, derived, convergent }, clock.now());
}

function ciphertextOf(item: Item): Buffer {
  const ciphertext = textOf(item, "ciphertext");
  if (ciphertext === null || ciphertext.length === 0)
    throw new BulkheadError("transit.missing", { problem: "missing ciphertext to decrypt" });
  return ciphertext;
}

async function decryptItem(key: Key, item: Item): Promise<Result> {
  const plaintext = await decrypt(key, ciphertextOf(item), boundOf(item));
  try {
    return { plaintext: jsonText(encodeBase64(plaintext)) };
  } finally {
    plaintext.fill(0);
  }
}

async function decryptAll(transit: TransitContext, call: Call): Promise<Reply> {
  const items = itemsOf(call, CIPHERTEXT_FIELDS);
  const key = await findKey(transit, call, NO_KEY);
  checkAssociated(key, items);
  return answerEach(call, items, (item) => decryptItem(key, item), {
    strict: true,
    failed: { plaintext: "" },
  });
}

/** From an old version to the latest, without showing the plaintext to the caller. */
async function rewrapItem(key: Key, item: Item): Promise<Result> {
  const bound = boundOf(item);
  const plaintext = await decrypt(key, ciphertextOf(item), bound);
  try {
    const { ciphertext, version } = await encrypt(key, plaintext, versionOf(item), bound);
    return { ciphertext, key_version: version };
  } finally {
    plaintext.fill(0);
  }
}

async function rewrapAll(transit: TransitContext, call: Call): Promise<Reply> {
  const items = itemsOf(call, CIPHERTEXT_FIELDS);
  const key = await findKey(transit, call, NO_KEY);
  checkAssociated(key, items);
  return answerEach(call, items, (item) => rewrapItem(key, item));
}

const DATAKEY_BITS: readonly number[] = [128, 256, 512];

async function datakey(transit: TransitContext, call: Call): Promise<Reply> {
  const form = call.params.form ?? "";
  if (form !== "plaintext" && form !== "wrapped")
    throw new BulkheadError("transit.config", { problem: "Invalid path, must be 'plaintext' or 'wrapped'" });
  const context = contextOf(call);
  if ((call.fields.string("nonce") ?? "") !== "")
    throw new BulkheadError("transit.unsupported", { problem: "provided nonce not allowed for this key" });
  const key = await findKey(transit, call, NO_KEY);
  checkEncrypts(key.record, "encryption");
  const bits = call.fields.int("bits") ?? 256;
  if (!DATAKEY_BITS.includes(bits))
    throw new BulkheadError("transit.config", { problem: "invalid bit length" });
  const bytes = randomBytes(bits / 8);
  try {
    const { ciphertext, version } = await encrypt(key, bytes, 0, { context, associatedData: null });
    const wrapped = { ciphertext, key_version: version };
    return { data: form === "wrapped" ? wrapped : { ...wrapped, plaintext: jsonText(encodeBase64(bytes)) } };
  } finally {
    bytes.fill(0);
  }
}

export const cryptPaths = (transit: TransitContext): PathDeclaration[] => [
  {
    pattern: "encrypt/{name}",
    summary: "Encrypts with the key's latest version; makes the key for callers who may",
    fields: encryptFields,
    exists: async ({ storage, params: { name = "" } }) =>
      !isKeyName(name) || (await transit.keyring.find(storage, name)) !== null,
    operations: {
      create: (call) => encryptAll(transit, call),
      update: (call) => encryptAll(transit, call),
    },
  },
  {
    pattern: "decrypt/{name}",
    summary: "Decrypts what encrypt or datakey gave",
    fields: {
      ...BATCH_FIELDS,
      ...CIPHERTEXT_FIELDS,
      ciphertext: value("vault:vN:…"),
      partial_failure_response_code: PARTIAL,
    },
    operations: { update: (call) => decryptAll(transit, call) },
  },
  {
    pattern: "rewrap/{name}",
    summary: "Encrypts a ciphertext anew with the latest version",
    fields: { ...BATCH_FIELDS, ...CIPHERTEXT_FIELDS, ciphertext: value("vault:vN:…") },
    operations: { update: (call) => rewrapAll(transit, call) },
  },
  {
    pattern: "datakey/{form}/{name}",
    summary:
      "Makes a key to encrypt with elsewhere: `plaintext` shows it, `wrapped` gives only its ciphertext",
    fields: {
      bits: { type: "int", description: "128, 256 (default) or 512", plain: true },
      context: { type: "string", description: "Base64; for derived keys" },
      associated_data: {
        type: "string",
        description: "Not offered: the ciphertext is of the key alone",
        refused: true,
      },
      key_version: {
        type: "int",
        description: "Not offered: always the latest",
        plain: true,
        refused: true,
      },
      nonce: { type: "string", description: "Refused: nonces are never taken from outside" },
    },
    operations: { update: (call) => datakey(transit, call) },
  },
];
