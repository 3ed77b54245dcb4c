/** Other people's clients work the seal of a server with nothing in it: hvac, and the `bao` CLI's operator commands. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { baoPath } from "../support/bao.ts";
import { NO_PIP, pythonPackages } from "../support/python.ts";
import { startSealed } from "../support/sealed-servers.ts";

const exec = promisify(execFile);

test("hvac initializes, unseals, rotates, rekeys and makes a root token", async (t) => {
  const packages = await pythonPackages(["hvac==2.4.0"]);
  if (packages === null) return t.skip(NO_PIP);
  const server = await startSealed();
  t.after(() => server.stop());
  const env = { PATH: process.env.PATH ?? "", PYTHONPATH: packages, VAULT_ADDR: server.address };
  const done = await exec("python3", [join(import.meta.dirname, "hvac_seal.py")], {
    env,
    timeout: 90_000,
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  assert.match(done.stdout, /^done$/m, `${done.stdout}${done.stderr}`);
  assert.ok((done.stdout.match(/^ok /gm) ?? []).length >= 30);
});

test("the bao CLI does operator init, unseal, rekey, generate-root, rotate and seal", async (t) => {
  const path = await baoPath();
  if (path === null) return t.skip(NO_PIP);
  const server = await startSealed();
  t.after(() => server.stop());
  const env: Record<string, string> = {
    HOME: server.folder,
    BAO_ADDR: server.address,
    PATH: process.env.PATH ?? "",
  };
  const bao = async (...args: string[]): Promise<string> => {
    const done = await exec(path, args, { env, timeout: 60_000 }).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`bao ${args.join(" ")}: ${stdout}${stderr}`);
    });
    return done.stdout;
  };
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await bao(...args)) as T;
  const made = await json<{ unseal_keys_hex: string[]; root_token: string }>(
    ...["operator", "init", "-key-shares=3", "-key-threshold=2", "-format=json"],
  );
  const [a = "", b = ""] = made.unseal_keys_hex;
  await bao("operator", "unseal", a);
  assert.match(await bao("operator", "unseal", b), /Sealed\s+false/);
  env.BAO_TOKEN = made.root_token;
  assert.match(await bao("status"), /Total Shares\s+3/);
  await bao("operator", "rotate");
  assert.match(await bao("operator", "key-status"), /Key Term\s+2/);
  const { nonce } = await json<{ nonce: string }>(
    ...["operator", "rekey", "-init", "-key-shares=1", "-key-threshold=1", "-format=json"],
  );
  await bao("operator", "rekey", `-nonce=${nonce}`, a);
  const rekeyed = await json<{ keys: string[] }>("operator", "rekey", `-nonce=${nonce}`, "-format=json", b);
  const [only = ""] = rekeyed.keys;
  const started = await json<{ nonce: string; otp: string }>(
    "operator",
    "generate-root",
    "-init",
    "-format=json",
  );
  const done = await json<{ encoded_token: string }>(
    ...["operator", "generate-root", `-nonce=${started.nonce}`, "-format=json", only],
  );
  const token = await bao(
    "operator",
    "generate-root",
    `-decode=${done.encoded_token}`,
    `-otp=${started.otp}`,
  );
  env.BAO_TOKEN = token.trim();
  assert.match(await bao("token", "lookup"), /policies\s+\[root\]/);
  await bao("operator", "seal");
  assert.match(await bao("operator", "unseal", only), /Sealed\s+false/);
});
