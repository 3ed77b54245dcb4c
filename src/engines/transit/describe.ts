/** A key's settings and versions as every call on `keys/` answers them. */
import { rfc3339 } from "../../core/clock.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { KeyRecord } from "./keyring.ts";
import { isAsymmetric, keyTypeOf } from "./types.ts";

/** `publicKeys`: by version, of a derived key for one context. */
export function describe(
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
