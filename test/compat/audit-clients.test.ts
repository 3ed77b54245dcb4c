/** Audit devices with other people's clients, unmodified: hvac and the `bao` CLI. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { promisify } from "node:util";
import { baoPath } from "../support/bao.ts";
import { NO_PIP, pythonPackages } from "../support/python.ts";
import { startTestServer } from "../support/server.ts";

const exec = promisify(execFile);
const here = import.meta.dirname;

async function served(t: TestContext): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-clients-"));
  const server = await startTestServer();
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const { PATH = "" } = process.env;
  const env = { PATH, VAULT_ADDR: server.address, ROOT_TOKEN: server.rootToken, LOG_FOLDER: folder };
  return { folder, env };
}

test("hvac enables, lists and disables devices, and finds a value by its hash", async (t) => {
  const packages = await pythonPackages(["hvac==2.4.0"]);
  if (packages === null) return t.skip(NO_PIP);
  const { env } = await served(t);
  const { stdout } = await exec("python3", [join(here, "hvac_audit.py")], {
    env: { ...env, PYTHONPATH: packages },
    timeout: 90_000,
  });
  assert.match(stdout, /^done$/m);
  assert.ok((stdout.match(/^ok /gm) ?? []).length >= 12, stdout);
});

test("bao audit enable, list and disable", async (t) => {
  const bao = await baoPath();
  if (bao === null) return t.skip(NO_PIP);
  const { folder, env } = await served(t);
  const run = async (...args: string[]): Promise<string> => {
    const { stdout } = await exec(bao, args, {
      env: { ...env, VAULT_TOKEN: env.ROOT_TOKEN ?? "", HOME: folder },
      timeout: 90_000,
    });
    return stdout;
  };
  const path = join(folder, "bao.log");
  assert.match(
    await run("audit", "enable", "file", `file_path=${path}`),
    /Success! Enabled the file audit device at: file\//,
  );
  assert.match(await run("audit", "list"), /^file\/ +file/m);
  assert.match(await run("audit", "list", "-detailed"), new RegExp(`file_path=${path}`));
  assert.match(await run("write", "sys/audit-hash/file", "input=value"), /hmac-sha256:[0-9a-f]{64}/);
  assert.match(await run("audit", "disable", "file"), /Success! Disabled audit device/);
  assert.doesNotMatch(await run("audit", "list"), /^file\//m);
  await assert.rejects(run("audit", "enable", "file", "file_path=discard"), /keeps nothing/);
  assert.ok(readFileSync(path, "utf8").includes("sys/audit-hash/file"));
});
