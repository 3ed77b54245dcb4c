/** `bulkhead rotate` through the release bundle, in the local store: environments in order with their checks, guided hand-over, kills. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import test, { type TestContext } from "node:test";
import { type Ask, type KeyServer, startKeyServer } from "../support/key-server.ts";
import { BIN, type Sandbox, sandbox } from "./support.ts";
import { long } from "../support/scale.ts";

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly environment: string;
  readonly orphans: readonly string[];
  readonly steps: readonly { readonly step: string; readonly note: string }[];
}

async function declared(
  t: TestContext,
  check: string,
  rotate = "",
): Promise<{ box: Sandbox; server: KeyServer; values: Record<string, string> }> {
  const box = sandbox(t);
  const server = await startKeyServer("openai");
  t.after(() => server.stop());
  box.write(
    "bulkhead.yaml",
    `project: fraud
owner: ml@example.com
environments: { dev: { people: true }, prod: { production: true } }
secrets:
  key: { provider: openai, purpose: answers, rotate: { every: 90d, grace: 0s, with: minter, url: "${server.url}"${rotate} } }
  minter: { provider: openai, purpose: mints the key above }
stages:
  serve: { run: "true", check: '${check}', use: { OPENAI_API_KEY: key } }
`,
  );
  const applied = await box.later(["apply"]);
  assert.equal(applied.code, 0, applied.stderr);
  const values: Record<string, string> = {};
  for (const env of ["dev", "prod"]) {
    const value = server.add(env).value;
    values[env] = value;
    assert.equal((await box.later(["secret", "put", "key", "--env", env], { input: value })).code, 0);
  }
  // one provider for both environments here, though no two of them share a secret
  assert.equal(
    (
      await box.later(["secret", "put", "minter", "--field", "value", "--env", "dev"], {
        input: server.admin,
      })
    ).code,
    0,
  );
  assert.equal(
    (
      await box.later(["secret", "put", "minter", "--field", "project_id", "--env", "dev"], {
        input: "proj_a1",
      })
    ).code,
    0,
  );
  return { box, server, values };
}

const current = async (box: Sandbox, env = "dev"): Promise<string> =>
  (await box.later(["secret", "get", "key", "--env", env])).stdout.trim();

test("a key is rotated with its stage's check; one that fails turns it back", async (t) => {
  const { box, server, values } = await declared(t, `test "$OPENAI_API_KEY" != "" && test ! -e broken`);
  const dry = await box.later(["rotate", "key", "--env", "dev", "--dry-run"]);
  assert.equal(dry.code, 0, dry.stderr);
  assert.ok(dry.stdout.includes(server.url), dry.stdout);
  const done = await box.later(["rotate", "key", "--env", "dev", "--json"]);
  assert.equal(done.code, 0, done.stderr);
  const [shown] = JSON.parse(done.stdout) as Shown[];
  assert.equal(shown?.state, "done");
  const now = await current(box);
  assert.notEqual(now, values.dev);
  assert.ok(!(done.stdout + done.stderr).includes(now));
  assert.deepEqual(
    server
      .live()
      .map(({ value }) => value)
      .sort(),
    [values.prod, now].sort(),
  );
  box.write("broken", "");
  const failed = await box.later(["rotate", "key", "--env", "dev"]);
  assert.equal(failed.code, 1, failed.stderr);
  assert.equal(await current(box), now);
  assert.deepEqual(
    server
      .live()
      .map(({ value }) => value)
      .sort(),
    [values.prod, now].sort(),
    "the new one was removed",
  );
  const list = await box.later(["rotate", "list", "--json"]);
  assert.deepEqual(
    (JSON.parse(list.stdout) as Shown[]).map(({ state }) => state),
    ["rolled-back", "done"],
  );
});

/** Killed while the provider is asked for the n-th time, before or after it did what it was asked. */
const BOUNDARIES: readonly (readonly [Ask, number])[] = [
  ["check", 1],
  ["list", 1],
  ["mint", 1],
  ["list", 2],
  ["check", 2],
  ["revoke", 1],
  ["check", 3],
];

for (const [ask, nth] of long ? BOUNDARIES : BOUNDARIES.filter(([name]) => name === "mint"))
  test(`kill -9 at ${ask} ${nth}: the next look goes on, one working key is current, none is left over`, async (t) => {
    const { box, server, values } = await declared(t, "true");
    const child = spawn(process.execPath, [BIN, "rotate", "key", "--env", "dev"], {
      cwd: box.project,
      env: box.env,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const before = { ...server.counts };
    server.before = (now) => {
      if (now === ask && server.counts[ask] - before[ask] === nth) child.kill("SIGKILL");
    };
    await ended;
    server.before = null;
    assert.equal(child.signalCode, "SIGKILL", "it came so far");
    const [left] = JSON.parse((await box.later(["rotate", "list", "--json"])).stdout) as Shown[];
    const done = await box.later(["rotate", "continue", left?.id ?? "", "--json"]);
    const shown = JSON.parse(done.stdout) as Shown;
    assert.equal(shown.state, "done", done.stdout + done.stderr);
    const now = await current(box);
    assert.notEqual(now, values.dev);
    assert.deepEqual(
      server
        .live()
        .map(({ value }) => value)
        .sort(),
      [values.prod, now].sort(),
    );
  });
