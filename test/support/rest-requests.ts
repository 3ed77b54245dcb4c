/** What the other lists leave out: a right request for each route that both servers have and nobody else asks well. In order. */
import { generateKeyPairSync } from "node:crypto";
import type { Asked } from "./oracle.ts";

export interface RestRequest extends Asked {
  /** Name → dotted path in the answer; `{{name}}` puts it into a later request. */
  readonly keep?: Readonly<Record<string, string>>;
}
type More = Pick<RestRequest, "keep" | "differs">;

const of =
  (method: string) =>
  (path: string, body?: object, more: More = {}): RestRequest => ({
    method,
    path,
    ...(body !== undefined && { body }),
    ...more,
  });
const [GET, LIST, POST, DELETE, PATCH, SCAN] = ["GET", "LIST", "POST", "DELETE", "PATCH", "SCAN"].map(of) as [
  ReturnType<typeof of>,
  ReturnType<typeof of>,
  ReturnType<typeof of>,
  ReturnType<typeof of>,
  ReturnType<typeof of>,
  ReturnType<typeof of>,
];

const FORMER = "former names are not repeated in answers";
const NOT_THERE = "OpenBao's document names it, its server does not serve it";
const EMPTY = "a list that was never set is empty; an address keeps its length";
const SAME_LIST = "bound-cidr-list is another name for the same list: deleting it leaves none behind";
const NAMED = "a role that is not there is named";
const NO_BODY = "what comes with a DELETE counts";
const OWN_STATUS = "what the caller did wrong is 400 or 404, not 500";
const NOTHING = "nothing to scan is 404, as nothing to list is";
const LOGINS = "a login is a token and no lease: auth/token/accessors lists it";
const QUOTAS =
  "every refused request is audited, paths that need no token are exempt, and no headers tell the limit";
const MORE_WORDS = "the text says what is expected";
const MISSING_MOUNT = "the text of Vault's own API for a missing mount";
const VAULT_WORDS = "the page speaks of a missing state first, in Vault's words";
const ROLE = "auth/approle/role/r";
const properties: readonly (readonly [string, unknown])[] = [
  ["bind-secret-id", true],
  ["bound-cidr-list", ["127.0.0.1/32"]],
  ["period", 60],
  ["policies", ["p1"]],
  ["secret-id-bound-cidrs", ["127.0.0.1/32"]],
  ["secret-id-num-uses", 3],
  ["secret-id-ttl", 600],
  ["token-bound-cidrs", ["127.0.0.1/32"]],
  ["token-max-ttl", 1200],
  ["token-num-uses", 4],
  ["token-ttl", 300],
];

/** Reading, and an empty write, where the two differ. */
const READS: Readonly<Record<string, string>> = {
  "bind-secret-id": NOT_THERE,
  "bound-cidr-list": FORMER,
  "token-bound-cidrs": EMPTY,
};
const field = (name: string): string => name.replaceAll("-", "_");

function property(name: string, value: unknown): RestRequest[] {
  const read = (more: More = READS[name] === undefined ? {} : { differs: READS[name] }): RestRequest =>
    GET(`${ROLE}/${name}`, undefined, more);
  const served = name === "bind-secret-id" ? { differs: NOT_THERE } : {};
  const after: Readonly<Record<string, string>> = {
    period: FORMER,
    policies: FORMER,
  };
  const renamed = after[name] === undefined ? null : { differs: after[name] };
  return [
    name === "secret-id-bound-cidrs" ? read({ differs: SAME_LIST }) : read(),
    POST(`${ROLE}/${name}`, { [field(name)]: value }, served),
    renamed === null ? read() : read(renamed),
    DELETE(`${ROLE}/${name}`, undefined, served),
    read(),
    POST(`${ROLE}/${name}`, {}, served),
    GET(`auth/approle/role/none/${name}`, undefined, served),
    POST(`auth/approle/role/none/${name}`, { [field(name)]: value }, { differs: NAMED }),
    DELETE(`auth/approle/role/none/${name}`, undefined, { differs: NAMED }),
  ];
}

