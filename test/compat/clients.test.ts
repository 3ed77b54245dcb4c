/** Other people's clients, unmodified, against a real server: hvac, node-vault and the `bao` CLI. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { baoCli, hvacPackages, runHvac, runProgram } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

const here = import.meta.dirname;

test("hvac logs in, writes, reads, lists, deletes, undeletes and patches, and gets Vault's errors", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  await runHvac("hvac_spine.py", { packages, server, checks: 41 });
});

test("hvac uses kv version 1 and logs in by user name and password", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  await runHvac("hvac_people.py", { packages, server, checks: 24 });
});

test("node-vault does the same", async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const env = { VAULT_ADDR: server.address, ROOT_TOKEN: server.rootToken };
  const { out, err } = await runProgram(process.execPath, [join(here, "node-vault.mjs")], { env, cwd: here });
  assert.equal(out, "done\n", err);
});

test("the bao CLI does kv, policy, token, secrets and auth", async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const { ok, run, home } = bao;
  await ok("status");
  assert.match(await ok("kv", "put", "secret/ml/openai", "api_key=one", "region=eu"), /version\s+1/);
  await ok("kv", "put", "-mount=secret", "ml/openai", "api_key=two");
  assert.equal((await ok("kv", "get", "-field=api_key", "secret/ml/openai")).trim(), "two");
  assert.equal((await ok("kv", "get", "-field=region", "-version=1", "secret/ml/openai")).trim(), "eu");
  assert.match(await ok("kv", "list", "secret/ml"), /^openai$/m);
  await ok("kv", "patch", "secret/ml/openai", "region=us");
  assert.equal((await ok("kv", "get", "-field=api_key", "secret/ml/openai")).trim(), "two");
  await ok("kv", "delete", "secret/ml/openai");
  assert.match((await run("kv", "get", "secret/ml/openai")).out, /deletion_time\s+20/);
  await ok("kv", "undelete", "-versions=3", "secret/ml/openai");
  assert.equal((await ok("kv", "get", "-field=region", "secret/ml/openai")).trim(), "us");
  assert.match(await ok("kv", "metadata", "get", "secret/ml/openai"), /current_version\s+3/);
  await ok("kv", "rollback", "-version=1", "secret/ml/openai");
  assert.equal((await ok("kv", "get", "-field=api_key", "secret/ml/openai")).trim(), "one");
  await ok("kv", "destroy", "-versions=1", "secret/ml/openai");
  assert.equal((await run("kv", "get", "secret/ml/none")).code, 2);

  writeFileSync(join(home, "p.hcl"), 'path "secret/data/ml/*" { capabilities = ["read"] }\n');
  await ok("policy", "write", "readers", "p.hcl");
  assert.match(await ok("policy", "list"), /^readers$/m);
  assert.match(await ok("policy", "read", "readers"), /secret\/data\/ml/);
  const created = JSON.parse(await ok("token", "create", "-policy=readers", "-ttl=5m", "-format=json")) as {
    auth: { client_token: string };
  };
  const token = created.auth.client_token;
  assert.match(await ok("token", "lookup", token), /policies\s+\[default readers\]/);
  assert.match(await ok("token", "capabilities", token, "secret/data/ml/openai"), /^read$/m);
  await ok("token", "lookup");
  await ok("token", "renew", token);
  await ok("token", "revoke", token);
  assert.notEqual((await run("token", "lookup", token)).code, 0);
  assert.match(await ok("secrets", "list"), /^secret\//m);

  await ok("secrets", "enable", "-path=plain", "kv");
  await ok("secrets", "enable", "-path=old", "-version=1", "kv");
  await ok("secrets", "enable", "-path=older", "kv-v1");
  for (const mount of ["plain", "old", "older"]) {
    await ok("kv", "put", `${mount}/ml/openai`, "api_key=one", "ttl=1h");
    assert.equal((await ok("kv", "get", "-field=api_key", `${mount}/ml/openai`)).trim(), "one");
    assert.equal((await ok("kv", "get", `-mount=${mount}`, "-field=ttl", "ml/openai")).trim(), "1h");
    assert.match(await ok("kv", "list", `${mount}/ml`), /^openai$/m);
    await ok("kv", "delete", `${mount}/ml/openai`);
    assert.equal((await run("kv", "get", `${mount}/ml/openai`)).code, 2);
  }

  const batch = (
    await ok("token", "create", "-type=batch", "-ttl=5m", "-policy=readers", "-field=token")
  ).trim();
  assert.match(batch, /^hvb\./);
  assert.match(await ok("token", "lookup", batch), /type\s+batch/);
  assert.match(await ok("token", "capabilities", batch, "secret/data/ml/openai"), /^read$/m);
  assert.match((await run("token", "revoke", batch)).err, /batch tokens cannot be revoked/);

  await ok("auth", "enable", "userpass");
  await ok("write", "auth/userpass/users/ada", "password=one two three", "token_policies=readers");
  const loggedIn = await ok(
    ...["login", "-method=userpass", "-no-store", "-format=json", "username=ada", "password=one two three"],
  );
  const { auth } = JSON.parse(loggedIn) as { auth: { policies: string[]; metadata: { username: string } } };
  assert.deepEqual(auth.policies, ["default", "readers"]);
  assert.equal(auth.metadata.username, "ada");
  const wrong = await run("login", "-method=userpass", "-no-store", "username=ada", "password=other");
  assert.match(wrong.err, /invalid username or password/);
  assert.match(await ok("auth", "list"), /^approle\//m);
});
