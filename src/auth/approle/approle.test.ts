/** AppRole through the real kernel: roles and secret ids as hvac uses them, logins, and every way a login must fail alike. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { kv } from "../../engines/kv/index.ts";
import { approle } from "./index.ts";
import { networkWithin } from "./networks.ts";

const ROLE = "auth/approle/role/r1";
const REFUSED = { status: 400, errors: ["invalid role or secret ID"] };

async function open(context: TestContext): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [kv], authMethods: [approle] });
  const { mounts, policies } = api.kernel.services;
  await mounts.mount("auth", "approle/", { type: "approle" });
  await mounts.mount("secret", "secret/", { type: "kv-v2" });
  await policies.put("p1", 'path "secret/data/app" { capabilities = ["read"] }');
  return api;
}

/** A role with its id. */
async function makeRole(api: PluginApi, body: object, at = ROLE): Promise<string> {
  assert.equal((await api.call("POST", at, body)).status, 204);
  return (await api.call("GET", `${at}/role-id`)).textAt("data.role_id");
}

const makeSecretId = async (api: PluginApi, body: object = {}, at = ROLE): Promise<string> =>
  (await api.call("POST", `${at}/secret-id`, body)).textAt("data.secret_id");

/** Without a token, as every login. */
const login = (api: PluginApi, role_id: string, secret_id?: string, remote = "127.0.0.1"): Promise<Answer> =>
  api.call("POST", "auth/approle/login", { role_id, secret_id }, { token: "", remote });

const outcome = ({ status, errors }: Answer) => ({ status, errors });

test("a role is created, read as Vault shows it, changed, listed and deleted", async (context) => {
  const api = await open(context);
  assert.equal((await api.call("LIST", "auth/approle/role")).status, 404);
  const roleId = await makeRole(api, { token_policies: "p1, P2", token_ttl: "20m", secret_id_ttl: 600 });
  assert.match(roleId, /^[0-9a-f]{8}-/);
  assert.deepEqual((await api.call("GET", ROLE)).get("data"), {
    bind_secret_id: true,
    local_secret_ids: false,
    secret_id_bound_cidrs: null,
    secret_id_num_uses: 0,
    secret_id_ttl: 600,
    token_bound_cidrs: [],
    token_explicit_max_ttl: 0,
    token_max_ttl: 0,
    token_no_default_policy: false,
    token_num_uses: 0,
    token_period: 0,
    token_policies: ["p1", "p2"],
    token_ttl: 1200,
    token_type: "default",
  });
  await api.call("POST", ROLE.toUpperCase().replace("AUTH/APPROLE/ROLE", "auth/approle/role"), {
    token_max_ttl: "1h",
  });
  const changed = await api.call("GET", ROLE);
  assert.deepEqual([changed.get("data.token_max_ttl"), changed.get("data.token_ttl")], [3600, 1200]);
  assert.equal(
    (await api.call("GET", `${ROLE}/role-id`)).get("data.role_id"),
    roleId,
    "a change keeps the id",
  );
  assert.deepEqual((await api.call("LIST", "auth/approle/role")).get("data.keys"), ["r1"]);
  const secretId = await makeSecretId(api);
  assert.equal((await api.call("DELETE", ROLE)).status, 204);
  assert.deepEqual(outcome(await login(api, roleId, secretId)), REFUSED);
  assert.equal((await api.call("GET", ROLE)).status, 404);
  const mount = await api.kernel.services.mounts.find("auth/approle/");
  const rows = await api.rows(`logical/${mount?.uuid ?? ""}/`);
  assert.deepEqual(
    rows.map((key) => key.split("/").at(-1)),
    ["key"],
    "nothing of the role is left",
  );
  assert.equal((await api.call("DELETE", ROLE)).status, 204);
});

