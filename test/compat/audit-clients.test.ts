/** Audit devices with other people's clients, unmodified: hvac and the `bao` CLI. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { type TestServer, startTestServer } from "../support/server.ts";

async function served(t: TestContext): Promise<{ folder: string; server: TestServer }> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-clients-"));
  const server = await startTestServer();
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, server };
}

test("hvac enables, lists and disables devices, and finds a value by its hash", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const { folder, server } = await served(t);
  await runHvac("hvac_audit.py", { packages, server, env: { LOG_FOLDER: folder }, checks: 12 });
});

test("bao audit enable, list and disable", async (t) => {
  const { folder, server } = await served(t);
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const run = bao.ok;
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
