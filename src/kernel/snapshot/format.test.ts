/** The bytes of docs/spec/snapshot.md, in pieces of any size. */
import assert from "node:assert/strict";
import { createHash, createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import test from "node:test";
import fc from "fast-check";
import { readSnapshot, SnapshotWriter } from "./format.ts";

const KEY = createSecretKey(Buffer.alloc(32, 0x99));
const page = readFileSync(join(import.meta.dirname, "../../../docs/spec/snapshot.md"), "utf8");
const vector = Buffer.from((/```\n([0-9a-f\n]+)```/.exec(page)?.[1] ?? "").replaceAll("\n", ""), "hex");

async function read(bytes: Buffer, piece: number): Promise<[string, string][]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  const found: [string, string][] = [];
  for await (const { key, value } of readSnapshot(Readable.from(pieces), KEY).entries)
    found.push([key, value.toString()]);
  return found;
}

test("the published vector is written and read", async () => {
  const writer = new SnapshotWriter(KEY);
  const rows = [
    { key: "core/keyring", value: Buffer.from("ring") },
    { key: "core/seal", value: Buffer.from("{}") },
  ];
  const written = Buffer.concat([writer.head(), ...rows.map((row) => writer.entry(row)), writer.foot()]);
  assert.equal(written.toString("hex"), vector.toString("hex"));
  for (const piece of [1, 2, 7, 4096])
    assert.deepEqual(await read(vector, piece), [
      ["core/keyring", "ring"],
      ["core/seal", "{}"],
    ]);
});

test("every changed, missing or added byte is refused", async () => {
  const refused = async (bytes: Buffer): Promise<void> => {
    await assert.rejects(read(bytes, 64), (error: Error & { code?: string }) =>
      /^snapshot\.(damaged|foreign)$/.test(error.code ?? ""),
    );
  };
  for (let at = 0; at < vector.length; at++) {
    const changed = Buffer.from(vector);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    await refused(changed);
    await refused(vector.subarray(0, at));
  }
  await refused(Buffer.concat([vector, Buffer.of(0)]));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => refused(Buffer.from(bytes))),
  );
});

test("rows out of order, twice, or without the seal's are refused", async () => {
  const snapshot = (keys: readonly string[]): Buffer => {
    const writer = new SnapshotWriter(KEY);
    const head = writer.head();
    const rows = keys.map((key) => writer.entry({ key, value: Buffer.from(key) }));
    return Buffer.concat([head, ...rows, writer.foot()]);
  };
  await read(snapshot(["a", "core/keyring", "core/seal"]), 100);
  await read(snapshot(["a".repeat(1_024), "core/keyring", "core/seal"]), 4_096);
  await assert.rejects(read(snapshot(["a".repeat(1_025), "core/keyring", "core/seal"]), 4_096), {
    code: "snapshot.damaged",
  });
  for (const keys of [
    ["core/seal", "core/keyring"],
    ["a", "a", "core/keyring", "core/seal"],
    ["core/seal"],
    [],
  ])
    await assert.rejects(read(snapshot(keys), 100), { code: "snapshot.damaged" });
});

test("each check by itself, where the digest is right and nobody asks whose it is", async () => {
  const read = async (pieces: readonly Buffer[]): Promise<number> => {
    const reading = readSnapshot(Readable.from(pieces), null);
    for await (const _ of reading.entries);
    return reading.count;
  };
  const FOOT = 9;
  const END = 64;
  const body = vector.subarray(0, -END);
  const sealed = (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, createHash("sha256").update(bytes).digest(), Buffer.alloc(32)]);
  const changed = (at: number, value: number): Buffer => {
    const copy = Buffer.from(body);
    copy[at < 0 ? copy.length + at : at] = value;
    return sealed(copy);
  };
  const problem = (wanted: RegExp) => (error: Error & { code?: string }) =>
    error.code === "snapshot.damaged" && wanted.test(error.message);
  assert.equal(await read([sealed(body)]), 2);
  assert.equal(await read([Buffer.alloc(0), sealed(body), Buffer.alloc(0)]), 2, "empty pieces say nothing");
  await assert.rejects(read([changed(0, 0)]), problem(/does not begin as one/));
  await assert.rejects(read([changed(-1, 3)]), problem(/entries are missing/));
  await assert.rejects(read([changed(-1, 1)]), problem(/entries are missing/));
  await assert.rejects(read([changed(-FOOT, 7)]), problem(/an entry does not begin as one/));
  await assert.rejects(read([sealed(body), Buffer.of(0)]), problem(/goes on after its end/));
  const digest = sealed(body);
  digest[body.length] = (digest[body.length] ?? 0) ^ 1;
  await assert.rejects(read([digest]), problem(/its digest is another/));
  const head =
    body.length - FOOT - (5 + "core/keyring".length + 4 + "ring".length) - (5 + "core/seal".length + 4 + 2);
  const long = Buffer.from(body);
  long.writeUInt32BE(0xff_ff_ff_ff, head + 1);
  await assert.rejects(read([sealed(long)]), problem(/larger than any can be/));
});
