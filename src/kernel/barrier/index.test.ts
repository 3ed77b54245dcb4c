/** The barrier: its vectors, what it refuses, rotation, several processes' views of one key ring, views and transactions. */
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import { ManualClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { decrypt, encrypt, termOf } from "./cipher.ts";
import {
  type Barrier,
  type BarrierOptions,
  createBarrier,
  rootOf,
  type StorageTransaction,
} from "./index.ts";
import { readRing } from "./keyring.ts";

interface Opened {
  readonly folder: string;
  readonly store: Store;
  readonly rootKey: Buffer;
  readonly barrier: Barrier;
  /** A further process, as far as the barrier can tell. */
  readonly another: (options?: BarrierOptions) => Promise<Barrier>;
}

async function open(context: TestContext, options: BarrierOptions = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-barrier-"));
  const path = join(folder, "store.db");
  const stores: Store[] = [];
  context.after(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const rootKey = randomBytes(32);
  const another = async (own: BarrierOptions = options): Promise<Barrier> => {
    const store = await openSqliteStore({ path });
    stores.push(store);
    const barrier = createBarrier(store, own);
    await barrier.initialize(rootKey);
    await barrier.unseal(rootKey);
    return barrier;
  };
  const barrier = await another();
  const [store] = stores;
  assert.ok(store);
  return { folder, store, rootKey, barrier, another };
}

const bytes = (text: string): Buffer => Buffer.from(text);
const corrupt = (path: string): object => ({ code: "barrier.corrupt", details: { path } });

test("the published vectors hold", () => {
  interface Vectors {
    entries: { key: string; term: number; nonce: string; path: string; value: string; entry: string }[];
    ring: {
      rootKey: string;
      nonce: string;
      ring: string;
      entry: string;
      terms: { term: number; created: string }[];
      derived: Record<string, string>;
    };
  }
  const page = readFileSync(join(import.meta.dirname, "../../../docs/spec/barrier.md"), "utf8");
  const { entries, ring } = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? "") as Vectors;
  assert.ok(entries.length >= 4);
  const hex = (text: string): Buffer => Buffer.from(text, "hex");
  for (const { key, term, nonce, path, value, entry } of entries) {
    const secret = createSecretKey(hex(key));
    const made = encrypt({ key: secret, term, nonce: hex(nonce), path, value: hex(value) });
    assert.equal(made.toString("hex"), entry);
    assert.equal(decrypt(secret, path, hex(entry))?.toString("hex"), value);
    assert.equal(termOf(hex(entry)), term);
  }
  const root = createSecretKey(hex(ring.rootKey));
  assert.equal(decrypt(root, "core/keyring", hex(ring.entry))?.toString("hex"), ring.ring);
  const read = readRing(hex(ring.ring));
  assert.deepEqual(
    read?.terms.map(({ term, created }) => ({ term, created: new Date(created).toISOString() })),
    ring.terms,
  );
  for (const [purpose, key] of Object.entries(ring.derived))
    assert.equal(read?.deriveKey(purpose).export().toString("hex"), key);
});

test("any flipped bit, cut or added byte, other path or other key is refused", () => {
  const key = createSecretKey(randomBytes(32));
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      fc.string({ minLength: 1 }),
      fc.nat(),
      (value, path, at) => {
        const entry = encrypt({ key, term: 1, path, value });
        assert.deepEqual(decrypt(key, path, entry), Buffer.from(value));
        const bit = at % (entry.length * 8);
        const flipped = Buffer.from(entry);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const inTerm = bit >= 8 && bit < 40; // the term chooses the key, below
        if (!inTerm) assert.equal(decrypt(key, path, flipped), null);
        assert.equal(decrypt(key, path, entry.subarray(0, at % entry.length)), null);
        assert.equal(decrypt(key, path, Buffer.concat([entry, Buffer.alloc(1)])), null);
        assert.equal(decrypt(key, `${path}/`, entry), null);
        assert.equal(decrypt(createSecretKey(randomBytes(32)), path, entry), null);
      },
    ),
    { numRuns: scale(200, 20_000) },
  );
});