test("a role of type batch gives tokens that stand nowhere", async (context) => {
  const api = await open(context);
  const roleId = await makeRole(api, { token_policies: "p1", token_type: "batch", token_ttl: "20m" });
  const secretId = await makeSecretId(api);
  const before = await api.rows("core/token/");
  const answer = await login(api, roleId, secretId);
  assert.match(answer.textAt("auth.client_token"), /^hvb\./);
  assert.deepEqual(
    ["accessor", "token_type", "renewable", "lease_duration", "policies"].map((name) =>
      answer.get(`auth.${name}`),
    ),
    ["", "batch", false, 1_200, ["default", "p1"]],
  );
  assert.deepEqual(await api.rows("core/token/"), before);
  const token = answer.textAt("auth.client_token");
  const read = (): Promise<Answer> => api.call("GET", "secret/data/app", undefined, { token });
  assert.equal((await read()).status, 404, "its policy holds");
  await api.kernel.services.mounts.unmount("auth", "approle/");
  assert.equal((await read()).status, 403, "not without the method that gave it");
});

test("bad roles are refused", async (context) => {
  const api = await open(context);
  const bad: [object, RegExp][] = [
    [{ bind_secret_id: false }, /at least one constraint should be enabled/],
    [{ token_ttl: "2h", token_max_ttl: "1h" }, /'token_ttl' cannot be greater/],
    [{ token_type: "weird" }, /invalid 'token_type' value/],
    [{ token_type: "batch", token_period: "1h" }, /cannot be 'batch' .* periodic tokens/],
    [{ token_type: "batch", token_num_uses: 2 }, /cannot be 'batch' .* limited use count/],
    [{ secret_id_bound_cidrs: ["x"] }, /address or network|an address/],
    [{ token_bound_cidrs: "10.0.0.0/99" }, /address or network|an address/],
    [{ token_policies: ["Root"] }, /cannot create root tokens/],
    [{ secret_id_num_uses: -1 }, /cannot be negative/],
    [{ token_num_uses: -1 }, /cannot be negative/],
    [{ token_ttl: "abc" }, /token_ttl/],
  ];
  for (const [body, text] of bad) {
    const answer = await api.call("POST", ROLE, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.errors[0] ?? "", text);
  }
  for (const name of ["-", "-a", "a b", "a%", "é", "x".repeat(300)])
    assert.equal((await api.call("POST", `auth/approle/role/${name}`, {})).status, 400, name);
  assert.equal((await api.call("LIST", "auth/approle/role")).status, 404, "nothing was stored");
});

test("a login gives a token with the role's policies, times and metadata", async (context) => {
  const api = await open(context);
  await api.call("POST", "secret/data/app", { data: { k: "v" } });
  const roleId = await makeRole(api, {
    token_policies: ["p1"],
    token_ttl: "20m",
    token_metadata: { project: "fraud", stage: "train" },
  });
  const metadata = JSON.stringify({ run: "1", stage: "forged", role_name: "forged" });
  const answer = await login(api, roleId, await makeSecretId(api, { metadata }));
  assert.equal(answer.status, 200);
  assert.deepEqual(
    ["policies", "metadata", "lease_duration", "renewable", "token_type", "num_uses", "orphan"].map((name) =>
      answer.get(`auth.${name}`),
    ),
    [
      ["default", "p1"],
      { run: "1", project: "fraud", stage: "train", role_name: "r1" },
      1200,
      true,
      "service",
      0,
      true,
    ],
  );
  const token = answer.textAt("auth.client_token");
  assert.equal((await api.call("GET", "secret/data/app", undefined, { token })).status, 200);
  assert.equal((await api.call("GET", "secret/data/other", undefined, { token })).status, 403);
  assert.equal(await api.kernel.services.tokens.revokeWhere({ project: "fraud", stage: "train" }), 1);
  assert.equal((await api.call("GET", "secret/data/app", undefined, { token })).status, 403);
});

