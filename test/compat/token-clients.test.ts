/** Tokens, wrapping, leases and mounts as other people's clients use them: hvac and the `bao` command line, unmodified. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { baoPath } from "../support/bao.ts";
import { NO_PIP, pythonPackages } from "../support/python.ts";
import { startTestServer } from "../support/server.ts";

const exec = promisify(execFile);
const here = import.meta.dirname;

interface Done {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(command: string, args: readonly string[], env: Record<string, string>): Promise<Done> {
  try {
    const { stdout, stderr } = await exec(command, args, {
      env: { PATH: process.env.PATH ?? "", ...env },
      cwd: here,
      timeout: 90_000,
    });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, out: failed.stdout, err: failed.stderr };
  }
}

test("hvac's examples of tokens, roles, wrapping, mounts and leases", async (t) => {
  const packages = await pythonPackages(["hvac==2.4.0"]);
  if (packages === null) return t.skip(NO_PIP);
  const server = await startTestServer();
  t.after(() => server.stop());
  const env = { PYTHONPATH: packages, VAULT_ADDR: server.address, ROOT_TOKEN: server.rootToken };
  const { code, out, err } = await run("python3", [join(here, "hvac_tokens.py")], env);
  assert.equal(code, 0, `${out}${err}`);
  assert.match(out, /^done$/m);
  assert.ok((out.match(/^ok /gm) ?? []).length >= 36);
});

test("the bao CLI wraps and unwraps, uses token roles, moves and tunes mounts, and revokes leases", async (t) => {
  const bao = await baoPath();
  if (bao === null) return t.skip(NO_PIP);
  const server = await startTestServer();
  const home = mkdtempSync(join(tmpdir(), "bulkhead-bao-"));
  t.after(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  const as = (token: string, ...args: string[]): Promise<Done> =>
    run(bao, args, { HOME: home, BAO_ADDR: server.address, ...(token === "" ? {} : { BAO_TOKEN: token }) });
  const ok = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await as(server.rootToken, ...args);
    assert.equal(code, 0, `bao ${args.join(" ")}: ${out}${err}`);
    return out;
  };
  await ok("kv", "put", "secret/ml/openai", "api_key=one");
  const field = async (...args: string[]): Promise<string> => (await ok(...args)).trim();

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