test("stored bytes hide values; damage and moves are named by path", async (context) => {
  const { store, barrier, folder } = await open(context);
  const secret = fake("hf_", 34);
  const view = barrier.view("logical/kv/");
  await view.put("a", bytes(secret));
  await view.put("b", bytes("other"));
  const files = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  assert.ok(!files.includes(secret));
  assert.ok(files.includes("logical/kv/a"), "the control: the search would have found it");
  const entry = (await store.get("logical/kv/a"))?.value ?? Buffer.alloc(0);
  await store.put("logical/kv/b", entry);
  await assert.rejects(view.get("b"), corrupt("logical/kv/b"));
  await barrier.transaction(async (tx) => {
    await assert.rejects(tx.get("logical/kv/b"), corrupt("logical/kv/b"));
  });
  for (const at of [0, 1, 4, 5, 20, entry.length - 1]) {
    const spoiled = Buffer.from(entry);
    spoiled[at] = (spoiled[at] ?? 0) ^ 1;
    await store.put("logical/kv/a", spoiled);
    await assert.rejects(view.get("a"), corrupt("logical/kv/a"));
  }
  for (const junk of [Buffer.alloc(0), Buffer.alloc(32), Buffer.alloc(5000, 1)]) {
    await store.put("logical/kv/a", junk);
    await assert.rejects(view.get("a"), corrupt("logical/kv/a"));
  }
  await store.put("logical/kv/a", entry);
  assert.equal((await view.get("a"))?.toString(), secret);
});

test("sealed: everything is refused with status 503", async (context) => {
  const { barrier, rootKey, store } = await open(context);
  const view = barrier.view("a/");
  await view.put("x", bytes("1"));
  let kept: StorageTransaction | undefined;
  await view.transaction(async (tx) => {
    kept = tx;
  });
  await barrier.seal();
  assert.equal(barrier.sealed, true);
  const sealed = { code: "seal.sealed", status: 503, message: "Vault is sealed" };
  assert.throws(() => barrier.view("a/"), sealed);
  assert.throws(() => barrier.deriveKey("x"), sealed);
  assert.throws(() => kept?.put("x", bytes("1")), sealed);
  assert.throws(() => kept?.delete("x"), sealed);
  const calls = [
    () => view.get("x"),
    () => view.put("x", bytes("2")),
    () => view.delete("x"),
    () => view.list(""),
    () => view.keys(""),
    () => view.transaction(async (tx) => tx.put("x", bytes("2"))),
    () => barrier.rotate(),
    () => barrier.keyStatus(),
    () => barrier.transaction(async () => 1),
  ];
  for (const call of calls) await assert.rejects(call(), sealed);
  await assert.rejects(barrier.unseal(randomBytes(32)), { code: "seal.wrong-key" });
  await assert.rejects(barrier.unseal(randomBytes(16)), { code: "seal.wrong-key" });
  assert.equal(barrier.sealed, true);
  await barrier.unseal(rootKey);
  assert.equal((await view.get("x"))?.toString(), "1");
  assert.equal(await barrier.initialize(randomBytes(32)), false, "there is a key ring");
  await store.delete("core/keyring");
  await assert.rejects(barrier.unseal(rootKey), { code: "seal.not-initialized" });
});

test("rotation: old entries stay readable, new ones carry the new term, derived keys stay", async (context) => {
  const clock = new ManualClock();
  const { store, barrier, another } = await open(context, { clock });
  const other = await another();
  const hmac = barrier.deriveKey("token").export().toString("hex");
  await barrier.view("a/").put("old", bytes("1"));
  clock.advance(60_000);
  assert.equal(await barrier.rotate(), 2);
  await barrier.view("a/").put("new", bytes("2"));
  const term = async (key: string): Promise<number | null> =>
    termOf((await store.get(key))?.value ?? Buffer.alloc(0));
  assert.equal(await term("a/old"), 1);
  assert.equal(await term("a/new"), 2);
  for (const one of [barrier, other, await another()]) {
    assert.equal((await one.view("a/").get("old"))?.toString(), "1");
    assert.equal((await one.view("a/").get("new"))?.toString(), "2", "an unknown term reads the ring again");
    assert.equal(one.deriveKey("token").export().toString("hex"), hmac);
  }
  assert.notEqual(barrier.deriveKey("audit").export().toString("hex"), hmac);
  const status = await other.keyStatus();
  assert.deepEqual(
    status.terms.map(({ term: number, created }) => [number, created]),
    [
      [1, "2026-01-01T00:00:00.000Z"],
      [2, "2026-01-01T00:01:00.000Z"],
    ],
  );
  assert.equal(status.active.term, 2);
  assert.deepEqual((await Promise.all([barrier.rotate(), other.rotate()])).sort().at(-1), 4);
});

