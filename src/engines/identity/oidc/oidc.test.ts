/** The issuer through the real kernel: what its tokens say and never say, how its keys go round, and who may pose as whom. */
import assert from "node:assert/strict";
import { type JsonWebKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { type Answer, type PluginApi, pluginApi } from "../../../../test/support/plugin-api.ts";
import { authMethods } from "../../../auth/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import type { IdentityView } from "../../../kernel/identity/types.ts";
import { sys } from "../../sys/index.ts";
import { identity } from "../index.ts";
import { ALGORITHMS, type AlgorithmName, isSignature } from "./algorithms.ts";
import { compileClaims, compileSubject } from "./claims.ts";

const HOUR = 3_600_000;
const ISSUER = "https://bulkhead.example:8200";
const SUBJECT =
  "project:{{identity.token.metadata.project}}:stage:{{identity.token.metadata.stage}}:environment:{{identity.token.metadata.environment}}";

type Jwk = JsonWebKey & { readonly kid: string; readonly alg: AlgorithmName };
type Body = Readonly<Record<string, unknown>>;

async function open(context: TestContext): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [sys, identity], authMethods });
  const { mounts, policies } = api.kernel.services;
  await mounts.mount("auth", "approle/", { type: "approle" });
  await policies.put(
    "stage",
    'path "identity/oidc/token/*" { capabilities = ["read"] } path "auth/token/create" { capabilities = ["update"] }',
  );
  await api.call("POST", "identity/oidc/config", { issuer: ISSUER });
  await api.call("POST", "identity/oidc/key/k", { algorithm: "EdDSA", allowed_client_ids: "*" });
  await api.call("POST", "identity/oidc/role/r", { key: "k", ttl: "1h", client_id: "cloud" });
  return api;
}

/** A stage's role as `apply` makes it, and a login with what a run says of itself. */
async function stage(api: PluginApi, name: string, run: Body, token: Body = {}): Promise<Answer> {
  const role = `auth/approle/role/${name}`;
  const token_metadata = { project: "fraud", stage: name, environment: "prod" };
  await api.call("POST", role, { token_policies: "stage", token_metadata, ...token });
  const role_id = (await api.call("GET", `${role}/role-id`)).textAt("data.role_id");
  const made = await api.call("POST", `${role}/secret-id`, { metadata: JSON.stringify(run) });
  const ids = { role_id, secret_id: made.textAt("data.secret_id") };
  return await api.call("POST", "auth/approle/login", ids, { token: "" });
}

const as = (answer: Answer): { token: string } => ({ token: answer.textAt("auth.client_token") });
const part = (jwt: string, at: number): Body =>
  JSON.parse(Buffer.from(jwt.split(".")[at] ?? "", "base64url").toString("utf8")) as Body;
const mint = async (api: PluginApi, role: string, holder: { token: string }): Promise<string> =>
  (await api.call("GET", `identity/oidc/token/${role}`, undefined, holder)).textAt("data.token");
const keysOf = async (api: PluginApi): Promise<Jwk[]> =>
  (await api.call("GET", "identity/oidc/.well-known/keys", undefined, { token: "" })).get("keys") as Jwk[];

function holds(jwt: string, keys: readonly Jwk[]): boolean {
  const [head = "", body = "", signature = ""] = jwt.split(".");
  const key = keys.find(({ kid }) => kid === part(jwt, 0).kid);
  return (
    key !== undefined &&
    isSignature(key.alg, createPublicKey({ key, format: "jwk" }), {
      data: Buffer.from(`${head}.${body}`),
      signature: Buffer.from(signature, "base64url"),
    })
  );
}

