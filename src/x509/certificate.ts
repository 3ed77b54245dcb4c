/**
 * X.509 certificates, requests and revocation lists (RFC 5280, RFC 2986) for the `pki` engine and the `cert` auth method: read
 * strictly and written with node's own keys. This file holds certificates; both ways are checked against OpenSSL in the tests.
 */
import { type KeyObject, X509Certificate, createHash, randomBytes } from "node:crypto";
import {
  Reader,
  TAG,
  inContext,
  inContextPrimitive,
  integer,
  malformed,
  readOnly,
  readTime,
  sequence,
  small,
  time,
  write,
} from "./der.ts";
import {
  type BasicConstraints,
  EXTENSION,
  type Extension,
  type KeyUsage,
  readBasicConstraints,
  readExtKeyUsage,
  readExtensions,
  readKeyUsage,
  readSubjectAltName,
  writeExtension,
} from "./extensions.ts";
import { type Signing, isSignedBy, keyIdentifier, publicKeyOf, signed } from "./keys.ts";
import { type Attribute, type GeneralName, readName } from "./names.ts";

/** Times in milliseconds since the epoch. */
export interface Certificate {
  readonly der: Buffer;
  /** Colon-separated lower-case hex, as OpenBao names certificates. */
  readonly serial: string;
  readonly serialBytes: Buffer;
  /** RDNSequences as they stand, for comparing. */
  readonly issuerRaw: Buffer;
  readonly subjectRaw: Buffer;
  readonly subject: readonly Attribute[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly constraints: BasicConstraints;
  /** null: not limited. */
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly extKeyUsage: readonly string[] | null;
  readonly names: readonly GeneralName[];
  readonly signature: { readonly body: Buffer; readonly algorithm: Buffer; readonly signature: Buffer };
}

/** Far beyond any real certificate. */
const MOST_BYTES = 64 * 1024;

export const serialText = (bytes: Buffer): string => (bytes.toString("hex").match(/../g) ?? []).join(":");

/** The three parts of anything signed. */
export function readSigned(der: Buffer, what: string): Certificate["signature"] {
  const reader = new Reader(readOnly(der, TAG.sequence, what).body, what);
  const body = reader.next(TAG.sequence).whole;
  const algorithm = reader.next(TAG.sequence).whole;
  const bits = reader.next(TAG.bits).body;
  reader.end();
  if (bits[0] !== 0) throw malformed(what);
  return { body, algorithm, signature: bits.subarray(1) };
}

/** Throws `x509.malformed` for anything but one certificate in DER that OpenSSL reads too. The bytes are copied. */
export function readCertificate(given: Buffer): Certificate {
  const what = "certificate";
  if (given.length > MOST_BYTES) throw malformed("certificate (too long)");
  const der = Buffer.from(given);
  try {
    new X509Certificate(der);
  } catch (error) {
    throw malformed(what, error);
  }
  const signature = readSigned(der, what);
  const body = new Reader(signature.body, what).enter();
  const version = body.optional(inContext(0));
  const serialBytes = readSerial(body.next(TAG.integer).body);
  if (!body.next(TAG.sequence).whole.equals(signature.algorithm)) throw malformed(what);
  const issuerRaw = body.next(TAG.sequence).whole;
  const validity = body.enter();
  const notBefore = readTime(validity.next(), what);
  const notAfter = readTime(validity.next(), what);
  validity.end();
  const subjectRaw = body.next(TAG.sequence).whole;
  const spki = body.next(TAG.sequence).whole;
  body.optional(inContextPrimitive(1));
  body.optional(inContextPrimitive(2));
  const list = body.optional(inContext(3));
  body.end();
  if (list !== null && version?.body.equals(V3) !== true) throw malformed(what);
  const extensions =
    list === null ? new Map<string, Extension>() : readExtensions(new Reader(list.body, "extension").enter());
  const read = <T>(id: string, reading: (value: Buffer) => T): T | null => {
    const found = extensions.get(id);
    return found === undefined ? null : reading(found.value);
  };
  return {
    der,
    serial: serialText(serialBytes),
    serialBytes,
    issuerRaw,
    subjectRaw,
    subject: readName(subjectRaw),
    notBefore,
    notAfter,
    spki,
    publicKey: publicKeyOf(spki),
    extensions,
    constraints: read(EXTENSION.basicConstraints, readBasicConstraints) ?? { ca: false, pathLength: null },
    keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
    extKeyUsage: read(EXTENSION.extKeyUsage, readExtKeyUsage),
    names: read(EXTENSION.subjectAltName, readSubjectAltName) ?? [],
    signature,
  };
}

const V3 = small(2);

/** An INTEGER's content without the zero that keeps it positive. */
export function readSerial(body: Buffer): Buffer {
  if (body.length === 0 || body.length > 33) throw malformed("serial number");
  return body[0] === 0 && body.length > 1 ? body.subarray(1) : body;
}

export interface CertificateSpec {
  /** Default: fresh. */
  readonly serial?: Buffer;
  readonly issuerRaw: Buffer;
  readonly subjectRaw: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Buffer;
  readonly extensions: readonly Extension[];
}

/** 20 bytes, positive (RFC 5280, 4.1.2.2): 159 random bits. */
export function freshSerial(): Buffer {
  const bytes = randomBytes(20);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  // a zero in front would shorten it
  return (bytes[0] ?? 0) === 0 ? freshSerial() : bytes;
}

/** A v3 certificate in DER. */
export function writeCertificate(spec: CertificateSpec, key: KeyObject, signing: Signing): Buffer {
  return signed(key, signing, (algorithm) =>
    sequence(
      write(inContext(0), V3),
      integer(spec.serial ?? freshSerial()),
      algorithm,
      spec.issuerRaw,
      sequence(time(spec.notBefore), time(spec.notAfter)),
      spec.subjectRaw,
      spec.spki,
      write(inContext(3), sequence(...spec.extensions.map(writeExtension))),
    ),
  );
}

/** The signature and the names alone: nothing about what the issuer may do. */
export const isIssuedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  certificate.issuerRaw.equals(issuer.subjectRaw) && isSignedBy(issuer.publicKey, certificate.signature);

export const isSelfSigned = (certificate: Certificate): boolean => isIssuedBy(certificate, certificate);

export const keyIdOf = (certificate: Certificate): Buffer => {
  const given = certificate.extensions.get(EXTENSION.subjectKeyIdentifier);
  return given === undefined
    ? keyIdentifier(certificate.spki)
    : readOnly(given.value, TAG.octets, "key identifier").body;
};

/** SHA-256 of the whole, hex. */
export const fingerprint = (der: Buffer): string => createHash("sha256").update(der).digest("hex");
