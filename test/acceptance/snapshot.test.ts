/** Snapshots: whole and of one moment, on both stores; damaged, foreign and half ones change nothing. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Secret } from "../../src/core/secret.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { openPostgresStore } from "../../src/store/postgres/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/index.ts";
import { NO_POSTGRES, startPostgres } from "../support/postgres.ts";
import { initialize, openSealedKernel, type SealedKernel, unseal } from "../support/sealed-kernel.ts";

const SNAPSHOT = "sys/storage/raft/snapshot";

async function all(store: Store): Promise<Map<string, string>> {
  const entries = new Map<string, string>();
  await store.readAll(({ key, value }) => void entries.set(key, value.toString("hex")));
  return entries;
}

async function filled(store?: Store): Promise<SealedKernel & { root: string; keys: readonly string[] }> {
  const at = await openSealedKernel(store === undefined ? {} : { store });
  const { keys, root } = await initialize(at);
  await unseal(at, keys.slice(0, 2));
  await at.call("POST", "sys/mounts/secret", { type: "kv" }, root);
  for (let n = 0; n < 20; n++) await at.call("POST", `secret/s${n}`, { n, text: "x".repeat(n * 50) }, root);
  return Object.assign(at, { root, keys });
}

const read = async (at: SealedKernel, path: string, root: string): Promise<unknown> =>
  (await at.call("GET", path, undefined, root)).json.data?.n;

async function roundTrip(at: SealedKernel, root: string): Promise<void> {
  const { status, bytes } = await at.call("GET", SNAPSHOT, undefined, root);
  assert.equal(status, 200);
  assert.ok(!bytes.includes("xxxxx"), "encrypted as it lies");
  await at.call("POST", "secret/s3", { n: 33 }, root);
  await at.call("DELETE", "secret/s4", undefined, root);
  await at.call("POST", "secret/later", { n: 1 }, root);
  await at.call("PUT", "sys/rotate", {}, root);
  assert.equal((await at.call("POST", SNAPSHOT, bytes, root)).status, 204);
  assert.deepEqual(await Promise.all(["s3", "s4", "later"].map((name) => read(at, `secret/${name}`, root))), [
    3,
    4,
    undefined,
  ]);
  assert.equal((await at.call("POST", "secret/after", { n: 2 }, root)).status, 204);
  assert.equal(await read(at, "secret/after", root), 2);
}

test("a snapshot brings everything back, on SQLite", async () => {
  const at = await filled();
  await roundTrip(at, at.root);
  await at.kernel.close();
  const again = await at.again();
  await unseal(again, at.keys.slice(1));
  assert.equal(await read(again, "secret/s4", at.root), 4);
  await again.close();
  await at.store.close();
  rmSync(at.folder, { recursive: true, force: true });
});

test("a snapshot brings everything back, on PostgreSQL, and goes from the one store to the other", async (t) => {
  const postgres = await startPostgres();
  if (postgres === null) return t.skip(NO_POSTGRES);
  t.after(() => postgres.stop());
  const store = await openPostgresStore({ address: Secret.copy(postgres.dsn()) });
  const at = await filled(store);
  await roundTrip(at, at.root);
  const { bytes } = await at.call("GET", SNAPSHOT, undefined, at.root);
  const other = await filled();
  assert.equal((await other.call("POST", `${SNAPSHOT}-force`, bytes, other.root)).status, 204);
  assert.ok(other.kernel.sealed, "another store's keys open it now");
  assert.equal((await unseal(other, other.keys.slice(0, 2))).status, 400);
  assert.equal((await unseal(other, at.keys.slice(0, 2))).json.sealed, false);
  assert.equal(await read(other, "secret/s7", at.root), 7);
  await other.close();
  await at.close();
});

test("other processes that serve meanwhile go on with the keys that came back: all read what any of them writes", async () => {
  const at = await filled();
  const other = await at.again();
  await unseal(other, at.keys.slice(0, 2));
  const { root } = at;
  const { bytes } = await at.call("GET", SNAPSHOT, undefined, root);
  await at.call("PUT", "sys/rotate", {}, root);
  assert.equal((await other.call("GET", "sys/key-status", undefined, root)).json.data?.term, 2 as unknown);
  assert.equal((await other.call("POST", "secret/later", { n: 1 }, root)).status, 204);
  assert.equal((await at.call("POST", SNAPSHOT, bytes, root)).status, 204);
  assert.equal(await read(other, "secret/later", root), undefined, "what came later is gone everywhere");
  assert.equal((await other.call("POST", "secret/a", { n: 1 }, root)).status, 204);
  assert.equal((await at.call("POST", "secret/b", { n: 1 }, root)).status, 204);
  const third = await at.again();
  await unseal(third, at.keys.slice(0, 2));
  for (const reader of [at, other, third])
    for (const key of ["a", "b"]) assert.equal(await read(reader, `secret/${key}`, root), 1, key);
  for (const one of [third, other, at]) await one.close();
});

test("damaged, cut, foreign, reordered and empty ones are refused, and nothing is changed", async () => {
  const at = await filled();
  const foreign = await filled();
  const { bytes } = await at.call("GET", SNAPSHOT, undefined, at.root);
  const theirs = (await foreign.call("GET", SNAPSHOT, undefined, foreign.root)).bytes;
  const before = await all(at.store);
  const core = (entries: Map<string, string>): string =>
    JSON.stringify([...entries].filter(([key]) => !key.startsWith("core/audit-anchor")));
  const refused = async (snapshot: Buffer, code: string, force = false): Promise<void> => {
    const path = force ? `${SNAPSHOT}-force` : SNAPSHOT;
    const { status, json } = await at.call("POST", path, snapshot, at.root);
    assert.equal(status, 400, code);
    assert.match(
      JSON.stringify(json.errors),
      code === "foreign" ? /not made by this store/ : /no whole snapshot/,
    );
  };
  await refused(theirs, "foreign");
  for (const at of [0, 25, 40, 200, bytes.length >> 1, bytes.length - 70, bytes.length - 40]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await refused(changed, "damaged");
    await refused(changed, "damaged", true);
  }
  const mac = Buffer.from(bytes);
  mac[mac.length - 1] = (mac.at(-1) ?? 0) ^ 1;
  await refused(mac, "foreign");
  for (const cut of [0, 1, 20, 21, 22, 300, bytes.length >> 1, bytes.length - 32, bytes.length - 1])
    await refused(bytes.subarray(0, cut), "damaged");
  await refused(Buffer.concat([bytes, Buffer.of(0)]), "damaged");
  await refused(Buffer.from('{"json": true}'), "damaged");
  assert.equal(core(await all(at.store)), core(before));
  assert.equal(await read(at, "secret/s5", at.root), 5);
  await foreign.close();
  await at.close();
});

test("a snapshot is of one moment while others write", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-moment-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  const pair = async (n: number): Promise<void> =>
    store.transaction(async (tx) => {
      tx.put("a", Buffer.from(String(n)));
      tx.put("z", Buffer.from(String(n)));
    });
  for (let n = 0; n < 300; n++) await store.put(`m${n}`, Buffer.alloc(10));
  await pair(0);
  for (let round = 1; round < 10; round++) {
    const seen = new Map<string, string>();
    let n = round * 1_000;
    await store.readAll(async ({ key, value }) => {
      seen.set(key, value.toString());
      if (seen.size % 50 === 0) await pair(++n);
      await turn();
    });
    assert.equal(seen.get("a"), seen.get("z"));
    assert.ok(n > round * 1_000, "others wrote meanwhile");
  }
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
