/** Each check of a login by itself, at its bounds: times, a token's form, audience and subject, names, what is fetched, roles. */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import test from "node:test";
import { signingKey, startIssuer } from "../../../test/support/issuer.ts";
import { jwtApi } from "../../../test/support/jwt-api.ts";
import type { Json } from "../../core/json-bytes.ts";
import { Secret } from "../../core/secret.ts";
import { NEW_TOKEN_PARAMETERS } from "../token-parameters.ts";
import { FetchError, fetchJson } from "./fetch.ts";
import { grantFor } from "./grant.ts";
import { checkRole } from "./prove.ts";
import { Refusal } from "./refusal.ts";
import type { Config, Role } from "./store.ts";
import { checkTimes } from "./times.ts";
import { candidates, parseToken } from "./token.ts";

const b64 = (text: string): string => Buffer.from(text).toString("base64url");

/** The claim that a call is refused for (or the reason, where it is none); null: it is not. */
async function refusedFor(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.why.claim ?? error.why.reason;
    throw error;
  }
}

test("times, to the second: the bounds themselves are within", async () => {
  const at = 1_000_000;
  const usual = { clock_skew_leeway: 0, expiration_leeway: 0, not_before_leeway: 0 };
  const strict = { clock_skew_leeway: -1, expiration_leeway: -1, not_before_leeway: -1 };
  const own = { clock_skew_leeway: 5, expiration_leeway: 20, not_before_leeway: 30 };
  const last = 253_402_300_800;
  const rows: [Record<string, Json>, typeof usual, string | null][] = [
    [{}, usual, "exp"],
    [{ iat: 0, nbf: 0, exp: 0 }, usual, "exp"],
    [{ exp: at }, usual, null],
    [{ nbf: at }, usual, null],
    [{ iat: at }, usual, null],
    [{ exp: at - 60 }, usual, null],
    [{ exp: at - 60.5 }, usual, "exp"],
    [{ nbf: at + 60 }, usual, null],
    [{ nbf: at + 61 }, usual, "nbf"],
    [{ iat: at + 60, nbf: at }, usual, null],
    [{ iat: at + 61, nbf: at }, usual, "iat"],
    [{ iat: at - 210 }, usual, null],
    [{ iat: at - 211 }, usual, "exp"],
    [{ exp: at + 210 }, usual, null],
    [{ exp: at + 211 }, usual, "nbf"],
    [{ exp: at }, strict, null],
    [{ exp: at - 1 }, strict, "exp"],
    [{ nbf: at + 1, exp: at + 9 }, strict, "nbf"],
    [{ iat: at - 1 }, strict, "exp"],
    [{ exp: at + 1 }, strict, "nbf"],
    [{ iat: at - 25 }, own, null],
    [{ iat: at - 26 }, own, "exp"],
    [{ exp: at + 35 }, own, null],
    [{ exp: at + 36 }, own, "nbf"],
    [{ iat: at, exp: last }, usual, null],
    [{ iat: at, exp: last + 1 }, usual, "exp"],
    [{ iat: at, exp: Number.POSITIVE_INFINITY }, usual, "exp"],
    [{ iat: at, exp: Number.NaN }, usual, "exp"],
    [{ iat: -1, exp: at }, usual, "iat"],
    [{ nbf: true, exp: at }, usual, "nbf"],
    [{ iat: at, exp: 0 }, usual, null],
  ];
  for (const [claims, leeways, wanted] of rows)
    assert.equal(
      await refusedFor(() => checkTimes(claims, leeways, at * 1_000)),
      wanted,
      `${JSON.stringify(claims)} ${leeways.clock_skew_leeway}`,
    );
});

