/** What a token may ask of the tokens it makes: by itself, with sudo, and with a role. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type Answer, type TestKernel, openTestKernel } from "../../../test/support/kernel.ts";

interface World extends TestKernel {
  /** A token of policies `a` and `b` that may make tokens; `sudo` beside it. */
  readonly plain: string;
  readonly sudo: string;
  make(token: string | undefined, body?: object, role?: string): Promise<Answer>;
  role(name: string, body: object): Promise<void>;
}

async function world(context: TestContext): Promise<World> {
  const kernel = await openTestKernel();
  context.after(() => kernel.close());
  const { call } = kernel;
  const rule = (path: string, more = ""): string => `path "${path}" { capabilities = ["update"${more}] }\n`;
  await call("POST", "sys/policies/acl/a", { body: { policy: rule("auth/token/*") } });
  await call("POST", "sys/policies/acl/b", { body: { policy: rule("x/*") } });
  await call("POST", "sys/policies/acl/s", { body: { policy: rule("auth/token/*", ', "sudo"') } });
  const make: World["make"] = async (token, body = {}, role) =>
    await call("POST", `auth/token/create${role === undefined ? "" : `/${role}`}`, {
      body,
      ...(token && { token }),
    });
  const of = async (policies: string[]): Promise<string> => {
    const made = await make(undefined, { policies });
    return String(made.json.auth?.client_token);
  };
  return Object.assign(kernel, {
    plain: await of(["a", "b"]),
    sudo: await of(["s"]),
    make,
    role: async (name: string, body: object) => {
      const answer = await call("POST", `auth/token/roles/${name}`, { body });
      assert.equal(answer.status, 204, answer.text);
    },
  });
}

test("without sudo a token gives away what it has, and asks for nothing of its own", async (context) => {
  const { plain, sudo, make } = await world(context);
  const bad: [object, RegExp][] = [
    [{ policies: ["s"] }, /subset of parent/],
    [{ policies: ["a", "s"] }, /subset of parent/],
    [{ policies: ["root"] }, /subset of parent|root/],
    [{ id: "mine" }, /sudo privileges required to specify token id/],
    [{ no_parent: true }, /sudo privileges required to create orphan token/],
    [{ period: "1h" }, /sudo privileges required to create periodic token/],
    [{ num_uses: -1 }, /cannot be negative/],
    [{ type: "other" }, /token_type/],
    [{ entity_alias: "x" }, /only allowed in combination with token role/],
    [{ type: "batch", explicit_max_ttl: "1h" }, /explicit_max_ttl/],
    [{ type: "batch", num_uses: 1 }, /batch/],
  ];
  for (const [body, wanted] of bad) {
    const answer = await make(plain, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.text, wanted, JSON.stringify(body));
  }
  for (const [body, policies] of [
    [{}, ["a", "b", "default"]],
    [{ policies: ["b"] }, ["b", "default"]],
    [{ policies: ["b"], no_default_policy: true }, ["b"]],
    [{ no_default_policy: true }, ["a", "b"]],
    [{ period: 0, num_uses: 0, no_parent: false }, ["a", "b", "default"]],
  ] as const)
    assert.deepEqual((await make(plain, body)).json.auth?.policies, policies, JSON.stringify(body));
  const asked: [object, RegExp | null][] = [
    [{ policies: ["unheard"] }, null],
    [{ id: "mine" }, null],
    [{ id: "mine" }, /./],
    [{ id: "hvs.mine" }, /'hvs\.' prefix/],
    [{ id: "s.mine" }, /'s\.' prefix/],
    [{ id: "mi.ne" }, /'\.' in the value/],
    [{ id: "with space" }, /visible ASCII/],
    [{ id: "x".repeat(200) }, null],
    [{ id: "x".repeat(201) }, /visible ASCII/],
    [{ id: "batchy", type: "batch" }, /batch tokens cannot have an id/],
    [{ no_parent: true, period: "1h" }, null],
    [{ policies: ["root"] }, /root/],
  ];
  for (const [body, wanted] of asked) {
    const answer = await make(sudo, body);
    assert.equal(
      answer.status,
      wanted === null ? 200 : 400,
      `${JSON.stringify(body).slice(0, 60)} ${answer.text}`,
    );
    if (wanted !== null) assert.match(answer.text, wanted);
  }
  const warned = await make(sudo, { policies: ["unheard"] });
  assert.deepEqual(warned.json.warnings as unknown, ['Policy "unheard" does not exist']);
});