test("every wrong login says the same", async (context) => {
  const api = await open(context);
  const roleId = await makeRole(api, { secret_id_num_uses: 1, secret_id_ttl: "10m" });
  const otherId = await makeRole(api, {}, "auth/approle/role/r2");
  const secretId = await makeSecretId(api);
  const wrong: [string, string | undefined][] = [
    ["nope", secretId],
    [roleId, "nope"],
    [roleId, ""],
    [roleId, undefined],
    [otherId, secretId],
    [roleId.toUpperCase(), secretId],
    [roleId, `${secretId} `],
    ["-", secretId],
  ];
  for (const [role, secret] of wrong) assert.deepEqual(outcome(await login(api, role, secret)), REFUSED);
  assert.equal(
    (await login(api, roleId, secretId)).status,
    200,
    "control: the pair works, wrong tries took no use",
  );
  assert.deepEqual(outcome(await login(api, roleId, secretId)), REFUSED, "used up");
  const late = await makeSecretId(api);
  api.clock.advance(600_000);
  assert.deepEqual(outcome(await login(api, roleId, late)), REFUSED, "expired");
  assert.deepEqual((await login(api, "", late)).errors, ["missing role_id"]);
  assert.equal(
    (await api.call("POST", "auth/approle/login", '{"role_id":[],"secret_id":7}', { token: "" })).status,
    400,
  );
});

test("a single-use secret id opens once, however many try at once, over two processes", async (context) => {
  const api = await open(context);
  const second = await api.another();
  const roleId = await makeRole(api, { token_policies: ["p1"] });
  for (const uses of [1, 3]) {
    const secretId = await makeSecretId(api, { num_uses: uses });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => login(index % 2 ? api : second, roleId, secretId)),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, uses);
    for (const answer of answers) if (answer.status !== 200) assert.deepEqual(outcome(answer), REFUSED);
  }
  assert.equal((await api.call("LIST", `${ROLE}/secret-id`)).status, 404, "used up ids are gone");
});

test("networks bound to role and secret id, and to their tokens", async (context) => {
  const api = await open(context);
  const roleId = await makeRole(api, {
    secret_id_bound_cidrs: ["10.0.0.0/8"],
    token_bound_cidrs: ["10.0.0.0/8"],
    token_policies: ["p1"],
  });
  const secretId = await makeSecretId(api, { cidr_list: ["10.1.0.0/16"], num_uses: 1 });
  assert.deepEqual(outcome(await login(api, roleId, secretId, "192.0.2.1")), REFUSED);
  assert.deepEqual(outcome(await login(api, roleId, secretId, "10.2.0.1")), REFUSED);
  const answer = await login(api, roleId, secretId, "10.1.0.1");
  assert.equal(answer.status, 200, "refused tries took no use");
  const unbound = await makeSecretId(api);
  assert.deepEqual(
    outcome(await login(api, roleId, unbound, "192.0.2.1")),
    REFUSED,
    "the role's network alone",
  );
  assert.equal((await login(api, roleId, unbound, "10.2.0.1")).status, 200);
  const token = answer.textAt("auth.client_token");
  const read = (remote: string) => api.call("GET", "secret/data/app", undefined, { token, remote });
  assert.deepEqual([(await read("10.9.9.9")).status, (await read("192.0.2.1")).status], [404, 403]);
  for (const body of [
    { cidr_list: ["0.0.0.0/0"] },
    { cidr_list: ["11.0.0.0/16"] },
    { cidr_list: ["zzz"] },
    { token_bound_cidrs: ["192.0.2.0/24"] },
  ])
    assert.equal((await api.call("POST", `${ROLE}/secret-id`, body)).status, 400, JSON.stringify(body));
  const bare = await makeRole(
    api,
    { bind_secret_id: false, secret_id_bound_cidrs: "10.0.0.0/8" },
    "auth/approle/role/bare",
  );
  assert.equal((await login(api, bare, undefined, "10.0.0.1")).status, 200);
  assert.deepEqual(outcome(await login(api, bare, undefined, "192.0.2.1")), REFUSED);
  assert.equal((await api.call("POST", "auth/approle/role/bare/secret-id", {})).status, 400);
});