test("each algorithm's tokens hold under the published keys, and only unchanged", async (context) => {
  const api = await open(context);
  const holder = await stage(api, "train", {});
  for (const algorithm of Object.keys(ALGORITHMS) as AlgorithmName[]) {
    await api.call("POST", `identity/oidc/key/${algorithm}`, { algorithm, allowed_client_ids: "*" });
    await api.call("POST", `identity/oidc/role/${algorithm}`, { key: algorithm, ttl: "1h", client_id: "c" });
    const jwt = await mint(api, algorithm, as(holder));
    assert.equal(part(jwt, 0).alg, algorithm);
    const keys = await keysOf(api);
    assert.ok(holds(jwt, keys), algorithm);
    const [head, , signature] = jwt.split(".");
    const forged = Buffer.from(JSON.stringify({ ...part(jwt, 1), sub: "x" })).toString("base64url");
    assert.ok(!holds(`${head}.${forged}.${signature}`, keys));
    for (const key of keys) assert.ok(!("d" in key) && !("p" in key), "no private part is published");
  }
});

test("without an address of its own the issuer says nothing", async (context) => {
  const api = await open(context);
  await api.call("POST", "identity/oidc/config", { issuer: "" });
  const holder = await stage(api, "train", {});
  const asked = await api.call("GET", "identity/oidc/token/r", undefined, as(holder));
  assert.deepEqual([asked.status, asked.errors], [400, ["the issuer has no address yet"]]);
  assert.equal((await api.call("GET", "identity/oidc/.well-known/openid-configuration")).status, 400);
});

test("the subject of a stage's token names the stage, and nobody else can have it", async (context) => {
  const api = await open(context);
  await api.call("POST", "identity/oidc/role/cloud", {
    key: "k",
    ttl: "1h",
    client_id: "sts",
    subject: SUBJECT,
    template: '{"run":{{identity.token.metadata.run}},"all":{{identity.token.metadata}}}',
  });
  const login = await stage(api, "train", { run: "r-1", stage: "serve", environment: "x" });
  const claims = part(await mint(api, "cloud", as(login)), 1);
  assert.equal(claims.sub, "project:fraud:stage:train:environment:prod", "the role's word counts");
  assert.equal(claims.run, "r-1");
  const child = await api.call(
    "POST",
    "auth/token/create",
    { meta: { project: "fraud", stage: "serve" } },
    as(login),
  );
  const posing = await api.call("POST", "auth/token/create", {
    meta: { project: "fraud", stage: "serve", environment: "prod" },
  });
  for (const holder of [child, posing]) {
    const refused = await api.call("GET", "identity/oidc/token/cloud", undefined, {
      token: holder === posing ? posing.textAt("auth.client_token") : as(child).token,
    });
    assert.deepEqual(
      [refused.status, refused.errors[0]],
      [400, 'the subject of role "cloud" names what this token does not have'],
    );
  }
  const halfway = await stage(api, "half", {}, { token_metadata: { project: "fraud", stage: "half" } });
  assert.equal((await api.call("GET", "identity/oidc/token/cloud", undefined, as(halfway))).status, 400);
});

test("a value cannot pose as several parts of a subject", () => {
  const subject = compileSubject("a:{{identity.token.metadata.a}}:b:{{identity.token.metadata.b}}");
  const of = (a: string, b: string): string | null =>
    subject({ view: null, tokenMetadata: { a, b }, now: 0 });
  assert.equal(of("x:b:y", "z"), "a:x%3Ab%3Ay:b:z");
  assert.equal(of("x%3Ay", "z"), "a:x%253Ay:b:z");
  assert.equal(of("x", ""), null);
  assert.equal(of("x\n", "y"), null);
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
      const [one, two] = [of(a, b), of(c, d)];
      if (one !== null && one === two) assert.deepEqual([a, b], [c, d]);
    }),
  );
  assert.throws(() => compileSubject("always:the:same"), BulkheadError);
});

const VIEW = (name: string, metadata: Record<string, string>): IdentityView => ({
  id: "0",
  disabled: false,
  policies: [],
  directGroups: [],
  inheritedGroups: [],
  templates: { entity: { id: "0", name, metadata, aliases: [] }, groups: [] },
});

