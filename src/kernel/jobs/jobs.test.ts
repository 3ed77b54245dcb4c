import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { BulkheadError } from "../../core/errors.ts";
import type { Store } from "../../core/ports/store.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { type Due, type DueKind, Leader, fencedStore, nextTry, runDue } from "./index.ts";

/** Rows in memory that go when they are done; the order in which they were begun. */
function kindOf(
  rows: Due[],
  begun: Due[],
  work: (ref: string) => Promise<boolean> = async () => true,
): DueKind {
  rows.sort(order);
  return {
    due: (now, { limit, after }) => {
      const from = after === undefined ? rows : rows.filter((row) => order(row, after) > 0);
      return Promise.resolve(from.filter(({ at }) => at <= now).slice(0, limit));
    },
    run: async (ref) => {
      const row = rows.find((each) => each.ref === ref);
      if (row !== undefined) begun.push(row);
      const done = await work(ref);
      if (done && row !== undefined) rows.splice(rows.indexOf(row), 1);
      return done;
    },
  };
}
const order = (a: Due, b: Due): number => a.at - b.at || (a.ref < b.ref ? -1 : a.ref === b.ref ? 0 : 1);

test("what is due is begun in order of its time over all kinds, each once, and nothing before its time", async () => {
  const times = fc.array(fc.nat(300), { maxLength: 700, size: "max" });
  await fc.assert(
    fc.asyncProperty(times, times, fc.boolean(), async (first, second, ends) => {
      const begun: Due[] = [];
      const rows = [first, second].map((list, kind) => list.map((at, n) => ({ at, ref: `${kind}-${n}` })));
      const due = rows.flat().filter(({ at }) => at <= 200);
      const kinds = rows.map((list) => kindOf(list, begun, async () => ends));
      const done = await runDue(kinds, { now: 200, goesOn: () => true, concurrency: 1, perSecond: 1e6 });
      assert.equal(done, ends ? due.length : 0);
      assert.deepEqual(
        begun.map(({ at }) => at),
        due.map(({ at }) => at).sort((a, b) => a - b),
      );
      assert.equal(new Set(begun.map(({ ref }) => ref)).size, due.length);
    }),
    { numRuns: 10 },
  );
});

test("some at once and not more; one that fails keeps nothing else from being done", async () => {
  let running = 0;
  let most = 0;
  const rows = Array.from({ length: 300 }, (_, at) => ({ at, ref: String(at) }));
  const kind = kindOf(rows, [], async (ref) => {
    most = Math.max(most, ++running);
    await sleep(1);
    running--;
    if (ref === "3") throw new Error("one of them");
    return true;
  });
  await assert.rejects(runDue([kind], { now: 1_000, goesOn: () => true }), /one of them/);
  assert.deepEqual(
    rows.map(({ ref }) => ref),
    ["3"],
  );
  assert.equal(most, 16);
});

test("no more than so many a second after the first second", async () => {
  const rows = Array.from({ length: 60 }, (_, at) => ({ at, ref: String(at) }));
  const started = performance.now();
  await runDue([kindOf(rows, [])], { now: 100, goesOn: () => true, perSecond: 40 });
  assert.ok(performance.now() - started >= 450, "the last twenty waited for their half second");
});

test("it ends where the lock ends", async () => {
  const rows = Array.from({ length: 500 }, (_, at) => ({ at, ref: String(at) }));
  const begun: Due[] = [];
  await runDue([kindOf(rows, begun)], { now: 1_000, goesOn: () => begun.length < 5, concurrency: 1 });
  assert.equal(begun.length, 5);
});

test("six tries, each later than the last by twice, never at one moment; then never", () => {
  for (const random of [0, 0.5, 1]) {
    const waits = [1, 2, 3, 4, 5].map((failures) => Number(nextTry(1_000, failures, random)) - 1_000);
    assert.deepEqual(
      waits,
      [10_000, 20_000, 40_000, 80_000, 160_000].map((wait) => wait * (1 + random / 4)),
    );
    assert.equal(nextTry(1_000, 6, random), null);
  }
});