test("secret ids: made, looked up, listed, destroyed, by themselves and by accessor", async (context) => {
  const api = await open(context);
  await makeRole(api, { secret_id_num_uses: 5, secret_id_ttl: "10m" });
  const made = await api.call("POST", `${ROLE}/secret-id`, { metadata: '{"k":"v"}', num_uses: 2, ttl: "5m" });
  const [secret_id, secret_id_accessor] = [
    made.textAt("data.secret_id"),
    made.textAt("data.secret_id_accessor"),
  ];
  assert.deepEqual([made.get("data.secret_id_num_uses"), made.get("data.secret_id_ttl")], [2, 300]);
  const described = {
    cidr_list: [],
    creation_time: "2026-01-01T00:00:00.000Z",
    expiration_time: "2026-01-01T00:05:00.000Z",
    last_updated_time: "2026-01-01T00:00:00.000Z",
    metadata: { k: "v" },
    secret_id_accessor,
    secret_id_num_uses: 2,
    secret_id_ttl: 300,
    token_bound_cidrs: [],
  };
  assert.deepEqual(
    (await api.call("POST", `${ROLE}/secret-id/lookup`, { secret_id })).get("data"),
    described,
  );
  const byAccessor = `${ROLE}/secret-id-accessor`;
  assert.deepEqual(
    (await api.call("POST", `${byAccessor}/lookup`, { secret_id_accessor })).get("data"),
    described,
  );
  assert.deepEqual((await api.call("LIST", `${ROLE}/secret-id`)).get("data.keys"), [secret_id_accessor]);
  assert.equal((await api.call("POST", `${ROLE}/secret-id/lookup`, { secret_id: "nope" })).status, 204);
  assert.deepEqual((await api.call("POST", `${ROLE}/secret-id/lookup`, {})).errors, ["missing secret_id"]);
  for (const accessor of ["nope", "0".repeat(36), "../x"])
    assert.equal(
      (await api.call("POST", `${byAccessor}/lookup`, { secret_id_accessor: accessor })).status,
      404,
    );
  assert.equal((await api.call("POST", `${byAccessor}/destroy`, { secret_id_accessor: "nope" })).status, 404);
  assert.equal((await api.call("POST", `${byAccessor}/destroy`, { secret_id_accessor })).status, 204);
  assert.equal((await api.call("POST", `${ROLE}/secret-id/lookup`, { secret_id })).status, 204);
  const second = await makeSecretId(api);
  assert.equal((await api.call("POST", `${ROLE}/secret-id/destroy`, { secret_id: second })).status, 204);
  assert.equal((await api.call("LIST", `${ROLE}/secret-id`)).status, 404);
  for (const tail of ["secret-id", "secret-id/lookup", "custom-secret-id"])
    assert.deepEqual((await api.call("POST", `auth/approle/role/none/${tail}`, { secret_id: "x" })).errors, [
      'role "none" does not exist',
    ]);
  for (const [method, tail] of [
    ["LIST", "secret-id"],
    ["POST", "secret-id/destroy"],
  ] as const)
    assert.deepEqual((await api.call(method, `auth/approle/role/none/${tail}`, { secret_id: "x" })).errors, [
      'role "none" does not exist',
    ]);
  assert.deepEqual((await api.call("POST", `${byAccessor}/lookup`, {})).errors, [
    "missing secret_id_accessor",
  ]);
  assert.equal((await api.call("GET", "auth/approle/role/none/role-id")).status, 404);
});

test("two processes that use a mount first at the same moment agree on its key", async (context) => {
  const api = await open(context);
  const second = await api.another();
  const made = ["r1", "r2"].map(
    (name, index) => [index === 0 ? api : second, `auth/approle/role/${name}`] as const,
  );
  const roleIds = await Promise.all(made.map(([at, path]) => makeRole(at, {}, path)));
  for (const [index, [at, path]] of made.entries())
    assert.equal((await login(at, roleIds[index] ?? "", await makeSecretId(at, {}, path))).status, 200, path);
});