test("a role says which policies, which names, which kind and how long", async (context) => {
  const { plain, make, role, call } = await world(context);
  await role("r", {
    ...{ allowed_policies: "a,b", disallowed_policies: "b", allowed_entity_aliases: ["robot", "Team-*"] },
    ...{ token_explicit_max_ttl: "1h", token_num_uses: 3, token_bound_cidrs: "127.0.0.0/8", orphan: true },
  });
  await role("batch", { token_type: "batch", allowed_policies: "a", orphan: true, renewable: false });
  await role("usual", { token_type: "default-batch", allowed_policies: "a" });
  await role("bare", {
    allowed_policies: "a",
    token_no_default_policy: true,
    renewable: false,
    path_suffix: "here",
  });
  const bad: [string, object, RegExp][] = [
    ["none", {}, /unknown role|no-role|role/],
    ["r", { policies: ["b"] }, /b/],
    ["r", { policies: ["c"] }, /c/],
    ["r", { policies: ["a"], entity_alias: "other" }, /entity_alias/],
    ["r", { policies: ["a"], entity_alias: "robots" }, /entity_alias/],
    ["r", { policies: ["a"], entity_alias: "tea" }, /entity_alias/],
  ];
  for (const [name, body, wanted] of bad) {
    const answer = await make(plain, body, name);
    assert.equal(answer.status, 400, `${name} ${JSON.stringify(body)}`);
    assert.match(answer.text, wanted);
  }
  await role("forbids", { disallowed_policies: "b" });
  assert.match(
    (await make(plain, {}, "forbids")).text,
    /"b\\" is disallowed|disallowed by this role/,
    "nor by naming nothing",
  );
  assert.equal((await make(plain, { policies: ["a"] }, "forbids")).status, 200);
  for (const entity_alias of ["robot", "ROBOT", "team-x"])
    assert.equal((await make(plain, { policies: ["a"], entity_alias }, "r")).status, 200, entity_alias);
  const made = await make(plain, { policies: ["a"], explicit_max_ttl: "2h", num_uses: 5 }, "r");
  assert.match(made.text, /Explicit max TTL specified both .* lesser value of 3600 seconds/);
  const look = (await call("POST", "auth/token/lookup", { body: { token: made.json.auth?.client_token } }))
    .json.data;
  assert.deepEqual([look?.explicit_max_ttl, look?.num_uses, look?.orphan, look?.bound_cidrs, look?.role], [
    3600,
    3,
    true,
    ["127.0.0.0/8"],
    "r",
  ] as unknown);
  const less = await make(plain, { policies: ["a"], explicit_max_ttl: "1m", num_uses: 2 }, "r");
  const lessLook = (
    await call("POST", "auth/token/lookup", { body: { token: less.json.auth?.client_token } })
  ).json.data;
  assert.deepEqual([lessLook?.explicit_max_ttl, lessLook?.num_uses], [60, 2] as unknown);
  const kinds: [string, object, string][] = [
    ["batch", {}, "batch"],
    ["batch", { type: "service" }, "batch"],
    ["usual", {}, "batch"],
    ["usual", { type: "service" }, "service"],
    ["bare", {}, "service"],
    ["bare", { type: "batch" }, "batch"],
  ];
  for (const [name, body, kind] of kinds)
    assert.equal(
      (await make(plain, body, name)).json.auth?.token_type,
      kind as unknown,
      `${name} ${JSON.stringify(body)}`,
    );
  const bare = (await make(plain, {}, "bare")).json.auth;
  assert.deepEqual([bare?.policies, bare?.renewable, bare?.orphan], [["a"], false, false] as unknown);
  const path = (await call("POST", "auth/token/lookup", { body: { token: bare?.client_token } })).json.data
    ?.path;
  assert.equal(path, "auth/token/create/bare/here" as unknown);
});

