/** CAs and keys that were made elsewhere. */
import type { KeyObject } from "node:crypto";
import { createPrivateKey } from "node:crypto";
import type { Call, Reply } from "../../kernel/plugin.ts";
import { type Certificate, readCertificate } from "../../x509/certificate.ts";
import { keyFacts } from "../../x509/keys.ts";
import { readPem } from "../../x509/pem.ts";
import { addIssuer, addKey, readAuthority, writeAuthority } from "./authority.ts";
import { invalid } from "./input.ts";
import { checkRequestKey } from "./key-sizes.ts";
import { urlWarnings } from "./ca-input.ts";

interface Imported {
  readonly certificates: readonly Certificate[];
  readonly keys: readonly KeyObject[];
}

/** Throws `pki.invalid`; the text never leaves as a message. */
export function readBundle(call: Call): Imported {
  const given = call.fields.secret("pem_bundle") ?? call.fields.secret("certificate");
  if (given === undefined || given.length === 0)
    throw invalid("'pem_bundle' and 'certificate' parameters were empty");
  if (given.length < 75)
    throw invalid(
      "provided data for import was too short; perhaps a path was passed to the API rather than the contents of a PEM file",
    );
  const blocks = readPem(given.revealText());
  const certificates = blocks
    .filter(({ label }) => label === "CERTIFICATE")
    .map(({ der }) => readCertificate(der));
  const keys = blocks
    .filter(({ label }) => label.endsWith("PRIVATE KEY"))
    .map(({ label, der }) => privateKeyOf(label, der));
  if (blocks.length === 0 || certificates.length + keys.length !== blocks.length)
    throw invalid("failed to parse PEM bundle: only certificates and private keys may stand in it");
  for (const { constraints } of certificates)
    if (!constraints.ca) throw invalid("Refusing to import non-CA certificate");
  for (const { publicKey } of certificates) checkRequestKey(keyFacts(publicKey), "any", 0);
  return { certificates, keys };
}

export function privateKeyOf(label: string, der: Buffer): KeyObject {
  const type = label.startsWith("RSA") ? "pkcs1" : label.startsWith("EC") ? "sec1" : "pkcs8";
  try {
    const key = createPrivateKey({ key: der, format: "der", type });
    checkRequestKey(keyFacts(key), "any", 0);
    return key;
  } catch {
    throw invalid(
      "failed to parse PEM bundle: a private key is not one of RSA (2048 bits or more), EC or Ed25519, or is encrypted",
    );
  } finally {
    der.fill(0);
  }
}

export async function importBundle(call: Call, mayKeys: boolean): Promise<Reply> {
  const { certificates, keys } = readBundle(call);
  if (!mayKeys && keys.length > 0)
    throw invalid(
      "private keys found in the PEM bundle but not allowed by the path; use /issuers/import/bundle",
    );
  const result = await call.storage.transaction(async (tx) => {
    let row = await readAuthority(tx);
    const found = {
      issuers: [] as string[],
      oldIssuers: [] as string[],
      keys: [] as string[],
      oldKeys: [] as string[],
    };
    for (const key of keys) {
      const one = addKey(tx, row, key, "");
      row = one.row;
      (one.existed ? found.oldKeys : found.keys).push(one.added.id);
    }
    for (const certificate of certificates) {
      const one = addIssuer(row, certificate, "");
      row = one.row;
      (one.existed ? found.oldIssuers : found.issuers).push(one.added.id);
    }
    const [first] = found.issuers.filter((id) => row.issuers[id]?.keyId !== "");
    const current = row.issuers[row.defaultIssuer];
    // the default is one that can sign
    if (
      first !== undefined &&
      current !== undefined &&
      current.keyId === "" &&
      found.issuers.includes(current.id)
    )
      row = { ...row, defaultIssuer: first };
    writeAuthority(tx, row);
    const ids = [...found.issuers, ...found.oldIssuers];
    return { ...found, mapping: Object.fromEntries(ids.map((id) => [id, row.issuers[id]?.keyId ?? ""])) };
  });
  const listed = (ids: readonly string[]): readonly string[] | null => (ids.length === 0 ? null : ids);
  return {
    data: {
      imported_issuers: listed(result.issuers),
      existing_issuers: listed(result.oldIssuers),
      imported_keys: listed(result.keys),
      existing_keys: listed(result.oldKeys),
      mapping: result.mapping,
    },
    warnings: await urlWarnings(call),
  };
}
