/** The browser login against a real provider: who is let in, and every answer that must not be taken. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type JwtApi, jwtApi } from "../../../../test/support/jwt-api.ts";
import { CLIENT, logInAs, startProvider } from "../../../../test/support/oidc-provider.ts";
import { mayReturnTo } from "./redirect.ts";

const BACK = "http://localhost:8250/oidc/callback";

async function open(context: TestContext): Promise<JwtApi> {
  const provider = await startProvider([BACK]);
  context.after(() => provider.close());
  const api = await jwtApi(context);
  await api.kernel.services.mounts.mount("auth", "oidc/", { type: "oidc" });
  const done = await api.call("POST", "auth/oidc/config", {
    oidc_discovery_url: provider.issuer,
    oidc_client_id: CLIENT.id,
    oidc_client_secret: CLIENT.secret,
    default_role: "people",
  });
  assert.equal(done.status, 204, done.text);
  await role(api, {});
  api.clock.advance(Date.now() - api.clock.now()); // the provider lives in real time
  return api;
}

const role = async (api: JwtApi, more: object, name = "people"): Promise<void> => {
  const answer = await api.call("POST", `auth/oidc/role/${name}`, {
    user_claim: "sub",
    allowed_redirect_uris: [BACK],
    oidc_scopes: ["profile"],
    bound_claims: { team: "ml" },
    claim_mappings: { name: "name" },
    token_policies: "people",
    ...more,
  });
  assert.equal(answer.status, 204, answer.text);
};

const ask = async (api: JwtApi, body: object = {}): Promise<string> =>
  (
    await api.call(
      "POST",
      "auth/oidc/oidc/auth_url",
      { redirect_uri: BACK, client_nonce: "n", ...body },
      { token: "" },
    )
  ).textAt("data.auth_url");

const answer = (api: JwtApi, address: string, more: Record<string, string> = {}) => {
  const query = new URL(address).searchParams;
  for (const [name, value] of Object.entries({ client_nonce: "n", ...more })) query.set(name, value);
  return api.call("GET", `auth/oidc/oidc/callback?${query.toString()}`, undefined, { token: "" });
};

test("a person of the provider logs in once for each answer, as a person", async (context) => {
  const api = await open(context);
  const url = new URL(await ask(api));
  const asked = url.searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.ok(["state", "nonce", "code_challenge"].every((name) => (asked.get(name)?.length ?? 0) >= 32));
  const back = await logInAs("ada", url.href);
  const made = await answer(api, back);
  assert.equal(made.status, 200, `${made.text} ${JSON.stringify(api.said)}`);
  assert.deepEqual(made.get("auth.policies"), ["default", "people"]);
  assert.deepEqual(made.get("auth.metadata"), { role: "people", name: "ada x" });
  const token = await api.kernel.services.tokens.lookupAccessor(made.textAt("auth.accessor"));
  assert.deepEqual([token?.actor, token?.displayName], ["person", "oidc-ada"]);
  const again = await answer(api, back);
  assert.deepEqual(
    [again.status, again.errors],
    [400, ["Vault login failed. Expired or missing OAuth state."]],
  );
});

test("an answer for another client, role, time or person is refused", async (context) => {
  const api = await open(context);
  const reason = (): string => String(api.said.at(-1)?.fields.reason);
  const other = await answer(api, await logInAs("ada", await ask(api)), { client_nonce: "m" });
  assert.equal(other.status, 400);
  assert.match(reason(), /another client/);
  assert.equal((await answer(api, await logInAs("eve", await ask(api)))).status, 400);
  assert.equal(api.said.at(-1)?.fields.claim, "team");
  const late = await logInAs("ada", await ask(api));
  api.clock.advance(5 * 60_000);
  assert.equal((await answer(api, late)).status, 400);
  api.clock.advance(Date.now() - api.clock.now());
  const changed = await logInAs("ada", await ask(api));
  await role(api, { allowed_redirect_uris: ["https://elsewhere.example/oidc/callback"] });
  assert.equal((await answer(api, changed)).status, 400);
  assert.match(reason(), /role changed/);
  await role(api, {});
  const [mine, hers] = [await logInAs("ada", await ask(api)), await logInAs("ada", await ask(api))];
  const mixed = new URL(mine);
  mixed.searchParams.set("code", new URL(hers).searchParams.get("code") ?? "");
  assert.equal((await answer(api, mixed.href)).status, 400, "a code of another login has another verifier");
  for (const query of ["state=x&code=y", "code=y", "", "state=&code="])
    assert.equal(
      (await api.call("GET", `auth/oidc/oidc/callback?${query}`, undefined, { token: "" })).status,
      400,
    );
  const denied = new URL(await ask(api)).searchParams.get("state") ?? "";
  assert.equal((await answer(api, `${BACK}?state=${denied}&error=access_denied`)).status, 400);
  assert.match(reason(), /access_denied/);
});

test("only allowed addresses are returned to, on this machine with any port", async (context) => {
  const api = await open(context);
  for (const redirect_uri of ["http://localhost:1234/oidc/callback", BACK])
    assert.notEqual(await ask(api, { redirect_uri }), "");
  for (const redirect_uri of [
    "http://localhost.example:8250/oidc/callback",
    "http://localhost:8250/oidc/callback/x",
    "http://localhost:8250/oidc/callback?x=1",
    "https://localhost:8250/oidc/callback",
    "http://127.0.0.1:8250/oidc/callback",
    "http://u@localhost:8250/oidc/callback",
    "https://elsewhere.example/oidc/callback",
    "javascript:alert(1)",
    "x",
  ])
    assert.equal(await ask(api, { redirect_uri }), "", redirect_uri);
});

test("whoever begins many logins loses the own ones, nobody else's", async (context) => {
  const api = await open(context);
  const first = await ask(api);
  const back = await logInAs("ada", first);
  for (let n = 0; n < 250; n++)
    await api.call(
      "POST",
      "auth/oidc/oidc/auth_url",
      { redirect_uri: BACK },
      { token: "", remote: "10.0.0.1" },
    );
  assert.equal((await answer(api, back)).status, 200);
});

test("a role for anybody with an account at a public provider is refused", async (context) => {
  const api = await open(context);
  await api.kernel.services.mounts.mount("auth", "google/", { type: "oidc" });
  await api.call("POST", "auth/google/config", {
    oidc_discovery_url: "https://accounts.google.com",
    oidc_client_id: "a",
    oidc_client_secret: "b",
    skip_jwks_validation: true,
  });
  const body = { user_claim: "sub", allowed_redirect_uris: BACK };
  const refused = await api.call("POST", "auth/google/role/r", body);
  assert.match(refused.errors.join(), /`hd`: anybody may have an account/);
  assert.equal(
    (await api.call("POST", "auth/google/role/r", { ...body, bound_claims: { hd: "example.com" } })).status,
    204,
  );
});

test("an identity for another login, client or time is refused, though the provider signed it", async (context) => {
  const api = await jwtApi(context);
  const { issuer } = api;
  await api.kernel.services.mounts.mount("auth", "oidc/", { type: "oidc" });
  await api.call("POST", "auth/oidc/config", {
    oidc_discovery_url: issuer.address,
    oidc_client_id: CLIENT.id,
    oidc_client_secret: CLIENT.secret,
  });
  await role(api, { max_age: 600 });
  const login = async (change: object) => {
    const asked = new URL(await ask(api, { role: "people" })).searchParams;
    const claims = {
      iss: issuer.address,
      aud: CLIENT.id,
      sub: "ada",
      team: "ml",
      nonce: asked.get("nonce"),
      auth_time: api.now(),
      ...api.times(),
      ...change,
    };
    const id_token = await issuer.sign(claims);
    issuer.answer = (path, response) => {
      if (path !== "/token") return false;
      response.end(JSON.stringify({ id_token, access_token: "x", token_type: "Bearer" }));
      return true;
    };
    const before = api.said.length;
    const done = await answer(api, `${BACK}?state=${asked.get("state") ?? ""}&code=c`);
    return { status: done.status, claim: api.said[before]?.fields.claim };
  };
  assert.equal((await login({})).status, 200);
  assert.equal((await login({ aud: [CLIENT.id, "other"], azp: CLIENT.id })).status, 200);
  const wrong: [object, string][] = [
    [{ nonce: "other" }, "nonce"],
    [{ nonce: undefined }, "nonce"],
    [{ aud: "other" }, "aud"],
    [{ aud: undefined }, "aud"],
    [{ azp: "other" }, "azp"],
    [{ aud: [CLIENT.id, "other"] }, "azp"],
    [{ iss: "http://other" }, "iss"],
    [{ exp: api.now() - 100 }, "exp"],
    [{ auth_time: api.now() - 700 }, "auth_time"],
    [{ auth_time: undefined }, "auth_time"],
    [{ team: "sales" }, "team"],
  ];
  for (const [change, claim] of wrong)
    assert.deepEqual(await login(change), { status: 400, claim }, JSON.stringify(change));
});

test("a person is sent back to an allowed address alone, on this machine with any port", () => {
  const allowed = ["https://app.example/back", "http://localhost:8250/oidc/callback", "x"];
  const rows: [string, boolean][] = [
    ["https://app.example/back", true],
    ["x", true],
    ["http://localhost:1234/oidc/callback", true],
    ["http://localhost/oidc/callback", true],
    ["http://localhost:1234/other", false],
    ["http://127.0.0.1:1234/oidc/callback", false],
    ["https://localhost:1234/oidc/callback", false],
    ["https://app.example:8443/back", false],
    ["https://app.example/back/", false],
    ["https://app.example.evil/back", false],
    ["y", false],
    ["", false],
  ];
  for (const [given, may] of rows) assert.equal(mayReturnTo(given, allowed), may, given);
  assert.equal(mayReturnTo("https://app.example/back", []), false);
});

test("an answer from a network that the role does not take, or without a code, is refused", async (context) => {
  const api = await open(context);
  const back = async (): Promise<string> => await logInAs("ada", await ask(api));
  const without = new URL(await back());
  without.searchParams.delete("code");
  assert.equal((await answer(api, without.href)).status, 400);
  assert.match(String(api.said.at(-1)?.fields.reason), /no code/);
  const address = await back();
  await role(api, { token_bound_cidrs: ["10.0.0.0/8"] });
  assert.equal((await answer(api, address)).status, 400);
  assert.match(String(api.said.at(-1)?.fields.reason), /network/);
});
