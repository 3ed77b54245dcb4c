/** Version 1 through the real kernel: bytes as they came, hints of time, hostile names and sizes, and the value index. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { projects } from "../projects/index.ts";
import { sys } from "../sys/index.ts";
import { kv } from "./index.ts";

async function open(context: TestContext, path = "old/"): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [kv, sys, projects] });
  await api.kernel.services.mounts.mount("secret", path, { type: "kv-v1" });
  return api;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("a secret is written, replaced, read as the bytes that came, and deleted", async (context) => {
  const api = await open(context);
  const value = `{"big":12345678901234567890.10,"e":1e400,"text":"a\\u00e9\\n","list":[1,{"x":null}],"__proto__":{"y":"own"},"limit":"all"}`;
  assert.equal((await api.call("POST", "old/app/db", `{"gone":"x"}`)).status, 204);
  assert.equal((await api.call("PUT", "old/app/db", value)).status, 204);
  const read = await api.call("GET", "old/app/db");
  assert.ok(read.text.includes(`"data":${value}`), read.text);
  assert.equal(read.get("lease_id"), "");
  assert.equal(read.get("renewable"), false);
  assert.equal(read.get("lease_duration"), 32 * 86_400);
  assert.equal((await api.call("DELETE", "old/app/db")).status, 204);
  assert.equal((await api.call("GET", "old/app/db")).text, '{"errors":[]}');
  assert.deepEqual(await api.rows("logical/"), [], "nothing is left");
});

test("of equal member names the last is kept", async (context) => {
  const api = await open(context);
  await api.call("POST", "old/a", '{"a":"first1","o":{"k":"first2","k":"last"},"a":"last"}');
  const read = await api.call("GET", "old/a");
  assert.ok(!read.text.includes("first"));
  assert.deepEqual(read.get("data"), { a: "last", o: { k: "last" } });
});

test("a hint of time is answered, the mount's default otherwise, and nothing ends by it", async (context) => {
  const api = await open(context);
  await api.kernel.services.mounts.tune("secret", "old/", { defaultLeaseTtl: 7_200_000 });
  const long = "9".repeat(1_000);
  for (const [hint, seconds] of [
    [{ ttl: "1h" }, 3_600],
    [{ ttl: 60 }, 60],
    [{ lease: "2m" }, 120],
    [{ ttl: null }, 0],
    [{ ttl: "-1h" }, 0],
    [{ ttl: -1 }, 0],
    [{ ttl: "soon", lease: "2m" }, 7_200],
    [{ ttl: { a: 1 } }, 7_200],
    [{ ttl: long }, 7_200],
    [{ ttl: 1e300 }, 7_200],
    [{ ttl: "999999999999h" }, 7_200],
  ] as const) {
    await api.call("POST", "old/a", hint);
    api.clock.advance(10 * 3_600_000);
    const read = await api.call("GET", "old/a");
    assert.equal(read.get("lease_duration"), seconds, JSON.stringify(hint).slice(0, 60));
  }
});

test("hostile paths and bodies are refused", async (context) => {
  const api = await open(context);
  for (const body of [undefined, "{}", "null"])
    assert.deepEqual((await api.call("POST", "old/a", body)).errors, ["missing data fields"]);
  for (const body of ["[1]", '"text"', "{", `{"a":${"[".repeat(10_000)}`])
    assert.equal((await api.call("POST", "old/a", body)).status, 400);
  for (const path of ["old/", "old/a/", "old/../x", "old/a/../b", `old/${"x".repeat(700)}`])
    assert.equal((await api.call("POST", path, { a: "b" })).status, 400, path);
  assert.equal((await api.call("GET", `old/${"x".repeat(700)}`)).status, 400);
  const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`n${index}`, "v"]));
  assert.equal((await api.call("POST", "old/a", { o: many })).status, 400);
  assert.equal((await api.call("PATCH", "old/a", { a: "b" })).status, 405);
  assert.deepEqual(await api.rows("logical/"), []);
});

test("policies tell making from changing, and lists show names alone", async (context) => {
  const api = await open(context);
  const { policies, tokens } = api.kernel.services;
  await policies.put("maker", 'path "old/app/*" { capabilities = ["create", "list"] }');
  const made = await tokens.issue(
    { policies: ["maker"], metadata: {}, displayName: "maker" },
    { path: "auth/token/create", parent: null },
  );
  const maker = { token: made.token?.revealText() ?? "" };
  assert.equal((await api.call("POST", "old/app/a", { v: 1 }, maker)).status, 204);
  assert.equal((await api.call("POST", "old/app/a", { v: 2 }, maker)).status, 403);
  assert.equal((await api.call("GET", "old/app/a", undefined, maker)).status, 403);
  await api.call("POST", "old/app/b/c", { v: 1 });
  await api.call("POST", "old/app/b", { v: 1 });
  assert.deepEqual((await api.call("LIST", "old/app", undefined, maker)).get("data.keys"), ["a", "b", "b/"]);
  assert.deepEqual((await api.call("SCAN", "old/app")).get("data.keys"), ["a", "b", "b/c"]);
  assert.equal((await api.call("LIST", "old/none")).status, 404);
});

test("values are indexed: found by their hash, replaced and forgotten with the secret and the mount", async (context) => {
  const api = await open(context);
  const { values, mounts } = api.kernel.services;
  const [first, second] = [fake("hf_", 34), fake("hf_", 34)];
  const places = async (value: string): Promise<readonly string[]> =>
    ((await values.lookup([sha256(value)])).get(sha256(value)) ?? []).map(
      ({ path, field }) => `${path}#${field}`,
    );
  await api.call("POST", "old/hub", { token: first });
  assert.deepEqual(await places(first), ["old/hub#token"]);
  await api.call("POST", "old/hub", { deep: { token: second } });
  assert.deepEqual(await places(first), []);
  assert.deepEqual(await places(second), ["old/hub#deep.token"]);
  await api.call("DELETE", "old/hub");
  assert.deepEqual(await places(second), []);
  await api.call("POST", "old/hub", { token: first });
  await mounts.unmount("secret", "old/");
  assert.deepEqual(await places(first), []);
});

test("one value in two environments is refused on version 1 too", async (context) => {
  const api = await open(context, "secret/");
  const manifest = { environments: { dev: {}, prod: {} }, secrets: {}, stages: {} };
  assert.equal((await api.call("POST", "bulkhead/projects/fd", { manifest })).status, 200);
  const value = fake("hf_", 34);
  assert.equal((await api.call("POST", "secret/fd/dev/hub", { token: value })).status, 204);
  const again = await api.call("POST", "secret/fd/prod/hub", { token: value });
  assert.equal(again.status, 400);
  assert.ok(!again.text.includes(value));
  assert.match(again.text, /fd\/dev\/hub/);
  assert.equal((await api.call("GET", "secret/fd/prod/hub")).status, 404, "nothing was written");
  assert.equal((await api.call("POST", "secret/fd/dev/hub", { token: value })).status, 204);
});

test("a mount says its version, and keeps it", async (context) => {
  const api = await open(context);
  await api.call("POST", "sys/mounts/plain", { type: "kv" });
  for (const path of ["old", "plain", "plain/a/b"]) {
    const seen = await api.call("GET", `sys/internal/ui/mounts/${path}`);
    assert.deepEqual(seen.get("data.options"), { version: "1" }, path);
    assert.equal(seen.get("data.type"), "kv");
  }
  await api.call("POST", "old/a", { v: "kept" });
  const refused = async (path: string, version: string, why: RegExp): Promise<void> => {
    const answer = await api.call("POST", `sys/mounts/${path}/tune`, { options: { version } });
    assert.equal(answer.status, 400);
    assert.match(answer.text, why);
  };
  await api.call("POST", "sys/mounts/new", { type: "kv-v2" });
  await refused("old", "2", /upgrading old\/ from version 1 to version 2 is not offered/);
  await refused("old", "3", /invalid version provided: 3/);
  await refused("new", "1", /cannot downgrade mount from version 2/);
  for (const version of ["3", "", "toString"])
    assert.equal((await api.call("POST", "sys/mounts/x", { type: "kv", options: { version } })).status, 400);
  assert.equal((await api.call("POST", "sys/mounts/old/tune", { options: { version: "1" } })).status, 204);
  assert.equal((await api.call("GET", "old/a")).get("data.v"), "kept");
});
