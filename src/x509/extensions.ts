/** The extensions of RFC 5280 that are written here, and the ones that decide what a certificate may do. */
import {
  Reader,
  TAG,
  boolean,
  inContext,
  inContextPrimitive,
  malformed,
  octets,
  oid,
  readBoolean,
  readOid,
  readSmall,
  sequence,
  small,
  write,
} from "./der.ts";
import { type GeneralName, readGeneralNames, writeGeneralName } from "./names.ts";

export const EXTENSION = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  crlReason: "2.5.29.21",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  certificatePolicies: "2.5.29.32",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
} as const;

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** What stands inside the OCTET STRING. */
  readonly value: Buffer;
}

/** Bits of RFC 5280, 4.2.1.3, in order. */
export const KEY_USAGES = [
  "DigitalSignature",
  "ContentCommitment",
  "KeyEncipherment",
  "DataEncipherment",
  "KeyAgreement",
  "CertSign",
  "CRLSign",
  "EncipherOnly",
  "DecipherOnly",
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

export const EXT_KEY_USAGES = {
  Any: "2.5.29.37.0",
  ServerAuth: "1.3.6.1.5.5.7.3.1",
  ClientAuth: "1.3.6.1.5.5.7.3.2",
  CodeSigning: "1.3.6.1.5.5.7.3.3",
  EmailProtection: "1.3.6.1.5.5.7.3.4",
  IPSECEndSystem: "1.3.6.1.5.5.7.3.5",
  IPSECTunnel: "1.3.6.1.5.5.7.3.6",
  IPSECUser: "1.3.6.1.5.5.7.3.7",
  TimeStamping: "1.3.6.1.5.5.7.3.8",
  OCSPSigning: "1.3.6.1.5.5.7.3.9",
  MicrosoftServerGatedCrypto: "1.3.6.1.4.1.311.10.3.3",
  NetscapeServerGatedCrypto: "2.16.840.1.113730.4.1",
  MicrosoftCommercialCodeSigning: "1.3.6.1.4.1.311.2.1.22",
  MicrosoftKernelCodeSigning: "1.3.6.1.4.1.311.61.1.1",
} as const;

export function writeExtension({ oid: id, critical, value }: Extension): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

/** Of one SEQUENCE OF Extension; two of one kind are malformed (4.2). */
export function readExtensions(list: Reader): Map<string, Extension> {
  const found = new Map<string, Extension>();
  for (const { body } of list.rest(TAG.sequence)) {
    const reader = new Reader(body, "extension");
    const id = readOid(reader.next(TAG.oid).body, "extension");
    const flag = reader.optional(TAG.boolean);
    const value = reader.next(TAG.octets).body;
    reader.end();
    if (found.has(id)) throw malformed("extension (given twice)");
    found.set(id, { oid: id, critical: flag !== null && readBoolean(flag.body, "extension"), value });
  }
  return found;
}

export interface BasicConstraints {
  readonly ca: boolean;
  /** null: not limited. */
  readonly pathLength: number | null;
}

export function basicConstraints({ ca, pathLength }: BasicConstraints): Extension {
  const value = sequence(...(ca ? [boolean(true)] : []), ...(pathLength === null ? [] : [small(pathLength)]));
  return { oid: EXTENSION.basicConstraints, critical: true, value };
}

export function readBasicConstraints(value: Buffer): BasicConstraints {
  const what = "basic constraints";
  const outer = new Reader(value, what);
  const reader = outer.enter();
  outer.end();
  const ca = reader.optional(TAG.boolean);
  const length = reader.optional(TAG.integer);
  reader.end();
  return {
    ca: ca !== null && readBoolean(ca.body, what),
    pathLength: length === null ? null : readSmall(length.body, what),
  };
}

export function keyUsage(usages: readonly KeyUsage[]): Extension {
  const bytes = Buffer.alloc(2);
  let last = -1;
  for (const usage of usages) {
    const bit = KEY_USAGES.indexOf(usage);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
    last = Math.max(last, bit);
  }
  const length = last < 0 ? 0 : (last >> 3) + 1;
  const unused = last < 0 ? 0 : 7 - (last & 7);
  return {
    oid: EXTENSION.keyUsage,
    critical: true,
    value: write(TAG.bits, Buffer.of(unused), bytes.subarray(0, length)),
  };
}

export function readKeyUsage(value: Buffer): Set<KeyUsage> {
  const reader = new Reader(value, "key usage");
  const { body } = reader.next(TAG.bits);
  reader.end();
  if (body.length === 0 || body.length > 3) throw malformed("key usage");
  return new Set(KEY_USAGES.filter((_, bit) => ((body[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) !== 0));
}

export const extKeyUsage = (ids: readonly string[]): Extension => ({
  oid: EXTENSION.extKeyUsage,
  critical: false,
  value: sequence(...ids.map(oid)),
});

export function readExtKeyUsage(value: Buffer): string[] {
  const reader = new Reader(value, "extended key usage");
  const list = reader.enter();
  reader.end();
  return [...list.rest(TAG.oid)].map(({ body }) => readOid(body, "extended key usage"));
}

export const subjectKeyIdentifier = (id: Buffer): Extension => ({
  oid: EXTENSION.subjectKeyIdentifier,
  critical: false,
  value: octets(id),
});

export const authorityKeyIdentifier = (id: Buffer): Extension => ({
  oid: EXTENSION.authorityKeyIdentifier,
  critical: false,
  value: sequence(write(inContextPrimitive(0), id)),
});

export const subjectAltName = (names: readonly GeneralName[], critical = false): Extension => ({
  oid: EXTENSION.subjectAltName,
  critical,
  value: sequence(...names.map(writeGeneralName)),
});

export const readSubjectAltName = (value: Buffer): GeneralName[] => readGeneralNames(value);

export interface Urls {
  readonly issuingCertificates: readonly string[];
  readonly crlDistributionPoints: readonly string[];
  readonly ocspServers: readonly string[];
}

const uri = (value: string): Buffer => writeGeneralName({ kind: "uri", value });

/** Authority information access and CRL distribution points, where there are any. */
export function urlExtensions({
  issuingCertificates,
  crlDistributionPoints,
  ocspServers,
}: Urls): Extension[] {
  const access = [
    ...ocspServers.map((one) => sequence(oid("1.3.6.1.5.5.7.48.1"), uri(one))),
    ...issuingCertificates.map((one) => sequence(oid("1.3.6.1.5.5.7.48.2"), uri(one))),
  ];
  const points = crlDistributionPoints.map((one) =>
    sequence(write(inContext(0), write(inContext(0), uri(one)))),
  );
  return [
    ...(access.length > 0
      ? [{ oid: EXTENSION.authorityInfoAccess, critical: false, value: sequence(...access) }]
      : []),
    ...(points.length > 0
      ? [{ oid: EXTENSION.crlDistributionPoints, critical: false, value: sequence(...points) }]
      : []),
  ];
}

export const certificatePolicies = (ids: readonly string[]): Extension => ({
  oid: EXTENSION.certificatePolicies,
  critical: false,
  value: sequence(...ids.map((id) => sequence(oid(id)))),
});

/** Permitted DNS subtrees. */
export const nameConstraints = (domains: readonly string[]): Extension => ({
  oid: EXTENSION.nameConstraints,
  critical: true,
  value: sequence(
    write(inContext(0), ...domains.map((value) => sequence(writeGeneralName({ kind: "dns", value })))),
  ),
});

/** The permitted and excluded subtrees of a CA. Throws `x509.malformed`. */
export function readNameConstraints(value: Buffer): {
  permitted: GeneralNameTree[];
  excluded: GeneralNameTree[];
} {
  const outer = new Reader(value, "name constraints");
  const reader = outer.enter();
  outer.end();
  const trees = (tag: number): GeneralNameTree[] => {
    const list = reader.optional(tag);
    if (list === null) return [];
    return [...new Reader(list.body, "name constraints").rest(TAG.sequence)].map(({ body }) => {
      const base = new Reader(body, "name constraints");
      const found = base.next();
      base.end();
      return { tag: found.tag, body: found.body };
    });
  };
  const permitted = trees(inContext(0));
  const excluded = trees(inContext(1));
  reader.end();
  return { permitted, excluded };
}

/** A base of a subtree, of whatever kind its tag says. */
export interface GeneralNameTree {
  readonly tag: number;
  readonly body: Buffer;
}
