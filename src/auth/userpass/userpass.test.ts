/** Names and passwords through the real kernel: users, logins, every way a login must fail alike, and locks over processes. */
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fake } from "../../../test/support/fake.ts";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { Secret } from "../../core/secret.ts";
import { kv } from "../../engines/kv/index.ts";
import { sys } from "../../engines/sys/index.ts";
import { approle } from "../approle/index.ts";
import { userpass } from "./index.ts";
import { hashPassword, isPassword } from "./password.ts";
import { Turns } from "./turns.ts";

const MINUTE = 60_000;
const USER = "auth/people/users/ada";
const REFUSED = { status: 400, errors: ["invalid username or password"] };
const LOCKED = { status: 403, errors: ["permission denied"] };

async function open(context: TestContext): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [kv, sys], authMethods: [userpass, approle] });
  const { mounts, policies } = api.kernel.services;
  await mounts.mount("auth", "people/", { type: "userpass" });
  await mounts.mount("secret", "secret/", { type: "kv-v2" });
  await policies.put("p1", 'path "secret/data/app" { capabilities = ["read"] }');
  return api;
}

const login = (api: PluginApi, name: string, password?: unknown, remote = "127.0.0.1"): Promise<Answer> =>
  api.call("POST", `auth/people/login/${name}`, { password }, { token: "", remote });
const outcome = ({ status, errors }: Answer) => ({ status, errors });
const tune = (api: PluginApi, config: unknown): Promise<Answer> =>
  api.call("POST", "sys/auth/people/tune", { user_lockout_config: config });
const token = (answer: Answer): { token: string } => ({ token: answer.textAt("auth.client_token") });

test("a user is made, shown without a password, changed, listed and deleted", async (context) => {
  const api = await open(context);
  assert.equal((await api.call("LIST", "auth/people/users")).status, 404);
  assert.deepEqual((await api.call("POST", USER, { token_policies: "p1" })).errors, ["missing password"]);
  const password = fake("pw-", 30);
  assert.equal((await api.call("POST", USER, { password, policies: "P1", ttl: "1h" })).status, 204);
  const shown = await api.call("GET", "auth/people/users/ADA");
  assert.deepEqual(shown.get("data"), {
    token_bound_cidrs: [],
    token_explicit_max_ttl: 0,
    token_max_ttl: 0,
    token_no_default_policy: false,
    token_num_uses: 0,
    token_period: 0,
    token_policies: ["p1"],
    token_ttl: 3600,
    token_type: "default",
  });
  assert.equal((await api.call("POST", USER, { token_max_ttl: "2h" })).status, 204, "the password stays");
  const made = await login(api, "Ada", password);
  assert.equal(made.status, 200);
  assert.deepEqual(made.get("auth.policies"), ["default", "p1"]);
  assert.deepEqual(made.get("auth.metadata"), { username: "ada" });
  assert.equal(made.get("auth.lease_duration"), 3600);
  const self = await api.call("GET", "secret/data/app", undefined, token(made));
  assert.equal(self.status, 404, "its policy holds");
  const info = await api.kernel.services.tokens.lookup(Secret.copy(token(made).token));
  assert.deepEqual([info?.displayName, info?.role, info?.orphan], ["people-ada", "", true]);
  assert.deepEqual((await api.call("LIST", "auth/people/users")).get("data.keys"), ["ada"]);
  assert.equal((await api.call("DELETE", USER)).status, 204);
  assert.equal((await api.call("GET", USER)).status, 404);
  assert.deepEqual(outcome(await login(api, "ada", password)), REFUSED);
});

test("password and policies change alone", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "one", token_policies: "a" });
  for (const path of ["password", "policies"])
    assert.equal((await api.call("POST", `auth/people/users/none/${path}`, { password: "x" })).status, 404);
  assert.equal((await api.call("POST", `${USER}/password`, {})).status, 400);
  assert.equal((await api.call("POST", `${USER}/password`, { password: "two" })).status, 204);
  assert.deepEqual(outcome(await login(api, "ada", "one")), REFUSED);
  assert.equal((await login(api, "ada", "two")).status, 200);
  await api.call("POST", `${USER}/policies`, { token_policies: "b", token_ttl: "1s" });
  assert.deepEqual((await api.call("GET", USER)).get("data.token_policies"), ["b"]);
  assert.equal((await api.call("GET", USER)).get("data.token_ttl"), 0, "policies alone");
});

test("every login that fails says the same", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right", token_bound_cidrs: "10.0.0.0/8" });
  for (const answer of [
    await login(api, "ada", "wrong", "10.1.1.1"),
    await login(api, "ada", "right", "11.1.1.1"),
    await login(api, "ada", "Right", "10.1.1.1"),
    await login(api, "none", "right", "10.1.1.1"),
    await login(api, "none", "x".repeat(4_096)),
  ])
    assert.deepEqual(outcome(answer), REFUSED);
  assert.equal((await login(api, "ada", "right", "10.1.1.1")).status, 200);
  for (const name of ["ada", "none"]) {
    assert.deepEqual((await login(api, name)).errors, ["missing password"]);
    assert.deepEqual((await login(api, name, "")).errors, ["missing password"]);
  }
});

