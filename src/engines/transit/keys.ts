/** `keys/…`: making and reading keys, and the paths of what happens to them later (`key-life.ts`). */
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { decodeBase64 } from "./base64.ts";
import { deriveEd25519 } from "./derive.ts";
import { describe } from "./describe.ts";
import { keyName } from "./input.ts";
import { autoRotateOf, configure, remove, rotate, trim } from "./key-life.ts";
import { type Key, type Keyring, createKey, keyNames } from "./keyring.ts";
import { rawPublicKey } from "./signature.ts";
import { isKeyType, keyTypeOf } from "./types.ts";

export interface TransitContext {
  readonly clock: Clock;
  readonly keyring: Keyring;
}

const [LEAST_HMAC, MOST_HMAC] = [32, 512];

const config = (problem: string): BulkheadError => new BulkheadError("transit.config", { problem });

/** Throws `transit.no-key`. */
export async function findKey(
  { keyring }: TransitContext,
  call: Call,
  missing: (name: string) => string,
): Promise<Key> {
  const name = keyName(call);
  const key = await keyring.find(call.storage, name);
  if (key === null) throw new BulkheadError("transit.no-key", { problem: missing(name) });
  return key;
}

async function read({ keyring }: TransitContext, call: Call): Promise<Reply | null> {
  const key = await keyring.find(call.storage, keyName(call));
  if (key === null) return null;
  const context = contextOf(call);
  const publicKeys: Record<number, string> = {};
  if (context !== null && key.record.derived && keyTypeOf(key.record.type).signs)
    for (const version of Object.keys(key.record.versions).map(Number))
      if (version >= key.record.minDecryption)
        publicKeys[version] = rawPublicKey(deriveEd25519((await key.material(version)).key, context));
  return { data: describe(key.record, publicKeys) };
}

/** The context of a whole request; null when none was sent. */
export function contextOf(call: Call): Buffer | null {
  const text = call.fields.string("context") ?? "";
  if (text === "") return null;
  try {
    return decodeBase64(Buffer.from(text));
  } catch (error) {
    throw new BulkheadError(
      "transit.malformed",
      { problem: "failed to base64-decode context" },
      { cause: error },
    );
  }
}

async function create({ clock }: TransitContext, call: Call): Promise<Reply> {
  const name = keyName(call);
  const type = call.fields.string("type") ?? "aes256-gcm96";
  const derived = call.fields.bool("derived") ?? false;
  const convergent = call.fields.bool("convergent_encryption") ?? false;
  const size = call.fields.int("key_size") ?? 0;
  const autoRotate = autoRotateOf(call) ?? 0;
  if (!isKeyType(type)) throw config(`unknown key type ${type.slice(0, 40)}`);
  if (convergent && !derived) throw config("convergent encryption requires derivation to be enabled");
  const { family, derives } = keyTypeOf(type);
  if (size !== 0 && family !== "hmac") throw config(`key_size is not valid for algorithm ${type}`);
  if (family === "hmac" && (size < LEAST_HMAC || size > MOST_HMAC))
    throw config(
      size === 0
        ? `invalid key size for HMAC key, must be between ${LEAST_HMAC} and ${MOST_HMAC} bytes`
        : `invalid key_size ${size}`,
    );
  if (derived && !derives)
    throw config(`key derivation and convergent encryption not supported for keys of type ${type}`);
  if (convergent && family !== "aead")
    throw config(`convergent encryption not supported for keys of type ${type}`);
  const record = await createKey(
    call.storage,
    {
      name,
      type,
      size,
      derived,
      convergent,
      autoRotate,
      exportable: call.fields.bool("exportable") ?? false,
      plaintextBackup: call.fields.bool("allow_plaintext_backup") ?? false,
    },
    clock.now(),
  );
  return { data: describe(record) };
}

const flag = (description: string): FieldDeclaration => ({ type: "bool", description, plain: true });

const external: FieldDeclaration = {
  type: "string",
  description: "Not offered: keys are kept in the store",
  plain: true,
  refused: true,
};

export const keyPaths = (transit: TransitContext): PathDeclaration[] => [
  {
    pattern: "keys",
    summary: "Lists the keys",
    operations: { list: async (call) => ({ data: { keys: await keyNames(call.storage) } }) },
  },
  {
    pattern: "keys/{name}",
    summary: "Makes, reads or deletes a key",
    fields: {
      type: { type: "string", description: "aes256-gcm96 (default), ed25519, rsa-2048 …", plain: true },
      derived: flag("Every use needs a context, from which its own key is derived"),
      convergent_encryption: flag("Equal plaintexts give equal ciphertexts within one context"),
      exportable: flag("The key may be read out; cannot be unset"),
      allow_plaintext_backup: flag("Kept for Vault's clients; backup is not offered yet"),
      external_key_ref: external,
      key_size: { type: "int", description: "Bytes of an hmac key, 32 to 512", plain: true },
      auto_rotate_period: { type: "duration", description: "At least an hour; 0: never", plain: true },
      context: {
        type: "string",
        description: "Base64; on a read of a derived ed25519 key: shows its public key",
      },
    },
    operations: {
      read: (call) => read(transit, call),
      create: (call) => create(transit, call),
      update: (call) => create(transit, call),
      delete: remove,
    },
  },
  {
    pattern: "keys/{name}/config",
    summary: "Changes what a key may be used for",
    fields: {
      min_decryption_version: {
        type: "int",
        description: "The oldest version that decrypts and verifies",
        plain: true,
      },
      min_encryption_version: {
        type: "int",
        description: "The oldest version that encrypts and signs; 0: the latest",
        plain: true,
      },
      deletion_allowed: flag("The key may be deleted"),
      exportable: flag("The key may be read out; cannot be unset"),
      allow_plaintext_backup: flag("Kept for Vault's clients; backup is not offered yet"),
      auto_rotate_period: { type: "duration", description: "At least an hour; 0: never", plain: true },
    },
    operations: { create: configure, update: configure },
  },
  {
    pattern: "keys/{name}/rotate",
    summary: "Adds a version, which encrypts and signs from now on",
    fields: { external_key_ref: external },
    operations: {
      create: (call) => rotate(transit.clock, call),
      update: (call) => rotate(transit.clock, call),
    },
  },
  {
    pattern: "keys/{name}/trim",
    summary: "Destroys old versions for good",
    fields: {
      min_available_version: { type: "int", description: "All versions below it are destroyed", plain: true },
    },
    operations: { create: trim, update: trim },
  },
];
