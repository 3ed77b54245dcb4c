/** Bad tokens and lying issuers: every one is refused with 400, and none is a 500, a hang or a way in. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import { type JwtApi, jwtApi } from "../../../test/support/jwt-api.ts";
import { signingKey } from "../../../test/support/issuer.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { FetchError, fetchJson, issuerUrl } from "./fetch.ts";
import { allowedFrom } from "./key-source.ts";
import { Refusal } from "./refusal.ts";
import { parseToken } from "./token.ts";

const b64 = (text: string | Buffer): string => Buffer.from(text).toString("base64url");

async function open(context: Parameters<typeof jwtApi>[0], pem = false): Promise<JwtApi> {
  const api = await jwtApi(context);
  await api.config(pem ? { jwt_validation_pubkeys: [api.issuer.key.pem] } : undefined);
  await api.role("r", { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" });
  return api;
}
const good = (api: JwtApi) => ({ sub: "s", aud: "a", ...api.times() });

/** A token whose parts are as given, signed rightly: what is wrong is in the parts. */
async function signedText(api: JwtApi, header: string, payload: string): Promise<string> {
  const { sign } = await import("node:crypto");
  const { KeyObject } = await import("node:crypto");
  const input = `${b64(header)}.${b64(payload)}`;
  const key = KeyObject.from(api.issuer.key.privateKey);
  return `${input}.${b64(sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }))}`;
}

for (const pem of [false, true])
  test(`forged tokens are refused (${pem ? "PEM" : "JWKS"})`, async (context) => {
    const api = await open(context, pem);
    const claims = good(api);
    const payload = b64(JSON.stringify(claims));
    const token = await api.issuer.sign(claims);
    const [header = "", , signature = ""] = token.split(".");
    const hmac = (key: string | Buffer): string => {
      const input = `${b64('{"alg":"HS256"}')}.${payload}`;
      return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
    };
    const stranger = await signingKey("key-1");
    const forged: [string, string][] = [
      ["none", `${b64('{"alg":"none"}')}.${payload}.`],
      ["None", `${b64('{"alg":"None"}')}.${payload}.`],
      ["no algorithm", `${b64("{}")}.${payload}.${signature}`],
      ["no signature", `${header}.${payload}.`],
      ["the public key as an HMAC secret", hmac(api.issuer.key.pem)],
      ["the JWK as an HMAC secret", hmac(JSON.stringify(api.issuer.key.jwk))],
      ["another's key under the same id", await api.issuer.sign(claims, { key: stranger })],
      ["another algorithm named", `${b64('{"alg":"RS256","kid":"key-1"}')}.${payload}.${signature}`],
      ["a changed payload", `${header}.${b64(JSON.stringify({ ...claims, sub: "S" }))}.${signature}`],
      [
        "the key brought along",
        `${b64(JSON.stringify({ alg: "ES256", jwk: stranger.jwk }))}.${payload}.${(await api.issuer.sign(claims, { key: stranger })).split(".")[2]}`,
      ],
      [
        "critical extensions",
        await signedText(api, '{"alg":"ES256","crit":["x"],"x":1}', JSON.stringify(claims)),
      ],
      [
        "an unencoded payload",
        await signedText(api, '{"alg":"ES256","b64":false,"crit":["b64"]}', JSON.stringify(claims)),
      ],
      [
        "a member twice",
        await signedText(api, '{"alg":"ES256"}', JSON.stringify(claims).replace("{", '{"sub":"x",')),
      ],
      [
        "an escaped member twice",
        await signedText(api, '{"alg":"ES256"}', JSON.stringify(claims).replace("{", '{"s\\u0075b":"x",')),
      ],
      ["an algorithm twice", await signedText(api, '{"alg":"none","alg":"ES256"}', JSON.stringify(claims))],
      ["a payload that is no object", await signedText(api, '{"alg":"ES256"}', '["s"]')],
      ["a payload that is no JSON", await signedText(api, '{"alg":"ES256"}', "sub=s")],
      ["deep claims", await signedText(api, '{"alg":"ES256"}', `{"x":${"[".repeat(40)}${"]".repeat(40)}}`)],
      [
        "many claims",
        await signedText(api, '{"alg":"ES256"}', JSON.stringify({ ...claims, x: Array(5_000).fill(1) })),
      ],
      ["a huge token", await api.issuer.sign({ ...claims, x: "x".repeat(40_000) })],
      ["five parts", `${token}.a.b`],
      ["base64 with padding", `${token}=`],
      ["nothing but dots", ".."],
      ["text", "x"],
    ];
    assert.equal((await api.login(token)).status, 200, "the token itself is good");
    for (const [name, bad] of forged) {
      const answer = await api.login(bad);
      assert.equal(answer.status, 400, `${name}: ${answer.text}`);
      assert.match(answer.errors.join(), /^login refused/, name);
    }
    const empty = await api.login("");
    assert.deepEqual([empty.status, empty.errors], [400, ["missing token"]]);
  });

