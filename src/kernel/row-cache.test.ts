/** What a cache of rows must never do: give what was true before a write that is done, whoever wrote. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Store } from "../core/ports/store.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";
import { type Barrier, createBarrier } from "./barrier/index.ts";
import { RowCache } from "./row-cache.ts";

interface Node {
  readonly barrier: Barrier;
  readonly cache: RowCache<string>;
  /** Rows that were parsed. */
  readonly parsed: string[];
  /** Holds every read back until the promise is done. */
  hold: Promise<void>;
  write(value: string): Promise<void>;
}

async function nodes(context: TestContext, count: number): Promise<Node[]> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-rows-"));
  const rootKey = randomBytes(32);
  const all: Node[] = [];
  const stores: Store[] = [];
  for (let i = 0; i < count; i++) {
    const store = await openSqliteStore({ path: join(folder, "store.db") });
    stores.push(store);
    const node = { hold: Promise.resolve() };
    const barrier = createBarrier({
      get: async (key) => {
        const entry = await store.get(key);
        await node.hold;
        return entry;
      },
      list: (...asked) => store.list(...asked),
      children: (...asked) => store.children(...asked),
      put: (...asked) => store.put(...asked),
      delete: (...asked) => store.delete(...asked),
      transaction: (...asked) => store.transaction(...asked),
      locks: store.locks,
      readAll: (each) => store.readAll(each),
      replaceAll: (entries) => store.replaceAll(entries),
      changeToken: () => store.changeToken(),
      ...(store.own && { own: store.own }),
      purge: () => store.purge(),
      close: () => store.close(),
    });
    await barrier.initialize(rootKey);
    await barrier.unseal(rootKey);
    const parsed: string[] = [];
    const cache = new RowCache(barrier, "a/", (bytes) => {
      parsed.push(bytes?.toString() ?? "none");
      return bytes?.toString() ?? "none";
    });
    const write = async (value: string): Promise<void> =>
      void (await barrier.view("a/").put("row", Buffer.from(value)));
    all.push(Object.assign(node, { barrier, cache, parsed, write }));
  }
  context.after(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return all;
}

test("own writes: the row that was written is read again, no other, and the token stands still", async (context) => {
  const [node] = await nodes(context, 1);
  assert.ok(node);
  await node.write("1");
  const seen = await node.barrier.cacheToken();
  assert.equal(await node.cache.get("row", seen), "1");
  await node.barrier.view("b/").put("row", Buffer.from("x"));
  await node.barrier.transaction((tx) => Promise.resolve(tx.put("a/other", Buffer.from("x"))));
  assert.equal(await node.barrier.cacheToken(), seen);
  assert.equal(await node.cache.get("row", seen), "1");
  assert.deepEqual(node.parsed, ["1"]);
  await node.write("2");
  assert.equal(await node.cache.get("row", seen), "2", "also for a request that came before");
  await node.barrier.view("a/").delete("row");
  assert.equal(await node.cache.get("row", seen), "none");
});

test("others' writes change the token, also behind an own one", async (context) => {
  const [node, other] = await nodes(context, 2);
  assert.ok(node && other);
  await node.write("1");
  const first = await node.barrier.cacheToken();
  assert.equal(await node.cache.get("row", first), "1");
  await other.write("2");
  assert.equal(await node.cache.get("row"), "2");
  const second = await node.barrier.cacheToken();
  assert.notEqual(second, first);
  await other.write("3");
  await node.barrier.view("b/").put("row", Buffer.from("x")); // its commit comes before anybody asks for a token
  assert.equal(await node.cache.get("row", await node.barrier.cacheToken()), "3");
});

test("a read that an own write overtakes is not remembered", async (context) => {
  const [node] = await nodes(context, 1);
  assert.ok(node);
  await node.write("1");
  const seen = await node.barrier.cacheToken();
  const { promise, resolve } = Promise.withResolvers<void>();
  node.hold = promise;
  const slow = node.cache.get("row", seen);
  await new Promise((done) => setTimeout(done, 20));
  await node.write("2");
  resolve();
  assert.match(await slow, /^[12]$/);
  assert.equal(await node.cache.get("row", seen), "2");
});
