/** `export/`: reads a key out, where that was allowed when it was made or configured. Private keys leave as bytes. */
import { type KeyObject, createPublicKey } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { RawJson } from "../../core/json-bytes.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { encodeBase64, jsonPem, jsonText } from "./base64.ts";
import { keyName } from "./input.ts";
import type { KeyRecord, Material } from "./keyring.ts";
import type { TransitContext } from "./keys.ts";
import { type Family, type KeyType, isAsymmetric, keyTypeOf } from "./types.ts";

interface ExportKind {
  /** What a key of another type is told. */
  readonly refusal: (record: KeyRecord) => string;
  readonly has: (type: KeyType) => boolean;
  readonly private: boolean;
  readonly show: (type: KeyType, material: Material) => RawJson;
}

const base64Of = (bytes: Buffer): RawJson => {
  const text = encodeBase64(bytes);
  bytes.fill(0);
  return jsonText(text);
};

/** Raw for Ed25519: the seed with the public key behind it, as Go keeps it. */
function ed25519Pair(key: KeyObject): RawJson {
  const der = key.export({ type: "pkcs8", format: "der" });
  const shown = createPublicKey(key).export({ type: "spki", format: "der" }).subarray(-32);
  const both = Buffer.concat([der.subarray(-32), shown]);
  der.fill(0);
  return base64Of(both);
}

/** Vault ends the PEM of RSA keys with a line, and no other. */
const LINE_END = "\\n";

const PRIVATE: Readonly<Record<Family, (key: KeyObject) => RawJson>> = {
  aead: (key) => base64Of(key.export()),
  hmac: (key) => base64Of(key.export()),
  ed25519: ed25519Pair,
  ecdsa: (key) => jsonPem("EC PRIVATE KEY", key.export({ type: "sec1", format: "der" })),
  rsa: (key) => jsonPem("RSA PRIVATE KEY", key.export({ type: "pkcs1", format: "der" }), LINE_END),
};

const showPrivate = (type: KeyType, { key }: Material): RawJson => PRIVATE[type.family](key);

function showPublic(type: KeyType, { key }: Material): RawJson {
  const der = createPublicKey(key).export({ type: "spki", format: "der" });
  if (type.family === "ed25519") return base64Of(Buffer.from(der.subarray(-32)));
  return jsonPem("PUBLIC KEY", der, type.family === "rsa" ? LINE_END : "");
}

const KINDS: Readonly<Record<string, ExportKind>> = {
  "encryption-key": {
    refusal: () => "encryption not supported for the key",
    has: ({ encrypts }) => encrypts,
    private: true,
    show: showPrivate,
  },
  "signing-key": {
    refusal: () => "signing not supported for the key",
    has: ({ signs }) => signs,
    private: true,
    show: showPrivate,
  },
  "hmac-key": {
    refusal: () => "",
    has: () => true,
    private: true,
    show: (_, { hmac }) => base64Of(hmac.export()),
  },
  "public-key": {
    refusal: ({ type }) => `unknown key type ${type} for export type public-key`,
    has: isAsymmetric,
    private: false,
    show: showPublic,
  },
};

async function exportKey({ keyring }: TransitContext, call: Call): Promise<Reply | null> {
  const asked = call.params.kind ?? "";
  const kind = Object.hasOwn(KINDS, asked) ? KINDS[asked] : undefined;
  if (kind === undefined)
    throw new BulkheadError("transit.config", { problem: `invalid export type: ${asked.slice(0, 40)}` });
  const key = await keyring.find(call.storage, keyName(call));
  if (key === null) return null;
  const { record } = key;
  const type = keyTypeOf(record.type);
  if (kind.private && !record.exportable) throw new BulkheadError("transit.not-exportable");
  if (!kind.has(type)) throw new BulkheadError("transit.unsupported", { problem: kind.refusal(record) });
  if (!kind.private && record.derived)
    throw new BulkheadError("transit.unsupported", {
      problem: "a derived key has a public key for each context: read keys/NAME with `context`",
    });
  const keys: Record<string, RawJson> = {};
  for (const version of versionsAsked(record, call.params.version))
    keys[version] = kind.show(type, await key.material(version));
  return { data: { keys, name: record.name, type: record.type } };
}

function versionsAsked(record: KeyRecord, asked: string | undefined): number[] {
  if (asked === undefined)
    return Object.keys(record.versions)
      .map(Number)
      .filter((version) => version >= record.minDecryption);
  if (asked === "latest") return [record.latest];
  if (!/^-?\d{1,9}$/.test(asked))
    throw new BulkheadError("transit.version", { problem: "invalid key version" });
  const version = Number(asked);
  if (version < record.minDecryption)
    throw new BulkheadError("transit.version", {
      problem: "version for export is below minimum decryption version",
    });
  if (version > record.latest)
    throw new BulkheadError("transit.version", { problem: "version does not exist or cannot be found" });
  return [version];
}

export const exportPaths = (transit: TransitContext): PathDeclaration[] =>
  ["export/{kind}/{name}", "export/{kind}/{name}/{version}"].map((pattern) => ({
    pattern,
    summary: "Reads a key out: encryption-key, signing-key, hmac-key or public-key",
    operations: { read: (call) => exportKey(transit, call) },
  }));