test("whatever the values are, claims keep the template's shape", () => {
  const claims = compileClaims(
    '{"n":{{identity.entity.name}},"m":{{identity.entity.metadata}},"o":{"k":[{{identity.entity.metadata.k}},1]},"t":{{time.now}}}',
  );
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.string()), fc.string(), (name, more, k) => {
      const metadata = { ...more, k };
      const made = claims({ view: VIEW(name, metadata), tokenMetadata: {}, now: 5 });
      assert.deepEqual(JSON.parse(JSON.stringify(made)), { n: name, m: metadata, o: { k: [k, 1] }, t: 5 });
    }),
  );
});

test("templates that could say more than the role's writer wrote are refused", () => {
  const reserved = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "azp", "amr", "namespace"];
  for (const name of [
    ...reserved,
    "SUB",
    "Aud",
    "\u017Fub",
    "e\u0078p",
    "ＩＳＳ",
    "\u212Aey".replace("\u212Aey", "ACR"),
  ])
    assert.throws(() => compileClaims(JSON.stringify({ [name]: "x" })), BulkheadError, name);
  assert.throws(() => compileClaims('{"s\\u0075b":"x"}'), BulkheadError, "an escape in the name");
  for (const template of [
    '{"x":"{{identity.entity.name}}"}',
    '{"x":"{{identity.entity.metadata}}"}',
    '{"x":"a {{identity.entity.name}} b"}',
    "{ {{identity.entity.name}}:1}",
    '{"o":{ {{identity.entity.name}}:1} }',
    "{{{identity.entity.name}}:1}",
    '{"o":{{{identity.entity.name}}:1}}',
    '{"x":"\\u00000"}',
    '{"x":"\\u00000","y":{{identity.entity.name}}}',
    "[]",
    "1",
    '"x"',
    "null",
    "{{identity.entity.metadata}}",
    '{"x":{{identity.entity.metadata.}}}',
    '{"x":{{identity.entity.aliases..name}}}',
    '{"x":{{time.now.plus.}}}',
    '{"x":{{time.now.plus.-1h}}}',
    '{"x":{{}}}',
    "{".repeat(100),
    `{"x":"${"a".repeat(70_000)}"}`,
  ])
    assert.throws(() => compileClaims(template), BulkheadError, template.slice(0, 60));
  const harmless = compileClaims(
    '{"__proto__":{"sub":"x"},"constructor":1,"x":{{identity.entity.metadata.__proto__}}}',
  );
  const made = harmless({ view: VIEW("n", {}), tokenMetadata: {}, now: 0 });
  assert.equal((made as Body).sub, undefined);
  assert.equal(made.x, "");
});

test("templates are never more than refused", () => {
  const pieces = fc.constantFrom(
    "{",
    "}",
    "{{",
    "}}",
    '"',
    "identity.entity.name",
    ":",
    ",",
    "[",
    "]",
    "time.now",
    "a",
    "\\",
    "\u0000",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (text) => {
      for (const compile of [compileClaims, compileSubject])
        try {
          compile(text.join(""));
        } catch (error) {
          assert.ok(error instanceof BulkheadError);
        }
    }),
    { numRuns: 2_000 },
  );
});

test("keys go round: the next one is published before it signs, the old one until its tokens are over", async (context) => {
  const api = await open(context);
  const other = await api.another();
  const long = { token_ttl: "100h", token_max_ttl: "100h" };
  const holder = await stage(api, "train", {}, long);
  const first = await mint(api, "r", as(holder));
  const before = await keysOf(api);
  assert.equal(before.length, 2);
  api.clock.advance(24 * HOUR - 1);
  await api.kernel.tidy();
  assert.equal(part(await mint(api, "r", as(holder)), 0).kid, part(first, 0).kid, "not due yet");
  api.clock.advance(1);
  await Promise.all([api.kernel.tidy(), other.kernel.tidy()]);
  const second = await mint(other, "r", as(holder));
  assert.notEqual(part(second, 0).kid, part(first, 0).kid);
  assert.ok(holds(second, before), "who kept the old answer knows the new key");
  const during = await keysOf(api);
  assert.equal(during.length, 3, "two processes rotated once");
  assert.ok(holds(first, during) && holds(second, during));
  api.clock.advance(24 * HOUR);
  const after = await keysOf(api);
  assert.ok(!holds(first, after) && holds(second, after));
  const rows = (await api.rows("logical/builtin-")).filter((key) => key.includes("oidc/private/"));
  assert.equal(rows.length, 2, "a private key that signs no more is gone");
});

