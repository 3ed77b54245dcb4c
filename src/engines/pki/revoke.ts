/** `revoke`, and the end of a lease: two rows in one transaction, however many were revoked before. */
import { BulkheadError } from "../../core/errors.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { type Certificate, readCertificate } from "../../x509/certificate.ts";
import { readPem } from "../../x509/pem.ts";
import { type IssuerRow, groupOf } from "./authority.ts";
import {
  CERT,
  type Revocation,
  encodeCertificate,
  loadCertificate,
  loadRevocation,
  serialOf,
  writeRevocation,
} from "./certs.ts";
import { loadCrlConfig } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { invalid } from "./input.ts";

/** null: it is over anyhow, and lists do not hold what is over. */
export async function revokeCertificate(
  { authorities, clock }: PkiContext,
  storage: Storage,
  certificate: Certificate,
  issuer: IssuerRow,
): Promise<Revocation | null> {
  const { allow_expired_cert_revocation: mayExpired } = await loadCrlConfig(storage);
  const now = clock.now();
  if (certificate.notAfter <= now && !mayExpired) return null;
  const authority = await authorities.load(storage);
  const revocation = {
    time: now,
    notAfter: certificate.notAfter,
    group: groupOf(authority.certificate(issuer.id)),
    issuerId: issuer.id,
  };
  return await storage.transaction(async (tx) => {
    if ((await tx.get(CERT + certificate.serial)) === null)
      tx.put(
        CERT + certificate.serial,
        encodeCertificate({ notAfter: certificate.notAfter, group: revocation.group, der: certificate.der }),
      );
    return await writeRevocation(tx, certificate.serial, revocation);
  });
}

/** When a leased certificate's lease ends. What is not here any more, or is over, needs no revocation. */
export async function revokeLeased(context: PkiContext, storage: Storage, serial: string): Promise<void> {
  const stored = await loadCertificate(storage, serial);
  if (stored === null) return;
  const certificate = readCertificate(stored.der);
  const issuer = (await context.authorities.load(storage)).issuerOf(certificate);
  if (issuer !== null) await revokeCertificate(context, storage, certificate, issuer);
}

function givenCertificate(call: Call): Certificate | null {
  const text = call.fields.string("certificate") ?? "";
  if (text === "") return null;
  if (text.length < 75)
    throw invalid(
      "provided certificate data was too short; perhaps a path was passed to the API rather than the contents of a PEM file",
    );
  const [block, ...more] = readPem(text);
  if (block?.label !== "CERTIFICATE" || more.length > 0)
    throw invalid("certificate must be one certificate in PEM");
  return readCertificate(block.der);
}

async function find(call: Call): Promise<Certificate> {
  const text = call.fields.string("serial_number") ?? "";
  const given = givenCertificate(call);
  if (text === "" && given === null)
    throw invalid("The serial number or certificate to revoke must be provided.");
  if (text !== "" && given !== null)
    throw invalid("Must provide either the certificate or the serial to revoke; not both.");
  if (given !== null) return given;
  const serial = serialOf(text);
  const stored = serial === null ? null : await loadCertificate(call.storage, serial);
  if (stored === null) throw invalid(`certificate with serial ${text.slice(0, 200)} not found.`);
  return readCertificate(stored.der);
}

async function revoke(context: PkiContext, call: Call): Promise<Reply> {
  const certificate = await find(call);
  const authority = await context.authorities.load(call.storage);
  const own = Object.values(authority.row.issuers).find(({ id }) =>
    authority.certificate(id).der.equals(certificate.der),
  );
  if (own !== undefined && certificate.subjectRaw.equals(certificate.issuerRaw))
    throw invalid(`adding issuer (id: ${own.id}) to its own CRL is not allowed`);
  const before = await loadRevocation(call.storage, certificate.serial);
  // also a serial number that is stored: the certificate that was sent must be this mount's own work
  const issuer = authority.issuerOf(certificate);
  if (issuer === null)
    throw new BulkheadError(
      "pki.no-issuer",
      { problem: "unable to revoke: no issuer of this mount signed this certificate" },
      {},
    );
  const revocation = before ?? (await revokeCertificate(context, call.storage, certificate, issuer));
  if (revocation === null)
    return { data: null, status: 200, warnings: ["certificate has already expired; refusing to add to CRL"] };
  return {
    data: {
      revocation_time: Math.floor(revocation.time / 1_000),
      revocation_time_rfc3339: new Date(revocation.time).toISOString(),
      state: "revoked",
    },
  };
}

export const revokePaths = (context: PkiContext): PathDeclaration[] => [
  {
    pattern: "revoke",
    summary: "Revokes a certificate of this mount's issuers",
    fields: {
      serial_number: { type: "string", description: "Colon- or hyphen-separated hex", plain: true },
      certificate: {
        type: "string",
        description: "The certificate itself in PEM, stored or not",
        plain: true,
      },
    },
    operations: { create: (call) => revoke(context, call), update: (call) => revoke(context, call) },
  },
];