test("encryptions are counted and the term is replaced in time, by one of several processes", async (context) => {
  const options = { sampleBits: 0, rotateAfter: 60 };
  const { barrier, another } = await open(context, options);
  const other = await another();
  const write = async (one: Barrier, name: string): Promise<void> => {
    for (let i = 0; i < 50; i++) await one.view(`${name}/`).put(String(i), bytes("x"));
  };
  await Promise.all([write(barrier, "a"), write(other, "b")]);
  const { terms } = await barrier.keyStatus();
  assert.ok(terms.length === 2 || terms.length === 3, `${terms.length} terms`);
  assert.ok((terms[0]?.encryptions ?? 0) >= 60);
  const total = terms.reduce((sum, term) => sum + term.encryptions, 0);
  assert.ok(total >= 100 && total < 110, `${total} were counted`);
  assert.equal((await other.view("").keys("")).filter((key) => !key.startsWith("core/")).length, 100);
  for (const key of await other.view("a/").keys("")) assert.ok(await other.view("a/").get(key));
});

test("counting by samples is right on average", async (context) => {
  const { barrier } = await open(context, { sampleBits: 4 });
  const view = barrier.view("a/");
  await Promise.all(Array.from({ length: 4000 }, (_, i) => view.put(String(i % 10), bytes("x"))));
  const { active } = await barrier.keyStatus();
  assert.ok(Math.abs(active.encryptions - 4000) < 6 * Math.sqrt(4000 * 16), `${active.encryptions}`);
});

test("views: relative keys, Vault-like listing, no way out", async (context) => {
  const { barrier, store } = await open(context);
  const view = barrier.view("logical/kv/");
  const keys = ["../up", "/abs", "a", "a/b", "a/c/d", "..", "%", "é"];
  for (const key of keys) assert.equal(await view.put(key, bytes(key)), true);
  assert.deepEqual(await view.list(""), ["%", "..", "../", "/", "a", "a/", "é"]);
  assert.deepEqual(await view.list("a/"), ["b", "c/"]);
  assert.deepEqual(await view.list("a/", { after: "b" }), ["c/"]);
  assert.deepEqual(await view.keys("a/"), ["a/b", "a/c/d"]);
  assert.deepEqual(await view.keys("", { after: "a", limit: 2 }), ["a/b", "a/c/d"]);
  assert.deepEqual(await view.scope("a/").keys(""), ["b", "c/d"]);
  assert.deepEqual((await view.scope("a/c/").get("d"))?.toString(), "a/c/d");
  assert.ok((await store.list("")).every((key) => key.startsWith("core/") || key.startsWith("logical/kv/")));
  for (const key of ["", "a\0b"]) {
    await assert.rejects(view.get(key), { code: "barrier.bad-key" });
    await assert.rejects(view.put(key, bytes("x")), { code: "barrier.bad-key" });
    await assert.rejects(view.delete(key), { code: "barrier.bad-key" });
  }
  await assert.rejects(view.list("a"), { code: "barrier.bad-key" });
  for (const prefix of ["a", "", "a\0/"])
    assert.throws(() => view.scope(prefix), { code: "barrier.bad-key" });
  assert.throws(() => barrier.view("a"), { code: "barrier.bad-key" });
  for (const key of ["core/seal", "core/keyring"]) {
    await assert.rejects(barrier.view("").put(key, bytes("x")), { code: "barrier.bad-key" });
    await assert.rejects(barrier.view("core/").delete(key.slice(5)), { code: "barrier.bad-key" });
  }
});

test("compare and set through a view", async (context) => {
  const { barrier } = await open(context);
  const view = barrier.view("a/");
  assert.equal(await view.put("k", bytes("1"), { ifVersion: 0 }), true);
  assert.equal(await view.put("k", bytes("2"), { ifVersion: 0 }), false);
  const entry = await view.getEntry("k");
  assert.equal(await view.put("k", bytes("3"), { ifVersion: entry?.version ?? 0 }), true);
  assert.equal((await view.get("k"))?.toString(), "3");
  await view.delete("k");
  assert.equal(await view.getEntry("k"), null);
});