test("a token's form, part by part", async () => {
  const header = b64('{"alg":"ES256"}');
  const payload = b64('{"sub":"s"}');
  const of = (json: string): string => `${b64(json)}.${payload}.c2ln`;
  const padded = (length: number): string => `${header}.${b64(JSON.stringify({ x: "x".repeat(length) }))}.`;
  const room = 32 * 1024 - padded(0).length;
  const exact = Array.from({ length: 8 }, (_, less) => padded(Math.floor((room * 3) / 4) - less)).find(
    ({ length }) => length <= 32 * 1024,
  );
  const rows: [string, RegExp | null][] = [
    [`${header}.${payload}.c2ln`, null],
    [`${header}.${payload}.`, null],
    [`${header}.${payload}`, /three base64url parts/],
    [`${header}.${payload}.c2ln.x`, /three base64url parts/],
    [`${header}.${payload}.c2ln=`, /three base64url parts/],
    [`${header}=.${payload}.c2ln`, /three base64url parts/],
    [`${header}.${payload} .c2ln`, /three base64url parts/],
    [of('{"alg":"ES256","kid":"k"}'), null],
    [of('{"alg":"ES256","kid":7}'), /kid/],
    [of(`{"alg":"ES256","kid":"${"k".repeat(512)}"}`), null],
    [of(`{"alg":"ES256","kid":"${"k".repeat(513)}"}`), /kid/],
    [of('{"alg":7}'), /alg/],
    [of('{"alg":"toString"}'), /alg/],
    [of("{}"), /alg/],
    [of('{"alg":"ES256","crit":null}'), /crit/],
    [of('{"alg":"ES256","x":"a:b\\\":c"}'), null],
    [of('{"alg":"ES256","x":{"y":1,"y":2}}'), /stands twice/],
    [of('{"alg":"ES256","x":[{"y":1},{"y":2}]}'), null],
    [of("null"), /not a JSON object/],
    [of("[1]"), /not a JSON object/],
    [of('"x"'), /not a JSON object/],
    [of("{"), /not JSON/],
    [of(`{"alg":"ES256","x":${"[".repeat(20)}${"]".repeat(20)}}`), /holds too much/],
    [of(`{"alg":"ES256","x":[${"1,".repeat(2_000)}1]}`), /holds too much/],
    [exact ?? "", null],
    [padded(32 * 1024), /longer than/],
  ];
  for (const [token, wanted] of rows) {
    const said = await refusedFor(() => parseToken(Buffer.from(token)));
    if (wanted === null) assert.equal(said, null, token.slice(0, 60));
    else assert.match(String(said), wanted, token.slice(0, 60));
  }
  const keys = await Promise.all(
    ["RS256", "ES384"].map(async (alg) => [alg, await signingKey("k", alg)] as const),
  );
  for (const [alg, key] of keys) {
    const parsed = { text: "", algorithm: alg, kid: "k", claims: {} };
    const of_ = (kid: string | undefined, algorithm: string | undefined) => [
      { kid, algorithm, key: createPublicKey(key.pem) },
    ];
    assert.equal(candidates(of_("k", undefined), parsed).length, 1);
    assert.equal(candidates(of_(undefined, alg), parsed).length, 1);
    assert.equal(candidates(of_("other", alg), parsed).length, 0, "another id");
    assert.equal(
      candidates(of_("k", "PS256"), parsed).length,
      0,
      "its publisher allows another algorithm alone",
    );
    for (const other of ["RS256", "ES256", "ES384", "EdDSA"].filter((one) => one !== alg))
      assert.equal(
        candidates(of_("k", undefined), { ...parsed, algorithm: other }).length,
        0,
        `${alg} for ${other}`,
      );
  }
  const short = generateKeyPairSync("rsa", { modulusLength: 1_024 }).publicKey;
  const parsed = { text: "", algorithm: "RS256", kid: undefined, claims: {} };
  assert.equal(candidates([{ kid: "k", algorithm: undefined, key: short }], parsed).length, 0, "a short key");
  const many = Array.from({ length: 40 }, () => ({
    kid: "k",
    algorithm: undefined,
    key: createPublicKey(keys[0]?.[1].pem ?? ""),
  }));
  assert.equal(candidates(many, parsed).length, 16, "a signature is not tried against everything");
});