async function openTwo(t: TestContext): Promise<readonly [Store, Store]> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-jobs-"));
  const open = (): Promise<Store> => openSqliteStore({ path: join(folder, "store.db") });
  const stores = [await open(), await open()] as const;
  t.after(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return stores;
}

const x = Buffer.from("x");

test("whatever background work writes, however deep, is refused once its lock is over; all else is not", async (t) => {
  const [store, other] = await openTwo(t);
  const writer = fencedStore(store);
  const leader = new Leader({ locks: store.locks, name: "work" });
  const heir = new Leader({ locks: other.locks, name: "work" });
  const deep = async (key: string): Promise<void> => {
    await sleep(1);
    await Promise.all([writer.put(key, x), writer.transaction(async (tx) => tx.put(`${key}-tx`, x))]);
  };
  assert.equal(await leader.lead(() => deep("a")), true);
  assert.equal(await heir.lead(() => deep("never")), false);
  const codes: unknown[] = [];
  const note = (error: BulkheadError): void => void codes.push(error.code);
  const led = await leader.lead(async () => {
    await leader.release();
    assert.equal(leader.leads, false);
    assert.equal(await heir.lead(() => Promise.resolve()), true);
    await writer.put("b", x).catch(note);
    await writer.delete("a").catch(note);
    await writer.transaction(async (tx) => tx.delete("a")).catch(note);
    await deep("c");
  });
  assert.equal(led, false, "what the store refused is no failure of the work: another has it");
  assert.deepEqual(codes, ["store.fenced", "store.fenced", "store.fenced"]);
  await writer.put("request", x);
  assert.deepEqual(await store.list(""), ["a", "a-tx", "request"]);
  assert.equal(await leader.lead(() => Promise.resolve()), false);
});

test("what goes wrong in the work itself is thrown, and the lead is kept", async (t) => {
  const [store] = await openTwo(t);
  const leader = new Leader({ locks: store.locks, name: "work" });
  const fail = (error: Error) => leader.lead(() => Promise.reject(error));
  await assert.rejects(fail(new Error("of its own")), /of its own/);
  await assert.rejects(fail(new BulkheadError("store.busy")), { code: "store.busy" });
  assert.equal(leader.leads, true);
});

test("a leader keeps its lock while it works, longer than the lock lives", async (t) => {
  const [store, other] = await openTwo(t);
  const leader = new Leader({ locks: store.locks, name: "work", ttl: 400, every: 50 });
  const rival = new Leader({ locks: other.locks, name: "work", ttl: 400 });
  const led = await leader.lead(async () => {
    for (let n = 0; n < 8; n++) {
      await sleep(100);
      assert.equal(leader.leads, true);
      assert.equal(await rival.lead(() => Promise.resolve()), false);
    }
    await fencedStore(store).put("late", x);
  });
  assert.equal(led, true);
  assert.ok((await store.get("late")) !== null);
});

test("a leader that is not asked again loses the lock, and knows it", async (t) => {
  const [store, other] = await openTwo(t);
  const leader = new Leader({ locks: store.locks, name: "work", ttl: 60 });
  const rival = new Leader({ locks: other.locks, name: "work", ttl: 60_000 });
  await leader.lead(() => Promise.resolve());
  await sleep(100);
  assert.equal(leader.leads, false);
  assert.equal(await rival.lead(() => Promise.resolve()), true);
  assert.equal(await leader.lead(() => Promise.resolve()), false);
  await leader.release();
  assert.equal(await rival.lead(() => Promise.resolve()), true, "a lost lock is not given up for another");
});

test("who steps down leads no more, even when asked at once, and what it had under way writes nothing", async (t) => {
  const [store, other] = await openTwo(t);
  const leader = new Leader({ locks: store.locks, name: "work" });
  const heir = new Leader({ locks: other.locks, name: "work" });
  const led = await leader.lead(async () => {
    await leader.stepDown();
    await fencedStore(store).put("late", x);
  });
  assert.equal(led, false);
  assert.equal(await store.get("late"), null);
  assert.equal(await leader.lead(() => Promise.resolve()), false, "it rests, although nobody leads");
  assert.equal(await heir.lead(() => Promise.resolve()), true);
});