test("an unknown name costs the same work as a wrong password", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right" });
  const counted = context.mock.method(crypto, "argon2");
  syncBuiltinESMExports();
  context.after(() => {
    counted.mock.restore();
    syncBuiltinESMExports();
  });
  const workOf = async (name: string): Promise<unknown> => {
    counted.mock.resetCalls();
    assert.deepEqual(outcome(await login(api, name, "wrong")), REFUSED);
    return counted.mock.calls.map(({ arguments: [algorithm, given] }) => {
      const { memory, passes, parallelism, tagLength } = given;
      return { algorithm, memory, passes, parallelism, tagLength };
    });
  };
  const known = await workOf("ada");
  assert.deepEqual(known, [
    { algorithm: "argon2id", memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 },
  ]);
  assert.deepEqual(await workOf("nobody"), known);
});

test("a user that goes while his password is compared gets no token", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right" });
  const pending = login(api, "ada", "right");
  assert.equal((await api.call("DELETE", USER)).status, 204);
  assert.deepEqual(outcome(await pending), REFUSED);
});

test("hostile names, passwords and settings are refused", async (context) => {
  const api = await open(context);
  for (const name of ["a b", "-a", "a-", "é", "a%00", "x".repeat(300), "a$"])
    assert.ok([400, 404].includes((await login(api, name, "x")).status), name);
  for (const password of [1, true, ["x"], { a: "b" }, "x".repeat(4_097)])
    assert.equal((await login(api, "ada", password)).status, 400);
  for (const more of [
    { token_policies: "root" },
    { token_type: "weird" },
    { token_bound_cidrs: "10/8" },
    { token_ttl: "2h", token_max_ttl: "1h" },
    { token_num_uses: -1 },
    { password_hash: "$2a$10$x" },
  ])
    assert.equal(
      (await api.call("POST", USER, { password: "x", ...more })).status,
      400,
      JSON.stringify(more),
    );
  assert.equal((await api.call("GET", USER)).status, 404);
  const stranger = await api.call("POST", USER, { password: "x" }, { token: "" });
  assert.equal(stranger.status, 403, "users are made by whoever may");
});

test("a password stands nowhere in clear", async (context) => {
  const api = await open(context);
  const [password, typo, asName] = [fake("pw-", 30), fake("pw-", 30), fake("pw_", 30).toLowerCase()];
  await api.call("POST", USER, { password, token_metadata: { note: "findable-control" } });
  await login(api, "ada", password);
  await login(api, "ada", typo);
  await login(api, asName, "x");
  const files = readdirSync(api.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  for (const secret of [password, typo]) assert.ok(!files.some((bytes) => bytes.includes(secret)));
  const inStore = files.filter((bytes) => bytes.includes("core/lockouts/"));
  assert.ok(inStore.length > 0, "failures are kept");
  assert.ok(!inStore.some((bytes) => bytes.includes(asName)), "under no name");
  assert.ok(
    files.some((bytes) => bytes.includes("people/login/ada")),
    "the search finds what is there",
  );
});

test("the same password is stored differently each time, and nobody has none", async () => {
  const password = Secret.copy("one two three");
  const [a, b] = await Promise.all([hashPassword(password), hashPassword(password)]);
  assert.notEqual(a.salt, b.salt);
  assert.notEqual(a.hash, b.hash);
  assert.equal(await isPassword(password, a), true);
  assert.equal(await isPassword(Secret.copy("one two thre"), a), false);
  assert.equal(await isPassword(password, { ...a, hash: b.hash }), false);
  assert.equal(await isPassword(password, null), false);
  assert.equal(await isPassword(Secret.copy(""), null), false);
});

test("a few are computed at once, some wait, the rest are told to come again", async () => {
  const turns = new Turns(2, 3);
  let [running, most] = [0, 0];
  const work = async (): Promise<string> => {
    most = Math.max(most, ++running);
    await delay(1);
    running--;
    if (running < 0) throw new Error("counted wrong");
    return "done";
  };
  for (let round = 0; round < 3; round++) {
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => turns.run(work)));
    const refused = all.filter((one) => one.status === "rejected");
    assert.equal(refused.length, 3);
    for (const one of refused) assert.match(String(one.reason), /too many logins at once/);
  }
  assert.equal(most, 2);
  const failing = Array.from({ length: 5 }, () => turns.run(() => Promise.reject(new Error("x"))));
  assert.ok((await Promise.allSettled(failing)).every((one) => one.status === "rejected"));
  assert.equal(await turns.run(work), "done", "failed work gives its place on");
});

