/**
 * Whether a chain leads from a certificate to one that is trusted (RFC 5280, section 6, without policies): signatures, validity,
 * CA flags, path lengths, key usages, name constraints. What is critical and not understood fails.
 */
import { type Certificate, isIssuedBy } from "./certificate.ts";
import { EXTENSION, EXT_KEY_USAGES, type GeneralNameTree, readNameConstraints } from "./extensions.ts";
import { ATTRIBUTE, type GeneralName, ipBytes, readGeneralName, valuesOf } from "./names.ts";
import { keyFacts } from "./keys.ts";

export interface ChainOptions {
  readonly trusted: readonly Certificate[];
  /** In any order. */
  readonly intermediates: readonly Certificate[];
  readonly now: number;
  /** The extended key usage the leaf and every CA with such a list must allow. */
  readonly usage: string;
}

const MOST_STEPS = 10;
/** Signature checks for one leaf; a few crafted CAs of one name must not cost more. */
const MOST_CHECKS = 100;

const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.basicConstraints,
  EXTENSION.keyUsage,
  EXTENSION.extKeyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.nameConstraints,
  EXTENSION.subjectKeyIdentifier,
  EXTENSION.authorityKeyIdentifier,
]);

const isCurrent = ({ notBefore, notAfter }: Certificate, now: number): boolean =>
  notBefore <= now && now <= notAfter;

const allows = ({ extKeyUsage }: Certificate, usage: string): boolean =>
  extKeyUsage === null || extKeyUsage.includes(usage) || extKeyUsage.includes(EXT_KEY_USAGES.Any);

const isUnderstood = ({ extensions }: Certificate): boolean =>
  [...extensions.values()].every(({ critical, oid }) => !critical || UNDERSTOOD.has(oid));

/** A key too weak to mean anything. */
function isStrong({ publicKey }: Certificate): boolean {
  const facts = keyFacts(publicKey);
  return facts !== null && (facts.type !== "rsa" || facts.bits >= 2048);
}

const holds = (certificate: Certificate, options: ChainOptions): boolean =>
  isCurrent(certificate, options.now) &&
  allows(certificate, options.usage) &&
  isUnderstood(certificate) &&
  isStrong(certificate);

/** `below`: CAs under this one that are not self-issued. */
function mayIssue(ca: Certificate, below: number): boolean {
  const { constraints, keyUsage } = ca;
  return (
    constraints.ca &&
    (constraints.pathLength === null || below <= constraints.pathLength) &&
    (keyUsage === null || keyUsage.has("CertSign"))
  );
}

/** From the leaf to a trusted certificate; null when there is none. */
export function findChain(leaf: Certificate, options: ChainOptions): Certificate[] | null {
  if (!holds(leaf, options) || leaf.keyUsage?.has("DigitalSignature") === false) return null;
  let checks = 0;
  const climb = (chain: readonly Certificate[]): Certificate[] | null => {
    const last = chain.at(-1);
    if (last === undefined || chain.length > MOST_STEPS) return null;
    const below = chain.slice(1).filter((one) => !one.subjectRaw.equals(one.issuerRaw)).length;
    const tried = [
      ...options.trusted.map((ca) => [ca, true] as const),
      ...options.intermediates.map((ca) => [ca, false] as const),
    ];
    for (const [ca, isTrusted] of tried) {
      if (!ca.subjectRaw.equals(last.issuerRaw) || chain.includes(ca)) continue;
      if (!mayIssue(ca, below) || !holds(ca, options)) continue;
      if (++checks > MOST_CHECKS || !isIssuedBy(last, ca)) continue;
      if (!chain.every((one) => permits(ca, one))) continue;
      const whole = [...chain, ca];
      if (isTrusted) return whole;
      const found = climb(whole);
      if (found !== null) return found;
    }
    return null;
  };
  return climb([leaf]);
}

/** Whether the CA's name constraints let the certificate's names pass; a constraint of a kind not known here lets none. */
function permits(ca: Certificate, certificate: Certificate): boolean {
  const found = ca.extensions.get(EXTENSION.nameConstraints);
  if (found === undefined) return true;
  const { permitted, excluded } = readNameConstraints(found.value);
  if ([...permitted, ...excluded].some((tree) => kindOf(tree) === null)) return false;
  return constrainedNames(certificate).every((name) => {
    if (name.kind === "raw" || name.kind === "other") return permitted.length === 0 && excluded.length === 0;
    const same = (tree: GeneralNameTree): boolean => kindOf(tree) === name.kind;
    const own = permitted.filter(same);
    // no host to compare: what is excluded could not be told (4.2.1.10)
    if (name.kind === "uri" && hostOf(name.value) === "" && [...own, ...excluded.filter(same)].length > 0)
      return false;
    return (
      (own.length === 0 || own.some((tree) => isBelow(tree, name))) &&
      !excluded.some((tree) => same(tree) && isBelow(tree, name))
    );
  });
}

/** A common name counts as a DNS name where there is no other: logins are matched by it. */
function constrainedNames({ names, subject, constraints }: Certificate): readonly GeneralName[] {
  if (constraints.ca || names.some(({ kind }) => kind === "dns")) return names;
  const hosts = valuesOf(subject, ATTRIBUTE.commonName).filter((one) => HOST.test(one));
  return [...names, ...hosts.map((value) => ({ kind: "dns", value }) as const)];
}

const HOST = /^[\w*-]+(?:\.[\w-]+)+\.?$/;

const KINDS: Readonly<Record<number, GeneralName["kind"]>> = {
  0x81: "email",
  0x82: "dns",
  0x86: "uri",
  0x87: "ip",
};
const kindOf = ({ tag }: GeneralNameTree): GeneralName["kind"] | null => KINDS[tag] ?? null;

function isBelow({ tag, body }: GeneralNameTree, name: GeneralName & { readonly value: string }): boolean {
  if (name.kind === "ip") return isInNetwork(body, name.value);
  const base = readGeneralName({ tag, body, whole: body });
  if (!("value" in base)) return false;
  const wanted = base.value.toLowerCase();
  // a dot at the end names the same host
  const given = (name.kind === "uri" ? hostOf(name.value) : name.value).toLowerCase().replace(/\.$/, "");
  if (name.kind === "email" && !wanted.includes("@"))
    return isDomain(given.slice(given.lastIndexOf("@") + 1), wanted);
  return name.kind === "email" ? given === wanted : isDomain(given, wanted);
}

const hostOf = (uri: string): string => (URL.canParse(uri) ? new URL(uri).hostname : "");

const isDomain = (given: string, base: string): boolean =>
  base === "" || given === base || given.endsWith(base.startsWith(".") ? base : `.${base}`);

function isInNetwork(network: Buffer, address: string): boolean {
  const bytes = ipBytes(address);
  if (network.length !== bytes.length * 2) return false;
  return bytes.every(
    (byte, index) => ((byte ^ (network[index] ?? 0)) & (network[index + bytes.length] ?? 0)) === 0,
  );
}
