/** Making CAs: roots, requests of intermediates, and signing those. */
import type { KeyObject } from "node:crypto";
import { createPrivateKey } from "node:crypto";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import {
  type Certificate,
  freshSerial,
  isSelfSigned,
  keyIdOf,
  readCertificate,
  serialText,
  writeCertificate,
} from "../../x509/certificate.ts";
import {
  EXTENSION,
  EXT_KEY_USAGES,
  type Extension,
  KEY_USAGES,
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  keyUsage,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
  urlExtensions,
} from "../../x509/extensions.ts";
import { type KeyType, generateKey, keyFacts, keyIdentifier, spkiOf } from "../../x509/keys.ts";
import { ATTRIBUTE, valuesOf, writeName } from "../../x509/names.ts";
import { certificatePem, readPem, writePem } from "../../x509/pem.ts";
import { writeRequest } from "../../x509/request.ts";
import { checkNames } from "./allowed-names.ts";
import { addIssuer, addKey, groupOf, readAuthority, writeAuthority } from "./authority.ts";
import { CERT, encodeCertificate } from "./certs.ts";
import { loadUrls, urlsFor } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { certificateData, formOf, keyData } from "./form.ts";
import { invalid } from "./input.ts";
import { checkKeySize, checkRequestKey, defaultBits } from "./key-sizes.ts";
import {
  askedNames,
  formFields,
  namesFields,
  readCsr,
  requireIssuing,
  subjectFields,
  timeFields,
  withCommonName,
} from "./leaf.ts";
import { NEW_ROLE, type Role, usageNames } from "./roles.ts";
import { validityOf } from "./validity.ts";

const NO_URLS_WARNING =
  "This mount hasn't configured any authority information access (AIA) fields; this may make it harder for systems to find missing certificates in the chain or to validate revocation status of certificates. Consider updating /config/urls or the newly generated issuer with this information.";
const REGENERATE =
  " Since this certificate is an intermediate, it might be useful to regenerate this certificate after fixing this problem for the root mount.";

export async function urlWarnings(call: Call, more = ""): Promise<string[]> {
  const { issuingCertificates, crlDistributionPoints, ocspServers } = urlsFor(
    null,
    await loadUrls(call.storage),
  );
  const none = [issuingCertificates, crlDistributionPoints, ocspServers].every((one) => one.length === 0);
  return none ? [NO_URLS_WARNING + more] : [];
}

/** A CA may carry any name: who may write here decides that. What stands in a role's place. */
const ANY: Role = {
  ...NEW_ROLE,
  allow_any_name: true,
  enforce_hostnames: false,
  allowed_uri_sans: ["*"],
  allowed_other_sans: ["*"],
};

type Exported = "internal" | "exported" | "existing";

function exportedOf(call: Call): Exported {
  const { exported = "" } = call.params;
  if (exported === "internal" || exported === "exported" || exported === "existing") return exported;
  if (exported === "kms") throw invalid("keys in a KMS are not offered: generate internal");
  throw invalid('the "exported" path parameter must be "internal", "existing", exported" or "kms"');
}

/** Names and subject of a CA from the call's fields. */
function described(call: Call) {
  const commonName = call.fields.string("common_name") ?? "";
  const list = (name: string): readonly string[] => call.fields.strings(name) ?? [];
  const serial = call.fields.string("serial_number") ?? "";
  const subject = [
    ...subjectFields({
      country: list("country"),
      organization: list("organization"),
      ou: list("ou"),
      locality: list("locality"),
      province: list("province"),
      street_address: list("street_address"),
      postal_code: list("postal_code"),
    }),
    { type: ATTRIBUTE.commonName, values: commonName === "" ? [] : [commonName] },
    { type: ATTRIBUTE.serialNumber, values: serial === "" ? [] : [serial] },
  ];
  const asked = askedNames(call);
  const named = withCommonName(
    asked,
    /[^\w.@*-]/.test(commonName) ? "" : commonName,
    call.fields.bool("exclude_cn_from_sans") ?? false,
  );
  return { commonName, subjectRaw: writeName(subject), names: checkNames(ANY, named, { displayName: "" }) };
}

