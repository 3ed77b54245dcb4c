/** `keys`, `key/REF`, `config/keys`: the private keys that issuers sign with. */
import type { ReplyValue } from "../../core/json-bytes.ts";
import { BulkheadError } from "../../core/errors.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { keyIdentifier, spkiOf } from "../../x509/keys.ts";
import { readPem } from "../../x509/pem.ts";
import { serialText } from "../../x509/certificate.ts";
import { Authority, addKey, checkRef, readAuthority, removeKey, writeAuthority } from "./authority.ts";
import type { PkiContext } from "./context.ts";
import { formOf, keyData } from "./form.ts";
import { invalid } from "./input.ts";
import { changeAuthority } from "./authority.ts";
import { posting } from "./posting.ts";
import { privateKeyOf } from "./import.ts";
import { newKey } from "./ca-input.ts";

async function listKeys(context: PkiContext, call: Call): Promise<Reply> {
  const { row } = await context.authorities.load(call.storage);
  const all = Object.values(row.keys).sort((a, b) => (a.id < b.id ? -1 : 1));
  const info = all.map(({ id, name }) => [id, { key_name: name, is_default: id === row.defaultKey }]);
  return { data: { keys: all.map(({ id }) => id), key_info: Object.fromEntries(info) as ReplyValue } };
}

async function readKey(context: PkiContext, call: Call): Promise<Reply> {
  const authority = await context.authorities.load(call.storage);
  const { id, name, type } = authority.key(call.params.ref ?? "");
  const key = await authority.privateKey(call.storage, id);
  return {
    data: {
      key_id: id,
      key_name: name,
      key_type: type,
      subject_key_id: serialText(keyIdentifier(spkiOf(key))),
    },
  };
}

async function writeKey(call: Call): Promise<Reply> {
  const key = await call.storage.transaction(async (tx) => {
    const row = await readAuthority(tx);
    const before = new Authority(row, new Map()).key(call.params.ref ?? "");
    const name = call.fields.string("key_name") ?? "";
    if (name !== before.name) checkRef(name, "key", Object.values(row.keys));
    const next = { ...before, name };
    writeAuthority(tx, { ...row, keys: { ...row.keys, [next.id]: next } });
    return next;
  });
  return { data: { key_id: key.id, key_name: key.name, key_type: key.type } };
}

async function deleteKey(call: Call): Promise<Reply | undefined> {
  return await call.storage.transaction(async (tx) => {
    const row = await readAuthority(tx);
    const ref = call.params.ref ?? "";
    const authority = new Authority(row, new Map());
    const found =
      ref === "default"
        ? row.keys[row.defaultKey]
        : Object.values(row.keys).find(({ id, name }) => id === ref || name === ref);
    if (found === undefined) return undefined;
    const users = Object.values(authority.row.issuers).filter(({ keyId }) => keyId === found.id);
    if (users.length > 0)
      throw new BulkheadError("pki.in-use", {
        problem: `Failed to delete key (${found.id}): this key is in use by issuer ${users[0]?.id ?? ""}`,
      });
    const wasDefault = row.defaultKey === found.id;
    writeAuthority(tx, removeKey(tx, row, found.id));
    return wasDefault
      ? {
          data: null,
          status: 200,
          warnings: [
            `Deleted key ${found.id} (via key_ref ${ref}); this was configured as the default key. Operations without an explicit key will not work until a new default is configured.`,
          ],
        }
      : undefined;
  });
}

async function importKey(call: Call): Promise<Reply> {
  const given = call.fields.secret("pem_bundle");
  if (given === undefined || given.length < 75)
    throw invalid(
      "provided data for import was too short; perhaps a path was passed to the API rather than the contents of a PEM file",
    );
  const [block, more] = readPem(given.revealText());
  if (block === undefined || more !== undefined || !block.label.endsWith("PRIVATE KEY"))
    throw invalid("only a single key can be present within the pem_bundle for importing");
  const key = privateKeyOf(block.label, block.der);
  return await storeKey(call, key, {});
}

async function storeKey(
  call: Call,
  key: ReturnType<typeof privateKeyOf>,
  more: Record<string, ReplyValue>,
): Promise<Reply> {
  const name = call.fields.string("key_name") ?? "";
  const { added, existed } = await call.storage.transaction(async (tx) => {
    const one = addKey(tx, await readAuthority(tx), key, name);
    writeAuthority(tx, one.row);
    return one;
  });
  return {
    data: { key_id: added.id, key_name: added.name, key_type: added.type, ...more },
    warnings: existed ? ["Key already imported, use key/ endpoint to update name."] : [],
  };
}

async function generateKeyOnly(call: Call): Promise<Reply> {
  const { exported = "" } = call.params;
  if (exported === "kms") throw invalid('"external_key_ref" is required for kms typed key generation');
  const name = call.fields.string("key_name") ?? "";
  checkRef(name, "key", Object.values((await readAuthority(call.storage)).keys));
  const key = await newKey(call);
  const { private_key = null } = exported === "exported" ? keyData(formOf(call), key) : {};
  return await storeKey(call, key, exported === "exported" ? { private_key } : {});
}

async function writeDefaultKey(call: Call): Promise<Reply> {
  const ref = call.fields.string("default") ?? "";
  if (ref === "" || ref === "default")
    throw invalid("Invalid key specification; must be non-empty and can't be 'default'.");
  const row = await changeAuthority(call, (before) => {
    const found = Object.values(before.keys).find(({ id, name }) => id === ref || name === ref);
    if (found === undefined)
      throw invalid(
        `Error resolving issuer reference: unable to find PKI key for reference: ${ref.slice(0, 200)}`,
      );
    return { ...before, defaultKey: found.id };
  });
  return { data: { default: row.defaultKey } };
}

const KEY_FORM = {
  key_name: plain("string", "A name for the key"),
  key_type: plain("string", "rsa (default), ec, ed25519"),
  key_bits: plain("int", "2048 to 8192, or 224, 256, 384, 521"),
} as const;

export const keyPaths = (context: PkiContext): PathDeclaration[] => [
  { pattern: "keys", summary: "Lists the keys", operations: { list: (call) => listKeys(context, call) } },
  {
    pattern: "key/{ref}",
    summary: "Reads, names or deletes a key",
    fields: { key_name: KEY_FORM.key_name },
    operations: { read: (call) => readKey(context, call), ...posting(writeKey), delete: deleteKey },
  },
  {
    pattern: "keys/import",
    summary: "Takes a private key",
    fields: {
      key_name: KEY_FORM.key_name,
      pem_bundle: { type: "secret", description: "One private key in PEM" },
    },
    operations: posting(importKey),
  },
  {
    pattern: "keys/generate/{exported}",
    summary: "Makes a key",
    fields: KEY_FORM,
    operations: posting(generateKeyOnly),
  },
  {
    pattern: "config/keys",
    summary: "The default key",
    fields: { default: plain("string", "Id or name of a key") },
    operations: {
      read: async (call) => ({
        data: { default: (await context.authorities.load(call.storage)).row.defaultKey },
      }),
      ...posting(writeDefaultKey),
    },
  },
];
