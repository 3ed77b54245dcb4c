/** Background work of several nodes: one does it, a stopped one that wakes up writes nothing, and no notification is waited for. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { type LedgerLine, readLedger } from "../support/ledger-engine.ts";
import { type Node, type NodeEnvironment, nodeHome, startNode } from "../support/nodes.ts";
import { holdNotifications } from "../support/notify-proxy.ts";
import { NO_POSTGRES, type Postgres, startPostgres } from "../support/postgres.ts";
import { type Rest, rest } from "../support/rest.ts";
import { scale } from "../support/scale.ts";

interface Scene {
  readonly postgres: Postgres;
  readonly folder: string;
  readonly ledger: string;
  start(name: string, options?: { dsn?: string; env?: NodeEnvironment }): Promise<Node & { call: Rest }>;
}

async function scene(t: TestContext, body: (scene: Scene) => Promise<void>): Promise<void> {
  const postgres = await startPostgres();
  if (postgres === null) return t.skip(NO_POSTGRES);
  t.after(() => postgres.stop());
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-nodes-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const ledger = join(folder, "ledger");
  writeFileSync(ledger, "");
  let sealKey: string | undefined;
  await body({
    postgres,
    folder,
    ledger,
    start: async (name, { dsn = postgres.dsn(), env = { TEST_TIDY: "50,1000" } } = {}) => {
      const home = nodeHome(folder, name, sealKey);
      const node = await startNode(home, dsn, { TEST_LEDGER: ledger, ...env });
      sealKey ??= join(home, "seal.key");
      const call = rest(node.address, node.root);
      t.after(async () => {
        call.close();
        node.started.child.kill("SIGCONT");
        await node.started.end();
      });
      return { ...node, call };
    },
  });
}

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let tries = 0; ; tries++) {
    const found = look();
    if (found !== undefined) return found;
    assert.ok(tries < 3_000, what);
    await delay(10);
  }
}

test("a node stopped past its lock's life while another takes over writes nothing when it wakes", async (t) => {
  await scene(t, async ({ ledger, start }) => {
    const nodes = [await start("a"), await start("b")];
    const [a] = nodes;
    assert.ok(a);
    assert.equal((await a.call("POST", "sys/mounts/ledger", { type: "ledger" })).status, 204);
    const turns = (): LedgerLine[] => readLedger(ledger).filter(({ did }) => did === "turn");
    for (let round = 0; round < scale(2, 20); round++) {
      const before = turns().length;
      const { pid } = await until("somebody does the work", () => turns()[before + 1]);
      const [sleeper, heir] = nodes[0]?.started.pid === pid ? nodes : [...nodes].reverse();
      assert.ok(sleeper?.started.pid === pid && heir !== undefined);
      const stop = `${ledger}.stop-${pid}`;
      writeFileSync(stop, "");
      await until("it stopped itself in the middle of a turn", () => (existsSync(stop) ? undefined : true));
      const stopped = turns().length;
      await until("the other takes over", () => turns()[stopped + 3]);
      assert.equal((await heir.call("GET", "ledger/creds/1")).status, 200);
      sleeper.started.child.kill("SIGCONT");
      const woken = turns().length;
      assert.equal((await sleeper.call("GET", "sys/health")).status, 200, "it runs, and serves");
      await until("the other goes on", () => turns()[woken + 5]);
    }
    const lines = turns();
    for (const [index, line] of lines.entries())
      assert.equal(Number(line.user), index + 1, `the turn of ${line.pid} was set back`);
    assert.equal(new Set(lines.map(({ pid }) => pid)).size, 2);
    const doneTwice = readLedger(ledger)
      .filter(({ did }) => did === "revoked")
      .map(({ user }) => user);
    await until("every credential is revoked", () =>
      readLedger(ledger).filter(({ did }) => did === "revoked").length >= scale(2, 20) ? true : undefined,
    );
    assert.equal(new Set(doneTwice).size, doneTwice.length, "each once");
  });
});

test("with notifications held back ten seconds, what one node revokes the other refuses at once", async (t) => {
  await scene(t, async ({ postgres, start }) => {
    const proxy = await holdNotifications(postgres.port, 10_000);
    t.after(() => proxy.stop());
    const behind = new URL(postgres.dsn());
    behind.port = String(proxy.port);

    // the control: who listens behind it hears nothing yet
    const listener = new pg.Client(behind.href);
    await listener.connect();
    let heard = 0;
    listener.on("notification", () => heard++);
    await listener.query("LISTEN control");
    await postgres.sql("NOTIFY control");
    for (let tries = 0; proxy.held() === 0 && tries < 500; tries++) await listener.query("SELECT 1");
    assert.deepEqual([proxy.held(), heard], [1, 0]);
    await listener.end();

    const a = await start("a");
    const b = await start("b", { dsn: behind.href });
    await a.call("POST", "secret/data/x", { data: { value: "v" } });
    await a.call("PUT", "sys/policies/acl/reader", {
      policy: 'path "secret/data/x" { capabilities = ["read"] }',
    });
    assert.equal((await a.call("POST", "sys/mounts/ledger", { type: "ledger" })).status, 204);
    for (let round = 0; round < scale(10, 200); round++) {
      const made = await a.call("POST", "auth/token/create", { policies: ["reader"], ttl: "1h" });
      const reader = b.call.as(String(made.json.auth?.client_token));
      for (let warm = 0; warm < 3; warm++) assert.equal((await reader("GET", "secret/data/x")).status, 200);
      const accessor = made.json.auth?.accessor;
      assert.equal((await a.call("POST", "auth/token/revoke-accessor", { accessor })).status, 204);
      const answers = await Promise.all([1, 2, 3].map(() => reader("GET", "secret/data/x")));
      for (const { status } of answers) assert.equal(status, 403);

      const leased = await a.call("GET", "ledger/creds/3600000");
      const lease = { lease_id: leased.json.lease_id };
      assert.equal((await b.call("PUT", "sys/leases/lookup", lease)).status, 200);
      assert.equal((await a.call("PUT", "sys/leases/revoke", lease)).status, 204);
      assert.equal((await b.call("PUT", "sys/leases/renew", lease)).status, 400);
      assert.equal((await b.call("PUT", "sys/leases/lookup", lease)).status, 400);
    }
  });
});

test("a node that cannot ask refuses with 503: after a while at once, of what it served before too; then serves again", async (t) => {
  await scene(t, async ({ postgres, start }) => {
    const a = await start("a");
    await a.call("POST", "secret/data/x", { data: { value: "v" } });
    assert.equal((await a.call("GET", "secret/data/x")).status, 200);
    await postgres.kill();
    const refused = await a.call("GET", "secret/data/x");
    assert.equal(refused.status, 503);
    assert.match(refused.text, /cannot be reached/);
    for (let n = 0; n < 200; n++) assert.equal((await a.call("GET", "secret/data/x")).status, 503);
    assert.equal((await a.call("POST", "secret/data/x", { data: { value: "w" } })).status, 503);
    await postgres.restart();
    assert.equal((await a.call("GET", "secret/data/x")).status, 200);
    assert.equal((await a.call("POST", "secret/data/x", { data: { value: "w" } })).status, 200);
  });
});
