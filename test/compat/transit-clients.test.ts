/** The transit engine under other people's clients, unmodified, against a real server: hvac, node-vault and the `bao` CLI. */
import assert from "node:assert/strict";
import test from "node:test";
import createVault from "node-vault";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

const HELLO = Buffer.from("hello").toString("base64");

test("hvac's transit calls", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  await runHvac("hvac_transit.py", { packages, server, checks: 41 });
});

test("node-vault's transit calls", async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const vault = createVault({ apiVersion: "v1", endpoint: server.address, token: server.rootToken });
  const data = async (answer: Promise<unknown>): Promise<Record<string, unknown>> =>
    ((await answer) as { data: Record<string, unknown> }).data;
  await vault.mount({ mount_point: "transit", type: "transit" });
  await vault.write("transit/keys/nv", {});
  const { ciphertext } = await data(vault.encryptData({ name: "nv", plaintext: HELLO }));
  assert.deepEqual(await data(vault.decryptData({ name: "nv", ciphertext })), { plaintext: HELLO });
  const made = await data(vault.read("transit/keys/nv"));
  assert.equal(made.latest_version, 1);
  assert.deepEqual((await data(vault.list("transit/keys"))).keys, ["nv"]);
  await assert.rejects(Promise.resolve(vault.write("transit/decrypt/nv", { ciphertext: "x" })), /no prefix/);
});

test("the bao CLI on transit", async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const run = bao.ok;
  await run("secrets", "enable", "transit");
  await run("write", "-f", "transit/keys/orders");
  const ciphertext = (
    await run("write", "-field=ciphertext", "transit/encrypt/orders", `plaintext=${HELLO}`)
  ).trim();
  assert.match(ciphertext, /^vault:v1:/);
  await run("write", "-f", "transit/keys/orders/rotate");
  assert.match(await run("read", "transit/keys/orders"), /latest_version\s+2/);
  const moved = await run("write", "-field=ciphertext", "transit/rewrap/orders", `ciphertext=${ciphertext}`);
  assert.match(moved, /^vault:v2:/);
  assert.equal(
    (await run("write", "-field=plaintext", "transit/decrypt/orders", `ciphertext=${moved.trim()}`)).trim(),
    HELLO,
  );
  assert.match(await run("list", "transit/keys"), /^orders$/m);
  await run("write", "transit/keys/orders/config", "deletion_allowed=true");
  await run("delete", "transit/keys/orders");
  await assert.rejects(run("read", "transit/keys/orders"));
});
