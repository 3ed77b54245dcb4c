/** `issue/`, `sign/` and `sign-verbatim/`: certificates for what a role allows. */
import type { KeyObject } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { Extension } from "../../x509/extensions.ts";
import {
  EXTENSION,
  EXT_KEY_USAGES,
  KEY_USAGES,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  extKeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
  urlExtensions,
} from "../../x509/extensions.ts";
import {
  type Certificate,
  freshSerial,
  keyIdOf,
  serialText,
  writeCertificate,
} from "../../x509/certificate.ts";
import { generateKey, keyFacts, keyIdentifier, spkiOf } from "../../x509/keys.ts";
import { ATTRIBUTE, type GeneralName, type Subject, valuesOf, writeName } from "../../x509/names.ts";
import { readPem } from "../../x509/pem.ts";
import { type CertificateRequest, isOwnRequest, readRequest } from "../../x509/request.ts";
import {
  type AskedNames,
  type Asker,
  asciiOf,
  checkCommonName,
  checkNames,
  isHostname,
} from "./allowed-names.ts";
import { type Authority, type IssuerRow, groupOf } from "./authority.ts";
import { storeCertificate } from "./certs.ts";
import { loadUrls, urlsFor } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { type Form, certificateData, formOf, keyData } from "./form.ts";
import { matchesGlob } from "../../x509/glob.ts";
import { invalid, notAllowed, texts } from "./input.ts";
import { checkKeySize, checkRequestKey, defaultBits } from "./key-sizes.ts";
import { posting } from "./posting.ts";
import { NEW_ROLE, type Role, requireRole, usageNames } from "./roles.ts";
import { type Validity, validityOf } from "./validity.ts";

interface Leaf {
  readonly role: Role;
  readonly spki: Buffer;
  readonly subject: readonly Subject[] | Buffer;
  readonly names: readonly GeneralName[];
  /** Of a request that is signed as it is. */
  readonly own: readonly Extension[];
}

const MOST_REQUEST = 64 * 1024;

const askerOf = (call: Call): Asker => ({ displayName: call.caller?.displayName ?? "" });

/** The subject that a role gives, around what was asked for. */
function subjectOf(role: Role, commonName: string, call: Call): Subject[] {
  const serial = call.fields.string("serial_number") ?? "";
  if (serial !== "" && !role.allowed_serial_numbers.some((one) => matchesGlob(one, serial)))
    throw notAllowed(`serial_number ${serial} not allowed by this role`);
  const userIds = call.fields.strings("user_ids") ?? [];
  for (const id of userIds)
    if (!role.allowed_user_ids.some((one) => matchesGlob(one, id)))
      throw notAllowed(`user_id ${id} is not allowed by this role`);
  return [
    ...subjectFields(role),
    { type: ATTRIBUTE.commonName, values: commonName === "" ? [] : [commonName] },
    { type: ATTRIBUTE.serialNumber, values: serial === "" ? [] : [serial] },
    { type: ATTRIBUTE.userId, values: userIds },
  ];
}

export const subjectFields = (
  from: Pick<
    Role,
    "country" | "organization" | "ou" | "locality" | "province" | "street_address" | "postal_code"
  >,
): Subject[] => [
  { type: ATTRIBUTE.country, values: from.country },
  { type: ATTRIBUTE.province, values: from.province },
  { type: ATTRIBUTE.locality, values: from.locality },
  { type: ATTRIBUTE.street, values: from.street_address },
  { type: ATTRIBUTE.postalCode, values: from.postal_code },
  { type: ATTRIBUTE.organization, values: from.organization },
  { type: ATTRIBUTE.unit, values: from.ou },
];

/** Names of the call's own fields. */
export function askedNames(call: Call): AskedNames {
  const all = texts(call.fields.string("alt_names"));
  return {
    dns: [...new Set(all.filter((name) => !name.includes("@")))],
    emails: [...new Set(all.filter((name) => name.includes("@")))],
    ips: call.fields.strings("ip_sans") ?? [],
    uris: call.fields.strings("uri_sans") ?? [],
    others: call.fields.strings("other_sans") ?? [],
    via: "the API",
  };
}

