/** Import from other secret managers, with the manager's protocol played on loopback. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { protocolServer } from "../support/protocol-server.ts";
import { SMALL, sandbox } from "./support.ts";

test("what another manager holds is imported by reference: one as a secret, or all below a place by name", async (t) => {
  const { bulkhead, later, json, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  const [key, id, secret] = [fake("sk-", 30), fake("AKIA", 16, "caps"), fake("", 40)];
  const server = await protocolServer(({ path, query }) => {
    const names = {
      OPENAI_API_KEY: key,
      AWS: JSON.stringify({ access_key_id: id, secret_access_key: secret }),
      PORT: "5432",
    };
    const name = query.get("name") as keyof typeof names | null;
    return path.endsWith("/names")
      ? { body: { names: Object.keys(names) } }
      : { body: { name, value: { computed: names[name ?? "PORT"] } } };
  });
  t.after(() => server.stop());
  const env = { DOPPLER_TOKEN: fake("dp.st.", 40), DOPPLER_API_HOST: server.address };
  const run = async (...args: string[]) => await later(["secret", "import", ...args], { env });
  assert.equal(bulkhead(["apply"]).code, 0);
  const dry = await run("doppler://ml/dev/", "--dry-run");
  assert.match(dry.stdout, /OPENAI_API_KEY +openai +would be stored/);
  assert.equal(bulkhead(["secret", "get", "openai"]).code, 1, "nothing was stored");
  const all = await run("doppler://ml/dev/", "--json");
  assert.equal(all.code, 0, all.stderr);
  const { imported } = JSON.parse(all.stdout) as {
    imported: { secret: string | null; problem: string | null }[];
  };
  assert.deepEqual(
    imported.map((one) => [one.secret, one.problem]),
    [
      ["openai", null],
      ["aws", null],
      [null, "not a credential"],
    ],
  );
  assert.equal(bulkhead(["secret", "get", "openai"]).stdout, key);
  assert.equal(bulkhead(["secret", "get", "aws", "--field", "secret_access_key"]).stdout, secret);
  assert.equal(json<{ version: number }>(["secret", "get", "openai"]).version, 1);
  const prod = await run("doppler://ml/dev/OPENAI_API_KEY", "--env", "prod", "--as", "openai");
  assert.equal(prod.code, 1, "one value, one environment");
  assert.match(prod.stdout, /refused: /);
  assert.match((await run("doppler://ml/dev/", "--as", "openai")).stderr, /--as names one secret/);
  assert.match(
    (await run("doppler://ml/dev/OPENAI_API_KEY", "--as", "openia")).stderr,
    /did you mean openai/,
  );
  assert.ok(![dry, all, prod].some(({ stdout, stderr }) => (stdout + stderr).includes(key)));
});