test("a manual rotation, another algorithm and a shorter publication", async (context) => {
  const api = await open(context);
  const holder = await stage(api, "train", {});
  const first = await mint(api, "r", as(holder));
  assert.equal(
    (await api.call("POST", "identity/oidc/key/k/rotate", { verification_ttl: "1m" })).status,
    204,
  );
  assert.ok(holds(first, await keysOf(api)));
  api.clock.advance(60_000);
  assert.ok(!holds(first, await keysOf(api)));
  const second = await mint(api, "r", as(holder));
  await api.call("POST", "identity/oidc/key/k", { algorithm: "ES384" });
  const third = await mint(api, "r", as(holder));
  assert.equal(part(third, 0).alg, "ES384");
  const keys = await keysOf(api);
  assert.ok(holds(second, keys) && holds(third, keys));
});

test("a signed token lives no longer than the token that asked for it", async (context) => {
  const api = await open(context);
  const holder = await stage(api, "train", {}, { token_ttl: "5m", token_max_ttl: "5m" });
  const { exp, iat } = part(await mint(api, "r", as(holder)), 1);
  assert.equal(Number(exp) - Number(iat), 300);
});

test("introspection believes our keys alone", async (context) => {
  const api = await open(context);
  const holder = await stage(api, "train", {});
  const jwt = await mint(api, "r", as(holder));
  const active = async (token: string, client_id?: string): Promise<unknown> => {
    const body = { token, ...(client_id && { client_id }) };
    return (await api.call("POST", "identity/oidc/introspect", body)).get("active");
  };
  assert.equal(await active(jwt), true);
  assert.equal(await active(jwt, "cloud"), true);
  assert.equal(await active(jwt, "other"), false);
  const [head = "", body = ""] = jwt.split(".");
  const header = part(jwt, 0);
  const { privateKey } = generateKeyPairSync("ed25519");
  const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signedBy = (input: string): string =>
    `${input}.${sign(null, Buffer.from(input), privateKey).toString("base64url")}`;
  for (const forged of [
    signedBy(`${head}.${body}`),
    `${coded({ ...header, alg: "none" })}.${body}.`,
    `${coded({ ...header, alg: "HS256" })}.${body}.${jwt.split(".")[2]}`,
    signedBy(
      `${coded({ alg: "EdDSA", jwk: privateKey.export({ format: "jwk" }), kid: header.kid })}.${body}`,
    ),
    `${coded({ alg: "EdDSA" })}.${body}.${jwt.split(".")[2]}`,
    `${coded({ ...header, kid: "__proto__" })}.${body}.x`,
    "..",
    "",
    "null.null.null",
    `${coded([])}.${coded([])}.`,
  ])
    assert.equal(await active(forged), false, forged.slice(0, 40));
  const entity = `identity/entity/id/${holder.textAt("auth.entity_id")}`;
  await api.call("POST", entity, { disabled: true });
  assert.equal(await active(jwt), false, "its holder is disabled");
  await api.call("POST", entity, { disabled: false });
  assert.equal(await active(jwt), true);
  await api.call("POST", "identity/oidc/config", { issuer: "https://other.example" });
  assert.equal(await active(jwt), false, "another issuer");
  await api.call("POST", "identity/oidc/config", { issuer: ISSUER });
  api.clock.advance(HOUR);
  assert.equal(await active(jwt), false, "over");
});

test("a seal forgets the signing keys, and only the private rows hold them", async (context) => {
  const api = await open(context);
  const holder = await stage(api, "train", {});
  await mint(api, "r", as(holder));
  await api.kernel.seal();
  assert.equal((await api.call("GET", "identity/oidc/token/r", undefined, as(holder))).status, 503);
  assert.equal((await api.call("GET", "identity/oidc/.well-known/keys")).status, 503);
});