function requestNames(request: CertificateRequest): AskedNames {
  const of = (kind: "dns" | "email" | "ip" | "uri"): string[] =>
    request.names.flatMap((name) => (name.kind === kind ? [name.value] : []));
  if (request.names.some(({ kind }) => kind === "raw"))
    throw new BulkheadError("pki.request", {
      problem: "the request has an alternative name of a kind that is not offered",
    });
  return {
    dns: of("dns"),
    emails: of("email"),
    ips: of("ip"),
    uris: of("uri"),
    others: request.names.flatMap((name) =>
      name.kind === "other" ? [`${name.oid};UTF8:${name.value}`] : [],
    ),
    via: "the CSR",
  };
}

/** The common name stands among the names too, where it can. */
export function withCommonName(asked: AskedNames, commonName: string, exclude: boolean): AskedNames {
  if (exclude || commonName === "") return asked;
  if (commonName.includes("@"))
    return asked.emails.includes(commonName) ? asked : { ...asked, emails: [commonName, ...asked.emails] };
  if (asked.dns.includes(commonName) || !isDnsName(commonName)) return asked;
  return { ...asked, dns: [commonName, ...asked.dns] };
}

/** Throws where IDNA refuses it. */
function isDnsName(name: string): boolean {
  const plain = name.replace(/^\*\./, "");
  return !/[ *]/.test(plain) && isHostname(asciiOf(plain));
}

function leafOf(role: Role, spki: Buffer, call: Call, request: CertificateRequest | null): Leaf {
  const fromRequest = request !== null && role.use_csr_common_name;
  const [own = ""] = request === null ? [] : valuesOf(request.subject, ATTRIBUTE.commonName).slice(-1);
  const commonName = fromRequest ? own : (call.fields.string("common_name") ?? "");
  if (commonName === "" && role.require_cn)
    throw invalid(
      'the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false',
    );
  const asker = askerOf(call);
  if (commonName !== "") checkCommonName(role, commonName, asker);
  const asked = request !== null && role.use_csr_sans ? requestNames(request) : askedNames(call);
  const excluded = call.fields.bool("exclude_cn_from_sans") ?? false;
  // the common name that becomes a name is held to the rule for names, whatever cn_validations says
  const names = checkNames(role, withCommonName(asked, commonName, excluded), asker);
  return { role, spki, subject: subjectOf(role, commonName, call), names, own: [] };
}

export function readCsr(text: string | undefined): CertificateRequest {
  if (text === undefined || text === "") throw invalid('"csr" is empty');
  if (text.length > MOST_REQUEST) throw invalid("the request is too long");
  const [block] = readPem(text);
  if (block === undefined) throw invalid("csr contains no data");
  const request = readRequest(block.der);
  if (!isOwnRequest(request))
    throw new BulkheadError("pki.request", {
      problem: "the request's signature is not its key's own, or is made by an algorithm that is broken",
    });
  return request;
}

