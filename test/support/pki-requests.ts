/**
 * One list of requests of the pki engine for Bulkhead and a real OpenBao server, right and wrong ones. `keep` takes a value out of
 * each side's own answer, `{{name}}` puts it into a later request of the same side. Where the two differ on purpose, `differs` says why.
 */
import type { ApiMethod } from "../../src/core/ports/api.ts";
import { basicConstraints, keyUsage } from "../../src/x509/extensions.ts";
import { makeCertificate, makeRequest } from "./certificates.ts";

export interface PkiRequest {
  readonly method: ApiMethod;
  readonly path: string;
  readonly body?: object | string;
  /** Name → dotted path in the answer. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Why Bulkhead's status, shape or text is another one. */
  readonly differs?: string;
}

type More = Pick<PkiRequest, "keep" | "differs">;

const get = (path: string, more: More = {}): PkiRequest => ({ method: "GET", path: `pki/${path}`, ...more });
const list = (path: string, more: More = {}): PkiRequest => ({
  method: "LIST",
  path: `pki/${path}`,
  ...more,
});
const remove = (path: string, more: More = {}): PkiRequest => ({
  method: "DELETE",
  path: `pki/${path}`,
  ...more,
});
const post = (path: string, body: object | string = {}, more: More = {}): PkiRequest => ({
  method: "POST",
  path: `pki/${path}`,
  body,
  ...more,
});

const MISSING = "what is not there is 404, not 500";
const CALLER = "what the caller did wrong is 400, not 500";
const NO_OCSP = "there is no OCSP responder, and the answer says so";
const NO_CA = "a request cannot make a key usable for certificates";
const STRICT = "stricter than OpenBao: see docs/engines/pki.md";
const OWN_TEXT = "the same meaning in other words, without Go's parser";
const LISTS = "lists of URLs are empty, not null; the algorithm is named also when it follows from the key";
const NO_TIDY = "tidy runs to its end within the request, and has fewer kinds";

const EMPTY: readonly PkiRequest[] = [
  get("ca"),
  get("ca/pem"),
  get("ca_chain"),
  get("crl"),
  get("crl/pem"),
  get("cert/ca"),
  get("cert/ca_chain"),
  get("cert/crl", { differs: CALLER }),
  get("cert/11:22"),
  get("cert/zz"),
  list("certs"),
  list("certs/revoked"),
  list("issuers"),
  list("keys"),
  list("roles"),
  get("config/issuers"),
  get("config/keys"),
  get("config/urls"),
  get("config/crl", { differs: NO_OCSP }),
  get("issuer/default", { differs: CALLER }),
  get("key/default", { differs: MISSING }),
  get("roles/none"),
  post("issue/none", { common_name: "x" }),
  post("config/issuers", { default: "none" }),
  post("config/issuers"),
  post("config/keys", { default: "none" }),
  post("config/keys", { default: "" }),
  post("root/sign-intermediate", {}, { differs: CALLER }),
];