/** `key_usage` and `ext_key_usage` of a CA: it always signs certificates and lists. */
function usagesOf(call: Call): Extension[] {
  const asked = usageNames(call.fields.strings("key_usage") ?? [], KEY_USAGES, "KeyUsage");
  const named = usageNames(
    call.fields.strings("ext_key_usage") ?? [],
    Object.keys(EXT_KEY_USAGES),
    "ExtKeyUsage",
  ) as (keyof typeof EXT_KEY_USAGES)[];
  const ids = [
    ...named.map((name) => EXT_KEY_USAGES[name]),
    ...(call.fields.strings("ext_key_usage_oids") ?? []),
  ];
  const usages = KEY_USAGES.filter((one) => one === "CertSign" || one === "CRLSign" || asked.includes(one));
  return [keyUsage(usages), ...(ids.length > 0 ? [extKeyUsage(ids)] : [])];
}

const pathLengthOf = (call: Call): number | null => {
  const length = call.fields.int("max_path_length") ?? -1;
  if (length > 1_000) throw invalid("max_path_length is too large");
  return length < 0 ? null : length;
};

async function keyOf(context: PkiContext, call: Call, exported: Exported): Promise<KeyObject> {
  if (exported === "existing") {
    const authority = await context.authorities.load(call.storage);
    return await authority.privateKey(
      call.storage,
      authority.key(call.fields.string("key_ref") ?? "default").id,
    );
  }
  return await newKey(call);
}

export async function newKey(call: Call): Promise<KeyObject> {
  const type = call.fields.string("key_type") ?? "rsa";
  if (type === "any") throw invalid(`unknown key type ${type}`);
  const bits = call.fields.int("key_bits") || defaultBits(type);
  checkKeySize(type, bits);
  return await generateKey(type as KeyType, bits);
}

const signingOf = (call: Call): { bits: number; pss: boolean } => {
  const bits = call.fields.int("signature_bits") ?? 0;
  if (![0, 256, 384, 512].includes(bits)) throw invalid(`unsupported hash signature algorithm: ${bits}`);
  return { bits, pss: call.fields.bool("use_pss") ?? false };
};

const timesOf = (call: Call) => ({
  ...NEW_ROLE,
  not_before_duration: call.fields.duration("not_before_duration") ?? NEW_ROLE.not_before_duration,
});

function keep(tx: StorageTransaction, certificate: Certificate, issuer: Certificate): void {
  tx.put(
    CERT + certificate.serial,
    encodeCertificate({ notAfter: certificate.notAfter, group: groupOf(issuer), der: certificate.der }),
  );
}