function extensionsOf(leaf: Leaf, issuer: Certificate, urls: Extension[]): Extension[] {
  const { role, own } = leaf;
  const usages = usageNames(role.key_usage, KEY_USAGES, "KeyUsage") as (typeof KEY_USAGES)[number][];
  const named = usageNames(
    role.ext_key_usage,
    Object.keys(EXT_KEY_USAGES),
    "ExtKeyUsage",
  ) as (keyof typeof EXT_KEY_USAGES)[];
  const flags: readonly [boolean, keyof typeof EXT_KEY_USAGES][] = [
    [role.server_flag, "ServerAuth"],
    [role.client_flag, "ClientAuth"],
    [role.code_signing_flag, "CodeSigning"],
    [role.email_protection_flag, "EmailProtection"],
  ];
  const ids = new Set([
    ...flags.filter(([on]) => on).map(([, name]) => EXT_KEY_USAGES[name]),
    ...named.map((name) => EXT_KEY_USAGES[name]),
    ...role.ext_key_usage_oids,
  ]);
  const made: Extension[] = [
    ...(usages.length > 0 ? [keyUsage(usages)] : []),
    ...(ids.size > 0 ? [extKeyUsage([...ids])] : []),
    ...(role.basic_constraints_valid_for_non_ca ? [basicConstraints({ ca: false, pathLength: null })] : []),
    subjectKeyIdentifier(keyIdentifier(leaf.spki)),
    authorityKeyIdentifier(keyIdOf(issuer)),
    ...urls,
    ...(leaf.names.length > 0 ? [subjectAltName(leaf.names, isEmpty(leaf.subject))] : []),
    ...(role.policy_identifiers.length > 0 ? [certificatePolicies(role.policy_identifiers)] : []),
  ];
  const taken = new Set(own.map(({ oid }) => oid));
  return [...made.filter(({ oid }) => !taken.has(oid)), ...own];
}

/** RFC 5280, 4.2.1.6: without a subject the alternative names are critical. */
const isEmpty = (subject: Leaf["subject"]): boolean =>
  Buffer.isBuffer(subject) ? subject.length <= 2 : subject.every(({ values }) => values.length === 0);

interface Issued {
  readonly reply: Reply;
}

interface Issuing {
  readonly authority: Authority;
  readonly issuer: IssuerRow;
  readonly form: Form;
  readonly warnings: readonly string[];
  /** Of a key that was made here. */
  readonly key: KeyObject | null;
}

async function issueLeaf(context: PkiContext, call: Call, leaf: Leaf, issuing: Issuing): Promise<Issued> {
  const { role } = leaf;
  const { authority, issuer, form, key } = issuing;
  const ca = authority.certificate(issuer.id);
  const validity: Validity = validityOf(context, call, { role, issuer, ca });
  const signer = await authority.privateKey(call.storage, issuer.keyId);
  const urls = urlExtensions(urlsFor(issuer, await loadUrls(call.storage)));
  const serial = freshSerial();
  const der = writeCertificate(
    {
      serial,
      issuerRaw: ca.subjectRaw,
      subjectRaw: Buffer.isBuffer(leaf.subject) ? leaf.subject : writeName(leaf.subject),
      notBefore: validity.notBefore,
      notAfter: validity.notAfter,
      spki: leaf.spki,
      extensions: extensionsOf(leaf, ca, urls),
    },
    signer,
    { bits: role.signature_bits, pss: role.use_pss },
  );
  const name = serialText(serial);
  if (!role.no_store)
    await storeCertificate(call.storage, name, { notAfter: validity.notAfter, group: groupOf(ca), der });
  const chain = authority.chain(issuer.id);
  const data = {
    ...certificateData(form, {
      der,
      chain,
      key,
      removeRoots: call.fields.bool("remove_roots_from_chain") ?? false,
      root: ca,
    }),
    serial_number: name,
    not_before: Math.floor(validity.notBefore / 1_000),
    expiration: Math.floor(validity.notAfter / 1_000),
    ...(key === null ? {} : keyData(form, key)),
  };
  const warnings = [...validity.warnings, ...issuing.warnings];
  const lease = role.generate_lease
    ? {
        ttl: Math.max(0, validity.notAfter - context.clock.now()),
        renewable: false,
        internal: { serial_number: name },
      }
    : undefined;
  return { reply: { data, ...(warnings.length > 0 && { warnings }), ...(lease && { lease }) } };
}

/** The issuer that the path names, else the role's. Throws where it may not issue. */
async function issuerOf(
  context: PkiContext,
  call: Call,
  role: Role,
): Promise<{ authority: Authority; issuer: IssuerRow }> {
  const authority = await context.authorities.load(call.storage);
  const issuer = authority.issuer(call.params.ref ?? role.issuer_ref);
  requireIssuing(issuer);
  return { authority, issuer };
}

