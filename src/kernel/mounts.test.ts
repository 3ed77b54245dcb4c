import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel } from "../../test/support/kernel.ts";
import { toyEngine } from "../../test/support/toy-engine.ts";

test("mounting, routing by the longest prefix, conflicts, unmounting", async () => {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin] });
  const mount = async (path: string, body: object = { type: "toy" }) =>
    await at.call("POST", `sys/mounts/${path}`, { body });
  assert.equal((await mount("team/a")).status, 204);
  assert.equal((await mount("team/b", { type: "toy-2", description: "second" })).status, 204);
  for (const path of [
    "team/a",
    "team",
    "team/a/b",
    "sys",
    "sys/x",
    "cubbyhole",
    "auth",
    "auth/x",
    "bulkhead",
  ]) {
    const refused = await mount(path);
    assert.equal(refused.status, 400, path);
    if (path.startsWith("team")) assert.match(refused.text, /path is already in use/);
  }
  for (const path of ["a b", "x*", "a+b", "%41", "{x}"]) assert.equal((await mount(path)).status, 400, path);
  assert.equal((await mount("x", { type: "nothing" })).status, 400);
  assert.equal((await mount("x", { type: "cubbyhole" })).status, 400, "built-ins are there once");
  assert.equal(
    (await mount("x", { type: "toy", config: { default_lease_ttl: "2h", max_lease_ttl: "1h" } })).status,
    400,
  );

  await at.call("POST", "team/a/item/x", { body: { data: 1 } });
  await at.call("POST", "team/b/item/x", { body: { data: 2 } });
  assert.deepEqual((await at.call("GET", "team/a/item/x")).json.data, { stored: 1 });
  const other = await at.second();
  assert.deepEqual((await other.call("GET", "team/b/item/x")).json.data, { stored: 2 });

  const listed = (await at.call("GET", "sys/mounts")).json;
  const entry = listed["team/b/"] as unknown as Record<string, unknown>;
  assert.deepEqual(entry, (listed.data as unknown as Record<string, unknown>)["team/b/"]);
  assert.equal(entry.description, "second");
  assert.deepEqual(entry.options, { version: "2" });

  assert.equal((await at.call("DELETE", "sys/mounts/team/a")).status, 204);
  assert.equal((await at.call("DELETE", "sys/mounts/team/a")).status, 204, "gone is gone");
  assert.equal((await other.call("GET", "team/a/item/x")).status, 404);
  assert.equal((await mount("team/a")).status, 204);
  assert.equal((await at.call("GET", "team/a/item/x")).status, 404, "its storage went with it");
  assert.deepEqual((await at.call("GET", "team/b/item/x")).json.data, { stored: 2 });
  assert.equal((await at.call("DELETE", "sys/mounts/cubbyhole")).status, 400);
  await other.close();
  await at.close();
});

test("settings are read and changed, also a built-in's", async () => {
  const at = await openTestKernel({ engines: [toyEngine().plugin] });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy", config: { max_lease_ttl: 7_200 } } });
  const tune = async (path: string) =>
    (await at.call("GET", `${path}/tune`)).json.data as unknown as Record<string, unknown>;
  assert.equal((await tune("sys/mounts/toy")).default_lease_ttl, 2_764_800);
  assert.equal((await tune("sys/mounts/toy")).max_lease_ttl, 7_200);
  const body = { default_lease_ttl: "1h", options: { version: "3" }, description: "d" };
  assert.equal((await at.call("POST", "sys/mounts/toy/tune", { body })).status, 204);
  const tuned = await tune("sys/mounts/toy");
  assert.deepEqual(
    [tuned.default_lease_ttl, tuned.max_lease_ttl, tuned.options],
    [3_600, 7_200, { version: "3" }],
  );
  assert.equal(
    (await at.call("POST", "sys/auth/token/tune", { body: { default_lease_ttl: "10m" } })).status,
    204,
  );
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["x"] } });
  assert.equal(made.json.auth?.lease_duration, 600 as unknown);
  assert.equal((await at.call("GET", "sys/mounts/none/tune")).status, 400);
  const auths = (await at.call("GET", "sys/auth")).json.data as unknown as Record<string, unknown>;
  assert.deepEqual(Object.keys(auths), ["token/"]);
  await at.close();
});

test("a mount made by two processes at once is made once", async () => {
  const at = await openTestKernel({ engines: [toyEngine().plugin] });
  const other = await at.second();
  const made = await Promise.all(
    [at, other, at, other].map((one) => one.call("POST", "sys/mounts/same", { body: { type: "toy" } })),
  );
  assert.deepEqual(made.map(({ status }) => status).sort(), [204, 400, 400, 400]);
  await other.close();
  await at.close();
});

test("the commands' question before a kv call", async () => {
  const at = await openTestKernel({ engines: [toyEngine().plugin] });
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy", options: { version: "2" } } });
  const found = await at.call("GET", "sys/internal/ui/mounts/toy/some/path");
  const data = found.json.data as unknown as Record<string, unknown>;
  assert.deepEqual([data.path, data.type, data.options], ["toy/", "toy", { version: "2" }]);
  assert.equal((await at.call("GET", "sys/internal/ui/mounts/unknown")).status, 403);
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["default"] } });
  const token = String(made.json.auth?.client_token);
  assert.equal((await at.call("GET", "sys/internal/ui/mounts/toy/x", { token })).status, 403);
  const visible = (await at.call("GET", "sys/internal/ui/mounts", { token })).json.data as unknown as Record<
    string,
    object
  >;
  assert.ok(!Object.hasOwn(visible.secret ?? {}, "toy/"));
  assert.ok(Object.hasOwn(visible.secret ?? {}, "cubbyhole/"));
  await at.close();
});
