/** Tokens, wrapping, leases and mounts as other people's clients use them: hvac and the `bao` command line, unmodified. */
import assert from "node:assert/strict";
import test from "node:test";
import { type Done, baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

test("hvac's examples of tokens, roles, wrapping, mounts and leases", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  await runHvac("hvac_tokens.py", { packages, server, checks: 36 });
});

test("the bao CLI wraps and unwraps, uses token roles, moves and tunes mounts, and revokes leases", async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const { ok, field } = bao;
  const as = (token: string, ...args: string[]): Promise<Done> => bao.as({ BAO_TOKEN: token }).run(...args);
  await ok("kv", "put", "secret/ml/openai", "api_key=one");

  const wrapped = await field("read", "-wrap-ttl=60s", "-field=wrapping_token", "secret/data/ml/openai");
  assert.match(await ok("unwrap", wrapped), /one/);
  assert.match(
    (await as(server.rootToken, "unwrap", wrapped)).err,
    /wrapping token is not valid or does not exist/,
  );
  const own = await field("token", "create", "-wrap-ttl=1m", "-policy=default", "-field=wrapping_token");
  const alone = await as(own, "unwrap", "-format=json");
  assert.match(alone.out, /"client_token": "hvs\./, alone.err);
  const looked = await field("write", "-wrap-ttl=5m", "-field=wrapping_token", "sys/wrapping/wrap", "a=b");
  assert.match(
    await ok("write", "sys/wrapping/lookup", `token=${looked}`),
    /creation_path\s+sys\/wrapping\/wrap/,
  );
  const again = await field("write", "-field=wrapping_token", "sys/wrapping/rewrap", `token=${looked}`);
  assert.equal(await field("unwrap", "-field=a", again), "b");

  await ok("write", "auth/token/roles/ci", "allowed_policies=default", "orphan=true", "token_period=1h");
  assert.match(await ok("read", "auth/token/roles/ci"), /token_period\s+1h/);
  assert.match(await ok("list", "auth/token/roles"), /^ci$/m);
  const token = await field("token", "create", "-role=ci", "-field=token");
  assert.match(await ok("token", "lookup", token), /role\s+ci/);
  await ok("token", "renew", "-increment=30m", token);
  await ok("token", "revoke", "-mode=orphan", token);
  await ok("delete", "auth/token/roles/ci");

  await ok("secrets", "enable", "-path=old", "-version=1", "kv");
  await ok("kv", "put", "old/a", "x=y");
  await ok("secrets", "move", "old", "new");
  assert.equal(await field("kv", "get", "-field=x", "new/a"), "y");
  await ok(
    "secrets",
    "tune",
    "-default-lease-ttl=1h",
    "-description=moved",
    "-listing-visibility=unauth",
    "new",
  );
  assert.match(await ok("secrets", "list", "-detailed"), /new\/.*moved/);
  await ok("auth", "enable", "userpass");
  await ok("auth", "tune", "-token-type=batch", "-audit-non-hmac-request-keys=x", "userpass");
  assert.match(await ok("auth", "list", "-detailed"), /userpass\/.*batch/);
  await ok("auth", "move", "auth/userpass", "auth/people");
  await ok("lease", "revoke", "-prefix", "none");
  await ok("lease", "revoke", "-force", "-prefix", "none");
  assert.match((await as(server.rootToken, "lease", "lookup", "none")).err, /invalid lease/);
  assert.match(await ok("path-help", "sys/remount"), /Moves a mount/);
});