const ROOTS: readonly PkiRequest[] = [
  post("root/generate/foo", { common_name: "x" }),
  post("root/generate/internal", { common_name: "x", key_type: "dsa" }),
  post("root/generate/internal", { common_name: "x", key_bits: 1024 }),
  post("root/generate/internal", { common_name: "x", key_type: "ec", key_bits: 300 }),
  post("root/generate/internal", { common_name: "x", format: "xml" }),
  post("root/generate/internal", { common_name: "x", key_type: "ec", issuer_name: "default" }),
  post("root/generate/internal", { common_name: "x", key_type: "ec", issuer_name: "a b" }),
  post("root/generate/exported", {
    common_name: "Root One",
    organization: "Example",
    ou: ["A", "B"],
    country: "NL",
    key_type: "ec",
    ttl: "8760h",
    issuer_name: "one",
    key_name: "key-one",
  }),
  post("root/generate/internal", { common_name: "Root One", key_type: "ec", issuer_name: "one" }),
  post("root/generate/internal", { common_name: "Root Two", key_type: "ec", key_name: "key-one" }),
  post("root/generate/internal", {
    common_name: "Root Two",
    key_type: "ed25519",
    ttl: "8760h",
    issuer_name: "two",
    max_path_length: 1,
    permitted_dns_domains: "example.com",
  }),
  post("root/generate/internal", {
    common_name: "Root RSA",
    ttl: "100h",
    issuer_name: "rsa",
    max_path_length: 0,
  }),
  post("root/generate/internal", {
    common_name: "root.example.com",
    key_type: "ec",
    key_bits: 384,
    alt_names: "ca.example.com,ca@example.com",
    ip_sans: "10.0.0.1",
    uri_sans: "https://ca.example.com/",
    ttl: "24h",
    format: "der",
  }),
  post("root/generate/exported", {
    common_name: "Root Bundle",
    key_type: "ec",
    key_bits: 521,
    ttl: "24h",
    format: "pem_bundle",
    private_key_format: "pkcs8",
  }),
  post("root/generate/existing", {
    common_name: "Root Again",
    key_ref: "key-one",
    ttl: "24h",
    issuer_name: "again",
  }),
  get("issuer/one"),
  get("issuer/two"),
  get("issuer/rsa"),
  get("issuer/none", { differs: MISSING }),
  get("issuer/one/json"),
  get("issuer/one/pem"),
  get("issuer/one/crl"),
  get("issuer/one/crl/pem"),
  get("key/key-one"),
  get("key/none", { differs: MISSING }),
  list("issuers"),
  list("keys"),
  list("certs"),
  get("ca/pem"),
  get("ca_chain"),
  get("crl/pem"),
  get("cert/ca"),
  get("cert/ca_chain"),
  get("cert/crl"),
  post("config/issuers", { default: "two" }),
  post("config/issuers", { default: "one" }),
  post("config/issuers", { default: "default" }),
  get("config/issuers"),
  post("config/keys", { default: "key-one" }),
  post("issuer/one", { issuer_name: "one", leaf_not_after_behavior: "x" }),
  post("issuer/one", { issuer_name: "one", usage: "x" }),
  post("issuer/one", { issuer_name: "default" }),
  post("issuer/one", { issuer_name: "two" }),
  post(
    "issuer/two",
    {
      issuer_name: "two",
      leaf_not_after_behavior: "truncate",
      usage: "read-only,issuing-certificates",
      issuing_certificates: "http://ca.example.com/",
    },
    { differs: LISTS },
  ),
  post("issuer/two", { issuer_name: "two", issuing_certificates: "not a url" }, { differs: OWN_TEXT }),
  get("issuer/two", { differs: LISTS }),
  post("key/key-one", { key_name: "key-one" }),
  post("keys/generate/internal", { key_type: "ec", key_name: "loose" }),
  post("keys/generate/internal", { key_type: "ec", key_name: "loose" }),
  post("keys/generate/exported", { key_type: "ed25519" }),
  post("keys/generate/kms", { key_type: "ec" }),
  post("keys/generate/foo", { key_type: "ec" }, { differs: STRICT }),
  remove("key/loose"),
  remove("key/none"),
  remove("key/key-one", { differs: "409 names the reason, not 500" }),
  remove("issuer/again"),
  remove("issuer/none"),
  post("config/urls", {
    issuing_certificates: "http://ca.example.com/ca",
    crl_distribution_points: ["http://ca.example.com/crl"],
    ocsp_servers: "http://ca.example.com/ocsp",
  }),
  post("config/urls", { issuing_certificates: "nope" }, { differs: OWN_TEXT }),
  get("config/urls"),
  post("config/crl", { expiry: "24h" }, { differs: NO_OCSP }),
  post("config/crl", { expiry: "x" }, { differs: OWN_TEXT }),
  post("config/crl", { auto_rebuild: true, expiry: "2h", auto_rebuild_grace_period: "3h" }),
  get("crl/rotate"),
];

