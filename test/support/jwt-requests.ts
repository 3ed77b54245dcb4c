/** One list of requests to the `jwt` method for Bulkhead and a real OpenBao server, right and wrong ones, with tokens of one issuer. */
import { createHmac } from "node:crypto";
import { type TestIssuer, signingKey } from "./issuer.ts";
import type { LoginRequest } from "./login-oracle.ts";

type More = Pick<LoginRequest, "differs" | "refusal" | "open">;
const post = (path: string, body: object = {}, more: More = {}): LoginRequest => ({
  method: "POST",
  path: `jwt/${path}`,
  body,
  ...more,
});
const get = (path: string, more: More = {}): LoginRequest => ({
  method: "GET",
  path: `jwt/${path}`,
  ...more,
});
const list = (path: string): LoginRequest => ({ method: "LIST", path: `jwt/${path}` });
const remove = (path: string): LoginRequest => ({ method: "DELETE", path: `jwt/${path}` });

const OWN_TEXT = "the same meaning in other words";
const SAYS_WHY = "an issuer that cannot be asked is named with the reason";
const NOT_OFFERED = "refused instead of kept without effect, or not offered";
const BROAD = "B2: a role that takes every token of the issuer, or one for any service, is refused";
const CHANGED_BROAD = "B2: the role was refused, so there is nothing to read";

export async function jwtRequests(issuer: TestIssuer): Promise<readonly LoginRequest[]> {
  const { address, key } = issuer;
  return [
    ...configs(address, key.pem),
    ...roles(),
    ...(await logins(issuer)),
    ...(await pinned(issuer)),
    ...browser(address),
  ];
}

function configs(address: string, pem: string): readonly LoginRequest[] {
  const jwks = `${address}/jwks`;
  const kept: readonly [object, More?][] = [
    [{ jwks_url: jwks }],
    [
      {
        jwks_url: jwks,
        bound_issuer: "http://x",
        default_role: "Some",
        jwt_supported_algs: ["ES256", "RS256"],
      },
    ],
    [{ oidc_discovery_url: address }],
    [{ oidc_discovery_url: address, bound_issuer: "other" }],
    [{ oidc_discovery_url: address, oidc_client_id: "id", oidc_client_secret: "hush", default_role: "d" }],
    [{ oidc_discovery_url: address, namespace_in_state: false }],
    [{ jwt_validation_pubkeys: [pem] }],
    [{ jwt_validation_pubkeys: pem }],
    [{ jwt_validation_pubkeys: [pem, pem], bound_issuer: "i", jwt_supported_algs: "ES256" }],
    [{ jwks_url: jwks, unknown: "x" }],
    [{ jwks_url: jwks, jwt_supported_algs: [] }],
  ];
  const refused: readonly [object, More?][] = [
    [{}],
    [{ bound_issuer: "x" }],
    [{ oidc_discovery_url: address, jwks_url: jwks }],
    [{ jwks_url: jwks, jwt_validation_pubkeys: pem }],
    [{ jwks_url: `${address}/none` }, { differs: SAYS_WHY }],
    [{ jwks_url: "http://127.0.0.1:1/x" }, { differs: SAYS_WHY }],
    [{ jwks_url: "ftp://x" }, { differs: SAYS_WHY }],
    [{ oidc_discovery_url: `${address}/x` }, { differs: SAYS_WHY }],
    [{ oidc_discovery_url: `${address}/` }],
    [{ jwt_validation_pubkeys: ["x"] }],
    [{ jwt_validation_pubkeys: [pem, "x"] }],
    [{ jwt_validation_pubkeys: pem, jwt_supported_algs: "HS256" }],
    [{ jwt_validation_pubkeys: pem, jwt_supported_algs: "none" }],
    [{ jwt_validation_pubkeys: pem, jwt_supported_algs: ["RS256", "XX"] }],
    [{ oidc_discovery_url: address, oidc_client_id: "id" }],
    [{ oidc_discovery_url: address, oidc_client_secret: "hush" }],
    [{ jwks_url: jwks, oidc_client_id: "id", oidc_client_secret: "hush" }],
    [{ jwks_url: jwks, jwks_ca_pem: "x" }],
    [{ oidc_discovery_url: address, oidc_discovery_ca_pem: "x" }],
    [{ oidc_discovery_url: address, oidc_response_mode: "x" }],
    [{ oidc_discovery_url: address, oidc_response_types: ["x"] }],
    [{ oidc_discovery_url: address, oidc_response_types: "id_token" }, { differs: NOT_OFFERED }],
    [{ oidc_discovery_url: address, provider_config: { provider: "x" } }, { differs: NOT_OFFERED }],
  ];
  return [
    get("config"),
    list("role"),
    get("role/none"),
    remove("role/none"),
    post("login", { role: "x", jwt: "y" }, { open: true }),
    post("login", {}, { open: true }),
    ...refused.flatMap(([body, more]) => [post("config", body, more), get("config")]),
    ...kept.flatMap(([body, more]) => [post("config", body, more), get("config")]),
    post("config", { jwks_url: jwks }),
  ];
}

