/** What every store owes to one of an older format: it is brought forward once, whoever opens it first, and keeps all it holds. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../core/ports/store.ts";

const FIXTURES = join(import.meta.dirname, "..", "..", "test", "fixtures", "stores");

/** Format → the statements that make a store of it. Every format that was ever released is there but the newest. */
export function oldFormats(store: string): ReadonlyMap<number, string> {
  const names = readdirSync(FIXTURES).filter((name) => name.startsWith(`${store}-`));
  return new Map(
    names.map((name) => [Number(/\d+/.exec(name)?.[0]), readFileSync(join(FIXTURES, name), "utf8")]),
  );
}

/** `open` opens the store that a fixture made; it is opened several times at once. */
export async function checkMigrated(open: () => Promise<Store>): Promise<void> {
  const stores = await Promise.all([open(), open(), open()]);
  for (const store of stores) {
    assert.deepEqual(await store.list(""), ["a", "folder/b"]);
    assert.deepEqual(await store.get("a"), { value: Buffer.from("one"), version: 7 });
    assert.deepEqual(await store.get("folder/b"), { value: Buffer.from("two"), version: 41 });
    assert.ok(Number(await store.changeToken()) > 41);
  }
  const [store] = stores;
  assert.ok(store);
  assert.equal(await store.put("a", Buffer.from("new"), { ifVersion: 7 }), true);
  assert.ok(Number((await store.get("a"))?.version) > 41);
  const fence = await store.locks.take("work", 60_000);
  assert.ok(fence);
  await store.put("c", Buffer.from("x"), { fence });
  for (const each of stores) await each.close();
}