test("times are held to as Vault holds to them, also when the clock steps", async (context) => {
  const api = await open(context);
  const rest = { sub: "s", aud: "a" };
  const at = api.now();
  const cases: [string, Record<string, unknown>, string | null][] = [
    ["expired within the skew", { exp: at - 59 }, null],
    ["expired", { exp: at - 61 }, "exp"],
    ["not yet, within the skew", { nbf: at + 59, exp: at + 300 }, null],
    ["not yet", { nbf: at + 61, exp: at + 300 }, "nbf"],
    ["of the future", { iat: at + 61, nbf: at, exp: at + 300 }, "iat"],
    ["only issued at", { iat: at - 200 }, null],
    ["only issued at, long ago", { iat: at - 211 }, "exp"],
    ["only an end", { exp: at + 200 }, null],
    ["only an end, far away", { exp: at + 300 }, "nbf"],
    ["no time at all", {}, "exp"],
    ["a fraction", { iat: at, exp: at + 0.5 }, null],
    ["text for a time", { exp: String(at + 300) }, "exp"],
    ["a negative time", { iat: at, exp: -1 }, "exp"],
    ["an endless time", { iat: at, exp: 1e300 }, "exp"],
    ["null", { iat: at, exp: null }, "exp"],
  ];
  for (const [name, times, claim] of cases) {
    const token = await api.issuer.sign({ ...rest, ...times });
    if (claim === null) assert.equal((await api.login(token)).status, 200, name);
    else assert.equal((await api.refused(token)).claim, claim, name);
  }
  const token = await api.issuer.sign(good(api));
  api.clock.advance(365_000);
  assert.equal((await api.refused(token)).claim, "exp");
  api.clock.advance(-365_000 - 70_000);
  assert.match(String((await api.refused(token)).claim), /nbf|iat/, "a clock set back does not know it yet");
  api.clock.advance(70_000);
  assert.equal((await api.login(token)).status, 200);
  await api.role("r", { role_type: "jwt", clock_skew_leeway: -1, expiration_leeway: "10s" });
  assert.equal((await api.refused(await api.issuer.sign({ ...rest, exp: api.now() - 1 }))).claim, "exp");
  assert.equal((await api.refused(await api.issuer.sign({ ...rest, iat: api.now() - 11 }))).claim, "exp");
});

test("keys rotate; strange key ids ask the issuer once in a while only, and withdrawn keys end", async (context) => {
  const api = await open(context);
  const asked = (): number => api.issuer.seen.filter((path) => path === "/jwks").length;
  assert.equal((await api.login(await api.issuer.sign(good(api)))).status, 200);
  const first = asked();
  const next = await signingKey("key-2", "RS256");
  api.issuer.keys = [api.issuer.key.jwk, next.jwk];
  api.clock.advance(11_000);
  const fresh = await Promise.all(
    Array.from({ length: 20 }, async () => api.login(await api.issuer.sign(good(api), { key: next }))),
  );
  assert.ok(
    fresh.every(({ status }) => status === 200),
    "a new key is found",
  );
  assert.equal(asked(), first + 1, "by one question for all");
  const strange = await Promise.all(
    Array.from({ length: 30 }, async (_, n) =>
      api.login(await api.issuer.sign(good(api), { header: { kid: `strange-${n}` } })),
    ),
  );
  assert.ok(strange.every(({ status }) => status === 400));
  assert.equal(asked(), first + 1, "strange ids do not ask again at once");
  api.issuer.keys = [next.jwk];
  api.clock.advance(10 * 60_000 + 1);
  await api.refused(await api.issuer.sign(good(api)));
  assert.equal((await api.login(await api.issuer.sign(good(api), { key: next }))).status, 200);
});