export function requireIssuing(issuer: IssuerRow): void {
  if (issuer.revoked > 0 || !issuer.usage.includes("issuing-certificates"))
    throw invalid(`error fetching CA certificate: issuer ${issuer.id} may not issue certificates`);
  if (issuer.keyId === "")
    throw invalid(
      "error fetching CA certificate: unable to fetch corresponding key for issuer; unable to use this issuer for signing",
    );
}

async function issue(context: PkiContext, call: Call): Promise<Reply> {
  const role = await requireRole(call.storage, call.params.role ?? "");
  const form = formOf(call);
  const type = role.key_type === "any" ? (call.fields.string("key_type") ?? "") : role.key_type;
  if (role.key_type === "any" && (type === "" || type === "any"))
    throw invalid(
      'role key type "any" not allowed for issuing certificates without providing key_type and/or key_bits request parameters',
    );
  const bits = role.key_type === "any" ? call.fields.int("key_bits") || defaultBits(type) : role.key_bits;
  checkKeySize(type, bits);
  const issuing = await issuerOf(context, call, role);
  // refused before a key is made: that is the expensive part
  const draft = leafOf(role, Buffer.alloc(0), call, null);
  validityOf(context, call, {
    role,
    issuer: issuing.issuer,
    ca: issuing.authority.certificate(issuing.issuer.id),
  });
  const key = await generateKey(type === "ec" || type === "ed25519" ? type : "rsa", bits);
  const { reply } = await issueLeaf(
    context,
    call,
    { ...draft, spki: spkiOf(key) },
    { ...issuing, form, warnings: [], key },
  );
  return reply;
}

const CA_IGNORED = "specified CSR contained a Basic Constraints extension that was ignored during issuance";

async function sign(context: PkiContext, call: Call): Promise<Reply> {
  const role = await requireRole(call.storage, call.params.role ?? "");
  const form = formOf(call);
  const issuing = await issuerOf(context, call, role);
  const request = readCsr(call.fields.string("csr"));
  checkRequestKey(keyFacts(request.publicKey), role.key_type, role.key_bits);
  const warnings = [
    ...(role.use_csr_common_name && call.fields.has("common_name")
      ? ['the common_name field was provided but the role is set with "use_csr_common_name" set to true']
      : []),
    ...(role.use_csr_sans && call.fields.has("alt_names")
      ? ['the alt_names field was provided but the role is set with "use_csr_sans" set to true']
      : []),
    ...(request.extensions.has(EXTENSION.basicConstraints) ? [CA_IGNORED] : []),
  ];
  const leaf = leafOf(role, request.spki, call, request);
  return (await issueLeaf(context, call, leaf, { ...issuing, form, warnings, key: null })).reply;
}

/** What a request's own extensions may say about a certificate that is signed as it is: names and what the key is for. */
const VERBATIM: ReadonlySet<string> = new Set([
  EXTENSION.subjectAltName,
  EXTENSION.extKeyUsage,
  EXTENSION.certificatePolicies,
]);