function roles(): readonly LoginRequest[] {
  const base = { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" };
  const back = ["http://localhost:8250/oidc/callback"];
  const tried: readonly [object, string?, string?][] = [
    [{}],
    [{ role_type: "x" }],
    [{ role_type: "jwt" }],
    [{ user_claim: "sub" }],
    [{ role_type: "oidc", user_claim: "sub" }],
    [{ role_type: "jwt", user_claim: "sub" }],
    [base],
    [{ ...base, bound_subject: undefined }, BROAD, CHANGED_BROAD],
    [{ ...base, bound_audiences: undefined }, BROAD, CHANGED_BROAD],
    [{ role_type: "jwt", user_claim: "sub", bound_cidrs: ["10.0.0.0/8"] }, BROAD, CHANGED_BROAD],
    [
      { ...base, bound_subject: undefined, bound_claims: { a: "*" }, bound_claims_type: "glob" },
      BROAD,
      CHANGED_BROAD,
    ],
    [{ role_type: "oidc", user_claim: "sub", allowed_redirect_uris: back }],
    [
      {
        user_claim: "email",
        allowed_redirect_uris: [...back, "https://x.example/cb"],
        oidc_scopes: ["profile", "email"],
        bound_audiences: "a",
      },
    ],
    [{ ...base, bound_audiences: ["a", "b"], bound_claims: { x: "1" } }],
    [{ ...base, bound_claims: { a: 1, b: [1, "x", true], c: true } }],
    [{ ...base, bound_claims: { "/a/b": ["c"], d: [] } }],
    [{ ...base, bound_claims: {} }],
    [{ ...base, bound_claims: { a: 1 }, bound_claims_type: "glob" }],
    [{ ...base, bound_claims: { a: ["x*", 3] }, bound_claims_type: "glob" }],
    [{ ...base, bound_claims: { a: "x*" }, bound_claims_type: "glob" }],
    [{ ...base, bound_claims: { a: "x" }, bound_claims_type: "regex" }],
    [{ ...base, bound_claims: "x" }, OWN_TEXT],
    [{ ...base, claim_mappings: { a: "b", c: "d" } }],
    [{ ...base, claim_mappings: { a: "b", c: "b" } }],
    [{ ...base, claim_mappings: { a: "role" } }],
    [{ ...base, claim_mappings: { a: 1 } }],
    [{ ...base, groups_claim: "g", user_claim_json_pointer: true, user_claim: "/a/b" }],
    [{ ...base, clock_skew_leeway: -1, expiration_leeway: "10m", not_before_leeway: 5, max_age: 60 }],
    [{ ...base, clock_skew_leeway: "x" }],
    [{ ...base, clock_skew_leeway: "90s" }],
    [{ ...base, token_ttl: "2h", token_max_ttl: "1h" }],
    [
      {
        ...base,
        token_ttl: "1h",
        token_max_ttl: "2h",
        token_policies: "p,q",
        token_num_uses: 3,
        token_period: 60,
      },
    ],
    [
      {
        ...base,
        ttl: "1h",
        max_ttl: "2h",
        policies: ["p"],
        num_uses: 2,
        period: 30,
        bound_cidrs: ["10.0.0.0/24"],
      },
    ],
    [{ ...base, token_type: "batch" }],
    [{ ...base, token_type: "service" }],
    [{ ...base, token_type: "weird" }],
    [{ ...base, token_type: "batch", token_num_uses: 1 }],
    [{ ...base, token_no_default_policy: true, token_explicit_max_ttl: 100 }],
    [{ ...base, callback_mode: "x" }],
    [{ ...base, callback_mode: "device", allowed_redirect_uris: back }, NOT_OFFERED, CHANGED_BROAD],
    [{ ...base, verbose_oidc_logging: true }, NOT_OFFERED, CHANGED_BROAD],
    [{ ...base, token_num_uses: -1 }],
  ];
  return [
    ...tried.flatMap(([body, differs, read]) => [
      post("role/r", body, differs === undefined ? {} : { differs }),
      get("role/r", read === undefined ? {} : { differs: read }),
      remove("role/r"),
    ]),
    post("role/Ro.le", base),
    list("role"),
    get("role/ro.le"),
    post("role/Ro.le", { token_ttl: "2h" }),
    post("role/Ro.le", { role_type: "jwt", token_ttl: "2h" }),
    get("role/RO.LE"),
    remove("role/rO.le"),
    get("role/ro.le"),
    post("role/a@b", base),
    post("role/-a", base),
    get("role/a/b"),
  ];
}

async function logins(issuer: TestIssuer): Promise<readonly LoginRequest[]> {
  const now = Math.floor(Date.now() / 1_000);
  const times = { iat: now, nbf: now, exp: now + 600 };
  const good = {
    iss: issuer.address,
    sub: "s",
    aud: "a",
    repo: "r",
    groups: ["g"],
    n: 5,
    t: true,
    arr: ["x", "y"],
    nest: { deep: "d" },
    ...times,
  };
  const login = async (claims: object, wrong = false): Promise<LoginRequest> =>
    post(
      "login",
      { role: "l", jwt: await issuer.sign(claims) },
      { open: true, ...(wrong && { refusal: true }) },
    );
  const right = (claims: object): Promise<LoginRequest> => login(claims);
  const bad = (claims: object): Promise<LoginRequest> => login(claims, true);
  const role = (body: object): readonly LoginRequest[] => [
    remove("role/l"),
    post("role/l", {
      role_type: "jwt",
      user_claim: "sub",
      bound_audiences: ["a"],
      bound_subject: "s",
      ...body,
    }),
  ];
  const stranger = await signingKey("key-1");
  const unknown = await issuer.sign(good, { header: { kid: "zz" } });
  const nameless = await issuer.sign(good, { header: { kid: undefined } });
  const input = `${Buffer.from('{"alg":"HS256"}').toString("base64url")}.${Buffer.from(JSON.stringify(good)).toString("base64url")}`;
  const hmac = `${input}.${createHmac("sha256", issuer.key.pem).update(input).digest("base64url")}`;
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${input.split(".")[1]}.`;
  const raw = (jwt: string, wrong = true): LoginRequest =>
    post("login", { role: "l", jwt }, { open: true, ...(wrong && { refusal: true }) });
  const { iat: _, nbf: __, exp: ___, ...timeless } = good;
  const without = (name: keyof typeof good): object =>
    Object.fromEntries(Object.entries(good).filter(([claim]) => claim !== name));
  return [
    ...role({ token_policies: "p1", claim_mappings: { repo: "repository_name" }, groups_claim: "groups" }),
    await right(good),
    post("login", { jwt: await issuer.sign(good) }, { open: true }),
    post("login", { role: "l" }, { open: true }),
    post("login", { role: "l", jwt: "" }, { open: true }),
    post("login", { role: "none", jwt: await issuer.sign(good) }, { open: true, refusal: true }),
    post("login", { role: "L", jwt: await issuer.sign(good) }, { open: true }),
    ...["abc", "a.b.c", "..", "a.b", none, hmac].map((jwt) => raw(jwt)),
    raw(unknown),
    raw(nameless, false),
    raw(await issuer.sign(good, { key: stranger })),
    await bad({ ...good, exp: now - 100 }),
    await right({ ...good, exp: now - 30 }),
    await right({ ...good, nbf: now + 30 }),
    await bad({ ...good, nbf: now + 400 }),
    await bad({ ...good, iat: now + 400 }),
    await right({ ...timeless, iat: now }),
    await right({ ...timeless, nbf: now }),
    await right({ ...timeless, exp: now + 100 }),
    await bad({ ...timeless, exp: now + 600 }),
    await bad(timeless),
    await right({ ...good, exp: now + 600.5 }),
    await bad({ ...good, exp: "x" }),
    await bad({ ...good, aud: "b" }),
    await right({ ...good, aud: ["z", "a"] }),
    await bad({ ...good, aud: [] }),
    await bad(without("aud")),
    await bad(without("sub")),
    await bad({ ...good, sub: "S" }),
    await bad({ ...good, sub: 5 }),
    await right(without("repo")),
    await bad({ ...good, repo: 5 }),
    await bad({ ...good, repo: ["x"] }),
    await bad(without("groups")),
    await right({ ...good, groups: "g" }),
    await bad({ ...good, groups: [1] }),
    ...role({ bound_claims: { repo: "r", n: 5 } }),
    await right(good),
    await bad({ ...good, n: 6 }),
    await bad({ ...good, n: "5" }),
    ...role({ bound_claims: { arr: "y", t: true } }),
    await right(good),
    await bad({ ...good, arr: [] }),
    await bad({ ...good, arr: ["z"] }),
    await bad(without("arr")),
    await bad({ ...good, arr: { a: 1 } }),
    await bad({ ...good, t: false }),
    await bad({ ...good, t: "true" }),
    ...role({ bound_claims: { "/nest/deep": ["e", "d"] } }),
    await right(good),
    await bad({ ...good, nest: { deep: "x" } }),
    await bad({ ...good, nest: 5 }),
    ...role({ bound_claims: { repo: ["x*", "r*"] }, bound_claims_type: "glob" }),
    await right(good),
    await right({ ...good, repo: "rest" }),
    await bad({ ...good, repo: "zz" }),
    await bad({ ...good, repo: 5 }),
    ...role({ bound_claims: { repo: "*a*b" }, bound_claims_type: "glob" }),
    await right({ ...good, repo: "ab" }),
    await right({ ...good, repo: "xaxxb" }),
    await bad({ ...good, repo: "xaxxbx" }),
    await bad({ ...good, repo: "ba" }),
    ...role({ bound_claims: { repo: [] } }),
    await bad(good),
    ...role({
      user_claim: "/nest/deep",
      user_claim_json_pointer: true,
      claim_mappings: { "/nest/deep": "x" },
    }),
    await right(good),
    ...role({ user_claim: "/nest/deep" }),
    await bad(good),
    ...role({ claim_mappings: { n: "num" } }),
    await bad(good),
    ...role({ token_type: "batch" }),
    await right(good),
    ...role({ token_ttl: 60, token_no_default_policy: true, token_policies: ["b", "a"], token_num_uses: 2 }),
    await right(good),
    ...role({ clock_skew_leeway: -1 }),
    await bad({ ...good, exp: now - 5 }),
    post("role/o", { user_claim: "sub", allowed_redirect_uris: ["http://localhost:8250/oidc/callback"] }),
    post("login", { role: "o", jwt: await issuer.sign(good) }, { open: true, refusal: true }),
  ];
}

/** With a key, an issuer and a default role in the configuration. */
async function pinned(issuer: TestIssuer): Promise<readonly LoginRequest[]> {
  const now = Math.floor(Date.now() / 1_000);
  const good = { iss: "i", sub: "s", aud: "a", iat: now, nbf: now, exp: now + 600 };
  const other = await signingKey("x", "RS256");
  const send = async (claims: object, more: More, key = issuer.key): Promise<LoginRequest> =>
    post("login", { jwt: await issuer.sign(claims, { key }) }, { open: true, ...more });
  return [
    post("config", {
      jwt_validation_pubkeys: issuer.key.pem,
      bound_issuer: "i",
      default_role: "l",
      jwt_supported_algs: ["ES256"],
    }),
    remove("role/l"),
    post("role/l", { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" }),
    await send(good, {}),
    await send({ ...good, iss: "j" }, { refusal: true }),
    await send({ sub: "s", aud: "a", iat: now }, { refusal: true }),
    await send(good, { refusal: true }, other),
    post("config", { jwt_validation_pubkeys: other.pem, default_role: "l", jwt_supported_algs: ["ES256"] }),
    await send(good, { refusal: true }, other),
    post("config", { jwt_validation_pubkeys: [other.pem, issuer.key.pem], default_role: "l" }),
    await send(good, {}),
    await send(good, {}, other),
  ];
}

function browser(address: string): readonly LoginRequest[] {
  const back = "http://localhost:8250/oidc/callback";
  const ask = (body: object, more: More = {}): LoginRequest =>
    post("oidc/auth_url", body, { open: true, ...more });
  return [
    ask({ role: "o", redirect_uri: back }),
    post("config", {
      oidc_discovery_url: address,
      oidc_client_id: "cid",
      oidc_client_secret: "hush",
      default_role: "o",
    }),
    ask({}),
    ask({ role: "o" }),
    ask({ role: "o", redirect_uri: "http://x" }),
    ask({ role: "none", redirect_uri: back }, { refusal: true }),
    ask({ role: "o", redirect_uri: back }),
    ask({ redirect_uri: back, client_nonce: "n" }),
    ask({ role: "o", redirect_uri: "http://localhost:9999/oidc/callback" }),
    ask({ role: "o", redirect_uri: "http://127.0.0.1:9999/oidc/callback" }),
    ask({ role: "l", redirect_uri: back }),
    get("oidc/callback?state=x&code=y", {
      open: true,
      differs: "the text names Vault, as its clients know it",
    }),
    get("oidc/callback", { open: true, differs: "the text names Vault, as its clients know it" }),
    post("oidc/callback", { state: "x" }, { open: true, differs: OWN_TEXT }),
    post("oidc/poll", { state: "x" }, { open: true, differs: NOT_OFFERED }),
  ];
}
