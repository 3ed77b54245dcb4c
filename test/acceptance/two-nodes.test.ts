/** Two servers, each a process with a folder of its own, on one PostgreSQL: what one revokes the other refuses at once. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { sandbox } from "../cli/support.ts";
import { fake } from "../support/fake.ts";
import { type Node, nodeHome, startNode } from "../support/nodes.ts";
import { NO_POSTGRES, type Postgres, startPostgres } from "../support/postgres.ts";
import { scale } from "../support/scale.ts";

/** Node a makes the store; node b has a copy of its seal key. */
async function twoNodes(t: TestContext, dsn: string): Promise<{ a: Node; b: Node }> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-nodes-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const start = async (home: string): Promise<Node> => {
    const node = await startNode(home, dsn);
    t.after(() => node.started.end("SIGKILL"));
    return node;
  };
  const a = await start(nodeHome(folder, "a"));
  return { a, b: await start(nodeHome(folder, "b", join(a.home, "seal.key"))) };
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly auth?: { readonly client_token: string };
    readonly data?: { readonly data?: unknown };
  };
}

async function ask(node: Node, token: string, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${node.address}/v1/${path}`, {
    method,
    headers: { "x-vault-token": token },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Answer["body"] };
}

async function newToken(node: Node, policies: readonly string[]): Promise<string> {
  const { body } = await ask(node, node.root, "POST", "auth/token/create", { policies, ttl: "1h" });
  assert.ok(body.auth);
  return body.auth.client_token;
}

async function withPostgres(t: TestContext, body: (postgres: Postgres) => Promise<void>): Promise<void> {
  const postgres = await startPostgres();
  if (postgres === null) return t.skip(NO_POSTGRES);
  t.after(() => postgres.stop());
  await body(postgres);
}

test("two nodes on one PostgreSQL: a token or policy that one takes away is refused by the other at once", async (t) => {
  await withPostgres(t, async (postgres) => {
    const { a, b } = await twoNodes(t, postgres.dsn());
    const value = fake("hf_", 34);
    const rules = 'path "secret/data/x" { capabilities = ["read"] }';
    assert.equal((await ask(a, a.root, "POST", "secret/data/x", { data: { value } })).status, 200);
    assert.equal((await ask(b, b.root, "PUT", "sys/policies/acl/reader", { policy: rules })).status, 204);
    for (let round = 0; round < scale(10, 200); round++) {
      const [here, there] = round % 2 === 0 ? [a, b] : [b, a];
      const token = await newToken(here, ["reader"]);
      for (let warm = 0; warm < 3; warm++) {
        const got = await ask(there, token, "GET", "secret/data/x");
        assert.deepEqual(
          [got.status, got.body.data?.data],
          [200, { value }],
          "the control: good before, and in every cache",
        );
      }
      assert.equal((await ask(here, token, "POST", "auth/token/revoke-self")).status, 204);
      const answers = await Promise.all([1, 2, 3].map(() => ask(there, token, "GET", "secret/data/x")));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [403, 403, 403],
      );
    }
    const token = await newToken(a, ["reader"]);
    assert.equal((await ask(b, token, "GET", "secret/data/x")).status, 200);
    assert.equal((await ask(a, a.root, "DELETE", "sys/policies/acl/reader")).status, 204);
    assert.equal((await ask(b, token, "GET", "secret/data/x")).status, 403);

    const rows = await postgres.sql("SELECT encode(value, 'escape') AS value FROM bulkhead.entries");
    assert.ok(
      rows.some((row) => String(row.value).includes("keyfile")),
      "the control: the search sees clear text",
    );
    assert.ok(!rows.some((row) => String(row.value).includes(value)), "only ciphertext arrives there");
    for (const { home, started } of [a, b]) {
      assert.deepEqual(readdirSync(home).sort(), ["audit", "seal.key"], "no store of its own");
      for (const place of readdirSync(join(home, "audit"), { recursive: true, withFileTypes: true }))
        if (place.isFile())
          assert.ok(!readFileSync(join(place.parentPath, place.name)).includes(postgres.password));
      assert.ok(!started.log().includes(postgres.password));
    }
  });
});

test("a node that cannot ask refuses; one that was killed takes nothing with it; all go on when PostgreSQL is back", async (t) => {
  await withPostgres(t, async (postgres) => {
    const { a, b } = await twoNodes(t, postgres.dsn());
    const acknowledged: number[] = [];
    for (let n = 0; n < 20; n++) {
      if ((await ask(a, a.root, "POST", `secret/data/n${n}`, { data: { n } })).status === 200)
        acknowledged.push(n);
      await ask(b, a.root, "GET", `secret/data/n${n}`);
    }
    await a.started.end("SIGKILL");
    assert.equal(acknowledged.length, 20);
    for (const n of acknowledged)
      assert.deepEqual((await ask(b, b.root, "GET", `secret/data/n${n}`)).body.data?.data, { n });
    await postgres.kill();
    assert.equal((await ask(b, b.root, "GET", "secret/data/n0")).status, 503, "not from a cache");
    await postgres.restart();
    assert.deepEqual((await ask(b, b.root, "GET", "secret/data/n0")).body.data?.data, { n: 0 });
    assert.equal(await b.started.end("SIGTERM"), 0);
  });
});

test("every command runs on it: the address comes from a private file or the environment, never as an argument", async (t) => {
  await withPostgres(t, async (postgres) => {
    const box = sandbox(t);
    const file = box.write("address", `${postgres.dsn()}\n`, 0o600);
    const env = { BULKHEAD_STORE_FILE: file };
    assert.match(box.bulkhead(["status"], { env }).stdout, /^state +open$/m);
    assert.equal(box.bulkhead(["secret", "put", "secret/x"], { env, input: "value-x" }).code, 0);
    assert.equal(box.bulkhead(["secret", "get", "secret/x"], { env }).stdout, "value-x");
    const inPlace = { BULKHEAD_STORE: postgres.dsn() };
    assert.equal(box.bulkhead(["secret", "get", "secret/x"], { env: inPlace }).stdout, "value-x");
    assert.equal(box.bulkhead(["audit", "verify"], { env }).code, 0);
    assert.match(box.bulkhead(["doctor"], { env }).stdout, /^ok +store .*it opens/m);
    assert.ok(!readdirSync(box.store).includes("store.db"), "no store of its own");

    const exposed = box.write("exposed", postgres.dsn(), 0o644);
    const refused = box.bulkhead(["status"], { env: { BULKHEAD_STORE_FILE: exposed } });
    assert.equal(refused.code, 1);
    const strange = box.bulkhead(["status"], {
      env: { BULKHEAD_STORE: `mysql://x:${postgres.password}@localhost/x` },
    });
    assert.equal(strange.code, 2);
    await postgres.halt();
    const away = box.bulkhead(["status", "--debug"], { env });
    assert.equal(away.code, 1);
    assert.match(away.stderr, /cannot be reached: nothing listens there\n.*hint: /);
    for (const { stdout, stderr } of [refused, strange, away])
      assert.ok(!`${stdout}${stderr}`.includes(postgres.password));
  });
});
