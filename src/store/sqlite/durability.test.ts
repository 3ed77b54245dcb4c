import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { Durability } from "./durability.ts";

/** A log whose syncs end when the test says so. */
function slowDisk(t: TestContext): {
  durability: Durability;
  syncs: () => number;
  end: (error?: Error) => Promise<void>;
} {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-durability-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "store.db");
  writeFileSync(`${path}-wal`, "");
  let syncs = 0;
  let running: { resolve: () => void; reject: (error: Error) => void } | null = null;
  const durability = new Durability(path, () => {
    syncs++;
    assert.equal(running, null, "one at a time");
    return new Promise((resolve, reject) => (running = { resolve, reject }));
  });
  t.after(() => durability.close());
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    durability,
    syncs: () => syncs,
    end: async (error) => {
      const one = running;
      running = null;
      if (error === undefined) one?.resolve();
      else one?.reject(error);
      await turn();
    },
  };
}

test("a commit is acknowledged after a sync that began behind it, and those that wait share one", async (t) => {
  const { durability, syncs, end } = slowDisk(t);
  const acknowledged: number[] = [];
  const commit = (sequence: number): void => {
    durability.committed(sequence).then(() => acknowledged.push(sequence), assert.fail);
  };
  assert.equal(durability.upTo(), undefined, "nothing was committed");
  commit(1);
  commit(2);
  commit(3);
  assert.equal(syncs(), 1);
  await end();
  assert.deepEqual(acknowledged, [1], "the sync of the first may have begun before the others were written");
  assert.equal(syncs(), 2);
  assert.equal(durability.upTo(1), undefined);
  assert.ok(durability.upTo(2) !== undefined, "it is read, and not told before it is kept");
  assert.ok(durability.upTo(99) !== undefined);
  await end();
  assert.deepEqual(acknowledged, [1, 2, 3]);
  assert.equal(durability.upTo(99), undefined, "another process's: that one sees to it");
  assert.equal(syncs(), 2);
});

test("after a sync that failed nothing is acknowledged any more", async (t) => {
  const { durability, end, syncs } = slowDisk(t);
  const first = assert.rejects(durability.committed(1), { code: "store.full" });
  const second = assert.rejects(durability.committed(2), { code: "store.full" });
  await end(new Error("EIO"));
  await Promise.all([first, second]);
  await assert.rejects(durability.committed(3), { code: "store.full" });
  await assert.rejects(Promise.resolve(durability.upTo(2)), { code: "store.full" }, "nor handed out");
  assert.equal(syncs(), 1, "a second sync would say that all is well");
});