test("a secret id stays within the role's bounds; bad metadata is refused", async (context) => {
  const api = await open(context);
  await makeRole(api, { secret_id_num_uses: 5, secret_id_ttl: "10m" });
  const bodies = [
    { num_uses: 6 },
    { num_uses: 0 },
    { num_uses: -1 },
    { ttl: "11m" },
    { ttl: 0 },
    { metadata: "x" },
    { metadata: "[]" },
    { metadata: "null" },
    { metadata: '{"k":1}' },
    { metadata: { k: "v" } },
    { metadata: "3" },
    { metadata: JSON.stringify(Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, "v"]))) },
  ];
  for (const body of bodies)
    assert.equal((await api.call("POST", `${ROLE}/secret-id`, body)).status, 400, JSON.stringify(body));
  assert.equal((await api.call("LIST", `${ROLE}/secret-id`)).status, 404);
  const most = await api.call("POST", `${ROLE}/secret-id`, { num_uses: 5, ttl: "10m", metadata: " " });
  assert.equal(most.status, 200, "the bounds themselves, and no metadata");
  await makeRole(api, {}, "auth/approle/role/free");
  const free = await api.call("POST", "auth/approle/role/free/secret-id", { num_uses: 0, ttl: 0 });
  assert.deepEqual([free.get("data.secret_id_num_uses"), free.get("data.secret_id_ttl")], [0, 0]);
  assert.equal(
    (await api.call("POST", "auth/approle/role/free/secret-id", { cidr_list: ["zzz"] })).status,
    400,
  );
  const bound = await makeSecretId(api, { cidr_list: ["10.0.0.0/8"] }, "auth/approle/role/free");
  const look = (secret_id: string) =>
    api.call("POST", "auth/approle/role/free/secret-id/lookup", { secret_id });
  assert.equal(
    (await look(bound)).get("data.expiration_time"),
    "0001-01-01T00:00:00Z",
    "networks of its own, no end",
  );
  const short = await makeSecretId(api, { ttl: "1m" }, "auth/approle/role/free");
  api.clock.advance(60_000);
  assert.equal((await look(short)).status, 204, "what is over is not shown");
  await makeRole(api, { secret_id_bound_cidrs: ["10.0.0.0/8", "172.16.0.0/12"] }, "auth/approle/role/two");
  const inOne = await api.call("POST", "auth/approle/role/two/secret-id", { cidr_list: ["172.16.1.0/24"] });
  assert.equal(inOne.status, 200, "one of the role's networks is enough");
});

test("who may change a role may not make one", async (context) => {
  const api = await open(context);
  await makeRole(api, {});
  await api.kernel.services.policies.put(
    "changer",
    'path "auth/approle/role/*" { capabilities = ["update"] }',
  );
  const changer = "auth/approle/role/changer";
  const roleId = await makeRole(api, { token_policies: "changer" }, changer);
  const token = (await login(api, roleId, await makeSecretId(api, {}, changer))).textAt("auth.client_token");
  assert.equal((await api.call("POST", "auth/approle/role/new", {}, { token })).status, 403);
  assert.equal((await api.call("POST", ROLE, {}, { token })).status, 204);
});

test("ids of one's own: role ids are unique, secret ids are registered once for a role", async (context) => {
  const api = await open(context);
  const first = await makeRole(api, {});
  await makeRole(api, {}, "auth/approle/role/r2");
  assert.equal((await api.call("POST", `${ROLE}/role-id`, { role_id: "mine" })).status, 204);
  const taken = await api.call("POST", "auth/approle/role/r2/role-id", { role_id: "mine" });
  assert.deepEqual(taken.errors, ["role_id already in use"]);
  assert.deepEqual((await api.call("POST", `${ROLE}/role-id`, {})).errors, ["missing role_id"]);
  const custom = (body: object, role = "r1") =>
    api.call("POST", `auth/approle/role/${role}/custom-secret-id`, body);
  assert.equal((await custom({ secret_id: "my-own" })).get("data.secret_id"), "my-own");
  assert.equal((await custom({ secret_id: "my-own" })).status, 400);
  for (const body of [{}, { secret_id: "" }])
    assert.deepEqual((await custom(body)).errors, ["missing secret_id"]);
  assert.equal((await custom({ secret_id: "x".repeat(4_097) })).status, 400);
  assert.equal((await custom({ secret_id: "x".repeat(4_096) })).status, 200);
  assert.equal((await login(api, "mine", "my-own")).status, 200);
  assert.deepEqual(outcome(await login(api, first, "my-own")), REFUSED, "the old role id is over");
  assert.equal((await custom({ secret_id: "my-own" }, "r2")).status, 200, "each role has its own");
});