async function generateRoot(context: PkiContext, call: Call): Promise<Reply> {
  const exported = exportedOf(call);
  const form = formOf(call);
  const { commonName, subjectRaw, names } = described(call);
  const validity = validityOf(context, call, { role: timesOf(call), issuer: null, ca: null });
  const signing = signingOf(call);
  const length = pathLengthOf(call);
  const permitted = call.fields.strings("permitted_dns_domains") ?? [];
  const key = await keyOf(context, call, exported);
  const spki = spkiOf(key);
  const keyId = keyIdentifier(spki);
  const urls = urlExtensions(urlsFor(null, await loadUrls(call.storage)));
  const spec = {
    issuerRaw: subjectRaw,
    subjectRaw,
    spki,
    notBefore: validity.notBefore,
    notAfter: validity.notAfter,
  };
  const extensions = [
    ...usagesOf(call),
    basicConstraints({ ca: true, pathLength: length }),
    subjectKeyIdentifier(keyId),
    authorityKeyIdentifier(keyId),
    ...urls,
    ...(names.length > 0 ? [subjectAltName(names)] : []),
    ...(permitted.length > 0 ? [nameConstraints(permitted)] : []),
  ];
  const certificate = readCertificate(writeCertificate({ ...spec, extensions }, key, signing));
  const { issuer, keyRow } = await call.storage.transaction(async (tx) => {
    const withKey = addKey(tx, await readAuthority(tx), key, call.fields.string("key_name") ?? "");
    const withIssuer = addIssuer(withKey.row, certificate, call.fields.string("issuer_name") ?? "");
    writeAuthority(tx, withIssuer.row);
    keep(tx, certificate, certificate);
    return { issuer: withIssuer.added, keyRow: withKey.added };
  });
  const shown = certificateData(form, {
    der: certificate.der,
    chain: [],
    key: exported === "exported" ? key : null,
    root: certificate,
  });
  const { certificate: own = null, issuing_ca: issuing = null } = shown;
  const warnings = [
    ...(commonName === "" && subjectRaw.length <= 2
      ? [
          "This issuer certificate was generated without a Subject; this makes it likely that issuing leaf certs with this certificate will cause TLS validation libraries to reject this certificate.",
        ]
      : []),
    ...validity.warnings,
    ...(length === 0
      ? [
          "Max path length of the generated certificate is zero. This certificate cannot be used to issue intermediate CA certificates.",
        ]
      : []),
    ...(await urlWarnings(call)),
  ];
  return {
    data: {
      certificate: own,
      issuing_ca: issuing,
      expiration: Math.floor(validity.notAfter / 1_000),
      serial_number: certificate.serial,
      issuer_id: issuer.id,
      issuer_name: issuer.name,
      key_id: keyRow.id,
      key_name: keyRow.name,
      ...(exported === "exported" ? keyData(form, key) : {}),
    },
    warnings,
  };
}

async function generateIntermediate(context: PkiContext, call: Call): Promise<Reply> {
  const exported = exportedOf(call);
  const form = formOf(call);
  const { subjectRaw, names } = described(call);
  const signing = signingOf(call);
  const key = await keyOf(context, call, exported);
  const extensions = [
    ...(names.length > 0 ? [subjectAltName(names)] : []),
    ...(call.fields.bool("add_basic_constraints") === true
      ? [basicConstraints({ ca: true, pathLength: null })]
      : []),
  ];
  const der = writeRequest({ subjectRaw, spki: spkiOf(key), extensions }, key, signing);
  const keyRow = await call.storage.transaction(async (tx) => {
    const { row, added } = addKey(tx, await readAuthority(tx), key, call.fields.string("key_name") ?? "");
    writeAuthority(tx, row);
    return added;
  });
  const csr = form.format === "der" ? der.toString("base64") : writePem("CERTIFICATE REQUEST", der);
  return {
    data: { csr, key_id: keyRow.id, ...(exported === "exported" ? keyData(form, key) : {}) },
    warnings: await urlWarnings(call, REGENERATE),
  };
}

