/** Anchors of audit segments: one goes on from where its writer found the segment, or stands beside what was there. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Anchor, AuditLog } from "../audit-log/index.ts";
import { AnchorRows, readAnchors } from "./audit-anchors.ts";
import type { Storage } from "./barrier/index.ts";

const at = (seq: number, hash: string, more: Partial<Anchor> = {}): Anchor =>
  ({ node: "n", segment: "1", seq, hash, ...more }) as Anchor;
const log = (anchor: Anchor | null, claimed: Anchor | null): AuditLog =>
  ({ anchor: () => anchor, claimed: () => claimed }) as AuditLog;

function rows() {
  const kept = new Map<string, Buffer>();
  let puts = 0;
  const storage = {
    keys: (prefix: string) => Promise.resolve([...kept.keys()].filter((key) => key.startsWith(prefix))),
    get: (key: string) => Promise.resolve(kept.get(key) ?? null),
    put: (key: string, value: Buffer) => {
      puts++;
      kept.set(key, Buffer.from(value));
      return Promise.resolve(true);
    },
  } as unknown as Storage;
  const shown = async (): Promise<Record<string, number>> =>
    Object.fromEntries([...(await readAnchors(storage))].map(([key, { seq }]) => [key, Number(seq)]));
  return { storage, shown, puts: () => puts };
}

test("an anchor goes on from its own and from where its writer found the segment", async () => {
  const { storage, shown, puts } = rows();
  const first = new AnchorRows();
  await first.write(log(at(3, "c"), at(0, "a")), storage);
  await first.write(log(at(5, "e"), at(0, "a")), storage);
  await first.write(log(at(5, "e"), at(0, "a")), storage);
  assert.deepEqual([await shown(), puts()], [{ "n/1": 5 }, 2]);
  await new AnchorRows().write(log(at(8, "h"), at(5, "e")), storage);
  assert.deepEqual(await shown(), { "n/1": 8 });
});

test("a log that was cut or changed is anchored beside what it was, again and again", async () => {
  const { storage, shown } = rows();
  await new AnchorRows().write(log(at(5, "e"), at(0, "a")), storage);
  await new AnchorRows().write(log(at(6, "x"), at(5, "cut")), storage);
  assert.deepEqual(await shown(), { "n/1": 5, "n/1.1": 6 }, "another hash at the same place");
  await new AnchorRows().write(log(at(7, "y"), at(4, "e")), storage);
  assert.deepEqual(await shown(), { "n/1": 5, "n/1.1": 6, "n/1.2": 7 }, "another place");
  await new AnchorRows().write(log(at(9, "z"), at(6, "x")), storage);
  assert.deepEqual(await shown(), { "n/1": 5, "n/1.1": 9, "n/1.2": 7 }, "and each goes on");
  await new AnchorRows().write(log(at(1, "q", { segment: "10" }), at(0, "a", { segment: "10" })), storage);
  assert.equal((await shown())["n/10"], 1, "another segment is another");
});

test("what is not claimed, or has gone on to another segment, is not anchored", async () => {
  const { storage, puts } = rows();
  const anchors = new AnchorRows();
  await anchors.write(log(null, at(0, "a")), storage);
  await anchors.write(log(at(1, "b"), null), storage);
  await anchors.write(log(at(1, "b", { segment: "2" }), at(0, "a")), storage);
  assert.equal(puts(), 0);
});
