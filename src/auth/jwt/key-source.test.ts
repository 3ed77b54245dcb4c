/** Where keys come from: how often an issuer is asked, what of its answers is taken, and where its discovery document may lead. */
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import test, { type TestContext } from "node:test";
import { exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { signingKey, startIssuer } from "../../../test/support/issuer.ts";
import { ManualClock } from "../../core/clock.ts";
import { KeySource, allowedFrom, fetchDiscovery, fetchKeySet, keyOfPem } from "./key-source.ts";
import type { Config } from "./store.ts";
import { isSigned, parseToken } from "./token.ts";

const configOf = (more: Partial<Config>): Config => ({
  oidc_discovery_url: "",
  oidc_discovery_ca_pem: "",
  jwks_url: "",
  jwks_ca_pem: "",
  jwt_validation_pubkeys: [],
  jwt_supported_algs: [],
  bound_issuer: "",
  default_role: "",
  oidc_client_id: "",
  oidc_client_secret: "",
  namespace_in_state: true,
  ...more,
});

async function open(context: TestContext) {
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  const clock = new ManualClock(1_000_000_000);
  const other = await signingKey("key-2");
  issuer.keys = [issuer.key.jwk, other.jwk];
  const source = new KeySource(clock);
  const config = configOf({ jwks_url: `${issuer.address}/jwks` });
  const ids = async (kid?: string, of = config): Promise<unknown[]> =>
    (await source.keys(of, kid)).map((key) => key.kid);
  return { issuer, clock, source, config, ids, asked: () => issuer.seen.length };
}

const AGAIN = 11_000;
const both = ["key-1", "key-2"];

test("a key that is known asks nobody, an unknown one at most every ten seconds", async (context) => {
  const { clock, ids, asked } = await open(context);
  assert.deepEqual(await ids("key-1"), both);
  clock.advance(AGAIN);
  for (const kid of ["key-1", "key-2", undefined]) await ids(kid);
  assert.equal(asked(), 1, "known, or not named");
  await ids("strange");
  await ids("strange");
  assert.equal(asked(), 2);
  clock.advance(AGAIN);
  await ids("strange");
  assert.equal(asked(), 3);
});

test("a key set without ids fits every id and is not asked for again", async (context) => {
  const { issuer, clock, ids, asked } = await open(context);
  const { kid: _, alg: __, use: ___, ...bare } = issuer.key.jwk;
  issuer.keys = [bare];
  assert.deepEqual(await ids("any"), [undefined]);
  clock.advance(AGAIN);
  await ids("other");
  assert.equal(asked(), 1);
});

test("questions at the same time share one; a failure is not repeated at once", async (context) => {
  const { issuer, clock, ids, asked } = await open(context);
  assert.deepEqual(await Promise.all([ids(), ids(), ids("key-2")]), [both, both, both]);
  assert.equal(asked(), 1);
  issuer.answer = (_, response) => (response.writeHead(500).end(), true);
  clock.advance(11 * 60_000);
  assert.deepEqual(await ids(), both, "the last ones hold");
  assert.deepEqual(await ids(), both);
  assert.equal(asked(), 2);
  clock.advance(61 * 60_000);
  await assert.rejects(ids(), /500/);
  await assert.rejects(ids(), /it was asked a moment ago/);
  assert.equal(asked(), 3);
});

test("another configuration is asked anew, and an answer to the old one is not kept for it", async (context) => {
  const { issuer, ids, config, asked } = await open(context);
  await ids();
  const [one] = issuer.keys;
  const moved = { ...config, jwks_url: `${issuer.address}/moved` };
  let release = (): void => undefined;
  issuer.answer = (path, response) => {
    const keys = path === "/moved" ? [one] : issuer.keys;
    const reply = (): void => void response.end(JSON.stringify({ keys }));
    if (path === "/slow") release = reply;
    else reply();
    return true;
  };
  assert.deepEqual(await ids(undefined, moved), ["key-1"]);
  const slow = ids(undefined, { ...config, jwks_url: `${issuer.address}/slow` });
  while (!issuer.seen.includes("/slow")) await new Promise((done) => setTimeout(done, 5));
  assert.deepEqual(await ids(undefined, moved), ["key-1"]);
  release();
  assert.deepEqual(await slow, both);
  const before = asked();
  assert.deepEqual(await ids(undefined, moved), ["key-1"], "what came late for another is not kept");
  assert.equal(asked(), before);
});

test("of a key set the public signing keys are taken", async (context) => {
  const { issuer } = await open(context);
  const address = `${issuer.address}/jwks`;
  const { kid: _, alg: __, use: ___, ...bare } = issuer.key.jwk;
  const keys = [
    { ...issuer.key.jwk, use: "enc" },
    { ...issuer.key.jwk, use: 1 },
    { ...issuer.key.jwk, use: null },
    { kty: "oct", k: "AAAA" },
    null,
    [],
    "x",
    { kty: "RSA" },
    bare,
    { ...bare, kid: 1, alg: null },
    { ...bare, kid: "a", alg: "ES256", use: "sig" },
  ];
  issuer.answer = (_, response) => (response.end(JSON.stringify({ keys })), true);
  assert.deepEqual(
    (await fetchKeySet(address, "")).map(({ kid, algorithm }) => [kid, algorithm]),
    [
      [undefined, undefined],
      [undefined, undefined],
      ["a", "ES256"],
    ],
  );
  issuer.answer = (_, response) => (response.end(JSON.stringify({ keys: Array(101).fill(bare) })), true);
  assert.equal((await fetchKeySet(address, "")).length, 100);
  for (const text of ["null", "[]", '"x"', "1", "{}", '{"keys":{}}']) {
    issuer.answer = (_, response) => (response.end(text), true);
    await assert.rejects(fetchKeySet(address, ""), /the answer is not a key set/, text);
  }
});

test("a key set that moved, with any status of the third hundred, is followed", async (context) => {
  const { issuer } = await open(context);
  for (const status of [300, 301, 308, 399]) {
    issuer.answer = (path, response) => {
      if (path === "/jwks") return false;
      response.writeHead(status, { location: "/jwks" }).end();
      return true;
    };
    assert.equal((await fetchKeySet(`${issuer.address}/moved`, "")).length, 2, String(status));
  }
});

test("a signature counts as it was written, not as it might be decoded", async (context) => {
  const { issuer } = await open(context);
  const token = await issuer.sign({ sub: "s" });
  const signedBy = (text: string): boolean =>
    isSigned(
      [{ kid: "key-1", algorithm: "ES256", key: keyOfPem(issuer.key.pem) }],
      parseToken(Buffer.from(text)),
    );
  assert.equal(signedBy(token), true);
  const last = Buffer.from(token.slice(token.lastIndexOf(".") + 1), "base64url");
  const others = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    .map((letter) => token.slice(0, -1) + letter)
    .filter((other) => other !== token)
    .filter((other) => Buffer.from(other.slice(other.lastIndexOf(".") + 1), "base64url").equals(last));
  assert.ok(others.length > 0, "there are other spellings of the same bytes");
  for (const other of others) assert.equal(signedBy(other), false);
});

test("a discovery document names its issuer, a key set, and how clients prove who they are", async (context) => {
  const { issuer } = await open(context);
  const base = { oidc_discovery_url: issuer.address, oidc_discovery_ca_pem: "" };
  const ask = (document: unknown) => {
    issuer.answer = (_, response) => (response.end(JSON.stringify(document)), true);
    return fetchDiscovery(base);
  };
  const least = { issuer: issuer.address, jwks_uri: `${issuer.address}/jwks` };
  assert.deepEqual(await ask(least), {
    issuer: issuer.address,
    jwksUri: `${issuer.address}/jwks`,
    authorizationEndpoint: "",
    tokenEndpoint: "",
    userinfoEndpoint: "",
    basicAuthentication: true,
  });
  for (const [methods, basic] of [
    [["client_secret_post", "client_secret_basic"], true],
    [["client_secret_post"], false],
    [[], false],
    ["client_secret_post", true],
  ] as const)
    assert.equal(
      (await ask({ ...least, token_endpoint_auth_methods_supported: methods })).basicAuthentication,
      basic,
      JSON.stringify(methods),
    );
  await assert.rejects(ask({ issuer: issuer.address }), /names no jwks_uri/);
  await assert.rejects(ask({ ...least, jwks_uri: 1 }), /names no jwks_uri/);
  for (const document of [null, [], "x", 1, {}, { issuer: 1 }, { ...least, issuer: "https://idp.example" }])
    await assert.rejects(ask(document), /issuer did not match/, JSON.stringify(document));
});

test("an issuer leads to this machine from its own host, or where it is on this machine itself", () => {
  for (const [base, place, may] of [
    ["https://idp.example", "https://idp.example/keys", true],
    ["https://idp.example", "https://idp.example:8443/keys", false],
    ["https://idp.example", "https://keys.example/keys", false],
    ["https://localhost:1", "https://keys.example/keys", true],
    ["https://127.0.0.2:1", "https://keys.example/keys", true],
    ["https://[::1]:1", "https://keys.example/keys", true],
    ["https://[::ffff:127.0.0.1]:1", "https://keys.example/keys", true],
  ] as const)
    assert.equal(allowedFrom(base, place).loopback, may, `${base} ${place}`);
});

test("a public key is taken in PEM, a private one never, though a public one could be had from it", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const [open, secret] = [await exportSPKI(publicKey), await exportPKCS8(privateKey)];
  assert.equal(keyOfPem(open).type, "public");
  assert.equal(createPublicKey(secret).type, "public");
  assert.throws(() => keyOfPem(secret), /a private key/);
  assert.throws(() => keyOfPem("x"));
});