async function signVerbatim(context: PkiContext, call: Call): Promise<Reply> {
  const name = call.params.role ?? "";
  const own = name === "" ? NEW_ROLE : await requireRole(call.storage, name);
  const role: Role = {
    ...NEW_ROLE,
    ttl: own.ttl,
    max_ttl: own.max_ttl,
    generate_lease: own.generate_lease,
    no_store: own.no_store,
    issuer_ref: own.issuer_ref,
    not_before_duration: own.not_before_duration,
    client_flag: false,
    server_flag: false,
    key_type: "any",
    key_usage: call.fields.strings("key_usage") ?? NEW_ROLE.key_usage,
    ext_key_usage: call.fields.strings("ext_key_usage") ?? [],
    ext_key_usage_oids: call.fields.strings("ext_key_usage_oids") ?? [],
    signature_bits: call.fields.int("signature_bits") ?? 0,
    use_pss: call.fields.bool("use_pss") ?? false,
  };
  const form = formOf(call);
  const issuing = await issuerOf(context, call, role);
  const request = readCsr(call.fields.string("csr"));
  checkRequestKey(keyFacts(request.publicKey), "any", 0);
  if (role.key_usage.some((one) => /cert|crl/i.test(one)))
    throw invalid("a key that signs certificates is made at root/sign-intermediate");
  const leaf: Leaf = {
    role,
    spki: request.spki,
    subject: request.subjectRaw,
    names: [],
    own: [...request.extensions.values()].filter(({ oid }) => VERBATIM.has(oid)),
  };
  const warnings = request.extensions.has(EXTENSION.basicConstraints) ? [CA_IGNORED] : [];
  return (await issueLeaf(context, call, leaf, { ...issuing, form, warnings, key: null })).reply;
}

export const namesFields: Readonly<Record<string, FieldDeclaration>> = {
  common_name: plain("string", "The common name; also a DNS name or e-mail address of the certificate"),
  alt_names: plain("string", "DNS names and e-mail addresses, comma-separated"),
  ip_sans: plain("strings", "IP addresses"),
  uri_sans: plain("strings", "URIs"),
  other_sans: plain("strings", "`OID;UTF8:value`"),
  exclude_cn_from_sans: plain("bool", "The common name stands in the subject alone"),
  serial_number: plain("string", "The subject's serialNumber (not the certificate's)"),
};
export const formFields: Readonly<Record<string, FieldDeclaration>> = {
  format: plain("string", "pem (default), der (base64) or pem_bundle"),
  private_key_format: plain("string", "der (default: the usual form of the key's type) or pkcs8"),
};
export const timeFields: Readonly<Record<string, FieldDeclaration>> = {
  ttl: plain("duration", "How long it is valid; no longer than the role's max_ttl"),
  not_after: plain("string", "An end in place of ttl, RFC 3339"),
  not_before: plain("string", "A beginning, RFC 3339"),
};

const leafFields: Readonly<Record<string, FieldDeclaration>> = {
  ...namesFields,
  ...formFields,
  ...timeFields,
  user_ids: plain("strings", "User ids of the subject"),
  remove_roots_from_chain: plain("bool", "The chain without self-signed certificates"),
};
const csr = plain("string", "A certification request in PEM");

export const leafPaths = (context: PkiContext): PathDeclaration[] =>
  ["", "issuer/{ref}/"].flatMap((before): PathDeclaration[] => [
    {
      pattern: `${before}issue/{role}`,
      summary: "Makes a key and a certificate for it",
      fields: {
        ...leafFields,
        key_type: plain("string", "Where the role takes any: rsa, ec, ed25519"),
        key_bits: plain("int", "Where the role takes any"),
      },
      operations: posting((call) => issue(context, call)),
    },
    {
      pattern: `${before}sign/{role}`,
      summary: "Signs a request, as far as the role allows what it asks",
      fields: { ...leafFields, csr },
      operations: posting((call) => sign(context, call)),
    },
    ...[`${before}sign-verbatim/{role}`, `${before}sign-verbatim`].map((pattern) => ({
      pattern,
      summary: "Signs a request's names as they are, whatever roles allow; never a CA",
      fields: {
        ...formFields,
        ...timeFields,
        csr,
        key_usage: plain("strings", "What the key is for"),
        ext_key_usage: plain("strings", "What the certificate is for"),
        ext_key_usage_oids: plain("strings", "The same by object identifiers"),
        signature_bits: plain("int", "256, 384 or 512; 0: by the key"),
        use_pss: plain("bool", "RSA with PSS"),
        remove_roots_from_chain: plain("bool", "The chain without self-signed certificates"),
      },
      operations: posting((call) => signVerbatim(context, call)),
    })),
  ]);
