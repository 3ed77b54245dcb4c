/** Whether a client's certificate is one that an entry lets in, and if not, why: for the operator's log alone. */
import type { Certificate } from "../../x509/certificate.ts";
import { type ChainOptions, findChain } from "../../x509/chain.ts";
import type { Crl } from "../../x509/crl.ts";
import { Reader, TAG } from "../../x509/der.ts";
import { EXT_KEY_USAGES } from "../../x509/extensions.ts";
import { matchesGlob } from "../../x509/glob.ts";
import { ATTRIBUTE, type GeneralName, valuesOf } from "../../x509/names.ts";
import type { Entry, Trust } from "./store.ts";

export interface Presented {
  readonly leaf: Certificate;
  /** In any order. */
  readonly others: readonly Certificate[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Verdict =
  | { readonly kind: "matched" }
  | { readonly kind: "untrusted" | "constraint"; readonly reason: string };

const untrusted = (reason: string): Verdict => ({ kind: "untrusted", reason });

/** The chain to what the entry trusts: the certificate itself, or up to one of its CAs; null without any. */
function chainTo(trust: Trust, { leaf, others, now }: Presented): readonly Certificate[] | null {
  const options: ChainOptions = {
    trusted: trust.certificates.filter(({ constraints }) => constraints.ca),
    intermediates: others,
    now,
    usage: EXT_KEY_USAGES.ClientAuth,
  };
  if (!trust.certificates.some(({ der }) => der.equals(leaf.der))) return findChain(leaf, options);
  // the very certificate: its issuer need not be known, but its own times and purposes count
  const { notBefore, notAfter, extKeyUsage } = leaf;
  const current = notBefore <= now && now <= notAfter;
  const purpose =
    extKeyUsage === null ||
    extKeyUsage.some((one) => one === EXT_KEY_USAGES.ClientAuth || one === EXT_KEY_USAGES.Any);
  return current && purpose ? [leaf] : null;
}

export function matchEntry(trust: Trust, presented: Presented, crls: readonly Crl[]): Verdict {
  const chain = chainTo(trust, presented);
  if (chain === null) return untrusted("no valid chain to a trusted certificate");
  const revoked = chain.find((one) =>
    crls.some((crl) => crl.issuerRaw.equals(one.issuerRaw) && crl.serials.has(one.serial)),
  );
  if (revoked !== undefined)
    return { kind: "constraint", reason: `certificate ${revoked.serial} of the chain is revoked` };
  const failed = CHECKS.find(([field, passes]) => {
    const wanted = trust.entry[field];
    return wanted !== null && wanted.length > 0 && !passes(wanted, presented.leaf);
  });
  return failed === undefined ? { kind: "matched" } : { kind: "constraint", reason: failed[0] };
}

const commonNames = ({ subject }: Certificate): string[] => valuesOf(subject, ATTRIBUTE.commonName).slice(-1);
const ofKind = ({ names }: Certificate, kind: GeneralName["kind"]): string[] =>
  names.flatMap((name) => (name.kind === kind && "value" in name ? [name.value] : []));
const any = (patterns: readonly string[], texts: readonly string[]): boolean =>
  patterns.some((pattern) => texts.some((text) => matchesGlob(pattern, text)));

type ListField = {
  [Field in keyof Entry]-?: Entry[Field] extends readonly string[] | null ? Field : never;
}[keyof Entry];

const CHECKS: readonly (readonly [ListField, (wanted: readonly string[], leaf: Certificate) => boolean])[] = [
  [
    "allowed_names",
    (wanted, leaf) => any(wanted, [...commonNames(leaf), ...ofKind(leaf, "dns"), ...ofKind(leaf, "email")]),
  ],
  ["allowed_common_names", (wanted, leaf) => any(wanted, commonNames(leaf))],
  ["allowed_dns_sans", (wanted, leaf) => any(wanted, ofKind(leaf, "dns"))],
  ["allowed_email_sans", (wanted, leaf) => any(wanted, ofKind(leaf, "email"))],
  ["allowed_uri_sans", (wanted, leaf) => any(wanted, ofKind(leaf, "uri"))],
  ["allowed_organizational_units", (wanted, leaf) => any(wanted, valuesOf(leaf.subject, ATTRIBUTE.unit))],
  ["required_extensions", (wanted, leaf) => wanted.every((text) => hasExtension(leaf, text))],
];

/** `OID:pattern` over a text, `hex:OID:value` over the bytes. */
function hasExtension({ extensions }: Certificate, text: string): boolean {
  const hex = text.startsWith("hex:");
  const [id = "", wanted = ""] = text.slice(hex ? 4 : 0).split(/:(.*)/s);
  const found = extensions.get(id);
  if (found === undefined) return false;
  if (hex) return found.value.toString("hex") === wanted.toLowerCase();
  const value = extensionText(found.value);
  return value !== null && matchesGlob(wanted, value);
}

/** Of an extension that is a text in ASN.1; null for any other. */
export function extensionText(value: Buffer): string | null {
  try {
    const reader = new Reader(value, "extension");
    const { tag, body } = reader.next();
    reader.end();
    return tag === TAG.utf8 || tag === TAG.ia5 || tag === TAG.printable ? body.toString("utf8") : null;
  } catch {
    return null;
  }
}
