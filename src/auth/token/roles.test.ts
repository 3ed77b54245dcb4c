/** Roles of tokens as they are written, shown, and used where the maker names nothing. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { token } from "./index.ts";

async function open(context: TestContext): Promise<PluginApi> {
  return await pluginApi(context, { authMethods: [token] });
}
const ROLE = "auth/token/roles/r";

test("a role is shown with its older names where they were used, and without what it does not set", async (context) => {
  const api = await open(context);
  const shown = async (body: object): Promise<Record<string, unknown>> => {
    await api.call("DELETE", ROLE);
    assert.equal((await api.call("GET", ROLE)).status, 404);
    const made = await api.call("POST", ROLE, body);
    assert.ok(made.status < 300, made.text);
    return (await api.call("GET", ROLE)).get("data") as Record<string, unknown>;
  };
  const none = await shown({});
  for (const name of ["bound_cidrs", "token_bound_cidrs", "token_num_uses"]) assert.ok(!(name in none), name);
  assert.deepEqual([none.period, none.token_period], [0, 0]);
  const one = await shown({ period: "1h", bound_cidrs: "10.0.0.0/8", token_num_uses: 3 });
  assert.deepEqual([one.period, one.token_period, one.token_num_uses], [3_600, 3_600, 3]);
  assert.deepEqual([one.bound_cidrs, one.token_bound_cidrs], [["10.0.0.0/8"], ["10.0.0.0/8"]]);
});

test("a role's name and its longest life are held to", async (context) => {
  const api = await open(context);
  const put = (name: string, body: object = {}) => api.call("POST", `auth/token/roles/${name}`, body);
  assert.equal((await put("x".repeat(255))).status, 204);
  assert.ok((await put("x".repeat(256))).status >= 400);
  const most = api.kernel.services.mounts.defaults.maxLeaseTtl / 1_000;
  assert.equal((await put("r", { token_explicit_max_ttl: most })).status, 204);
  assert.match(
    (await put("r", { token_explicit_max_ttl: most + 1 })).text,
    /greater than system\/mount allowed/,
  );
});

test("a name that is empty or strange becomes a token's name; nothing is looked up under none", async (context) => {
  const api = await open(context);
  const nameOf = async (display_name?: string): Promise<unknown> => {
    const made = await api.call("POST", "auth/token/create", { display_name });
    const shown = await api.call("POST", "auth/token/lookup", { token: made.textAt("auth.client_token") });
    return shown.get("data.display_name");
  };
  assert.equal(await nameOf(), "token");
  assert.equal(await nameOf(""), "token");
  assert.equal(await nameOf("a b"), "token-a-b");
  for (const path of ["renew", "revoke", "revoke-orphan"])
    for (const body of [{}, { token: "" }])
      assert.ok((await api.call("POST", `auth/token/${path}`, body)).status >= 400, path);
});

test("a role that only forbids takes what the maker has", async (context) => {
  const api = await open(context);
  await api.call("POST", ROLE, { disallowed_policies: "secret" });
  const make = (body: object) => api.call("POST", "auth/token/create/r", body);
  assert.deepEqual((await make({ policies: ["a"] })).get("auth.policies"), ["a", "default"]);
  assert.deepEqual((await make({ policies: ["a"], no_default_policy: true })).get("auth.policies"), ["a"]);
  assert.equal((await make({ policies: ["a", "secret"] })).status, 400);
  await api.call("POST", ROLE, { allowed_policies: "a,b", disallowed_policies: "" });
  assert.deepEqual((await make({})).get("auth.policies"), ["a", "b", "default"]);
  assert.equal((await make({ policies: ["c"] })).status, 400);
});
