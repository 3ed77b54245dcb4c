/**
 * Which names a role lets into a certificate: the boundary of this engine. A name is looked at in the form in which it will stand
 * in the certificate (IDN in its ASCII form), letter by letter: what no rule allows is refused.
 */
import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { withinCidrs } from "../../kernel/cidr.ts";
import type { GeneralName } from "../../x509/names.ts";
import { oid } from "../../x509/der.ts";
import { matchesGlob } from "../../x509/glob.ts";
import { invalid, notAllowed } from "./input.ts";
import type { Role } from "./roles.ts";

const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
/** What may stand beside the star in the first label. */
const WILD_LABEL = /^[a-zA-Z0-9-]*\*[a-zA-Z0-9-]*$/;

export const isHostname = (name: string): boolean => name.length <= 253 && HOSTNAME.test(name);

interface Parts {
  /** What is compared with domains: of an e-mail address the part after `@`, of a wildcard what follows its first label. */
  readonly domain: string;
  readonly wildLabel: string | null;
  readonly isEmail: boolean;
}

/** null: of no form that any rule could allow. */
function partsOf(name: string): Parts | null {
  // a NUL, a line's end or an invisible character is read differently by others
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) || /[^\x20\P{Zs}]/u.test(name) || name === "") return null;
  const at = name.split("@");
  if (at.length > 2 || (at.length === 2 && (at[0] === "" || at[1] === ""))) return null;
  const isEmail = at.length === 2;
  const host = isEmail ? (at[1] ?? "") : name;
  if (!host.includes("*")) return { domain: host, wildLabel: null, isEmail };
  const [label = "", ...rest] = host.split(".");
  const domain = rest.join(".");
  const wild = WILD_LABEL.test(label) && !/^xn--/i.test(label) && domain !== "" && !domain.includes("*");
  return wild && !isEmail ? { domain, wildLabel: label, isEmail } : null;
}

/** In ASCII; letters that are no letters of a hostname as they are. Throws for labels that IDNA refuses. */
export function asciiOf(name: string): string {
  const labels = name.split(".");
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined) throw notAllowed(`idna: invalid label "${long.slice(0, 300)}"`);
  if (labels.includes("") || name.length > 253)
    throw notAllowed(`idna: invalid label "${name.slice(0, 300)}"`);
  if (/^[\x20-\x7e]*$/.test(name)) return name;
  // it reads a host out of a URL's beginning: `/`, `@`, `%` and the like would cut the name
  const ascii = /[^A-Za-z0-9.\-\u0080-\u{10ffff}]/u.test(name) ? "" : domainToASCII(name);
  if (ascii === "" || isIP(ascii) !== 0) throw notAllowed(`idna: invalid label "${name.slice(0, 300)}"`);
  return ascii;
}

export interface Asker {
  readonly displayName: string;
}

/** Whether the role allows this DNS name or e-mail address. Throws where IDNA refuses it. */
export function isAllowedName(role: Role, name: string, asker: Asker): boolean {
  const parts = partsOf(name);
  if (parts === null || (parts.wildLabel !== null && !role.allow_wildcard_certificates)) return false;
  if (!role.enforce_hostnames && role.allow_any_name) return true;
  const domain = role.enforce_hostnames ? asciiOf(parts.domain) : parts.domain;
  if (role.enforce_hostnames && !isHostname(domain)) return false;
  if (role.allow_any_name) return true;
  if (name.includes(" ")) return false;
  return (
    isAllowedLocal(role, domain, parts) ||
    isAllowedDisplayName(role, name, asker) ||
    isAllowedDomain(role, name, domain, parts)
  );
}

const LOCAL = ["localhost", "localdomain"];

function isAllowedLocal(role: Role, domain: string, { wildLabel }: Parts): boolean {
  if (!role.allow_localhost) return false;
  if (wildLabel === null && LOCAL.includes(domain)) return true;
  return (
    role.allow_subdomains &&
    LOCAL.some((one) => domain.endsWith(`.${one}`) || (wildLabel !== null && domain === one))
  );
}

function isAllowedDisplayName(role: Role, name: string, { displayName }: Asker): boolean {
  if (!role.allow_token_displayname || displayName === "") return false;
  return name === displayName || (role.allow_subdomains && name.endsWith(`.${displayName}`));
}

function isAllowedDomain(role: Role, name: string, domain: string, { wildLabel, isEmail }: Parts): boolean {
  return role.allowed_domains.some((given) => {
    if (given === "") return false;
    const allowed =
      /^[\x20-\x7e]*$/.test(given) || given.includes("*") ? given : domainToASCII(given) || given;
    if (role.allow_bare_domains && wildLabel === null && domain.toLowerCase() === allowed.toLowerCase())
      return true;
    // a whole address may be listed
    if (role.allow_bare_domains && isEmail && name.toLowerCase() === allowed.toLowerCase()) return true;
    if (role.allow_subdomains && domain.endsWith(`.${allowed}`)) return true;
    if (role.allow_subdomains && wildLabel !== null && domain === allowed) return true;
    const whole = wildLabel !== null ? `${wildLabel}.${domain}` : isEmail ? name : domain;
    return role.allow_glob_domains && allowed.includes("*") && matchesGlob(allowed, whole);
  });
}