test("an engine's transaction and the kernel's rows commit together", async (context) => {
  const { barrier } = await open(context);
  const engine = barrier.view("logical/kv/");
  await engine.transaction(async (tx) => {
    const inner = tx.scope("data/");
    inner.put("x", bytes("1"));
    rootOf(inner).put("sys/index/x", bytes("kv"));
    assert.equal((await rootOf(tx).get("logical/kv/data/x"))?.toString(), "1");
    assert.equal((await tx.get("data/x"))?.toString(), "1");
    assert.deepEqual(await inner.list(""), ["x"]);
  });
  assert.equal((await barrier.view("sys/").get("index/x"))?.toString(), "kv");
  const failing = engine.transaction(async (tx) => {
    tx.put("data/x", bytes("2"));
    rootOf(tx).delete("sys/index/x");
    throw new Error("no");
  });
  await assert.rejects(failing, /no/);
  assert.equal((await engine.get("data/x"))?.toString(), "1");
  assert.equal((await barrier.view("sys/").get("index/x"))?.toString(), "kv");
  assert.throws(() => rootOf({} as StorageTransaction), TypeError);
});

test("the caller may zero what it gave, and owns what it got", async (context) => {
  const { barrier } = await open(context);
  const view = barrier.view("a/");
  const value = bytes("secret");
  await view.transaction(async (tx) => {
    tx.put("k", value);
    value.fill(0);
  });
  (await view.get("k"))?.fill(0);
  assert.equal((await view.get("k"))?.toString(), "secret");
  const big = randomBytes(4 << 20);
  await view.put("big", big);
  assert.ok((await view.get("big"))?.equals(big));
});

test("a store is set up once, with a seal's row or without", async (context) => {
  const { folder, store, barrier, rootKey } = await open(context);
  const row = bytes("{}");
  assert.equal(await barrier.initialize(randomBytes(32), row), false, "there is a key ring");
  assert.equal(await store.get("core/seal"), null);
  await barrier.unseal(rootKey);
  const bare = await openSqliteStore({ path: join(folder, "bare.db") });
  context.after(() => bare.close());
  await bare.put("core/seal", row);
  assert.equal(await createBarrier(bare).initialize(rootKey, row), false, "there is a seal's row");
  assert.equal(await bare.get("core/keyring"), null);
});

test("a term that is as old as its operator allows is replaced", async (context) => {
  const clock = new ManualClock();
  const { barrier } = await open(context, { clock });
  const term = async (): Promise<number> => (await barrier.keyStatus()).active.term;
  const first = await term();
  const settings = await barrier.rotation();
  clock.advance(10_000);
  await barrier.rotateWhenDue();
  assert.equal(await term(), first, "without an interval never");
  await barrier.setRotation({ ...settings, interval: 10_001 });
  await barrier.rotateWhenDue();
  assert.equal(await term(), first);
  await barrier.setRotation({ ...settings, interval: 10_000, enabled: false });
  await barrier.rotateWhenDue();
  assert.equal(await term(), first, "not where it is switched off");
  await barrier.setRotation({ ...settings, interval: 10_000 });
  await barrier.rotateWhenDue();
  assert.equal(await term(), first + 1);
  await barrier.rotateWhenDue();
  assert.equal(await term(), first + 1, "the new one is young");
});

test("what is no ring is no ring; no view leads out of itself or reads while sealed", async (context) => {
  const { barrier } = await open(context);
  for (const length of [0, 1, 36, 37, 38, 80, 81, 82, 200]) {
    const ring = Buffer.alloc(length, 7);
    assert.equal(readRing(ring), null, `${length} of something else`);
    if (length > 0) ring[0] = 1;
    assert.equal(readRing(ring), null, String(length));
  }
  const view = barrier.view("a/");
  const bad = { code: "barrier.bad-key" };
  for (const prefix of ["b", "b\0/"]) {
    assert.throws(() => barrier.view(prefix), bad);
    assert.throws(() => view.scope(prefix), bad);
    await assert.rejects(async () => await view.keys(prefix), bad);
    await assert.rejects(async () => await view.list(prefix), bad);
  }
  assert.throws(() => view.scope(""), bad);
  await view.put("k", bytes("v"));
  await barrier.seal();
  const sealed = { code: "seal.sealed" };
  for (const work of [
    () => view.get("k"),
    () => view.get("none"),
    () => view.list(""),
    () => view.keys(""),
    () => view.put("k", bytes("w")),
    () => view.delete("k"),
    () => view.transaction(() => Promise.resolve()),
    () => view.changeToken(),
  ])
    await assert.rejects(async () => await work(), sealed, String(work));
});
