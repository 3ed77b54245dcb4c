/** Other people's clients work the seal of a server with nothing in it: hvac, and the `bao` CLI's operator commands. */
import assert from "node:assert/strict";
import test from "node:test";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { startSealed } from "../support/sealed-servers.ts";

test("hvac initializes, unseals, rotates, rekeys and makes a root token", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const server = await startSealed();
  t.after(() => server.stop());
  await runHvac("hvac_seal.py", { packages, server, checks: 30 });
});

test("the bao CLI does operator init, unseal, rekey, generate-root, rotate and seal", async (t) => {
  const server = await startSealed();
  t.after(() => server.stop());
  const cli = await baoCli(t, server, { HOME: server.folder });
  if (cli === null) return;
  let token = "";
  const bao = (...args: string[]): Promise<string> => cli.as({ BAO_TOKEN: token }).ok(...args);
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await bao(...args)) as T;
  const made = await json<{ unseal_keys_hex: string[]; root_token: string }>(
    ...["operator", "init", "-key-shares=3", "-key-threshold=2", "-format=json"],
  );
  const [a = "", b = ""] = made.unseal_keys_hex;
  await bao("operator", "unseal", a);
  assert.match(await bao("operator", "unseal", b), /Sealed\s+false/);
  token = made.root_token;
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
  const decoded = await bao(
    "operator",
    "generate-root",
    `-decode=${done.encoded_token}`,
    `-otp=${started.otp}`,
  );
  token = decoded.trim();
  assert.match(await bao("token", "lookup"), /policies\s+\[root\]/);
  await bao("operator", "seal");
  assert.match(await bao("operator", "unseal", only), /Sealed\s+false/);
});