const role: Role = {
  ...NEW_TOKEN_PARAMETERS,
  ...{
    role_type: "jwt",
    bound_audiences: ["a"],
    bound_subject: "",
    bound_claims: null,
    bound_claims_type: "string",
  },
  ...{ claim_mappings: null, user_claim: "sub", user_claim_json_pointer: false, groups_claim: "" },
  ...{ clock_skew_leeway: 0, expiration_leeway: 0, not_before_leeway: 0, max_age: 0 },
  ...{ allowed_redirect_uris: null, oidc_scopes: null, preset: "", actor: "", allow_broad: "" },
};
const config: Config = {
  ...{ oidc_discovery_url: "", oidc_discovery_ca_pem: "", jwks_url: "", jwks_ca_pem: "" },
  ...{ jwt_validation_pubkeys: [], jwt_supported_algs: [], bound_issuer: "", default_role: "" },
  ...{ oidc_client_id: "", oidc_client_secret: "", namespace_in_state: true },
};

test("audience and subject, whatever they are", async () => {
  const rows: [Partial<Role>, Record<string, Json>, string | null][] = [
    [{}, { aud: "a" }, null],
    [{}, { aud: ["x", "a"] }, null],
    [{}, { aud: ["x"] }, "aud"],
    [{}, { aud: [] }, "aud"],
    [{}, { aud: [["a"]] }, "aud"],
    [{}, {}, "aud"],
    [{ bound_audiences: null }, {}, null],
    [{ bound_audiences: null }, { aud: [] }, null],
    [{ bound_audiences: [] }, { aud: "a" }, "aud"],
    [{ bound_subject: "s" }, { aud: "a", sub: "s" }, null],
    [{ bound_subject: "s" }, { aud: "a", sub: "t" }, "sub"],
    [{ bound_subject: "s" }, { aud: "a" }, "sub"],
    [{}, { aud: "a", sub: 7 }, "sub"],
    [{}, { aud: "a", sub: null }, "sub"],
    [{ bound_claims: { x: ["1", "2"] } }, { aud: "a", x: "2" }, null],
    [{ bound_claims: { x: ["1", "2"] } }, { aud: "a", x: "3" }, "x"],
    [{ bound_claims: { x: "*" } }, { aud: "a", x: "3" }, "x"],
    [{ bound_claims: { x: "*" }, bound_claims_type: "glob" }, { aud: "a", x: "3" }, null],
  ];
  for (const [change, claims, wanted] of rows)
    assert.equal(
      await refusedFor(() => checkRole({ ...role, ...change }, config, claims)),
      wanted,
      JSON.stringify([change, claims]),
    );
  const why = async (values: Json): Promise<unknown> => {
    try {
      checkRole({ ...role, bound_claims: { x: values } }, config, { aud: "a", x: "3" });
    } catch (error) {
      return error instanceof Refusal && error.why.expected;
    }
    return undefined;
  };
  assert.deepEqual([await why("1"), await why(["1", "2"])], ["1", '["1","2"]'], "as the role says it");
});

