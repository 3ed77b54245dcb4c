/** Certification requests (PKCS #10, RFC 2986): read, and their signature checked before anything of them is used. */
import type { KeyObject } from "node:crypto";
import { readSigned } from "./certificate.ts";
import { Reader, TAG, inContext, malformed, oid, readOid, sequence, small, write } from "./der.ts";
import {
  EXTENSION,
  type Extension,
  readExtensions,
  readSubjectAltName,
  writeExtension,
} from "./extensions.ts";
import { type Signing, isSignedBy, publicKeyOf, signed } from "./keys.ts";
import { type Attribute, type GeneralName, readName } from "./names.ts";

export interface CertificateRequest {
  readonly subjectRaw: Buffer;
  readonly subject: readonly Attribute[];
  readonly spki: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly names: readonly GeneralName[];
  readonly signature: { readonly body: Buffer; readonly algorithm: Buffer; readonly signature: Buffer };
}

const MOST_BYTES = 64 * 1024;
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/** Throws `x509.malformed`. */
export function readRequest(der: Buffer): CertificateRequest {
  const what = "certificate request";
  if (der.length > MOST_BYTES) throw malformed("certificate request (too long)");
  const signature = readSigned(der, what);
  const body = new Reader(signature.body, what).enter();
  body.next(TAG.integer);
  const subjectRaw = body.next(TAG.sequence).whole;
  const spki = body.next(TAG.sequence).whole;
  const attributes = body.optional(inContext(0));
  body.end();
  let extensions: ReadonlyMap<string, Extension> = new Map();
  let seen = false;
  for (const one of attributes === null ? [] : new Reader(attributes.body, what).rest(TAG.sequence)) {
    const attribute = new Reader(one.body, what);
    if (readOid(attribute.next(TAG.oid).body, what) !== EXTENSION_REQUEST) continue;
    if (seen) throw malformed("certificate request (extensions given twice)");
    seen = true;
    const values = attribute.enter(TAG.set);
    extensions = readExtensions(values.enter());
    values.end();
  }
  const names = extensions.get(EXTENSION.subjectAltName);
  return {
    subjectRaw,
    subject: readName(subjectRaw),
    spki,
    publicKey: publicKeyOf(spki),
    extensions,
    names: names === undefined ? [] : readSubjectAltName(names.value),
    signature,
  };
}

/** Proof that whoever asks holds the key. */
export const isOwnRequest = (request: CertificateRequest): boolean =>
  isSignedBy(request.publicKey, request.signature);

export function writeRequest(
  spec: { readonly subjectRaw: Buffer; readonly spki: Buffer; readonly extensions: readonly Extension[] },
  key: KeyObject,
  signing: Signing,
): Buffer {
  const asked =
    spec.extensions.length === 0
      ? []
      : [sequence(oid(EXTENSION_REQUEST), write(TAG.set, sequence(...spec.extensions.map(writeExtension))))];
  return signed(key, signing, () =>
    sequence(small(0), spec.subjectRaw, spec.spki, write(inContext(0), ...asked)),
  );
}