async function signIntermediate(context: PkiContext, call: Call): Promise<Reply> {
  const form = formOf(call);
  const request = readCsr(call.fields.string("csr"));
  checkRequestKey(keyFacts(request.publicKey), "any", 0);
  const authority = await context.authorities.load(call.storage);
  const issuer = authority.issuer(call.params.ref ?? call.fields.string("issuer_ref") ?? "default");
  requireIssuing(issuer);
  const ca = authority.certificate(issuer.id);
  const { pathLength: above } = ca.constraints;
  if (above === 0)
    throw invalid(
      "signing certificate has a max path length of zero, and cannot issue further CA certificates",
    );
  const asked = pathLengthOf(call);
  const length = above === null ? asked : Math.min(asked ?? above - 1, above - 1);
  const own = described(call);
  const useRequest = (call.fields.bool("use_csr_values") ?? false) || own.commonName === "";
  const names = useRequest ? request.names : own.names;
  const subjectRaw = useRequest ? request.subjectRaw : own.subjectRaw;
  if (valuesOf(request.subject, ATTRIBUTE.commonName).length === 0 && useRequest && subjectRaw.length <= 2)
    throw invalid(
      'the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false',
    );
  if (subjectRaw.equals(ca.subjectRaw)) throw invalid("an intermediate must not have its issuer's subject");
  const validity = validityOf(context, call, { role: timesOf(call), issuer: { leafNotAfter: "permit" }, ca });
  const permitted = call.fields.strings("permitted_dns_domains") ?? [];
  const signer = await authority.privateKey(call.storage, issuer.keyId);
  const certificate = readCertificate(
    writeCertificate(
      {
        issuerRaw: ca.subjectRaw,
        subjectRaw,
        spki: request.spki,
        notBefore: validity.notBefore,
        notAfter: validity.notAfter,
        extensions: [
          ...usagesOf(call),
          basicConstraints({ ca: true, pathLength: length }),
          subjectKeyIdentifier(keyIdentifier(request.spki)),
          authorityKeyIdentifier(keyIdOf(ca)),
          ...urlExtensions(urlsFor(issuer, await loadUrls(call.storage))),
          ...(names.length > 0 ? [subjectAltName(names)] : []),
          ...(permitted.length > 0 ? [nameConstraints(permitted)] : []),
        ],
      },
      signer,
      signingOf(call),
    ),
  );
  await call.storage.transaction((tx) => {
    keep(tx, certificate, ca);
    return Promise.resolve();
  });
  const pem = certificatePem(certificate.der);
  const chain = authority.chain(issuer.id);
  const shown = certificateData(form, { der: certificate.der, chain, key: null, root: ca });
  return {
    data: {
      ...shown,
      ca_chain:
        form.format === "der"
          ? [certificate.der.toString("base64"), ...((shown.ca_chain ?? []) as string[])]
          : [pem, ...chain],
      serial_number: certificate.serial,
      expiration: Math.floor(validity.notAfter / 1_000),
    },
    warnings: [
      ...(validity.notAfter > ca.notAfter
        ? [
            "The expiration time for the signed certificate is after the CA's expiration time. If the new certificate is not treated as a root, validation paths with the certificate past the issuing CA's expiration time will fail.",
          ]
        : []),
      ...(await urlWarnings(call)),
      ...validity.warnings,
      ...(length === 0
        ? [
            "Max path length of the signed certificate is zero. This certificate cannot be used to issue intermediate CA certificates.",
          ]
        : []),
    ],
  };
}

/** A self-signed CA of somebody else's, under this one: the same subject and key, another issuer. */
async function signSelfIssued(context: PkiContext, call: Call): Promise<Reply> {
  const [block] = readPem(call.fields.string("certificate") ?? "");
  if (block === undefined) throw invalid("certificate could not be PEM-decoded");
  const given = readCertificate(block.der);
  if (!given.constraints.ca) throw invalid("given certificate is not a CA certificate");
  if (!given.subjectRaw.equals(given.issuerRaw) || !isSelfSigned(given))
    throw invalid("given certificate is not self-issued");
  const authority = await context.authorities.load(call.storage);
  const issuer = authority.issuer("default");
  requireIssuing(issuer);
  const ca = authority.certificate(issuer.id);
  const signer = await authority.privateKey(call.storage, issuer.keyId);
  const serial = freshSerial();
  const der = writeCertificate(
    {
      ...given,
      serial,
      issuerRaw: ca.subjectRaw,
      extensions: [
        ...[...given.extensions.values()].filter(({ oid }) => oid !== EXTENSION.authorityKeyIdentifier),
        authorityKeyIdentifier(keyIdOf(ca)),
      ],
    },
    signer,
    { bits: 0, pss: false },
  );
  await call.storage.put(
    CERT + serialText(serial),
    encodeCertificate({ notAfter: given.notAfter, group: groupOf(ca), der }),
  );
  return { data: { certificate: certificatePem(der), issuing_ca: certificatePem(ca.der) } };
}

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

