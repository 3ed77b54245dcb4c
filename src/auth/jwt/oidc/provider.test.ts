/** What a provider answers during a browser login: to us, not to the browser. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { jwtApi } from "../../../../test/support/jwt-api.ts";
import { ManualClock } from "../../../core/clock.ts";
import { isBulkheadError } from "../../../core/errors.ts";
import { States } from "./states.ts";

const BACK = "http://localhost:8250/oidc/callback";
const CLIENT = "bulkhead";

interface Provider {
  /** Beside issuer, key set and the places of /auth and /token. */
  readonly discovery?: object;
  /** In place of `{ id_token, access_token }`; a string is sent as it is. */
  readonly token?: object | string;
  /** In place of "access". */
  readonly access?: unknown;
  readonly userinfo?: unknown;
  readonly claims?: object;
  /** Between the beginning and the answer. */
  readonly meanwhile?: () => Promise<unknown>;
}

async function open(context: TestContext) {
  const api = await jwtApi(context);
  const { issuer } = api;
  const secret = "s &";
  await api.kernel.services.mounts.mount("auth", "oidc/", { type: "oidc" });
  const role = async (more: object = {}): Promise<void> => {
    const done = await api.call("POST", "auth/oidc/role/people", {
      user_claim: "sub",
      allowed_redirect_uris: [BACK],
      bound_claims: { team: "ml" },
      ...more,
    });
    assert.equal(done.status, 204, done.text);
  };
  const heard: { path: string; authorization: string | undefined; body: string }[] = [];
  const login = async ({
    discovery = {},
    token,
    access = "access",
    userinfo,
    claims = {},
    meanwhile,
  }: Provider = {}) => {
    const document = {
      issuer: issuer.address,
      jwks_uri: `${issuer.address}/jwks`,
      authorization_endpoint: `${issuer.address}/auth`,
      token_endpoint: `${issuer.address}/token`,
      ...(userinfo !== undefined && { userinfo_endpoint: `${issuer.address}/userinfo` }),
      ...discovery,
    };
    const sent: { token?: unknown } = {};
    issuer.answer = (path, response) => {
      const said = path.endsWith("configuration") ? document : path === "/token" ? sent.token : userinfo;
      if (path === "/jwks") return false;
      const { req } = response;
      let body = "";
      req.on("data", (text: Buffer) => (body += text.toString()));
      req.on("end", () => {
        heard.push({ path, authorization: req.headers.authorization, body });
        response.end(typeof said === "string" ? said : JSON.stringify(said));
      });
      return true;
    };
    const done = await api.call("POST", "auth/oidc/config", {
      oidc_discovery_url: issuer.address,
      oidc_client_id: CLIENT,
      oidc_client_secret: secret,
    });
    assert.equal(done.status, 204, done.text);
    api.clock.advance(61 * 60_000); // nothing of an earlier provider is remembered
    const begun = await api.call(
      "POST",
      "auth/oidc/oidc/auth_url",
      { role: "people", redirect_uri: BACK },
      { token: "" },
    );
    if (begun.status !== 200)
      return { status: begun.status, claim: undefined, reason: api.said.at(-1)?.fields.reason };
    const asked = new URL(begun.textAt("data.auth_url")).searchParams;
    sent.token = token ?? {
      id_token: await issuer.sign({
        iss: issuer.address,
        aud: CLIENT,
        sub: "ada",
        team: "ml",
        nonce: asked.get("nonce"),
        ...api.times(),
        ...claims,
      }),
      access_token: access,
    };
    await meanwhile?.();
    const before = api.said.length;
    const back = await api.call(
      "GET",
      `auth/oidc/oidc/callback?state=${asked.get("state") ?? ""}&code=c`,
      undefined,
      { token: "" },
    );
    const { claim, reason } = api.said[before]?.fields ?? {};
    return { status: back.status, claim, reason };
  };
  await login().catch(() => undefined);
  await role();
  return { api, role, login, heard, secret };
}

test("a provider whose answer is no token lets nobody in", async (context) => {
  const { login } = await open(context);
  assert.equal((await login()).status, 200);
  for (const token of ["null", "[]", '"x"', "1"]) {
    const { status, reason } = await login({ token });
    assert.deepEqual([status, reason], [400, "the provider: the answer is not an object"], token);
  }
  for (const token of [{}, { id_token: 1 }, { id_token: null, access_token: "x" }]) {
    const { status, reason } = await login({ token });
    assert.deepEqual([status, reason], [400, "the provider sent no id_token"], JSON.stringify(token));
  }
  const { status, reason } = await login({ discovery: { token_endpoint: "" } });
  assert.deepEqual([status, reason], [400, "the provider: it names no token_endpoint"]);
  const nowhere = await login({ discovery: { authorization_endpoint: "" } });
  assert.deepEqual([nowhere.status, nowhere.reason], [400, "the provider names no authorization_endpoint"]);
});

test("a role that is gone or of another kind during the login ends it", async (context) => {
  const { api, role, login } = await open(context);
  const gone = await login({ meanwhile: () => api.call("DELETE", "auth/oidc/role/people") });
  assert.deepEqual([gone.status, gone.reason], [400, "the role changed during the login"]);
  await role();
  const other = await login({
    meanwhile: () => role({ role_type: "jwt", bound_audiences: [CLIENT], bound_subject: "ada" }),
  });
  assert.deepEqual([other.status, other.reason], [400, "the role changed during the login"]);
});