test("who logs in, groups and mapped claims are names of a bounded length", async () => {
  const long = "x".repeat(512);
  const grant = (change: Partial<Role>, claims: Record<string, Json>) =>
    grantFor(
      { role: { ...role, ...change }, config, mount: "auth/a/b/", people: { personOf: () => null } },
      "r",
      claims,
    );
  const user = (change: Partial<Role>, claims: Record<string, Json>): string | undefined =>
    grant(change, claims).alias?.name;
  assert.equal(user({}, { sub: "s" }), "s");
  assert.equal(user({}, { sub: long }), long);
  assert.equal(user({ user_claim: "/a/b" }, { "/a/b": "name", a: { b: "pointed" } }), "name");
  assert.equal(
    user({ user_claim: "/a/b", user_claim_json_pointer: true }, { "/a/b": "name", a: { b: "pointed" } }),
    "pointed",
  );
  const bad: [Partial<Role>, Record<string, Json>, string][] = [
    [{}, {}, "sub"],
    [{}, { sub: "" }, "sub"],
    [{}, { sub: 7 }, "sub"],
    [{}, { sub: `${long}x` }, "sub"],
    [{ claim_mappings: { m: "m" } }, { sub: "s", m: 7 }, "m"],
    [{ claim_mappings: { m: "m" } }, { sub: "s", m: `${long}x` }, "m"],
    [{ groups_claim: "g" }, { sub: "s" }, "g"],
    [{ groups_claim: "g" }, { sub: "s", g: 7 }, "g"],
    [{ groups_claim: "g" }, { sub: "s", g: ["a", 7] }, "g"],
    [{ groups_claim: "g" }, { sub: "s", g: ["a", `${long}x`] }, "g"],
    [{ groups_claim: "g" }, { sub: "s", g: Array<string>(1_001).fill("a") }, "g"],
  ];
  for (const [change, claims, wanted] of bad)
    assert.equal(await refusedFor(() => grant(change, claims)), wanted, JSON.stringify(claims).slice(0, 80));
  assert.deepEqual(grant({ groups_claim: "g" }, { sub: "s", g: "one" }).alias?.groups, ["one"]);
  assert.equal(
    grant({ groups_claim: "g" }, { sub: "s", g: Array<string>(1_000).fill(long) }).alias?.groups?.length,
    1_000,
  );
  const mapped = { claim_mappings: { m: "m", n: "n", o: "o" } };
  assert.deepEqual(grant(mapped, { sub: "s", m: long, n: null }).metadata, { m: long, role: "r" });
  const actors: [Partial<Role>, string][] = [
    [{}, "machine"],
    [{ role_type: "oidc" }, "person"],
    [{ actor: "person" }, "person"],
    [{ role_type: "oidc", actor: "machine" }, "machine"],
  ];
  for (const [change, actor] of actors)
    assert.equal(grant(change, { sub: "s" }).actor, actor, JSON.stringify(change));
  const claimed = grant({ actor: "machine" }, { sub: "s", bulkhead_person: "x" });
  assert.deepEqual([claimed.actor, claimed.principal], ["person", ""], "who only says so is nobody here");
  const github = { ...config, bound_issuer: "https://token.actions.githubusercontent.com" };
  const facts = (change: Partial<Role>): unknown =>
    grantFor(
      { role: { ...role, ...change }, config: github, mount: "auth/j/", people: { personOf: () => null } },
      "r",
      { sub: "s", repository: "a/b" },
    ).metadata;
  assert.deepEqual(facts({}), { ci_system: "github", repository: "a/b", role: "r" });
  assert.deepEqual(facts({ role_type: "oidc" }), { role: "r" }, "a person's login says nothing of a job");
});

test("what is fetched is followed twice on its own host, and is what it should be", async (context) => {
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  issuer.answer = (path, response) => {
    const [, what = "", count = ""] = path.split("/");
    const go = (status: number, location?: string): void =>
      void response.writeHead(status, location === undefined ? {} : { location }).end("{}");
    if (what === "hop") go(302, Number(count) > 1 ? `/hop/${Number(count) - 1}` : "/ok");
    else if (what === "status") go(Number(count), count.startsWith("3") ? undefined : "/ok");
    else if (what === "bad") go(302, "http://[");
    else if (what === "bytes") response.end(`"${"x".repeat(Number(count) - 2)}"`);
    else if (what === "secure") go(302, issuer.address.replace("http:", "https:"));
    else response.end('{"ok":true}');
    return true;
  };
  const most = 512 * 1024;
  const rows: [string, RegExp | null][] = [
    ["hop/1", null],
    ["hop/2", null],
    ["hop/3", /redirected too often/],
    ["status/200", null],
    ["status/299", null],
    ["status/199", /199|broke|failed/],
    ["status/300", /^300/],
    ["status/304", /^304/],
    ["status/400", /^400/],
    ["status/500", /^500/],
    ["bad", /redirected to no address/],
    ["secure", /another host/],
    [`bytes/${most}`, null],
    [`bytes/${most + 1}`, /longer than/],
  ];
  for (const [path, wanted] of rows) {
    const asked = fetchJson(`${issuer.address}/${path}`, { allowed: { loopback: true }, timeoutMs: 3_000 });
    if (wanted === null) await assert.doesNotReject(asked, path);
    else
      await assert.rejects(asked, (error) => error instanceof FetchError && wanted.test(error.message), path);
  }
});

