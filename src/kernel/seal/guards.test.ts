/** The seal's small guards, each at its bound: shares handed in, keys that are asked, rows and files that hold them. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { ManualClock } from "../../core/clock.ts";
import type { Store } from "../../core/ports/store.ts";
import { Secret } from "../../core/secret.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { type Barrier, createBarrier } from "../barrier/index.ts";
import { Allowance } from "./allowance.ts";
import { recoveryAuthority, sealAuthority } from "./authority.ts";
import { Gathering } from "./gathering.ts";
import { RootGeneration } from "./generate-root.ts";
import { changeSeal, sealStatus, unsealRootKey, wrapRootKey } from "./index.ts";
import { readKeyFile } from "./keyfile.ts";
import { checkRecovery, readRecovery, writeRecovery } from "./recovery.ts";
import { parseRow } from "./row.ts";

const SEAL = "core/seal";
const WRONG = { code: "seal.wrong-shares" };

async function open(
  context: TestContext,
): Promise<{ store: Store; barrier: Barrier; folder: string; rootKey: Buffer }> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-seal-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const rootKey = randomBytes(32);
  await barrier.initialize(rootKey);
  await barrier.unseal(rootKey);
  return { store, barrier, folder, rootKey };
}

test("a recovery key is the one that was written, and nothing else is", async (context) => {
  const { barrier } = await open(context);
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const authority = recoveryAuthority(barrier);
  for (const given of [key, null])
    await assert.rejects(checkRecovery(barrier, given), WRONG, "there is none");
  assert.equal(await readRecovery(barrier), null);
  await writeRecovery(barrier, key, { shares: 3, threshold: 2 });
  await checkRecovery(barrier, key);
  assert.deepEqual(await authority.counts(), { shares: 3, threshold: 2 });
  for (const given of [other, null, Buffer.alloc(0), key.subarray(1)])
    await assert.rejects(checkRecovery(barrier, given), WRONG);
  await assert.rejects(authority.replace(other, other, { shares: 1, threshold: 1 }), WRONG);
  const commit = await authority.replace(key, other, { shares: 1, threshold: 1 });
  await checkRecovery(barrier, key);
  await commit();
  await checkRecovery(barrier, other);
  await assert.rejects(checkRecovery(barrier, key), WRONG);
  const write = async (row: object): Promise<boolean> =>
    await barrier.view("core/").put("recovery", Buffer.from(JSON.stringify(row)));
  await write({ shares: 1, threshold: 1, digest: "" });
  await assert.rejects(checkRecovery(barrier, Buffer.alloc(0)), WRONG, "a digest that is none");
  await write({ shares: 1, threshold: 9, digest: "00".repeat(32) });
  assert.equal(await readRecovery(barrier), null);
});

test("shares open the seal or are wrong; what is wrong with the store is told as such", async (context) => {
  const { store, rootKey } = await open(context);
  const authority = sealAuthority(store);
  const [key, other] = [randomBytes(32), randomBytes(32)];
  await assert.rejects(authority.check(key), { code: "seal.not-initialized" });
  assert.deepEqual(await sealStatus(store), { initialized: false, type: null, counts: null });
  await assert.rejects(
    changeSeal(
      store,
      { type: "shamir", key, shares: 1, threshold: 1 },
      { type: "shamir", key, shares: 1, threshold: 1 },
    ),
    {
      code: "seal.not-initialized",
    },
  );
  await store.put(SEAL, await wrapRootKey({ type: "shamir", key, shares: 3, threshold: 2 }, rootKey));
  await authority.check(key);
  assert.deepEqual(await authority.counts(), { shares: 3, threshold: 2 });
  for (const given of [other, null, key.subarray(1), Buffer.alloc(0)])
    await assert.rejects(authority.check(given), WRONG);
  const commit = await authority.replace(key, other, { shares: 1, threshold: 1 });
  await authority.check(key);
  await store.put(SEAL, await wrapRootKey({ type: "shamir", key, shares: 3, threshold: 2 }, rootKey));
  await assert.rejects(commit(), { code: "store.contended" }, "somebody else changed it meanwhile");
  await (await authority.replace(key, other, { shares: 1, threshold: 1 }))();
  await assert.rejects(authority.check(key), WRONG);
  assert.deepEqual(
    await unsealRootKey(store, { type: "shamir", key: other, shares: 1, threshold: 1 }),
    rootKey,
  );
  await assert.rejects(
    unsealRootKey(store, { type: "shamir", key: other.subarray(1), shares: 1, threshold: 1 }),
    { code: "seal.wrong-key" },
  );
});

test("a seal is changed once of two at once", async (context) => {
  const { store, rootKey } = await open(context);
  const from = { type: "shamir", key: randomBytes(32), shares: 1, threshold: 1 } as const;
  const to = { ...from, key: randomBytes(32) };
  await store.put(SEAL, await wrapRootKey(from, rootKey));
  const results = await Promise.allSettled([
    changeSeal(store, from, to),
    changeSeal(store, from, { ...to, key: randomBytes(32) }),
  ]);
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

test("as many shares as two whole sets, then five a second; a clock set back gives none", () => {
  const clock = new ManualClock(1_000_000);
  const allowance = new Allowance(clock);
  const taken = (tries: number): number => {
    for (let n = 0; n < tries; n++)
      try {
        allowance.take();
      } catch (error) {
        assert.equal((error as { code?: string }).code, "seal.too-many");
        return n;
      }
    return tries;
  };
  assert.equal(taken(600), 512);
  clock.advance(199);
  assert.equal(taken(1), 0);
  clock.advance(1);
  assert.equal(taken(2), 1);
  clock.advance(-10_000);
  assert.equal(taken(1), 0);
  clock.advance(1_000_000);
  assert.equal(taken(600), 512);
});

test("a share counts once, whatever length others have", () => {
  const gathering = new Gathering();
  const [one, other] = [Buffer.alloc(33, 1), Buffer.alloc(33, 2)];
  assert.deepEqual(
    [
      gathering.add(one),
      gathering.add(other),
      gathering.add(Buffer.from(one)),
      gathering.add(one.subarray(1)),
    ],
    [true, true, false, true],
  );
  assert.equal(gathering.progress, 3);
  gathering.clear();
  assert.deepEqual([gathering.progress, gathering.nonce], [0, ""]);
});

test("a pad of the right length, one attempt at a time", async () => {
  const root = new RootGeneration(
    {
      counts: () => Promise.resolve({ shares: 1, threshold: 1 }),
      check: () => Promise.resolve(),
      replace: () => assert.fail(),
    },
    () => Promise.resolve(Secret.copy("t".repeat(28))),
  );
  const refused = { code: "seal.refused" };
  const first = await root.start(null);
  const length = first.pad?.length ?? 0;
  assert.ok(length > 20);
  await assert.rejects(root.start(null), refused);
  root.cancel();
  await assert.rejects(root.start(Secret.copy("x".repeat(length - 1))), refused);
  const own = await root.start(Secret.copy("x".repeat(length)));
  assert.equal(own.pad, null, "whoever gave it has it");
  root.cancel();
});

test("a seal's row of any other form is damaged", () => {
  const row = { version: 1, type: "shamir", key: "k", shares: 3, threshold: 2 };
  const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  assert.equal(parseRow(text(row)).type, "shamir");
  assert.equal(parseRow(text({ ...row, shares: 255, threshold: 255 })).parameters.shares, 255);
  for (const bad of [
    null,
    7,
    [],
    { ...row, version: 2 },
    { ...row, key: 7 },
    { ...row, key: undefined },
    { ...row, type: "constructor" },
    { ...row, type: 7 },
    { ...row, shares: 256 },
    { ...row, shares: 0 },
    { ...row, shares: 1.5 },
    { ...row, threshold: "2" },
    { version: 1, type: "awskms", key: "k", keyName: "n", wrapped: "w".repeat(8_193) },
    { version: 1, type: "awskms", key: "k", keyName: 7, wrapped: "w" },
  ])
    assert.throws(() => parseRow(text(bad)), { code: "barrier.corrupt" }, JSON.stringify(bad).slice(0, 60));
  assert.throws(() => parseRow(Buffer.from("{")), { code: "barrier.corrupt" });
});

test("a key file is a regular file of 64 digits, ours alone", async (context) => {
  const { folder } = await open(context);
  const path = join(folder, "key");
  const written = (text: string, mode = 0o600): string => {
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode });
    return path;
  };
  const digits = "0a".repeat(32);
  for (const good of [digits, `${digits}\n`])
    assert.equal(readKeyFile(written(good)).toString("hex"), digits);
  for (const bad of ["", digits.slice(1), `${digits}0`, `${digits} `, `${digits}\n\n`, digits.toUpperCase()])
    assert.throws(() => readKeyFile(written(bad)), { code: "seal.wrong-key" }, JSON.stringify(bad));
  assert.throws(() => readKeyFile(written(digits, 0o640)), { code: "seal.key-exposed" });
  assert.throws(() => readKeyFile(join(folder, "none")), { code: "seal.missing-key" });
  mkdirSync(join(folder, "folder"), { mode: 0o700 });
  assert.throws(() => readKeyFile(join(folder, "folder")), { code: "seal.key-exposed" });
  assert.throws(
    () => readKeyFile(join(path, "below")),
    (error: Error & { details?: { reason?: string } }) => error.details?.reason === "ENOTDIR",
  );
});
