/** The transit engine under other people's clients, unmodified, against a real server: hvac, node-vault and the `bao` CLI. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import createVault from "node-vault";
import { baoPath } from "../support/bao.ts";
import { NO_PIP, pythonPackages } from "../support/python.ts";
import { startTestServer } from "../support/server.ts";

const exec = promisify(execFile);
const HELLO = Buffer.from("hello").toString("base64");

test("hvac's transit calls", async (t) => {
  const packages = await pythonPackages(["hvac==2.4.0"]);
  if (packages === null) return t.skip(NO_PIP);
  const server = await startTestServer();
  t.after(() => server.stop());
  const { stdout } = await exec("python3", [join(import.meta.dirname, "hvac_transit.py")], {
    env: {
      PATH: process.env.PATH ?? "",
      PYTHONPATH: packages,
      VAULT_ADDR: server.address,
      ROOT_TOKEN: server.rootToken,
    },
    timeout: 90_000,
  });
  assert.match(stdout, /^done$/m);
  assert.ok((stdout.match(/^ok /gm) ?? []).length > 40, stdout);
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
  const bao = await baoPath();
  if (bao === null) return t.skip(NO_PIP);
  const server = await startTestServer();
  const home = mkdtempSync(join(tmpdir(), "bulkhead-bao-"));
  t.after(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const run = async (...args: string[]): Promise<string> => {
    const { stdout } = await exec(bao, args, {
      env: {
        PATH: process.env.PATH ?? "",
        HOME: home,
        BAO_ADDR: server.address,
        BAO_TOKEN: server.rootToken,
      },
      cwd: home,
      timeout: 60_000,
    });
    return stdout;
  };
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