test("a role that could not work, or asks for what is not offered, is refused", async (context) => {
  const api = await jwtApi(context);
  await api.config();
  const base = { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" };
  const bad: [object, RegExp][] = [
    [{ role_type: "saml" }, /invalid 'role_type'/],
    [{ actor: "robot" }, /actor must be/],
    [{ user_claim: "" }, /user claim must be defined/],
    [{ role_type: "oidc" }, /allowed_redirect_uris/],
    [{ role_type: "" }, /allowed_redirect_uris/],
    [{ bound_audiences: [], bound_subject: "" }, /at least one bound constraint/],
    [{ preset: "jenkins" }, /unknown preset/],
    [{ bound_claims_type: "regex" }, /bound_claims_type/],
    [{ bound_claims_type: "glob", bound_claims: { x: 7 } }, /not a string/],
    [{ bound_claims_type: "glob", bound_claims: { x: ["a", 7] } }, /not a string/],
    [{ bound_claims: ["x"] }, /expected a map/],
    [{ bound_claims: { x: "x".repeat(16 * 1024) } }, /holds too much/],
    [
      { bound_claims: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, "v"])) },
      /holds too much/,
    ],
    [{ claim_mappings: { x: "role" } }, /is reserved/],
    [{ claim_mappings: { x: "m", y: "m" } }, /multiple keys/],
    [{ max_age: "soon" }, /invalid duration/],
    [{ verbose_oidc_logging: true }, /not offered/],
    [{ callback_mode: "device" }, /not offered/],
    [{ callback_mode: "other" }, /invalid 'callback_mode'/],
    [{ oidc_disable_pkce: true }, /not offered/],
    [{ token_policies_template_claims: true }, /not offered/],
    [{ oauth2_metadata: ["access_token"] }, /not offered/],
    [{ token_ttl: "2h", token_max_ttl: "1h" }, /token_ttl/],
    [{ bound_subject: "", bound_audiences: [], bound_claims: { x: "y" } }, /`aud`/],
  ];
  for (const [change, wanted] of bad) {
    const answer = await api.call("POST", "auth/jwt/role/bad", { ...base, ...change });
    assert.equal(answer.status, 400, JSON.stringify(change).slice(0, 80));
    assert.match(answer.errors.join(), wanted, JSON.stringify(change).slice(0, 80));
  }
  for (const change of [
    { verbose_oidc_logging: false, callback_mode: "client", oidc_disable_pkce: false, oauth2_metadata: [] },
    { bound_claims: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`c${n}`, "v"])) },
    { bound_claims_type: "glob", bound_claims: { x: ["a*"] } },
    { claim_mappings: { x: "m", y: "n" } },
    { max_age: "-5m", clock_skew_leeway: -3 },
    { bound_audiences: ["a"], bound_subject: "", bound_claims: { x: "y" } },
  ]) {
    const answer = await api.call("POST", "auth/jwt/role/fine", { ...base, ...change });
    assert.equal(answer.status, 204, answer.text);
    await api.call("DELETE", "auth/jwt/role/fine");
  }
  await api.call("POST", "auth/jwt/role/fine", {
    ...base,
    max_age: "-5m",
    clock_skew_leeway: -3,
    expiration_leeway: 7,
  });
  const shown = await api.call("GET", "auth/jwt/role/fine");
  assert.deepEqual(
    ["max_age", "clock_skew_leeway", "expiration_leeway"].map((name) => shown.get(`data.${name}`)),
    [-300, -3, 7],
  );
});

