/** Signing other CAs: by their request, or by the certificate that they signed themselves. */
import type { Call, Reply } from "../../kernel/plugin.ts";
import {
  freshSerial,
  isSelfSigned,
  keyIdOf,
  readCertificate,
  serialText,
  writeCertificate,
} from "../../x509/certificate.ts";
import {
  EXTENSION,
  authorityKeyIdentifier,
  basicConstraints,
  nameConstraints,
  subjectAltName,
  subjectKeyIdentifier,
  urlExtensions,
} from "../../x509/extensions.ts";
import { keyFacts, keyIdentifier } from "../../x509/keys.ts";
import { ATTRIBUTE, valuesOf } from "../../x509/names.ts";
import { certificatePem, readPem } from "../../x509/pem.ts";
import { groupOf } from "./authority.ts";
import { CERT, encodeCertificate } from "./certs.ts";
import { loadUrls, urlsFor } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { certificateData, formOf } from "./form.ts";
import { invalid } from "./input.ts";
import { checkRequestKey } from "./key-sizes.ts";
import { readCsr, requireIssuing } from "./leaf.ts";
import { validityOf } from "./validity.ts";
import { described, usagesOf, keep, pathLengthOf, signingOf, timesOf, urlWarnings } from "./ca-input.ts";

export async function signIntermediate(context: PkiContext, call: Call): Promise<Reply> {
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
export async function signSelfIssued(context: PkiContext, call: Call): Promise<Reply> {
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
