/** The seal: both methods, what they refuse, and several processes initializing at once. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { text as readAll } from "node:stream/consumers";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import type { Store } from "../../core/ports/store.ts";
import { Secret } from "../../core/secret.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { combineShares } from "./shares.ts";
import { changeSeal, initializeSeal, type SealMethod, sealStatus, unsealRootKey } from "./index.ts";

interface Opened {
  readonly folder: string;
  readonly store: Store;
  readonly keyfile: SealMethod & { readonly path: string };
}

async function open(context: TestContext): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-seal-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, store, keyfile: { type: "keyfile", path: join(folder, "keys", "seal.key") } };
}

const cheap = { memory: 64, passes: 1, parallelism: 1 };
const typed = (text: string, cost = cheap): SealMethod => ({
  type: "passphrase",
  passphrase: async () => Secret.copy(text),
  cost,
});

test("the published vectors hold", async (context) => {
  interface Vectors {
    seal: Readonly<Record<"rootKey" | "keyFile" | "passphrase" | "sharedKey", string>> &
      Readonly<Record<"keyFileRow" | "passphraseRow" | "shamirRow" | "serviceRow" | "transitRow", object>> & {
        readonly shares: readonly string[];
      };
  }
  const page = readFileSync(join(import.meta.dirname, "../../../docs/spec/barrier.md"), "utf8");
  const { seal } = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? "") as Vectors;
  const { store, folder } = await open(context);
  const path = join(folder, "seal.key");
  writeFileSync(path, `${seal.keyFile}\n`, { mode: 0o600 });
  await store.put("core/seal", Buffer.from(JSON.stringify(seal.keyFileRow)));
  assert.equal((await unsealRootKey(store, { type: "keyfile", path })).toString("hex"), seal.rootKey);
  await store.put("core/seal", Buffer.from(JSON.stringify(seal.passphraseRow)));
  assert.equal((await unsealRootKey(store, typed(seal.passphrase))).toString("hex"), seal.rootKey);
  const opens = async (row: object, method: SealMethod): Promise<void> => {
    await store.put("core/seal", Buffer.from(JSON.stringify(row)));
    assert.equal((await unsealRootKey(store, method)).toString("hex"), seal.rootKey);
  };
  const shared = Buffer.from(seal.sharedKey, "hex");
  for (const [a, b] of [
    [0, 1],
    [2, 0],
    [1, 2],
  ] as const) {
    const pair = [seal.shares[a], seal.shares[b]].map((share) => Buffer.from(share ?? "", "hex"));
    assert.deepEqual(await combineShares(pair), shared);
  }
  await opens(seal.shamirRow, { type: "shamir", key: shared, shares: 3, threshold: 2 });
  for (const [row, type] of [
    [seal.serviceRow, "awskms"],
    [seal.transitRow, "transit"],
  ] as const) {
    const unwrap = async (wrapped: string): Promise<Buffer> => {
      assert.match(wrapped, /Y2lwaGVydGV4dA==$/);
      return Buffer.from(shared);
    };
    const wrap = () => Promise.reject(new Error("nothing is to be wrapped"));
    await opens(row, { type, service: { type, keyName: "", wrap, unwrap } });
  }
});

test("a key file: made private, gives the same root key again", async (context) => {
  const before = process.umask(0);
  context.after(() => process.umask(before));
  const { store, keyfile } = await open(context);
  assert.deepEqual(await sealStatus(store), { initialized: false, type: null, counts: null });
  await assert.rejects(unsealRootKey(store, keyfile), { code: "seal.not-initialized" });
  const rootKey = await initializeSeal(store, keyfile);
  assert.equal(rootKey.length, 32);
  assert.equal(statSync(keyfile.path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(keyfile.path, "..")), ["seal.key"]);
  assert.match(readFileSync(keyfile.path, "latin1"), /^[0-9a-f]{64}\n$/);
  assert.deepEqual(await unsealRootKey(store, keyfile), rootKey);
  assert.deepEqual(await initializeSeal(store, keyfile), rootKey, "initializing again changes nothing");
  assert.deepEqual(await sealStatus(store), { initialized: true, type: "keyfile", counts: null });
  await assert.rejects(unsealRootKey(store, typed("x")), { code: "seal.wrong-method" });
});

test("a key file that others could read, or that is no key, is refused", async (context) => {
  const { store, keyfile, folder } = await open(context);
  const rootKey = await initializeSeal(store, keyfile);
  const exposed = { code: "seal.key-exposed" };
  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601]) {
    chmodSync(keyfile.path, mode);
    await assert.rejects(unsealRootKey(store, keyfile), exposed);
  }
  chmodSync(keyfile.path, 0o600);
  const link: SealMethod = { type: "keyfile", path: join(folder, "link") };
  symlinkSync(keyfile.path, link.path);
  assert.deepEqual(await unsealRootKey(store, link), rootKey, "a link to our own file is as good");
  if (process.geteuid?.() === 0) {
    chownSync(keyfile.path, 12345, 12345);
    await assert.rejects(unsealRootKey(store, keyfile), exposed);
    await assert.rejects(unsealRootKey(store, link), exposed);
    chownSync(keyfile.path, 0, 0);
  }
  const good = readFileSync(keyfile.path, "latin1");
  for (const bad of ["", "zz", good.slice(1), `${good}\n`, `${good}x`, "0".repeat(64), good.toUpperCase()]) {
    if (bad === good) continue;
    writeFileSync(keyfile.path, bad);
    await assert.rejects(unsealRootKey(store, keyfile), { code: "seal.wrong-key" });
  }
  rmSync(keyfile.path);
  await assert.rejects(unsealRootKey(store, keyfile), { code: "seal.missing-key" });
  await assert.rejects(
    initializeSeal(store, keyfile),
    { code: "seal.missing-key" },
    "no new key for an old store",
  );
  mkdirSync(keyfile.path);
  await assert.rejects(unsealRootKey(store, keyfile), exposed);
});

test("an exposed key file is refused at initialization too", async (context) => {
  const { store, folder } = await open(context);
  const path = join(folder, "old.key");
  writeFileSync(path, `${randomBytes(32).toString("hex")}\n`, { mode: 0o644 });
  chmodSync(path, 0o644);
  await assert.rejects(initializeSeal(store, { type: "keyfile", path }), { code: "seal.key-exposed" });
  assert.deepEqual(await sealStatus(store), { initialized: false, type: null, counts: null });
});

test("a passphrase: the right one opens, each wrong one gets the same answer", async (context) => {
  const { store, folder } = await open(context);
  const passphrase = fake("", 30);
  await assert.rejects(initializeSeal(store, typed("")), { code: "seal.empty-passphrase" });
  const rootKey = await initializeSeal(store, typed(passphrase));
  assert.deepEqual(await unsealRootKey(store, typed(passphrase)), rootKey);
  const answers = new Set<string>();
  for (const wrong of ["x", `${passphrase} `, passphrase.slice(1), "\u{10ffff}".repeat(1000)]) {
    await assert.rejects(unsealRootKey(store, typed(wrong)), (error: Error & { code: string }) => {
      assert.equal(error.code, "seal.wrong-key");
      answers.add(error.message);
      return true;
    });
  }
  assert.equal(answers.size, 1);
  const files = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  assert.ok(files.includes('"passphrase"') && !files.includes(passphrase));
  assert.ok(!files.includes(rootKey) && !files.includes(rootKey.toString("base64")));
});

test("initializing several times at once gives one root key", async (context) => {
  const { store } = await open(context);
  const keys = await Promise.all([1, 2, 3, 4].map(() => initializeSeal(store, typed("pass"))));
  for (const key of keys) assert.deepEqual(key, keys[0]);
  assert.deepEqual(await unsealRootKey(store, typed("pass")), keys[0]);
});

test("the default cost works", async (context) => {
  const { store } = await open(context);
  const method: SealMethod = { type: "passphrase", passphrase: async () => Secret.copy("correct horse") };
  assert.deepEqual(await initializeSeal(store, method), await unsealRootKey(store, method));
  const row = JSON.parse((await store.get("core/seal"))?.value.toString() ?? "") as Record<string, unknown>;
  assert.deepEqual([row.memory, row.passes, row.parallelism], [65536, 3, 4]);
});

test("changed parameters make the row useless, impossible ones cost nothing", async (context) => {
  const { store } = await open(context);
  await initializeSeal(store, typed("pass"));
  const original = (await store.get("core/seal"))?.value.toString() ?? "";
  const row = JSON.parse(original) as Record<string, unknown>;
  const changed = async (change: object, code: string): Promise<void> => {
    await store.put("core/seal", Buffer.from(JSON.stringify({ ...row, ...change })));
    await assert.rejects(unsealRootKey(store, typed("pass")), { code });
  };
  await changed({ passes: 2 }, "seal.wrong-key");
  await changed({ salt: randomBytes(16).toString("base64") }, "seal.wrong-key");
  await changed({ key: randomBytes(65).toString("base64") }, "seal.wrong-key");
  await changed({ memory: 2 ** 40 }, "barrier.corrupt");
  await changed({ passes: 0 }, "barrier.corrupt");
  await changed({ parallelism: "1" }, "barrier.corrupt");
  await changed({ version: 2 }, "barrier.corrupt");
  await changed({ type: "other" }, "barrier.corrupt");
  for (const junk of ["", "null", "[]", "{", "1"]) {
    await store.put("core/seal", Buffer.from(junk));
    await assert.rejects(unsealRootKey(store, typed("pass")), { code: "barrier.corrupt" });
  }
});

test("the seal can be changed; the old passphrase then opens nothing, also not an old copy of the row", async (context) => {
  const { store, keyfile, folder } = await open(context);
  const rootKey = await initializeSeal(store, typed("first"));
  const old = JSON.parse((await store.get("core/seal"))?.value.toString() ?? "") as { key: string };
  const files = (): Buffer =>
    Buffer.concat(
      readdirSync(folder)
        .filter((name) => name.startsWith("store"))
        .map((name) => readFileSync(join(folder, name))),
    );
  assert.ok(files().includes(old.key));
  await assert.rejects(changeSeal(store, typed("wrong"), typed("second")), { code: "seal.wrong-key" });
  await changeSeal(store, typed("first"), typed("second"));
  assert.ok(!files().includes(old.key));
  await assert.rejects(unsealRootKey(store, typed("first")), { code: "seal.wrong-key" });
  assert.deepEqual(await unsealRootKey(store, typed("second")), rootKey);
  await changeSeal(store, typed("second"), keyfile);
  assert.deepEqual(await unsealRootKey(store, keyfile), rootKey);
});

test("several processes initialize at once: one store, one key, all work", async (context) => {
  const { folder } = await open(context);
  const url = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
  const script = `
    import { openSqliteStore } from ${url("../../store/sqlite/index.ts")};
    import { initializeSeal } from ${url("index.ts")};
    import { createBarrier } from ${url("../barrier/index.ts")};
    const [folder, name] = process.argv.slice(1);
    const store = await openSqliteStore({ path: folder + "/store.db" });
    const rootKey = await initializeSeal(store, { type: "keyfile", path: folder + "/seal.key" });
    const barrier = createBarrier(store);
    const made = await barrier.initialize(rootKey);
    await barrier.unseal(rootKey);
    await barrier.view("a/").put(name, Buffer.from(name));
    console.log(JSON.stringify({ rootKey: rootKey.toString("hex"), made }));
    await store.close();
  `;
  for (let round = 0; round < scale(2, 20); round++) {
    const place = join(folder, `round ${round}`);
    const outputs = await Promise.all(
      ["x", "y", "z"].map(async (name) => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", script, place, name], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        return JSON.parse(await readAll(child.stdout)) as { rootKey: string; made: boolean };
      }),
    );
    assert.equal(new Set(outputs.map(({ rootKey }) => rootKey)).size, 1);
    assert.equal(outputs.filter(({ made }) => made).length, 1);
    assert.deepEqual(
      readdirSync(place).filter((name) => name.endsWith(".new")),
      [],
    );
  }
});