const ROLES: readonly PkiRequest[] = [
  post("roles/plain"),
  get("roles/plain"),
  post("roles/bad", { ttl: "3h", max_ttl: "1h" }),
  post("roles/bad", { key_type: "dsa" }),
  post("roles/bad", { key_type: "rsa", key_bits: 1024 }),
  post("roles/bad", { key_type: "ec", key_bits: 300 }),
  post("roles/bad", { signature_bits: 1 }, { differs: STRICT }),
  post("roles/bad", { cn_validations: "x" }, { differs: OWN_TEXT }),
  post("roles/bad", { allowed_other_sans: "1.2.3" }, { differs: OWN_TEXT }),
  post("roles/web", {
    allowed_domains: ["example.com", "example.org"],
    allow_subdomains: true,
    key_type: "ec",
    ttl: "1h",
    max_ttl: "2h",
  }),
  post("roles/bare", { allowed_domains: "example.com", allow_bare_domains: true, key_type: "ec", ttl: "1h" }),
  post("roles/glob", {
    allowed_domains: "*.example.com,web-*.example.org",
    allow_glob_domains: true,
    key_type: "ec",
    ttl: "1h",
  }),
  post("roles/nowild", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    allow_wildcard_certificates: false,
    allow_localhost: false,
    key_type: "ec",
    ttl: "1h",
    allow_ip_sans: false,
  }),
  post("roles/any", { allow_any_name: true, key_type: "any", ttl: "1h" }),
  post("roles/anyname", {
    allow_any_name: true,
    enforce_hostnames: false,
    require_cn: false,
    key_type: "ec",
    ttl: "1h",
  }),
  post("roles/full", {
    allow_any_name: true,
    key_type: "ec",
    key_bits: 384,
    ttl: "1h",
    organization: ["Org"],
    ou: "Unit",
    country: "NL",
    locality: "Here",
    province: "There",
    street_address: "1 Street",
    postal_code: "1234",
    key_usage: "DigitalSignature,ContentCommitment",
    ext_key_usage: "TimeStamping",
    ext_key_usage_oids: "1.3.6.1.5.5.7.3.17",
    client_flag: false,
    code_signing_flag: true,
    email_protection_flag: true,
    basic_constraints_valid_for_non_ca: true,
    policy_identifiers: "1.2.3.4",
    allowed_uri_sans: "spiffe://*",
    allowed_other_sans: "1.3.6.1.4.1.311.20.2.3;UTF8:*@example.com",
    allowed_serial_numbers: "dev-*",
    allowed_user_ids: "joe",
    not_before_duration: "1m",
  }),
  post("roles/leased", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    key_type: "ec",
    generate_lease: true,
    ttl: "1h",
  }),
  post("roles/unstored", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    key_type: "ec",
    no_store: true,
    ttl: "1h",
  }),
  post("roles/nocn", { allow_any_name: true, require_cn: false, key_type: "ec", ttl: "1h" }),
  post("roles/disabled", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    cn_validations: "disabled",
    enforce_hostnames: false,
    key_type: "ec",
    ttl: "1h",
  }),
  post("roles/rsa", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    use_csr_common_name: false,
    use_csr_sans: false,
    ttl: "1h",
    key_type: "rsa",
  }),
  post("roles/ed", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    key_type: "ed25519",
    ttl: "1h",
  }),
  post("roles/two", {
    allowed_domains: "example.com",
    allow_subdomains: true,
    key_type: "ec",
    ttl: "1h",
    issuer_ref: "two",
  }),
  post(
    "roles/lost",
    {
      allowed_domains: "example.com",
      allow_subdomains: true,
      key_type: "ec",
      ttl: "1h",
      issuer_ref: "again",
    },
    { differs: "an issuer that is not there (any more) is told at issuing" },
  ),
  { method: "PATCH", path: "pki/roles/plain", body: { ttl: "30m" } },
  remove("roles/bad"),
  list("roles"),
  remove("roles/plain"),
  get("roles/plain"),
];

const issue = (role: string, body: object, more: More = {}): PkiRequest => post(`issue/${role}`, body, more);

/** By role and name: why it is another answer. */
const NAME_DIFFERS: Readonly<Record<string, string>> = {
  "bare @example.com": "an address without a mailbox is none",
};

const NAMES: readonly PkiRequest[] = [
  issue("web", {}),
  issue("web", { common_name: "" }),
  ...[
    "a.example.com",
    "a.b.example.org",
    "example.com",
    "evilexample.com",
    "example.com.evil.net",
    "a.other.com",
    "*.example.com",
    "*.a.example.com",
    "a.*.example.com",
    "*.*.example.com",
    "a*b.example.com",
    "*b.example.com",
    "*",
    "*.com",
    "a..example.com",
    ".example.com",
    "a.example.com.",
    "-a.example.com",
    "a-.example.com",
    "a_b.example.com",
    "a b.example.com",
    "a/b.example.com",
    "localhost",
    "x.localhost",
    "localhost.localdomain",
    "bücher.example.com",
    "me@example.com",
    "me@a.example.com",
    "me@evil.com",
    "a@b@example.com",
    "@example.com",
    "a.example.com@",
    "10.0.0.1",
    "xn--bcher-kva.example.com",
    `${"a".repeat(64)}.example.com`,
  ].flatMap((name) =>
    ["web", "bare", "glob", "nowild"].map((role) =>
      issue(
        role,
        { common_name: name },
        NAME_DIFFERS[`${role} ${name}`] === undefined
          ? {}
          : { differs: NAME_DIFFERS[`${role} ${name}`] ?? "" },
      ),
    ),
  ),
];