test("a role's audiences are asked for beside the client", async (context) => {
  const { role, login } = await open(context);
  await role({ bound_audiences: ["api", "web"] });
  const aud = [CLIENT, "web"];
  assert.equal((await login({ claims: { aud, azp: CLIENT } })).status, 200);
  for (const claims of [{ aud: CLIENT }, { aud: [CLIENT, "x"], azp: CLIENT }, { aud: "web" }]) {
    const { status, claim } = await login({ claims });
    assert.deepEqual([status, claim], [400, "aud"], JSON.stringify(claims));
  }
  await role({ bound_audiences: [] });
  assert.equal((await login({ claims: { aud: CLIENT } })).status, 200);
});

test("the subject a role names is the one that gets in", async (context) => {
  const { role, login } = await open(context);
  await role({ bound_subject: "ada" });
  assert.equal((await login()).status, 200);
  const { status, claim } = await login({ claims: { sub: "eve" } });
  assert.deepEqual([status, claim], [400, "sub"]);
});

test("claims from userinfo count where they are about the same person, the signed ones over them", async (context) => {
  const { login } = await open(context);
  const team = undefined; // not in the id token
  assert.equal((await login({ claims: { team }, userinfo: { sub: "ada", team: "ml" } })).status, 200);
  for (const userinfo of [
    { sub: "eve", team: "ml" },
    { team: "ml" },
    { sub: "ada" },
    "null",
    "[]",
    '"x"',
    "1",
    "no JSON",
  ]) {
    const { status, claim } = await login({ claims: { team }, userinfo });
    assert.deepEqual([status, claim], [400, "team"], JSON.stringify(userinfo));
  }
  const signed = await login({ claims: { team: "sales" }, userinfo: { sub: "ada", team: "ml" } });
  assert.deepEqual([signed.status, signed.claim], [400, "team"]);
});

test("an access token that is no header is not sent; without one userinfo is not asked", async (context) => {
  const { login, heard } = await open(context);
  const userinfo = { sub: "ada", team: "ml" };
  await login({ userinfo });
  assert.equal(heard.at(-1)?.authorization, "Bearer access");
  for (const access of [null, 1, "", "a b", "a\r\nb", "é"]) {
    const before = heard.length;
    const { status, claim } = await login({ userinfo, access, claims: { team: undefined } });
    assert.deepEqual([status, claim], [400, "team"]);
    assert.ok(
      heard.slice(before).every(({ path }) => path !== "/userinfo"),
      String(access),
    );
  }
});

test("a login begins for a role of the browser, with a client, at an address", async (context) => {
  const { api, role } = await open(context);
  const ask = (body: object, mount = "oidc") =>
    api.call("POST", `auth/${mount}/oidc/auth_url`, body, { token: "" });
  const right = { role: "people", redirect_uri: BACK };
  const aged = async (): Promise<string | null> =>
    new URL((await ask(right)).textAt("data.auth_url")).searchParams.get("max_age");
  assert.equal(await aged(), null);
  await role({ max_age: 600 });
  assert.equal(await aged(), "600");
  assert.match((await ask({ role: "people" })).errors.join(), /missing redirect_uri/);
  assert.match((await ask({ redirect_uri: BACK })).errors.join(), /missing role/);
  assert.equal((await ask({ ...right, role: "nobody" })).status, 400);
  await role({ role_type: "jwt", bound_audiences: [CLIENT], bound_subject: "ada" });
  assert.equal((await ask(right)).get("data.auth_url"), "");
  await api.call("POST", "auth/jwt/config", { jwks_url: `${api.issuer.address}/jwks` });
  assert.match((await ask(right, "jwt")).errors.join(), /OIDC login is not configured/);
});

test("a client proves who it is the way the provider offers", async (context) => {
  const { login, heard, secret } = await open(context);
  await login();
  const basic = heard.findLast(({ path }) => path === "/token");
  const coded = `${CLIENT}:${encodeURIComponent(secret)}`;
  assert.equal(basic?.authorization, `Basic ${Buffer.from(coded).toString("base64")}`);
  assert.equal(new URLSearchParams(basic.body).get("client_secret"), null);
  await login({ discovery: { token_endpoint_auth_methods_supported: ["client_secret_post"] } });
  const post = heard.findLast(({ path }) => path === "/token");
  assert.equal(post?.authorization, undefined);
  assert.deepEqual(
    ["client_id", "client_secret"].map((name) => new URLSearchParams(post?.body).get(name)),
    [CLIENT, secret],
  );
});

test("logins that are begun are bounded, by caller and in all, and each is answered once", () => {
  const clock = new ManualClock(1_000_000);
  const states = new States(clock);
  const begin = (remote: string): string =>
    states.begin({ role: "r", redirectUri: BACK, nonce: "n", verifier: "v", clientNonce: "", remote });
  const own = Array.from({ length: 201 }, () => begin("10.0.0.1"));
  assert.equal(states.take(own[0] ?? ""), null, "the oldest makes room for the newest");
  assert.notEqual(states.take(own[1] ?? ""), null);
  assert.equal(states.take(own[1] ?? ""), null, "once");
  assert.notEqual(states.take(own[200] ?? ""), null);
  const remotes = Array.from({ length: 10_000 - 198 }, (_, at) => `10.1.${at >> 8}.${at & 255}`);
  for (const remote of remotes) begin(remote);
  assert.throws(
    () => begin("10.2.0.0"),
    (error) => isBulkheadError(error) && error.code === "jwt.busy",
  );
  clock.advance(5 * 60_000);
  assert.equal(states.take(own[2] ?? ""), null, "its time is over");
  const late = begin("10.2.0.0");
  clock.advance(-5 * 60_000);
  assert.equal(states.take(late), null, "a clock that was set back ends it, too");
});