test("what a role decides where nothing is asked, and what it lets one ask without sudo", async (context) => {
  const { plain, make, role, call } = await world(context);
  await role("most", {
    allowed_policies: "a",
    allowed_entity_aliases: "robot",
    ...{ token_explicit_max_ttl: "1h", token_period: "2m", token_num_uses: 3, token_type: "service" },
  });
  const made = (await make(plain, { type: "batch", no_parent: true, entity_alias: "Robot" }, "most")).json
    .auth;
  assert.deepEqual([made?.token_type, made?.orphan], ["service", false] as unknown, "the role's word counts");
  assert.match(String(made?.entity_id), /^[0-9a-f-]{36}$/);
  const look = (await call("POST", "auth/token/lookup", { body: { token: made?.client_token } })).json.data;
  assert.deepEqual([look?.explicit_max_ttl, look?.period, look?.num_uses], [3_600, 120, 3] as unknown);
  assert.equal((await make(plain, {}, "most")).json.auth?.entity_id, "" as unknown);
  // what the maker could not give away the role gives
  const bare = String((await make(plain, { no_default_policy: true })).json.auth?.client_token);
  assert.deepEqual((await make(bare)).json.auth?.policies, ["a", "b"] as unknown);
  assert.deepEqual((await make(bare, {}, "most")).json.auth?.policies, ["a", "default"] as unknown);
});

test("a role that could not work is refused; who may orphan, and what must be named", async (context) => {
  const { plain, sudo, call } = await world(context);
  const roleOf = (body: object, name = "bad") => call("POST", `auth/token/roles/${name}`, { body });
  const batch = { token_type: "batch", orphan: true, renewable: false };
  const bad: [object, RegExp][] = [
    [{ path_suffix: "a/b" }, /path suffix/],
    [{ token_type: "other" }, /token_type/],
    [{ token_num_uses: -1 }, /cannot be negative/],
    [{ token_bound_cidrs: "x" }, /network/],
    [{ ...batch, orphan: false }, /non-orphan tokens/],
    [{ ...batch, token_period: "1h" }, /periodic tokens/],
    [{ ...batch, renewable: true }, /renewable tokens/],
    [{ ...batch, token_explicit_max_ttl: "1h" }, /explicit max TTL/],
  ];
  for (const [body, wanted] of bad) {
    const answer = await roleOf(body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.text, wanted);
  }
  for (const name of ["-a", "a b", "x".repeat(256)]) assert.ok((await roleOf({}, name)).status >= 400, name);
  assert.equal((await call("GET", "auth/token/roles/bad")).status, 404, "nothing was stored");
  await roleOf({ explicit_max_ttl: "1h", bound_cidrs: "10.0.0.0/8" }, "older");
  const older = (await call("GET", "auth/token/roles/older")).json.data;
  assert.deepEqual([older?.explicit_max_ttl, older?.bound_cidrs], [3600, ["10.0.0.0/8"]] as unknown);
  await roleOf({ token_explicit_max_ttl: "2h", token_bound_cidrs: "10.0.0.0/8" }, "older");
  const newer = (await call("GET", "auth/token/roles/older")).json.data;
  assert.deepEqual(
    [newer?.explicit_max_ttl, newer?.token_explicit_max_ttl, newer?.bound_cidrs],
    [0, 7200, undefined] as unknown,
    "by the name it was last written under",
  );
  const orphan = (token: string, body: object) => call("POST", "auth/token/revoke-orphan", { token, body });
  const made = String(
    (await call("POST", "auth/token/create", { body: { policies: ["a"] } })).json.auth?.client_token,
  );
  assert.match((await orphan(plain, { token: made })).text, /sudo privileges required to revoke and orphan/);
  assert.match((await orphan(sudo, {})).text, /missing token ID/);
  assert.match((await orphan(sudo, { token: "none" })).text, /token to revoke not found/);
  assert.equal((await orphan(sudo, { token: made })).status, 204);
  assert.equal((await call("POST", "auth/token/lookup", { body: { token: made } })).status, 403);
});
