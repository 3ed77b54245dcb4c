/** Every way to open a store hands rotations their push: a person's process, a server on its own store, a server by configuration. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fake } from "../../../test/support/fake.ts";
import { startKeyServer } from "../../../test/support/key-server.ts";
import { protocolServer } from "../../../test/support/protocol-server.ts";
import { fakeGitHub } from "../../../test/support/push-servers.ts";
import { ApiClient } from "../../client/index.ts";
import { Secret } from "../../core/secret.ts";
import { desired, parseManifest } from "../../manifest/index.ts";
import { openConfigured } from "../configured.ts";
import { openLocal } from "../local.ts";
import { createLog } from "../log.ts";

/** The folder goes after what lies in it was closed: hooks run in the order in which they were made. */
async function inFolder<T extends { close(): Promise<void> }>(
  t: TestContext,
  open: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-composed-"));
  const opened = await open(folder);
  t.after(async () => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return opened;
}

async function local(t: TestContext, stays: boolean): Promise<ApiClient> {
  const tidy = { every: 20, onError: (error: unknown) => assert.fail(String(error)) };
  const opened = await inFolder(t, (folder) =>
    openLocal({ home: join(folder, "home"), ...(stays && { tidy }) }),
  );
  return new ApiClient({ transport: opened.handle, token: opened.operatorToken });
}

async function configured(t: TestContext): Promise<ApiClient> {
  const server = await inFolder(t, (folder) =>
    openConfigured(
      {
        storage: { type: "file", folder: join(folder, "store") },
        listeners: [],
        seal: { type: "shamir" },
        auditFolder: null,
        defaultLeaseTtl: undefined,
        maxLeaseTtl: undefined,
        logLevel: "error",
      },
      createLog("error"),
    ),
  );
  const client = new ApiClient({ transport: server.kernel.handle });
  const answer = await client.call("PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
  const made = (name: string): string => JSON.parse(answer.body.get(name)?.bytes.toString() ?? "null");
  const [key] = made("keys") as unknown as string[];
  await client.call("PUT", "sys/unseal", { key: key ?? "" });
  return client.with(Secret.copy(made("root_token")));
}

for (const [what, open] of [
  ["a person's process", (t: TestContext) => local(t, false)],
  ["a server on its own store, in the background", (t: TestContext) => local(t, true)],
  ["a server by its configuration", configured],
] as const)
  test(`${what}: what is rotated stands at GitHub before the old one is revoked`, async (t) => {
    const token = fake("ghs_", 36);
    const hub = await fakeGitHub(token);
    const [server, gitHub] = await Promise.all([startKeyServer("openai"), protocolServer(hub.answer)]);
    t.after(() => Promise.all([server.stop(), gitHub.stop()]));
    const { manifest } = parseManifest(
      `project: fraud
environments: { dev: { people: true } }
secrets:
  key:
    provider: openai
    rotate: { grace: 0s, with: minter, url: "${server.url}" }
    push: { github: { repository: acme/fraud, with: pusher, url: "${gitHub.address}" } }
  minter: { provider: openai, plain: [project_id] }
  pusher: { kind: source-control }
stages: { serve: { run: "true", use: { MODEL_KEY: key } } }
`,
      "bulkhead.yaml",
    );
    assert.ok(manifest !== null);
    const client = await open(t);
    const { project, declaration } = desired(manifest);
    await client.call("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await client.write("bulkhead/projects/fraud", { manifest: project, declaration } as never);
    const old = server.add("old").value;
    const stored = { key: { value: old }, minter: { value: server.admin, project_id: "proj_a1" } };
    for (const [name, data] of Object.entries({ ...stored, pusher: { value: token } }))
      await client.write(`secret/data/fraud/dev/${name}`, { data });
    let atRevocation: string | undefined;
    server.before = (ask) => {
      if (ask === "revoke") atRevocation ??= hub.values.get("acme/fraud MODEL_KEY");
    };
    const begun = await client.write("bulkhead/rotations", {
      ...{ project: "fraud", environment: "dev", secret: "key" },
    });
    const path = `bulkhead/rotations/${String(begun?.id)}`;
    // where nothing stays nothing goes on by itself
    const background = what.includes("background");
    for (let tries = 0; (await client.read(path))?.state !== "done"; tries++) {
      assert.ok(tries < 500, JSON.stringify(await client.read(path)));
      if (background) await sleep(20);
      else await client.write(`${path}/continue`, {});
    }
    const now = await client.readSecret("secret/data/fraud/dev/key");
    const value = now?.fields.get("value")?.revealText();
    assert.notEqual(value, old);
    assert.deepEqual([atRevocation, hub.values.get("acme/fraud MODEL_KEY")], [value, value]);
  });