const SANS: readonly PkiRequest[] = [
  issue("web", { common_name: "a.example.com", alt_names: "b.example.com,me@c.example.com" }),
  issue("web", { common_name: "a.example.com", alt_names: "evil.com" }),
  issue("web", { common_name: "a.example.com", alt_names: "a.example.com,a.example.com" }),
  issue("web", { common_name: "a.example.com", exclude_cn_from_sans: true }),
  issue("web", { common_name: "a.example.com", ip_sans: "10.0.0.1,::1" }),
  issue("web", { common_name: "a.example.com", ip_sans: "nope" }),
  issue("nowild", { common_name: "a.example.com", ip_sans: "10.0.0.1" }),
  issue("web", { common_name: "a.example.com", uri_sans: "spiffe://x/y" }),
  issue("full", { common_name: "a.example.com", uri_sans: "spiffe://x/y" }),
  issue("full", { common_name: "a.example.com", uri_sans: "https://x/y" }),
  issue("full", { common_name: "a.example.com", other_sans: "1.3.6.1.4.1.311.20.2.3;UTF8:me@example.com" }),
  issue(
    "full",
    { common_name: "a.example.com", other_sans: "1.3.6.1.4.1.311.20.2.3;UTF8:me@evil.com" },
    { differs: OWN_TEXT },
  ),
  issue("full", { common_name: "a.example.com", other_sans: "1.2.3;UTF8:x" }),
  issue("full", { common_name: "a.example.com", serial_number: "dev-1" }),
  issue("full", { common_name: "a.example.com", serial_number: "prod-1" }),
  issue("full", { common_name: "a.example.com", user_ids: "joe" }),
  issue("full", { common_name: "a.example.com", user_ids: "eve" }),
  issue("nocn", { alt_names: "b.example.com" }),
  issue("anyname", { common_name: "any name at all" }),
  issue("disabled", { common_name: "Fraud team" }),
  issue("disabled", { common_name: "evil.com" }),
  issue("disabled", { common_name: "evil.com", exclude_cn_from_sans: true }),
  issue("any", { common_name: "x" }),
  issue("any", { common_name: "x", key_type: "ec", key_bits: 256 }),
  issue("any", { common_name: "x", key_type: "dsa" }, { differs: CALLER }),
  issue("ed", { common_name: "a.example.com" }),
  issue("two", { common_name: "a.example.com" }),
  issue("web", { common_name: "a.example.com", format: "der" }),
  issue("web", { common_name: "a.example.com", format: "pem_bundle" }),
  issue("web", { common_name: "a.example.com", private_key_format: "pkcs8" }),
  issue("web", { common_name: "a.example.com", format: "xml" }),
  issue("web", { common_name: "a.example.com", private_key_format: "xml" }, { differs: STRICT }),
  issue("web", { common_name: "a.example.com", ttl: "3h" }),
  issue("web", { common_name: "a.example.com", ttl: "x" }, { differs: OWN_TEXT }),
  issue("web", { common_name: "a.example.com", not_after: "2099-01-01T00:00:00Z" }, { differs: STRICT }),
  issue("web", { common_name: "a.example.com", not_after: "tomorrow" }, { differs: OWN_TEXT }),
  issue("web", { common_name: "a.example.com", remove_roots_from_chain: true }),
  issue("nocn", { common_name: "a.example.com", ttl: "20000h" }),
  issue("leased", { common_name: "a.example.com" }),
  issue("unstored", { common_name: "a.example.com" }),
  issue("lost", { common_name: "a.example.com" }, { differs: MISSING }),
  post("issuer/two/issue/web", { common_name: "a.example.com" }),
  post("issuer/none/issue/web", { common_name: "a.example.com" }, { differs: MISSING }),
];

const request = makeRequest({
  cn: "a.example.com",
  organization: "Evil",
  names: [
    { kind: "dns", value: "b.example.com" },
    { kind: "ip", value: "10.1.1.1" },
  ],
  more: [basicConstraints({ ca: true, pathLength: null }), keyUsage(["CertSign"])],
});
const evil = makeRequest({ cn: "a.example.com", names: [{ kind: "dns", value: "evil.com" }] });
const broken = request.replace(/\n(.)/, (_, one: string) => `\n${one === "A" ? "B" : "A"}`);

