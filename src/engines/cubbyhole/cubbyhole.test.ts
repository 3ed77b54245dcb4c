/** The cubbyhole through the real kernel: a token sees its own entries alone, and they end with it. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { Secret } from "../../core/secret.ts";
import { cubbyhole } from "./index.ts";

async function open(context: TestContext): Promise<PluginApi> {
  return await pluginApi(context, { engines: [cubbyhole] });
}

async function newToken(api: PluginApi): Promise<{ token: string }> {
  const minted = await api.kernel.services.tokens.issue(
    { policies: ["default"], metadata: {}, displayName: "test" },
    { path: "auth/token/create", parent: null },
  );
  return { token: minted.token?.revealText() ?? "" };
}

test("entries are written, read as they came, listed and deleted", async (context) => {
  const api = await open(context);
  const mine = await newToken(api);
  const value = fake("sk-", 30);
  assert.equal((await api.call("POST", "cubbyhole/a/b", `{"k":"${value}","n":1.50}`, mine)).status, 204);
  const read = await api.call("GET", "cubbyhole/a/b", undefined, mine);
  assert.equal(read.get("data.k"), value);
  assert.ok(read.text.includes('"n":1.50'));
  await api.call("PUT", "cubbyhole/c", { x: 1 }, mine);
  assert.deepEqual((await api.call("LIST", "cubbyhole/", undefined, mine)).get("data.keys"), ["a/", "c"]);
  assert.deepEqual((await api.call("LIST", "cubbyhole/a", undefined, mine)).get("data.keys"), ["b"]);
  assert.equal((await api.call("DELETE", "cubbyhole/a/b", undefined, mine)).status, 204);
  assert.equal((await api.call("GET", "cubbyhole/a/b", undefined, mine)).status, 404);
  assert.equal((await api.call("LIST", "cubbyhole/none", undefined, mine)).status, 404);
});

test("no other token sees an entry, root included", async (context) => {
  const api = await open(context);
  const [mine, other] = [await newToken(api), await newToken(api)];
  await api.call("POST", "cubbyhole/a", { k: fake("sk-", 30) }, mine);
  assert.equal((await api.call("GET", "cubbyhole/a", undefined, mine)).status, 200);
  for (const reader of [other, {}]) {
    assert.equal((await api.call("GET", "cubbyhole/a", undefined, reader)).status, 404);
    assert.equal((await api.call("LIST", "cubbyhole/", undefined, reader)).status, 404);
  }
  assert.equal((await api.call("GET", "cubbyhole/a", undefined, { token: "" })).status, 403);
});

test("a revoked token's entries are gone, another's stay", async (context) => {
  const api = await open(context);
  const [mine, other] = [await newToken(api), await newToken(api)];
  for (let n = 0; n < 3; n++) await api.call("POST", `cubbyhole/deep/${n}`, { n }, mine);
  await api.call("POST", "cubbyhole/kept", { n: 1 }, other);
  const mount = await api.kernel.services.mounts.find("cubbyhole/");
  assert.ok(mount);
  const rows = (): Promise<string[]> => api.rows(`logical/${mount.uuid}/`);
  assert.equal((await rows()).length, 4, "control: they are there");
  const info = await api.kernel.services.tokens.lookup(Secret.copy(mine.token));
  assert.ok(info);
  assert.equal(await api.kernel.services.tokens.revoke(info.tokenHash), true);
  assert.equal((await rows()).length, 1);
  assert.equal((await api.call("GET", "cubbyhole/kept", undefined, other)).status, 200);
});

test("bad paths and empty bodies are refused", async (context) => {
  const api = await open(context);
  const mine = await newToken(api);
  for (const path of ["", "a/", "a/../b", "x".repeat(800)])
    assert.equal(
      (await api.call("POST", `cubbyhole/${path}`, { k: 1 }, mine)).status,
      400,
      path.slice(0, 10),
    );
  for (const body of [undefined, {}, "[1]", '"x"'])
    assert.equal((await api.call("POST", "cubbyhole/a", body, mine)).status, 400);
});
