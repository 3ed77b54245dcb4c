/** Roots, and requests of intermediates: a new key and what is signed with it. */
import type { Call, Reply } from "../../kernel/plugin.ts";
import { readCertificate, writeCertificate } from "../../x509/certificate.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
  urlExtensions,
} from "../../x509/extensions.ts";
import { keyIdentifier, spkiOf } from "../../x509/keys.ts";
import { writePem } from "../../x509/pem.ts";
import { writeRequest } from "../../x509/request.ts";
import { addIssuer, addKey, readAuthority, writeAuthority } from "./authority.ts";
import { loadUrls, urlsFor } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { certificateData, formOf, keyData } from "./form.ts";
import { validityOf } from "./validity.ts";
import {
  exportedOf,
  described,
  usagesOf,
  keyOf,
  keep,
  pathLengthOf,
  signingOf,
  timesOf,
  REGENERATE,
  urlWarnings,
} from "./ca-input.ts";

export async function generateRoot(context: PkiContext, call: Call): Promise<Reply> {
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

export async function generateIntermediate(context: PkiContext, call: Call): Promise<Reply> {
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