test("single fields have their own paths", async (context) => {
  const api = await open(context);
  await makeRole(api, { token_ttl: "1h" });
  const at = (name: string): string => `${ROLE}/${name}`;
  assert.equal((await api.call("POST", at("policies"), { policies: "a,b" })).status, 204);
  assert.deepEqual((await api.call("GET", at("policies"))).get("data"), { token_policies: ["a", "b"] });
  assert.deepEqual((await api.call("GET", at("token-ttl"))).get("data"), { token_ttl: 3600 });
  assert.equal((await api.call("DELETE", at("token-ttl"))).status, 204);
  assert.deepEqual((await api.call("GET", at("token-ttl"))).get("data"), { token_ttl: 0 });
  assert.equal((await api.call("POST", at("bind-secret-id"), { bind_secret_id: false })).status, 400);
  for (const list of ["bound-cidr-list", "secret-id-bound-cidrs", "token-bound-cidrs"])
    assert.equal((await api.call("POST", at(list), {})).status, 204, list);
  assert.deepEqual((await api.call("POST", at("token-ttl"), {})).errors, ["missing token_ttl"]);
  const bare = { bind_secret_id: false, token_bound_cidrs: "10.0.0.0/8", role_id: "own" };
  assert.equal(await makeRole(api, bare, "auth/approle/role/bare"), "own");
  assert.equal((await api.call("DELETE", "auth/approle/role/bare/token-bound-cidrs")).status, 400);
  assert.equal((await api.call("POST", "auth/approle/role/none/period", {})).status, 404);
  assert.equal((await api.call("POST", "auth/approle/role/none/period", { period: 5 })).status, 404);
  assert.equal((await api.call("GET", "auth/approle/role/none/period")).status, 404);
});

test("tidy drops what is over and nothing else", async (context) => {
  const api = await open(context);
  const roleId = await makeRole(api, {});
  const short = await makeSecretId(api, { ttl: "1m" });
  const long = await makeSecretId(api, { ttl: "1h" });
  assert.ok(short !== long);
  api.clock.advance(60_000);
  assert.equal((await api.call("POST", "auth/approle/tidy/secret-id")).status, 202);
  assert.equal(((await api.call("LIST", `${ROLE}/secret-id`)).get("data.keys") as string[]).length, 1);
  assert.equal((await login(api, roleId, long)).status, 200);
});

test("ids never stand in the store's keys", async (context) => {
  const api = await open(context);
  const roleId = await makeRole(api, {});
  const secretId = await makeSecretId(api);
  const keys = (await api.rows("")).join("\n");
  assert.ok(keys.includes("secret-id/r1/"), "control: the keys were read");
  assert.ok(!keys.includes(roleId) && !keys.includes(secretId));
});

test("networks within networks", () => {
  const rows: [string, string, boolean][] = [
    ["10.1.0.0/16", "10.0.0.0/8", true],
    ["10.0.0.0/8", "10.1.0.0/16", false],
    ["10.0.0.1", "10.0.0.0/8", true],
    ["11.0.0.1", "10.0.0.0/8", false],
    ["0.0.0.0/0", "0.0.0.0/0", true],
    ["2001:db8::/48", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["::1", "::/0", true],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.0/104", true],
    ["::ffff:11.0.0.1", "::ffff:10.0.0.0/104", false],
    ["10.0.0.1", "::/0", false],
    ["x", "10.0.0.0/8", false],
    ["10.0.0.1/x", "10.0.0.0/8", false],
    ["10.1.0.0/8", "10.1.0.0/16", false],
    ["10.0.0.1/33", "10.0.0.0/8", false],
    ["10.0.0.1", "x", false],
    ["10.0.0.1", "10.0.0.0/-1", false],
  ];
  for (const [inner, outer, expected] of rows)
    assert.equal(networkWithin(inner, outer), expected, `${inner} ${outer}`);
});