test("a configuration that could not work, or asks for what is not offered, is refused", async (context) => {
  const api = await jwtApi(context);
  const write = (body: object) => api.call("POST", "auth/jwt/config", body);
  assert.equal((await api.call("GET", "auth/jwt/config")).status, 404, "none yet");
  await api.role("r", { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" });
  const early = await api.login("x.y.z");
  assert.equal(early.status, 400, early.text);
  assert.doesNotMatch(early.text, /login refused/, "without a configuration nothing is asked of the token");
  const pem = { jwt_validation_pubkeys: [api.issuer.key.pem] };
  const jwks = { jwks_url: `${api.issuer.address}/jwks` };
  const bad: [object, RegExp][] = [
    [{}, /one of/],
    [{ ...pem, ...jwks }, /one of/],
    [{ ...pem, jwks_pairs: [{}] }, /jwks_pairs is not offered/],
    [{ ...pem, provider_config: { x: 1 } }, /provider_config is not offered/],
    [{ ...pem, oidc_response_mode: "form_post" }, /form_post is not offered/],
    [{ ...pem, oidc_response_mode: "other" }, /invalid response_mode/],
    [{ ...pem, oidc_response_types: ["token"] }, /invalid response_types/],
    [{ ...pem, oidc_response_types: ["code", "id_token"] }, /id_token is not offered/],
    [{ ...pem, override_allowed_server_names: ["x"] }, /not offered/],
    [{ ...pem, oidc_client_id: "x" }, /both/],
    [{ ...pem, oidc_client_id: "x", oidc_client_secret: "y" }, /must be set for OIDC/],
    [{ ...jwks, jwks_ca_pem: "x" }, /jwks_ca_pem/],
    [{ ...pem, oidc_discovery_ca_pem: "x" }, /CA PEM/],
    [{ jwks_url: `${api.issuer.address}/none` }, /error checking jwks URL: 404/],
    [{ oidc_discovery_url: `${api.issuer.address}/none` }, /error checking oidc discovery URL: 404/],
  ];
  for (const [body, wanted] of bad) {
    const answer = await write(body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.errors.join(), wanted, JSON.stringify(body));
  }
  assert.equal((await api.call("GET", "auth/jwt/config")).status, 404, "nothing was stored");
  const kept = await write({ jwks_url: `${api.issuer.address}/none`, skip_jwks_validation: true });
  assert.equal(kept.status, 200, "a warning, where it is asked for");
  assert.match(kept.text, /404/);
  await api.config({ ...pem, jwt_supported_algs: ["RS256", "EdDSA"], oidc_response_mode: "query" });
  const claims = { sub: "s", aud: "a", ...api.times() };
  const token = await api.issuer.sign(claims);
  assert.equal((await api.refused(token)).claim, "alg", "an algorithm that the mount does not take");
  await api.config({ ...pem, jwt_supported_algs: ["ES256"], default_role: "R" });
  assert.equal((await api.login(token)).status, 200);
  assert.equal((await api.login(token, "")).status, 200, "the mount's role, where a login names none");
  await api.config(pem);
  const nameless = await api.login(token, "");
  assert.deepEqual([nameless.status, nameless.errors], [400, ["missing role"]]);
  const held = (await api.login(token)).textAt("auth.client_token");
  const { tokens } = api.kernel.services;
  const renew = async () => await tokens.renew((await tokens.lookup(Secret.copy(held)))?.tokenHash ?? "");
  await renew();
  await api.call("DELETE", "auth/jwt/role/r");
  await assert.rejects(renew(), { code: "request.invalid" }, "the role behind it is gone");
});
