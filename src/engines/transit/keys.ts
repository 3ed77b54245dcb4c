/** `keys/…`: making, reading, configuring, rotating, trimming and deleting keys. */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { decodeBase64 } from "./base64.ts";
import { deriveEd25519 } from "./derive.ts";
import { keyName } from "./input.ts";
import {
  type Key,
  type KeyRecord,
  type Keyring,
  createKey,
  deleteKey,
  keyNames,
  readRecord,
  rotateKey,
  saveRecord,
  trimVersions,
} from "./keyring.ts";
import { rawPublicKey } from "./signature.ts";
import { isAsymmetric, isKeyType, keyTypeOf } from "./types.ts";

export interface TransitContext {
  readonly clock: Clock;
  readonly keyring: Keyring;
}

const HOUR = 3_600_000;
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

/** The key's settings as every call on `keys/` answers them. */
function describe(
  record: KeyRecord,
  publicKeys: Readonly<Record<number, string>> = {},
): Record<string, ReplyValue> {
  const type = keyTypeOf(record.type);
  return {
    allow_plaintext_backup: record.plaintextBackup,
    auto_rotate_period: Math.floor(record.autoRotate / 1_000),
    ...(record.derived && {
      convergent_encryption: record.convergent,
      ...(record.convergent && { convergent_encryption_version: -1 }),
      kdf: "hkdf_sha256",
    }),
    deletion_allowed: record.deletionAllowed,
    derived: record.derived,
    exportable: record.exportable,
    imported_key: false,
    ...(type.family === "hmac" ? { key_size: record.size } : { keys: versionsOf(record, publicKeys) }),
    latest_version: record.latest,
    min_available_version: record.minAvailable,
    min_decryption_version: record.minDecryption,
    min_encryption_version: record.minEncryption,
    name: record.name,
    supports_decryption: type.encrypts,
    supports_derivation: type.derives,
    supports_encryption: type.encrypts,
    supports_signing: type.signs,
    type: record.type,
  };
}

function versionsOf(
  record: KeyRecord,
  publicKeys: Readonly<Record<number, string>>,
): Record<string, ReplyValue> {
  const type = keyTypeOf(record.type);
  const shown = Object.entries(record.versions).filter(([number]) => Number(number) >= record.minDecryption);
  return Object.fromEntries(
    shown.map(([number, { created, publicKey }]): [string, ReplyValue] => [
      number,
      isAsymmetric(type)
        ? {
            certificate_chain: "",
            creation_time: rfc3339(created),
            name: type.label,
            public_key: publicKey ?? publicKeys[Number(number)] ?? "",
          }
        : Math.floor(created / 1_000),
    ]),
  );
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

function autoRotateOf(call: Call): number | undefined {
  const period = call.fields.duration("auto_rotate_period");
  if (period !== undefined && period !== 0 && period < HOUR)
    throw config("auto rotate period must be 0 to disable or at least an hour");
  return period;
}

async function remove(call: Call): Promise<undefined> {
  const name = keyName(call);
  await call.storage.transaction(async (tx) => {
    const record = await readRecord(tx, name);
    if (record === null)
      throw new BulkheadError("transit.kept", { name, problem: "could not delete key; not found" });
    if (!record.deletionAllowed)
      throw new BulkheadError("transit.kept", { name, problem: "deletion is not allowed for this key" });
    await deleteKey(tx, record);
  });
}

async function configure(call: Call): Promise<Reply> {
  const name = keyName(call);
  const autoRotate = autoRotateOf(call);
  const warnings: string[] = [];
  const record = await call.storage.transaction(async (tx) => {
    warnings.length = 0;
    const before = await readRecord(tx, name);
    if (before === null)
      throw new BulkheadError("transit.no-key", { problem: `no existing key named ${name} could be found` });
    const after = {
      ...before,
      ...configuredVersions(call, before, warnings),
      deletionAllowed: call.fields.bool("deletion_allowed") ?? before.deletionAllowed,
      // once a key may leave the store it cannot be said not to have left it
      exportable: before.exportable || call.fields.bool("exportable") === true,
      plaintextBackup: before.plaintextBackup || call.fields.bool("allow_plaintext_backup") === true,
      autoRotate: autoRotate ?? before.autoRotate,
    };
    if (JSON.stringify(after) !== JSON.stringify(before)) saveRecord(tx, after);
    return after;
  });
  return { data: describe(record), ...(warnings.length > 0 && { warnings }) };
}

function configuredVersions(
  call: Call,
  before: KeyRecord,
  warnings: string[],
): Pick<KeyRecord, "minDecryption" | "minEncryption"> {
  let minDecryption = call.fields.int("min_decryption_version") ?? before.minDecryption;
  const minEncryption = call.fields.int("min_encryption_version") ?? before.minEncryption;
  for (const [what, version] of [
    ["decryption", minDecryption],
    ["encryption", minEncryption],
  ] as const) {
    if (version < 0) throw config(`min ${what} version cannot be negative`);
    if (version > before.latest)
      throw config(`cannot set min ${what} version of ${version}, latest key version is ${before.latest}`);
  }
  if (minDecryption === 0) {
    minDecryption = 1;
    warnings.push("key versions start at 1; the minimum is set to 1");
  }
  if (minEncryption > 0 && minEncryption < minDecryption)
    throw config(
      `cannot set min encryption/decryption values; min encryption version of ${minEncryption} must be greater than or equal to min decryption version of ${minDecryption}`,
    );
  if (minDecryption < before.minAvailable)
    throw config("min decryption version should not be less then min available version");
  return { minDecryption, minEncryption };
}

async function rotate({ clock }: TransitContext, call: Call): Promise<Reply> {
  const record = await rotateKey(call.storage, keyName(call), clock.now());
  if (record === null) throw new BulkheadError("transit.no-key", { problem: "key not found" });
  return { data: describe(record) };
}

async function trim(call: Call): Promise<Reply> {
  const name = keyName(call);
  const version = call.fields.int("min_available_version");
  const record = await call.storage.transaction(async (tx) => {
    const before = await readRecord(tx, name);
    if (before === null) throw new BulkheadError("transit.no-key", { problem: "invalid key name" });
    if (version === undefined)
      throw new BulkheadError("transit.missing", { problem: "missing min_available_version" });
    checkTrim(before, version);
    return trimVersions(tx, before, version);
  });
  return { data: describe(record) };
}

function checkTrim({ minAvailable, minEncryption, minDecryption }: KeyRecord, version: number): void {
  const least = "minimum available version";
  if (version < minAvailable) throw config(`${least} cannot be decremented`);
  if (version === 0) throw config(`${least} should be positive`);
  if (minEncryption === 0) throw config(`${least} cannot be set when minimum encryption version is not set`);
  if (version > minEncryption) throw config(`${least} cannot be greater than minmum encryption version`);
  if (version > minDecryption) throw config(`${least} cannot be greater than minimum decryption version`);
}

const flag = (description: string): FieldDeclaration => ({ type: "bool", description, plain: true });

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
    operations: { create: (call) => rotate(transit, call), update: (call) => rotate(transit, call) },
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
