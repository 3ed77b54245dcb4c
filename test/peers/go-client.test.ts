/** Vault's own Go client (what Terraform, External Secrets and the agent stand on), unmodified, against a real server. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { startTestServer } from "../support/server.ts";

const exec = promisify(execFile);
const source = join(import.meta.dirname, "go-client");
const cache = join(import.meta.dirname, "..", "..", ".cache", "go");
const NO_GO = spawnSync("go", ["version"]).status === 0 ? false : "go is not on this machine";

test("Vault's Go client logs in, uses KV v2 in all its verbs, and gets Vault's errors", {
  skip: NO_GO,
}, async (t) => {
  mkdirSync(cache, { recursive: true });
  const program = join(cache, "go-client");
  await exec("go", ["build", "-o", program, "."], { cwd: source, timeout: 600_000 });
  const server = await startTestServer();
  t.after(() => server.stop());
  const env = { VAULT_ADDR: server.address, ROOT_TOKEN: server.rootToken };
  const { stdout } = await exec(program, { env, timeout: 60_000 }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    },
  );
  assert.match(stdout, /^done$/m);
  assert.ok((stdout.match(/^ok /gm) ?? []).length > 25);
});