/** The common name by `cn_validations`. Throws `pki.not-allowed`. */
export function checkCommonName(role: Role, name: string, asker: Asker): void {
  if (role.cn_validations.includes("disabled")) {
    if (partsOf(name.replaceAll(" ", "").replaceAll("*", "")) === null && name !== "")
      throw notAllowed(`common name ${name} not allowed by this role`);
    return;
  }
  const wanted = name.includes("@") ? "email" : "hostname";
  if (!role.cn_validations.includes(wanted) || !isAllowedName(role, name, asker))
    throw notAllowed(`common name ${name} not allowed by this role`);
}

export interface AskedNames {
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  readonly ips: readonly string[];
  readonly uris: readonly string[];
  /** `oid;UTF8:value` */
  readonly others: readonly string[];
  /** Where they came from, for OpenBao's texts: `the API`, `the CSR`. */
  readonly via: string;
}

/** The general names, in OpenBao's order. Throws `pki.not-allowed` for the first that the role does not allow. */
export function checkNames(role: Role, asked: AskedNames, asker: Asker): GeneralName[] {
  const { via } = asked;
  for (const [names, what] of [
    [asked.dns, "subject alternate name"],
    [asked.emails, "email address"],
  ] as const)
    for (const name of names)
      if (!isAllowedName(role, name, asker)) throw notAllowed(`${what} ${name} not allowed by this role`);
  checkIps(role, asked);
  checkUris(role, asked, via);
  return [
    ...asked.dns.map((name) => ({ kind: "dns", value: dnsValue(name) }) as const),
    ...asked.emails.map((value) => ({ kind: "email", value: emailValue(value) }) as const),
    ...asked.ips.map((value) => ({ kind: "ip", value }) as const),
    ...asked.uris.map((value) => ({ kind: "uri", value }) as const),
    ...asked.others.map((text) => otherName(role, text)),
  ];
}

/** As it stands in the certificate. */
export function dnsValue(name: string): string {
  const parts = partsOf(name);
  if (parts === null) return name;
  const domain = asciiOf(parts.domain);
  return parts.wildLabel === null ? domain : `${parts.wildLabel}.${domain}`;
}

function emailValue(address: string): string {
  const [local = "", domain = ""] = address.split("@");
  return `${local}@${asciiOf(domain)}`;
}

function checkIps(role: Role, { ips, via }: AskedNames): void {
  if (ips.length === 0) return;
  if (!role.allow_ip_sans)
    throw notAllowed(
      `IP Subject Alternative Names are not allowed in this role, but was provided via ${via}`,
    );
  for (const ip of ips) {
    if (isIP(ip) === 0 || ip.includes("%"))
      throw invalid(`the value "${ip.slice(0, 100)}" is not a valid IP address`);
    if (!withinCidrs(ip, role.allowed_ip_sans_cidr))
      throw notAllowed(
        `IP Subject Alternative Name ${ip} is not allowed by this role's allowed_ip_sans_cidr`,
      );
  }
}

function checkUris(role: Role, { uris }: AskedNames, via: string): void {
  if (uris.length === 0) return;
  if (role.allowed_uri_sans.length === 0)
    throw notAllowed(
      `URI Subject Alternative Names are not allowed in this role, but were provided via ${via}`,
    );
  for (const uri of uris) {
    if (!role.allowed_uri_sans.some((pattern) => matchesGlob(pattern, uri)))
      throw notAllowed(
        `URI Subject Alternative Names were provided via ${via} which are not valid for this role`,
      );
    if (!/^[\x21-\x7e]+$/.test(uri) || !URL.canParse(uri))
      throw invalid(`the provided URI Subject Alternative Name "${uri.slice(0, 100)}" is not a valid URI`);
  }
}

function otherName(role: Role, text: string): GeneralName {
  const found = /^([\d.]+);(utf-?8):(.*)$/is.exec(text);
  const [, id = "", , value = ""] = found ?? [];
  if (found === null)
    throw invalid("could not parse requested other SAN: expected an OID, then `;UTF8:` and a value");
  oid(id);
  const patterns = role.allowed_other_sans.flatMap((one) => {
    if (one === "*") return ["*"];
    const [own = "", pattern = ""] = one.split(/;utf-?8:/i);
    return own === id ? [pattern] : [];
  });
  if (patterns.length === 0) throw notAllowed(`other SAN OID ${id} not allowed by this role`);
  if (!patterns.some((pattern) => matchesGlob(pattern, value)))
    throw notAllowed(`other SAN ${id};UTF8:${value.slice(0, 100)} not allowed by this role`);
  return { kind: "other", oid: id, value };
}
