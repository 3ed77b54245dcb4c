/** A server that unseals itself by a key elsewhere: OpenBao's transit, Bulkhead's, AWS KMS; the service away, the key gone, and changes of the seal. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startBao } from "../support/bao.ts";
import { startKms } from "../support/kms.ts";
import { NO_PIP } from "../support/python.ts";
import { type SealedServer, startSealed } from "../support/sealed-servers.ts";
import { startTestServer } from "../support/server.ts";

type Json = { readonly [name: string]: Json };

async function call(at: SealedServer, method: string, path: string, body?: object, token?: string) {
  const answer = await fetch(`${at.address}/v1/${path}`, {
    method,
    headers: token === undefined ? {} : { "x-vault-token": token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: (text.startsWith("{") ? JSON.parse(text) : {}) as Json };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await delay(50);
  }
  throw new Error(`never: ${what}`);
}
const unsealed = (at: SealedServer) => async (): Promise<boolean> =>
  (await call(at, "GET", "sys/seal-status")).json.sealed === (false as unknown);

function place(t: TestContext): { folder: string; storage: object } {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-auto-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, storage: { file: { path: join(folder, "store") } } };
}

/** Initializes, writes, restarts, reads, makes a root token by recovery shares, and seals on purpose. */
async function lifeWith(
  t: TestContext,
  seal: object,
  type: string,
): Promise<{ folder: string; storage: object; root: string }> {
  const { folder, storage } = place(t);
  const start = () => startSealed({ folder, storage, seal });
  let at = await start();
  t.after(() => at.stop("SIGKILL"));
  assert.equal((await call(at, "GET", "sys/seal-status")).json.type, type);
  const wrong = await call(at, "PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
  assert.match(JSON.stringify(wrong.json), new RegExp(`not applicable to seal type ${type}`));
  const made = await call(at, "PUT", "sys/init", { recovery_shares: 3, recovery_threshold: 2 });
  assert.equal(made.status, 200, JSON.stringify(made.json));
  assert.deepEqual(made.json.keys, []);
  const shares = made.json.recovery_keys as unknown as string[];
  const root = String(made.json.root_token);
  assert.ok(await unsealed(at)(), "no share is needed");
  await call(at, "POST", "sys/mounts/secret", { type: "kv" }, root);
  await call(at, "POST", "secret/x", { a: "b" }, root);
  await at.stop();

  at = await start();
  await until("it unseals itself", unsealed(at));
  assert.equal((await call(at, "GET", "secret/x", undefined, root)).json.data?.a, "b");
  const status = (await call(at, "GET", "sys/seal-status")).json;
  assert.deepEqual([status.recovery_seal, status.t, status.n], [true, 2, 3]);
  const { nonce } = (await call(at, "PUT", "sys/generate-root/attempt", {})).json;
  await call(at, "PUT", "sys/generate-root/update", { key: shares[1], nonce });
  const foreign = await call(at, "PUT", "sys/generate-root/update", { key: "ab".repeat(33), nonce });
  assert.deepEqual([foreign.status, foreign.json.encoded_token], [400, undefined]);
  await call(at, "PUT", "sys/generate-root/update", { key: shares[0], nonce });
  const done = await call(at, "PUT", "sys/generate-root/update", { key: shares[2], nonce });
  assert.equal(done.json.complete, true as unknown);
  const begun = await call(at, "PUT", "sys/rekey-recovery-key/init", {
    secret_shares: 1,
    secret_threshold: 1,
  });
  for (const key of shares.slice(0, 2))
    await call(at, "PUT", "sys/rekey-recovery-key/update", { key, nonce: begun.json.nonce });
  assert.equal((await call(at, "GET", "sys/seal-status")).json.n, 1 as unknown, "new recovery shares");
  assert.equal(
    (await call(at, "PUT", "sys/rekey/init", { secret_shares: 1, secret_threshold: 1 })).status,
    400,
  );
  await call(at, "PUT", "sys/seal", {}, root);
  await delay(1_500);
  assert.ok(!(await unsealed(at)()), "who sealed it meant it");
  assert.equal((await call(at, "PUT", "sys/unseal", { key: shares[0] })).status, 400);
  await at.stop();
  await assert.rejects(startSealed({ folder, storage }), new RegExp(`sealed by ${type}, not by shamir`));
  return { folder, storage, root };
}

test("by a transit key of OpenBao; while that is away it stays sealed and goes on trying", async (t) => {
  const bao = await startBao();
  if (bao === null) return t.skip(NO_PIP);
  t.after(() => bao.stop());
  const admin = async (path: string, body: object): Promise<number> =>
    (
      await fetch(`${bao.address}/v1/${path}`, {
        method: "POST",
        headers: { "x-vault-token": bao.token },
        body: JSON.stringify(body),
      })
    ).status;
  await admin("sys/mounts/transit", { type: "transit" });
  await admin("transit/keys/bulkhead", {});
  const transit = {
    address: bao.address,
    key_name: "bulkhead",
    mount_path: "transit/",
    token: bao.token,
    disable_renewal: "true",
  };
  const { folder, storage } = await lifeWith(t, { transit }, "transit");

  // the service refuses, then lets it in again
  await admin("transit/keys/other", {});
  const wrong = await startSealed({ folder, storage, seal: { transit: { ...transit, key_name: "other" } } });
  await until("the reason is told", () => /the transit key other cannot be used/.test(wrong.log()));
  assert.ok(!(await unsealed(wrong)()));
  assert.equal((await call(wrong, "GET", "sys/health")).status, 503);
  assert.ok(!wrong.log().includes(bao.token));
  await wrong.stop();

  await bao.stop();
  const alone = await startSealed({ folder, storage, seal: { transit } });
  await until("it tries more than once", () => (alone.log().match(/cannot be used/g) ?? []).length > 1);
  assert.ok(!(await unsealed(alone)()));
  await alone.stop();
});

test("by a transit key of another Bulkhead", async (t) => {
  const other = await startTestServer();
  t.after(() => other.stop());
  await other.api.write("sys/mounts/transit", { type: "transit" });
  await other.api.write("transit/keys/bulkhead", {});
  const policy = ["encrypt", "decrypt"]
    .map((what) => `path "transit/${what}/bulkhead" { capabilities = ["update"] }`)
    .join("\n");
  await other.api.write("sys/policies/acl/unseal", { policy });
  const { token } = await other.api.login("auth/token/create", { policies: ["unseal"], no_parent: true });
  const transit = { address: other.address, key_name: "bulkhead", token: token.revealText() };
  await lifeWith(t, { transit }, "transit");
});

test("by a key of AWS KMS; a key that is gone unseals nothing; then to shares and back by migrate-seal", async (t) => {
  const kms = await startKms();
  if (kms === null) return t.skip(NO_PIP);
  t.after(() => kms.stop());
  const keyId = await kms.createKey();
  const awskms = {
    region: "us-east-1",
    kms_key_id: keyId,
    endpoint: kms.endpoint,
    access_key: "test",
    secret_key: "test",
  };
  const { folder, storage, root } = await lifeWith(t, { awskms }, "awskms");

  const write = (name: string, seal: object): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ storage, listener: { tcp: { tls_disable: true } }, seal }), {
      mode: 0o600,
    });
    return path;
  };
  const [cloud, people] = [write("cloud.json", { awskms }), write("people.json", { shamir: {} })];
  const migrate = (args: readonly string[], input = ""): void => {
    const main = join(import.meta.dirname, "..", "support", "cli-main.ts");
    const done = spawnSync(process.execPath, [main, "operator", "migrate-seal", ...args], {
      input,
      encoding: "utf8",
      env: { PATH: process.env.PATH ?? "", HOME: folder, BULKHEAD_HOME: join(folder, "home") },
    });
    assert.equal(done.status, 0, done.stderr);
  };
  const output = join(folder, "keys.json");
  migrate(["--from", cloud, "--to", people, "--shares", "3", "--threshold", "2", "--output", output]);
  const keys = (JSON.parse(readFileSync(output, "utf8")) as { keys_base64: string[] }).keys_base64;
  const at = await startSealed({ folder, storage });
  for (const key of keys.slice(1)) await call(at, "PUT", "sys/unseal", { key });
  assert.equal((await call(at, "GET", "secret/x", undefined, root)).json.data?.a, "b");
  await at.stop();
  await assert.rejects(startSealed({ folder, storage, seal: { awskms } }), /sealed by shamir, not by awskms/);

  migrate(["--from", people, "--to", cloud], keys.slice(0, 2).join("\n"));
  const back = await startSealed({ folder, storage, seal: { awskms } });
  await until("it unseals itself", unsealed(back));
  assert.equal((await call(back, "GET", "secret/x", undefined, root)).json.data?.a, "b");
  await back.stop();

  const gone = { ...awskms, kms_key_id: "00000000-0000-4000-8000-000000000000" };
  const off = await startSealed({ folder, storage, seal: { awskms: gone } });
  await until("the reason is told", () => /cannot be used: 400 [A-Za-z]+Exception/.test(off.log()));
  assert.ok(!(await unsealed(off)()));
  await off.stop();
});