const SIGN: readonly PkiRequest[] = [
  post("sign/web", { csr: request }),
  post("sign/web", { csr: request, common_name: "a.example.com" }),
  post("sign/web", { csr: evil }),
  post("sign/web", {}),
  post("sign/web", { csr: "x" }),
  post(
    "sign/web",
    { csr: "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----" },
    { differs: OWN_TEXT },
  ),
  post("sign/web", { csr: broken }, { differs: OWN_TEXT }),
  post("sign/none", { csr: request }),
  post("sign/rsa", { csr: request, common_name: "a.example.com" }),
  post("sign/any", { csr: request }),
  post("sign/full", { csr: request }),
  post("sign/leased", { csr: request }),
  post("sign-verbatim", { csr: request, ttl: "1h" }, { differs: NO_CA }),
  post("sign-verbatim/web", { csr: request }, { differs: NO_CA }),
  post("sign-verbatim/web", { csr: evil, key_usage: "DigitalSignature" }),
  post("sign-verbatim/none", { csr: request }),
  post("issuer/one/sign/web", { csr: request }),
  post("issuer/one/sign-verbatim", { csr: request, ttl: "1h" }, { differs: NO_CA }),
];

const ca = makeCertificate({ cn: "Imported Root", ca: true });
const leaf = makeCertificate({ cn: "no CA" });

const INTERMEDIATES: readonly PkiRequest[] = [
  post("intermediate/generate/foo", { common_name: "Int" }),
  post(
    "intermediate/generate/internal",
    { common_name: "Int", key_type: "ec" },
    { keep: { csr: "data.csr" } },
  ),
  post("intermediate/generate/exported", {
    common_name: "Int Two",
    key_type: "ec",
    add_basic_constraints: true,
  }),
  post(
    "root/sign-intermediate",
    { csr: "{{csr}}", common_name: "Int", ttl: "24h" },
    { keep: { int: "data.certificate" } },
  ),
  post("root/sign-intermediate", { csr: "{{csr}}", use_csr_values: true, ttl: "24h" }),
  post("root/sign-intermediate", {
    csr: "{{csr}}",
    common_name: "Int",
    ttl: "24h",
    max_path_length: 0,
    permitted_dns_domains: "example.com",
  }),
  post("root/sign-intermediate", { csr: "{{csr}}", common_name: "Int", ttl: "20000h" }),
  post("root/sign-intermediate", { csr: "{{csr}}", common_name: "Int", ttl: "24h", issuer_ref: "rsa" }),
  post("issuer/two/sign-intermediate", { csr: "{{csr}}", common_name: "Int", ttl: "24h" }),
  post("root/sign-intermediate", { csr: "x" }),
  post("intermediate/set-signed", { certificate: "{{int}}" }),
  post("intermediate/set-signed", { certificate: "{{int}}" }),
  post("intermediate/set-signed", {}),
  post("intermediate/set-signed", { certificate: "x" }),
  post("config/ca", {}),
  post("config/ca", { pem_bundle: "x" }),
  post("issuers/import/cert", { pem_bundle: ca.pem }),
  post("issuers/import/cert", { pem_bundle: ca.pem + ca.keyPem }),
  post("issuers/import/bundle", { pem_bundle: leaf.pem }, { differs: OWN_TEXT }),
  post("config/ca", { pem_bundle: ca.pem + ca.keyPem }),
  post("keys/import", { pem_bundle: ca.keyPem }),
  post("keys/import", { pem_bundle: leaf.keyPem, key_name: "imported" }),
  post("keys/import", { pem_bundle: "x" }),
  post("root/sign-self-issued", { certificate: leaf.pem }),
];

const REVOKE: readonly PkiRequest[] = [
  issue("web", { common_name: "gone.example.com" }, { keep: { serial: "data.serial_number" } }),
  issue("unstored", { common_name: "gone.example.com" }, { keep: { unstored: "data.certificate" } }),
  get("cert/{{serial}}"),
  get("cert/{{serial}}/raw/pem"),
  post("revoke"),
  post("revoke", { serial_number: "11:22:33" }),
  post("revoke", { serial_number: "zz" }),
  post("revoke", { certificate: "zz" }, { differs: CALLER }),
  post("revoke", { certificate: leaf.pem }, { differs: OWN_TEXT }),
  post("revoke", { serial_number: "{{serial}}" }),
  post("revoke", { serial_number: "{{serial}}" }),
  post("revoke", { certificate: "{{unstored}}" }),
  get("cert/{{serial}}"),
  list("certs/revoked"),
  get("crl/pem"),
  get("cert/crl"),
  get("issuer/one/crl"),
  post("tidy", {}, { differs: NO_TIDY }),
  post(
    "tidy",
    { tidy_cert_store: true, tidy_revoked_certs: true, safety_buffer: "1h" },
    { differs: NO_TIDY },
  ),
  remove("root"),
  list("issuers"),
  get("ca/pem"),
];

export const pkiRequests: readonly PkiRequest[] = [
  ...EMPTY,
  ...ROOTS,
  ...ROLES,
  ...NAMES,
  ...SANS,
  ...SIGN,
  ...INTERMEDIATES,
  ...REVOKE,
];