test("an issuer that hangs, lies or is away neither hangs a login nor lets one in", async (context) => {
  const api = await open(context);
  const token = (): Promise<string> => api.issuer.sign(good(api));
  assert.equal((await api.login(await token())).status, 200);
  api.issuer.answer = (_, response) => {
    response.statusCode = 500;
    response.end();
    return true;
  };
  api.clock.advance(11 * 60_000);
  assert.equal((await api.login(await token())).status, 200, "an outage is bridged");
  api.clock.advance(60 * 60_000);
  assert.match(String((await api.refused(await token())).reason), /keys cannot be had/, "but not for ever");
  const stranger = await signingKey("key-1");
  const lies: [string, NonNullable<typeof api.issuer.answer>][] = [
    ["not JSON", (_, response) => (response.end("<html>"), true)],
    ["not a key set", (_, response) => (response.end("[]"), true)],
    ["null", (_, response) => (response.end("null"), true)],
    [
      "no key",
      (_, response) => (
        response.end('{"keys":[null,1,"x",{},{"kty":"oct","k":"AAAA"},{"kty":"RSA"}]}'), true
      ),
    ],
    ["another's key", (_, response) => (response.end(JSON.stringify({ keys: [stranger.jwk] })), true)],
    ["too long", (_, response) => (response.end(`{"keys":[],"x":"${"x".repeat(600_000)}"}`), true)],
    [
      "another host",
      (_, response) => (response.writeHead(302, { location: "http://localhost:1/jwks" }).end(), true),
    ],
    ["a circle", (path, response) => (response.writeHead(302, { location: path }).end(), true)],
    ["a broken line", (_, response) => (response.destroy(), true)],
    ["silence", () => true],
    ["a drip", (_, response) => (response.write("{"), true)],
  ];
  for (const [name, answer] of lies) {
    api.issuer.answer = answer;
    api.clock.advance(61 * 60_000);
    const refused = await api.login(await token());
    assert.equal(refused.status, 400, name);
  }
  api.issuer.answer = null;
  api.clock.advance(61 * 60_000);
  assert.equal((await api.login(await token())).status, 200, "and it recovers");
});

test("a key set may move on its host, not to another", async (context) => {
  const api = await open(context);
  const moved =
    (to: string): NonNullable<typeof api.issuer.answer> =>
    (path, response) => {
      if (path === "/elsewhere") response.end(JSON.stringify({ keys: [api.issuer.key.jwk] }));
      else response.writeHead(302, { location: to }).end();
      return true;
    };
  api.issuer.answer = moved("/elsewhere");
  assert.equal((await api.login(await api.issuer.sign(good(api)))).status, 200);
  api.clock.advance(61 * 60_000);
  api.issuer.answer = moved(`${api.issuer.address.replace("127.0.0.1", "localhost")}/elsewhere`);
  const said = await api.refused(await api.issuer.sign(good(api)));
  assert.match(String(said.reason), /redirected to another host/);
});

test("an issuer's address must be https, or on this machine", () => {
  for (const bad of [
    "http://example.com",
    "ftp://127.0.0.1",
    "file:///etc/passwd",
    "x",
    "https://u:p@example.com",
    "https://u@example.com",
    "https://:p@example.com",
    "http://127.0.0.1.example.com",
    "http://0x7f.1.example.com",
    "https://169.254.169.254/latest",
    "https://0xa9fea9fe/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fd00:ec2::254]/",
  ])
    assert.throws(() => issuerUrl(bad), FetchError, bad);
  for (const fine of [
    "https://example.com",
    "http://127.0.0.1:1/x",
    "http://localhost:8080",
    "http://[::1]:1",
  ])
    assert.ok(issuerUrl(fine));
});