async function importBundle(call: Call, mayKeys: boolean): Promise<Reply> {
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

const caFields: Readonly<Record<string, FieldDeclaration>> = {
  ...namesFields,
  ...formFields,
  ...timeFields,
  ...Object.fromEntries(
    ["country", "organization", "ou", "locality", "province", "street_address", "postal_code"].map((name) => [
      name,
      plain("strings", `The subject's ${name.replace("_", " ")}`),
    ]),
  ),
  not_before_duration: plain("duration", "How long before now it begins; 30s"),
  max_path_length: plain("int", "CAs that may follow; -1: not limited"),
  permitted_dns_domains: plain("strings", "The only domains below it (name constraints)"),
  key_usage: plain("strings", "Further key usages"),
  ext_key_usage: plain("strings", "Extended key usages"),
  ext_key_usage_oids: plain("strings", "The same by object identifiers"),
  signature_bits: plain("int", "256, 384 or 512; 0: by the key"),
  use_pss: plain("bool", "RSA with PSS"),
};
const keyFields: Readonly<Record<string, FieldDeclaration>> = {
  key_type: plain("string", "rsa (default), ec, ed25519"),
  key_bits: plain("int", "2048 to 8192, or 224, 256, 384, 521"),
  key_name: plain("string", "A name for the key"),
  key_ref: plain("string", "Of `existing`: the key to use"),
  external_key_ref: plain("string", "Not offered"),
  issuer_name: plain("string", "A name for the issuer"),
};
const bundleFields: Readonly<Record<string, FieldDeclaration>> = {
  pem_bundle: { type: "secret", description: "Certificates and private keys in PEM" },
  certificate: { type: "secret", description: "The same, by another name" },
};

const posting = (work: (call: Call) => Promise<Reply>): PathDeclaration["operations"] => ({
  create: work,
  update: work,
});

export const caPaths = (context: PkiContext): PathDeclaration[] => [
  ...["root/generate/{exported}", "issuers/generate/root/{exported}", "root/rotate/{exported}"].map(
    (pattern) => ({
      pattern,
      summary: "Makes a root: a key and a certificate that it signs itself",
      fields: { ...caFields, ...keyFields },
      operations: posting((call) => generateRoot(context, call)),
    }),
  ),
  ...["intermediate/generate/{exported}", "issuers/generate/intermediate/{exported}"].map((pattern) => ({
    pattern,
    summary: "Makes a key and a request, to be signed by another CA",
    fields: {
      ...caFields,
      ...keyFields,
      add_basic_constraints: plain("bool", "The request asks to be a CA"),
    },
    operations: posting((call) => generateIntermediate(context, call)),
  })),
  ...["root/sign-intermediate", "issuer/{ref}/sign-intermediate"].map((pattern) => ({
    pattern,
    summary: "Signs a request as a CA",
    fields: {
      ...caFields,
      csr: plain("string", "A certification request in PEM"),
      use_csr_values: plain("bool", "Subject and names of the request"),
      issuer_ref: plain("string", "Which issuer signs"),
      skid: { ...plain("string", "Not offered: made from the key"), refused: true },
      issuer_name: plain("string", "Kept for Vault's clients"),
    },
    operations: posting((call) => signIntermediate(context, call)),
  })),
  {
    pattern: "root/sign-self-issued",
    summary: "Puts a self-signed CA under this one",
    sudo: true,
    fields: {
      certificate: plain("string", "A self-signed CA's certificate in PEM"),
      require_matching_certificate_algorithms: {
        ...plain("bool", "Not offered: algorithms follow from the issuer's key"),
        refused: true,
      },
    },
    operations: posting((call) => signSelfIssued(context, call)),
  },
  ...(["intermediate/set-signed", "issuers/import/cert"] as const).map((pattern) => ({
    pattern,
    summary: "Takes certificates of CAs",
    fields: bundleFields,
    operations: posting((call) => importBundle(call, false)),
  })),
  ...(["config/ca", "issuers/import/bundle"] as const).map((pattern) => ({
    pattern,
    summary: "Takes certificates of CAs and their private keys",
    fields: bundleFields,
    operations: posting((call) => importBundle(call, true)),
  })),
];