test("five failures lock a name for fifteen minutes, over all processes, known or not", async (context) => {
  const api = await open(context);
  const other = await api.another();
  await api.call("POST", USER, { password: "right" });
  for (const name of ["ada", "nobody"]) {
    for (let tries = 0; tries < 5; tries++)
      assert.deepEqual(outcome(await login(tries % 2 === 0 ? api : other, name, "wrong")), REFUSED);
    for (const one of [api, other]) {
      assert.deepEqual(outcome(await login(one, name, "wrong")), LOCKED);
      assert.deepEqual(outcome(await login(one, name, "right")), LOCKED);
    }
  }
  const mounted = await api.kernel.services.mounts.find("auth/people/");
  const seen = await api.call("GET", "sys/locked-users");
  assert.deepEqual(seen.get("data.by_namespace.0.mount_accessors.0"), {
    mount_accessor: mounted?.accessor,
    counts: 1,
    alias_identifiers: ["ada"],
  });
  api.clock.advance(15 * MINUTE - 1);
  assert.deepEqual(outcome(await login(api, "ada", "right")), LOCKED);
  api.clock.advance(1);
  assert.equal((await login(api, "ada", "right")).status, 200);
  assert.deepEqual(outcome(await login(api, "nobody", "right")), REFUSED);
  assert.equal((await api.call("GET", "sys/locked-users")).get("data.total"), 0);
});

test("a right password forgets the failures, and so does time", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right" });
  const fail = async (times: number): Promise<void> => {
    for (let tries = 0; tries < times; tries++)
      assert.deepEqual(outcome(await login(api, "ada", "wrong")), REFUSED);
  };
  await fail(4);
  assert.equal((await login(api, "ada", "right")).status, 200);
  await fail(4);
  api.clock.advance(15 * MINUTE);
  await fail(4);
  assert.equal((await login(api, "ada", "right")).status, 200);
  assert.deepEqual(await api.rows("core/lockouts/"), []);
  await fail(1);
  api.clock.advance(15 * MINUTE);
  await api.kernel.tidy();
  assert.deepEqual(await api.rows("core/lockouts/"), []);
});

test("of many guesses at once only as many count as come before the lock", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right" });
  const wrong = Array.from({ length: 8 }, () => login(api, "ada", "wrong"));
  const right = login(api, "ada", "right"); // under way before the lock, compared after it
  const answers = await Promise.all(wrong);
  assert.ok(answers.every(({ status }) => status === 400 || status === 403));
  assert.deepEqual(outcome(await right), LOCKED);
  assert.deepEqual(outcome(await login(api, "ada", "right")), LOCKED);
});

test("many right logins at once lock nobody", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right" });
  const answers = await Promise.all(Array.from({ length: 10 }, () => login(api, "ada", "right")));
  assert.deepEqual(
    answers.map(({ status }) => status),
    answers.map(() => 200),
  );
});

test("a lock is tuned, lifted and switched off", async (context) => {
  const api = await open(context);
  await api.call("POST", USER, { password: "right" });
  for (const config of [
    "x",
    { lockout_threshold: 0 },
    { lockout_threshold: "many" },
    { lockout_duration: "soon" },
    { lockout_duration: 0 },
    { lockout_disable: "perhaps" },
  ])
    assert.equal((await tune(api, config)).status, 400, JSON.stringify(config));
  const config = { lockout_threshold: "2", lockout_duration: "1h", lockout_counter_reset_duration: 60 };
  assert.equal((await tune(api, config)).status, 204);
  const shown = await api.call("GET", "sys/auth/people/tune");
  assert.deepEqual(
    ["threshold", "duration", "counter_reset_duration", "disable"].map((name) =>
      shown.get(`data.user_lockout_${name}`),
    ),
    [2, 3_600, 60, false],
  );
  for (const answer of [await login(api, "ada", "wrong"), await login(api, "ada", "wrong")])
    assert.deepEqual(outcome(answer), REFUSED);
  assert.deepEqual(outcome(await login(api, "ada", "right")), LOCKED);
  const { accessor = "" } = (await api.kernel.services.mounts.find("auth/people/")) ?? {};
  assert.equal((await api.call("POST", `sys/locked-users/${accessor}/unlock/ADA`)).status, 204);
  assert.equal((await login(api, "ada", "right")).status, 200);
  await login(api, "ada", "wrong");
  await login(api, "ada", "wrong");
  assert.deepEqual(outcome(await login(api, "ada", "right")), LOCKED);
  assert.equal((await api.call("POST", `${USER}/password`, { password: "new" })).status, 204);
  assert.equal((await login(api, "ada", "new")).status, 200, "a new password unlocks");
  await tune(api, { lockout_disable: true });
  for (let tries = 0; tries < 4; tries++)
    assert.deepEqual(outcome(await login(api, "ada", "wrong")), REFUSED);
  assert.equal((await login(api, "ada", "new")).status, 200);
  await api.kernel.services.mounts.mount("auth", "approle/", { type: "approle" });
  for (const path of ["sys/auth/approle/tune", "sys/mounts/secret/tune"]) {
    const refused = await api.call("POST", path, { user_lockout_config: config });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /not allowed/);
  }
});