test("an issuer's discovery document leads neither to a metadata service nor to this machine", async (context) => {
  const elsewhere = "https://idp.example.com";
  for (const place of [
    "https://127.0.0.1:1/keys",
    "https://[::ffff:127.0.0.1]:1/keys",
    "https://0.0.0.0/keys",
    "http://localhost:1/keys",
  ]) {
    const allowed = allowedFrom(elsewhere, place);
    assert.equal(allowed.loopback, false, place);
    await assert.rejects(fetchJson(place, { allowed }), /the address is on this machine/, place);
    assert.equal(allowedFrom("http://127.0.0.1:2", place).loopback, true, "an issuer on this machine may");
  }
  const api = await jwtApi(context);
  for (const name of ["jwks_uri", "token_endpoint"]) {
    api.issuer.answer = (path, response) => {
      if (!path.endsWith("configuration")) return false;
      const { address } = api.issuer;
      const places = { jwks_uri: `${address}/jwks`, [name]: "https://169.254.169.254/latest" };
      response.end(JSON.stringify({ issuer: address, ...places }));
      return true;
    };
    const answer = await api.call("POST", "auth/jwt/config", { oidc_discovery_url: api.issuer.address });
    assert.equal(answer.status, 400);
    assert.match(answer.errors.join(), /link-local or a cloud's metadata service/);
  }
});

test("a configuration that cannot work is refused; secrets are never read back", async (context) => {
  const api = await jwtApi(context);
  const { address, key } = api.issuer;
  const bad: [object, RegExp][] = [
    [{ oidc_discovery_url: `${address}/` }, /issuer did not match/],
    [{ jwks_url: "http://example.com/jwks" }, /must be https/],
    [
      { jwt_validation_pubkeys: key.pem, jwt_supported_algs: "HS256" },
      /unsupported signing algorithm "HS256"/,
    ],
    [{ jwt_validation_pubkeys: key.pem, jwt_supported_algs: "none" }, /unsupported signing algorithm "none"/],
    [{ jwt_validation_pubkeys: "-----BEGIN PRIVATE KEY-----" }, /any valid public keys/],
  ];
  for (const [body, text] of bad) {
    const answer = await api.call("POST", "auth/jwt/config", body);
    assert.equal(answer.status, 400);
    assert.match(answer.errors.join(), text);
  }
  await api.config({ oidc_discovery_url: address, oidc_client_id: "app", oidc_client_secret: "hush-hush" });
  const shown = await api.call("GET", "auth/jwt/config");
  assert.equal(shown.get("data.oidc_client_id"), "app");
  assert.ok(!shown.text.includes("hush"));
  await api.role("r", { role_type: "jwt", user_claim: "sub", bound_audiences: "a", bound_subject: "s" });
  const claims = { sub: "s", aud: "a", ...api.times() };
  assert.equal((await api.login(await api.issuer.sign({ ...claims, iss: address }))).status, 200);
  for (const iss of ["http://other", undefined])
    assert.equal(
      (await api.refused(await api.issuer.sign({ ...claims, ...(iss !== undefined && { iss }) }))).claim,
      "iss",
    );
});

test("a configuration under which a role that stands would be too broad is refused", async (context) => {
  const api = await jwtApi(context);
  await api.role("r", {
    role_type: "jwt",
    user_claim: "sub",
    bound_audiences: "a",
    bound_claims: { repository_owner: "acme" },
  });
  const pem = { jwt_validation_pubkeys: [api.issuer.key.pem] };
  await api.config(pem);
  const known = await api.call("POST", "auth/jwt/config", {
    ...pem,
    bound_issuer: "https://token.actions.githubusercontent.com",
  });
  assert.equal(known.status, 400);
  assert.match(known.errors.join(), /role r: `repository_owner`/);
});

test("no bytes in a token's place make more than a refusal", async (context) => {
  const api = await open(context);
  const part = fc.oneof(
    fc.string(),
    fc.json().map(b64),
    fc.constantFrom("", "e30", b64('{"alg":"ES256"}'), b64('{"alg":"ES256","kid":"key-1"}')),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.array(part, { maxLength: 5 }).map((parts) => parts.join(".")),
      ),
      async (text) => {
        try {
          parseToken(Buffer.from(text));
        } catch (error) {
          assert.ok(error instanceof Refusal, isBulkheadError(error) ? error.code : String(error));
        }
        const answer = await api.login(text);
        assert.ok(answer.status === 400, `${answer.status} for ${text}`);
      },
    ),
    { numRuns: 300 },
  );
  const signed = fc.dictionary(
    fc.constantFrom("sub", "aud", "exp", "iat", "nbf", "iss", "__proto__", "constructor", "x"),
    fc.jsonValue({ maxDepth: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(signed, async (claims) => {
      const answer = await api.login(await api.issuer.sign(claims));
      assert.ok([200, 400].includes(answer.status));
      if (answer.status === 200)
        assert.deepEqual([claims.sub, [claims.aud].flat().includes("a")], ["s", true]);
    }),
    { numRuns: 150 },
  );
});