const approle: readonly RestRequest[] = [
  POST(ROLE, { token_policies: "p1" }),
  ...properties.flatMap(([name, value]) => property(name, value)),
  GET(`${ROLE}/local-secret-ids`),
  POST(`${ROLE}/bind-secret-id`, { bind_secret_id: true }, { differs: NOT_THERE }),
  POST(`${ROLE}/secret-id`, {}, { keep: { sid: "data.secret_id", acc: "data.secret_id_accessor" } }),
  LIST(`${ROLE}/secret-id`),
  POST(`${ROLE}/secret-id/lookup`, { secret_id: "{{sid}}" }),
  POST(`${ROLE}/secret-id-accessor/lookup`, { secret_id_accessor: "{{acc}}" }),
  POST(`${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: "{{acc}}" }),
  POST(`${ROLE}/secret-id`, {}, { keep: { sid: "data.secret_id", acc: "data.secret_id_accessor" } }),
  DELETE(`${ROLE}/secret-id-accessor/destroy`, { secret_id_accessor: "{{acc}}" }, { differs: NO_BODY }),
  POST(`${ROLE}/secret-id`, {}, { keep: { sid: "data.secret_id" } }),
  DELETE(`${ROLE}/secret-id/destroy`, { secret_id: "{{sid}}" }, { differs: NO_BODY }),
  POST(`${ROLE}/secret-id/destroy`, { secret_id: "{{sid}}" }),
  POST("auth/approle/tidy/secret-id"),
];

const cubbyhole: readonly RestRequest[] = [
  POST("cubbyhole/a", { x: "1" }),
  POST("cubbyhole/b/c", { x: "2" }),
  GET("cubbyhole/a"),
  GET("cubbyhole/none"),
  LIST("cubbyhole"),
  LIST("cubbyhole/b"),
  DELETE("cubbyhole/a"),
  DELETE("cubbyhole/a"),
  POST("cubbyhole/a", {}, { differs: OWN_STATUS }),
];

const kv: readonly RestRequest[] = [
  POST("kv-v1/a/b", { x: "1" }),
  POST("kv-v1/a/c/d", { x: "1" }),
  SCAN("kv-v1/a"),
  SCAN("kv-v1/none", undefined, { differs: NOTHING }),
  POST("kv-v2/data/a/b", { data: { x: "1" } }),
  POST("kv-v2/data/a/c/d", { data: { x: "1" } }),
  SCAN("kv-v2/metadata/a"),
  SCAN("kv-v2/metadata/none", undefined, { differs: NOTHING }),
];

const quotas: readonly RestRequest[] = [
  GET("sys/quotas/config", undefined, { differs: QUOTAS }),
  POST("sys/quotas/config", { rate_limit_exempt_paths: ["sys/health"] }),
  POST("sys/quotas/config", { enable_rate_limit_response_headers: true }, { differs: QUOTAS }),
  GET("sys/quotas/config", undefined, { differs: QUOTAS }),
  LIST("sys/quotas/rate-limit"),
  POST("sys/quotas/rate-limit/q", { rate: 1000, path: "kv-v2/" }),
  POST("sys/quotas/rate-limit/wrong", { rate: -1 }, { differs: MORE_WORDS }),
  POST("sys/quotas/rate-limit/wrong", { rate: 10, path: "nowhere/" }),
  POST("sys/quotas/rate-limit/wrong", {}, { differs: MORE_WORDS }),
  GET("sys/quotas/rate-limit/q", undefined, { differs: "quotas hold below their path" }),
  GET("sys/quotas/rate-limit/none"),
  LIST("sys/quotas/rate-limit"),
  DELETE("sys/quotas/rate-limit/q"),
  DELETE("sys/quotas/rate-limit/q"),
];

const policy = 'path "a" { capabilities = ["read"] }';
const system: readonly RestRequest[] = [
  GET("sys/auth", undefined, { differs: "each has its own mounts, with ids of their own" }),
  GET("identity/oidc/.well-known/keys"),
  GET("auth/token/lookup?token=none"),
  LIST("sys/policy"),
  POST("sys/policy/p", { policy }),
  DELETE("sys/policy/p"),
  DELETE("sys/policy/root"),
  GET("sys/auth/none", undefined, { differs: MISSING_MOUNT }),
  POST("sys/internal/specs/openapi", {}),
  GET("sys/internal/specs/openapi"),
  GET("sys/rotate/keyring/config"),
  POST("sys/rotate/keyring/config", { max_operations: 2_000_000, interval: "48h" }),
  POST("sys/rotate/keyring/config", { max_operations: 1 }),
  POST("sys/rotate/keyring/config", { interval: "1s" }),
  GET("sys/rotate/keyring/config", undefined, { differs: "seconds, as they are everywhere" }),
  POST("auth/token/lookup-self", {}),
  POST("auth/userpass/users/ada", { password: "one two" }),
  GET("sys/locked-users"),
  POST("sys/locked-users/none/unlock/ada", {}),
  LIST("sys/leases/lookup", undefined, { differs: LOGINS }),
  LIST("sys/leases/lookup/auth/userpass/login/ada"),
  POST("auth/userpass/login/ada", { password: "one two" }),
  LIST("sys/leases/lookup/auth", undefined, { differs: LOGINS }),
  LIST("sys/leases/lookup/auth/userpass/login/ada", undefined, { differs: LOGINS }),
];

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString();
const JWT_ROLE = {
  role_type: "jwt",
  user_claim: "sub",
  bound_audiences: ["bulkhead"],
  bound_subject: "repo:a/b:ref:refs/heads/main",
  token_policies: ["p"],
};
const OWN_MEMBERS = "members of one side alone, as for auth/jwt";
const oidc: readonly RestRequest[] = [
  GET("auth/oidc/config"),
  LIST("auth/oidc/role"),
  POST("auth/oidc/config", {}),
  POST("auth/oidc/role/x", {}),
  GET("auth/oidc/role/none"),
  DELETE("auth/oidc/role/none"),
  POST("auth/oidc/login", {}),
  POST("auth/oidc/login", { role: "none", jwt: "x" }),
  POST("auth/oidc/oidc/auth_url", {}),
  POST("auth/oidc/oidc/auth_url", { role: "none", redirect_uri: "http://localhost:8250/oidc/callback" }),
  POST("auth/oidc/config", { jwt_validation_pubkeys: [PEM] }),
  GET("auth/oidc/config", undefined, { differs: OWN_MEMBERS }),
  POST("auth/oidc/role/x", JWT_ROLE),
  GET("auth/oidc/role/x", undefined, { differs: OWN_MEMBERS }),
  LIST("auth/oidc/role"),
  GET("auth/oidc/oidc/callback", undefined, { differs: VAULT_WORDS }),
  GET("auth/oidc/oidc/callback?state=none&code=x", undefined, { differs: VAULT_WORDS }),
];

const ca = { common_name: "Root", ttl: "8760h", key_type: "ec" };
const pki: readonly RestRequest[] = [
  GET("pki/tidy-status", undefined, { differs: "only what is done here: no ACME, no pauses" }),
  POST(
    "pki/issuers/generate/root/internal",
    { ...ca, issuer_name: "one" },
    { keep: { pem: "data.certificate", serial: "data.serial_number" } },
  ),
  POST(
    "pki/root/rotate/internal",
    { ...ca, common_name: "Second" },
    { differs: "an issuer has the name that it is given" },
  ),
  POST(
    "pki/issuers/generate/intermediate/internal",
    { common_name: "Mid", key_type: "ec" },
    { keep: { csr: "data.csr" } },
  ),
  POST("pki/issuer/one/sign-intermediate", { csr: "{{csr}}", common_name: "Mid" }),
  POST("pki/issuers/import/bundle", { pem_bundle: "{{pem}}" }),
  POST("pki/issuers/import/bundle", { pem_bundle: "x" }),
  PATCH("pki/issuer/one", { usage: "read-only,issuing-certificates,crl-signing" }),
  PATCH("pki/issuer/none", {}, { differs: OWN_STATUS }),
  POST("pki/roles/web", { allow_any_name: true, key_type: "ec" }),
  POST("pki/issuer/one/sign-verbatim/web", { csr: "{{csr}}", ttl: "1h" }),
  POST("pki/issuer/one/sign-verbatim/none", { csr: "{{csr}}" }),
  POST("pki/root/sign-self-issued", { certificate: "{{pem}}" }),
  GET("pki/cert/{{serial}}/raw"),
  GET("pki/issuer/one/der"),
  GET("pki/issuer/one/crl/der"),
  GET("pki/issuer/none/der", undefined, { differs: OWN_STATUS }),
  GET("pki/issuer/none/crl/der", undefined, { differs: OWN_STATUS }),
  ...["issuer/none/json", "issuer/none/pem", "issuer/none/crl", "issuer/none/crl/pem"].map((path) =>
    GET(`pki/${path}`, undefined, { differs: OWN_STATUS }),
  ),
  GET("pki/cert/none/raw"),
  GET("pki/cert/none/raw/pem"),
  GET("pki/crl/rotate-delta"),
  POST("pki/issuer/one/revoke", {}),
  POST("pki/issuer/none/revoke", {}, { differs: OWN_STATUS }),
];

export const restRequests: readonly RestRequest[] = [
  ...approle,
  ...cubbyhole,
  ...kv,
  ...quotas,
  ...system,
  ...oidc,
  ...pki,
];
