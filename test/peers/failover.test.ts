/** Fail-over of PostgreSQL to a synchronous standby under writes: nothing acknowledged is lost, nothing is done twice. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Secret } from "../../src/core/secret.ts";
import { openPostgresStore } from "../../src/store/postgres/index.ts";
import { scale } from "../support/scale.ts";
import { StandbyPair, debianPrograms } from "../support/standby.ts";

const programs = debianPrograms();
const skip = typeof programs === "string" ? programs : false;

test("the primary is killed, its synchronous standby goes on", { skip }, async (t) => {
  assert.ok(typeof programs === "object");
  const pair = new StandbyPair(programs.bin);
  t.after(() => pair.stop());
  await pair.start();
  const open = () => openPostgresStore({ address: Secret.copy(pair.dsn()), patience: 30_000 });
  const stores = [await open(), await open()];
  t.after(() => Promise.all(stores.map((store) => store.close())));
  const [store] = stores;
  assert.ok(store);

  const acknowledged: { key: string; marker: string }[] = [];
  let counted = 0;
  let failed = 0;
  for (let round = 0; round < scale(2, 20); round++) {
    let ending = false;
    const writers = stores.flatMap((each, at) =>
      [0, 1, 2].map(async (worker) => {
        for (let n = 0; !ending; n++) {
          const [key, marker] = [`log/${round}/${at}/${worker}/${n}`, randomUUID()];
          try {
            assert.equal(
              await each.put(key, Buffer.from(marker), { ifVersion: 0 }),
              true,
              "its own first try",
            );
            acknowledged.push({ key, marker });
            await each.transaction(async (tx) => {
              const count = Number((await tx.get("count"))?.value.toString() ?? 0) + 1;
              tx.put("count", Buffer.from(String(count)));
              tx.put(`counted/${count}`, Buffer.from(marker));
            });
            counted++;
          } catch (error) {
            if (error instanceof assert.AssertionError) throw error;
            failed++; // the caller knows that it does not know
          }
        }
      }),
    );
    const fence = await store.locks.take("work", 60_000);
    assert.ok(fence);
    await delay(200 + Math.random() * 200);
    await pair.failOver();
    const before = acknowledged.length;
    while (acknowledged.length < before + 20) await delay(10);
    ending = true;
    await Promise.all(writers);
    assert.equal(await store.locks.take("work", 60_000), null, "the lock is known there too");
    await store.put("fenced", Buffer.from("x"), { fence });
    await store.locks.release(fence);
    await pair.addStandby();
  }
  t.diagnostic(JSON.stringify({ acknowledged: acknowledged.length, counted, failed }));
  for (const { key, marker } of acknowledged)
    assert.equal((await store.get(key))?.value.toString(), marker, `acknowledged and lost: ${key}`);
  const count = Number((await store.get("count"))?.value.toString());
  assert.ok(count >= counted && count <= counted + failed, `${count} of ${counted} and ${failed} unknown`);
  const markers = new Set<string>();
  for (const key of await store.list("counted/")) markers.add(String((await store.get(key))?.value));
  assert.equal(markers.size, count, "no transaction was applied twice");
});
