/** Locks at their bounds: which failure locks, how long, what success and time take back, and what is kept of it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { ManualClock } from "../core/clock.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";
import { createBarrier } from "./barrier/index.ts";
import { Lockouts } from "./lockouts.ts";
import type { MountInfo } from "./plugin.ts";

const MINUTE = 60_000;

test("the threshold locks, for its time from then on; less is forgotten after a while", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-locks-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const rootKey = randomBytes(32);
  await barrier.initialize(rootKey);
  await barrier.unseal(rootKey);
  const clock = new ManualClock();
  const lockouts = new Lockouts(barrier, clock);
  const lockout = { threshold: 3, duration: 10 * MINUTE, counterReset: 5 * MINUTE, disabled: false };
  const mount = { accessor: "acc", lockout } as MountInfo;
  const off = { accessor: "acc", lockout: { ...lockout, disabled: true } } as MountInfo;
  const isLocked = async (name: string, at = mount): Promise<boolean> => {
    try {
      await lockouts.check(at, name);
      return false;
    } catch (error) {
      assert.equal((error as { code?: string }).code, "auth.locked");
      return true;
    }
  };
  const fail = async (name: string, times: number, at = mount): Promise<void> => {
    for (let n = 0; n < times; n++) await lockouts.failed(at, name, true);
  };
  const rows = async (): Promise<number> =>
    (await store.list("core/")).filter((key) => key.includes("acc/")).length;

  await fail("ada", 2);
  assert.equal(await isLocked("ada"), false);
  await fail("ada", 1);
  assert.equal(await isLocked("ada"), true);
  assert.equal(await isLocked("ada", off), false, "not where it is switched off");
  assert.equal(await isLocked("bob"), false);
  assert.deepEqual([...(await lockouts.locked())], [["acc", ["ada"]]]);
  await assert.rejects(
    lockouts.succeeded(mount, "ada"),
    { code: "auth.locked" },
    "a right password under way",
  );
  await lockouts.succeeded(off, "ada");
  clock.advance(9 * MINUTE);
  await fail("ada", 5);
  clock.advance(MINUTE - 1);
  assert.equal(await isLocked("ada"), true);
  clock.advance(1);
  assert.equal(await isLocked("ada"), false, "failures while it is locked do not lengthen it");
  assert.deepEqual([...(await lockouts.locked())], []);

  await fail("eve", 2);
  clock.advance(5 * MINUTE);
  await fail("eve", 2);
  assert.equal(await isLocked("eve"), false, "the first two are forgotten");
  await lockouts.succeeded(mount, "eve");
  await fail("eve", 2);
  assert.equal(await isLocked("eve"), false, "and so are those before a right password");
  await lockouts.succeeded(mount, "nobody");
  await fail("off", 9, off);
  assert.equal(await isLocked("off"), false);

  for (let n = 0; n < 3; n++) await lockouts.failed(mount, "unknown", false);
  assert.equal(await isLocked("unknown"), true);
  assert.deepEqual([...(await lockouts.locked())], [], "who does not exist is locked and named nowhere");
  await fail("gone", 3);
  await lockouts.unlock("acc", "gone");
  assert.equal(await isLocked("gone"), false);
  await lockouts.tidy();
  const kept = await rows();
  assert.ok(kept > 0);
  clock.advance(20 * MINUTE);
  await lockouts.tidy();
  assert.equal(await rows(), 0, "what says nothing more goes");
});
