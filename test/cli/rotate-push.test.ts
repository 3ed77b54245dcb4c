/** `bulkhead rotate` and `bulkhead push` through the release bundle: what is rotated stands at GitHub, without drift. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { startKeyServer } from "../support/key-server.ts";
import { protocolServer } from "../support/protocol-server.ts";
import { fakeGitHub } from "../support/push-servers.ts";
import { sandbox } from "./support.ts";

interface Status {
  readonly name: string;
  readonly drift: string;
  readonly version: number;
}

test("a declared key that is pushed to GitHub: the rotation carries it there before the old one is revoked, and no drift is left", async (t) => {
  const box = sandbox(t);
  const token = fake("ghs_", 36);
  const hub = await fakeGitHub(token);
  const [server, gitHub] = await Promise.all([startKeyServer("openai"), protocolServer(hub.answer)]);
  t.after(() => Promise.all([server.stop(), gitHub.stop()]));
  box.write(
    "bulkhead.yaml",
    `project: fraud
owner: ml@example.com
environments: { dev: { people: true } }
secrets:
  openai:
    provider: openai
    purpose: answers
    rotate: { every: 90d, grace: 0s, with: minter, url: "${server.url}" }
    push: { github: { repository: acme/fraud, environment: "{env}", with: pusher, url: "${gitHub.address}" } }
  minter: { provider: openai, purpose: mints the key above, plain: [project_id] }
  pusher: { kind: source-control, purpose: writes the secrets of acme/fraud }
stages:
  serve: { run: "true", use: { OPENAI_API_KEY: openai } }
`,
  );
  const done = async (args: readonly string[], input = "") => {
    const result = await box.later(args, { input });
    assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
    return result;
  };
  const old = server.add("old").value;
  await done(["apply"]);
  await done(["secret", "put", "openai", "--env", "dev"], old);
  await done(["secret", "put", "pusher", "--env", "dev"], token);
  await done(["secret", "put", "minter", "--field", "value", "--env", "dev"], server.admin);
  await done(["secret", "put", "minter", "--field", "project_id", "--env", "dev"], "proj_a1");
  await done(["push", "github", "--env", "dev"]);
  const NAME = "acme/fraud dev OPENAI_API_KEY";
  assert.equal(hub.values.get(NAME), old);
  let atRevocation: string | undefined;
  server.before = (ask) => {
    if (ask === "revoke") atRevocation ??= hub.values.get(NAME);
  };
  const rotated = await done(["rotate", "openai", "--env", "dev", "--json"]);
  const now = (await done(["secret", "get", "openai", "--env", "dev"])).stdout.trim();
  assert.notEqual(now, old);
  assert.deepEqual([atRevocation, hub.values.get(NAME)], [now, now]);
  assert.deepEqual(
    server.live().map(({ value }) => value),
    [now],
  );
  assert.match(rotated.stdout, /carried to github:acme\/fraud dev/);
  for (const value of [old, now, token]) assert.ok(!(rotated.stdout + rotated.stderr).includes(value));
  // exit code 3 where something has drifted
  const status = await done(["push", "status", "--env", "dev", "--json"]);
  const [line] = JSON.parse(status.stdout) as Status[];
  assert.deepEqual([line?.name, line?.drift, line?.version], ["OPENAI_API_KEY", "same", 2]);
  hub.change(NAME, fake("sk-", 40));
  assert.equal((await box.later(["push", "status", "--env", "dev"])).code, 3);
});
