/** What only the SQLite store promises: private files, files of others and of newer versions, damage, full disks, purging. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import type { ListOptions, Store } from "../../core/ports/store.ts";
import { Conflict } from "../optimistic.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./index.ts";
import { Rows } from "./rows.ts";
import { OptimisticTransaction } from "./transaction.ts";

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-sqlite-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(
  context: TestContext,
  path: string,
  options: Omit<SqliteStoreOptions, "path"> = {},
): Promise<Store> {
  const store = await openSqliteStore({ path, ...options });
  context.after(() => store.close());
  return store;
}

const mode = (path: string): number => statSync(path).mode & 0o777;
const put = (store: Store, key: string, value: string): Promise<boolean> =>
  store.put(key, Buffer.from(value));

test("folder 0700, file, WAL and shared memory 0600, whatever the umask", async (context) => {
  const before = process.umask(0);
  context.after(() => process.umask(before));
  const path = join(folderFor(context), "data", "deep", "store.db");
  const store = await open(context, path);
  await put(store, "a", "1");
  assert.equal(mode(join(path, "..")), 0o700);
  for (const suffix of ["", "-wal", "-shm"]) assert.equal(mode(path + suffix), 0o600, suffix);
  assert.deepEqual(readdirSync(join(path, "..")).sort(), ["store.db", "store.db-shm", "store.db-wal"]);
});

test("a file with a wider mode is narrowed", async (context) => {
  const path = join(folderFor(context), "store.db");
  const first = await openSqliteStore({ path });
  await put(first, "a", "1");
  for (const suffix of ["", "-wal", "-shm"]) chmodSync(path + suffix, 0o644);
  const store = await open(context, path);
  for (const suffix of ["", "-wal", "-shm"]) assert.equal(mode(path + suffix), 0o600, suffix);
  assert.equal((await store.get("a"))?.value.toString(), "1");
  await first.close();
});

test("two at once on a place without a store: both work on one file", async (context) => {
  const path = join(folderFor(context), "store.db");
  const stores = await Promise.all([1, 2, 3].map(() => open(context, path)));
  await Promise.all(stores.map((store, n) => put(store, `k${n}`, "x")));
  for (const store of stores) assert.deepEqual(await store.list(""), ["k0", "k1", "k2"]);
});

test("a store of a newer Bulkhead is refused, also when it becomes one while open", async (context) => {
  const path = join(folderFor(context), "store.db");
  const store = await open(context, path);
  await put(store, "a", "1");
  const newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 3");
  newer.close();
  await assert.rejects(put(store, "a", "2"), { code: "store.newer" });
  await assert.rejects(store.get("a"), { code: "store.newer" });
  await assert.rejects(
    store.transaction(async (tx) => tx.put("a", Buffer.from("2"))),
    { code: "store.newer" },
  );
  await assert.rejects(openSqliteStore({ path }), {
    code: "store.newer",
    message: /format 3, this one knows 2/,
  });
});

test("a file of somebody else is refused and left as it was", async (context) => {
  const folder = folderFor(context);
  const database = join(folder, "other.db");
  const other = new DatabaseSync(database);
  other.exec("CREATE TABLE entries (key TEXT, value BLOB)");
  other.close();
  const text = join(folder, "text.db");
  writeFileSync(text, "not a database at all\n".repeat(500));
  const empty = join(folder, "empty.db");
  writeFileSync(empty, "");
  for (const path of [database, text, empty]) {
    chmodSync(path, 0o644);
    const before = readFileSync(path);
    await assert.rejects(openSqliteStore({ path }), { code: "store.foreign" });
    assert.deepEqual(readFileSync(path), before);
    assert.equal(mode(path), 0o644);
  }
  mkdirSync(join(folder, "folder.db"));
  await assert.rejects(openSqliteStore({ path: join(folder, "folder.db") }), { code: "io.failed" });
  await assert.rejects(openSqliteStore({ path: join(text, "store.db") }), { code: "io.failed" });
});

test("damage is called damage", async (context) => {
  const folder = folderFor(context);
  const path = join(folder, "store.db");
  const store = await openSqliteStore({ path });
  await store.transaction(async (tx) => {
    for (let i = 0; i < 500; i++) tx.put(`key ${i}`, randomBytes(200));
  });
  await store.close();
  const whole = readFileSync(path);
  const spoil = async (change: () => void): Promise<void> => {
    writeFileSync(path, whole);
    change();
    const attempt = async (): Promise<void> => {
      const damaged = await openSqliteStore({ path });
      try {
        for (const key of await damaged.list("")) await damaged.get(key);
      } finally {
        await damaged.close();
      }
    };
    await assert.rejects(attempt(), { code: "store.corrupt" });
  };
  await spoil(() => truncateSync(path, 50));
  await spoil(() => truncateSync(path, 4096 * 3));
  await spoil(() => {
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(whole.length - 4096, 0xa5), 0, whole.length - 4096, 4096);
    closeSync(file);
  });
  await spoil(() => {
    const file = openSync(path, "r+");
    writeSync(file, Buffer.alloc(4096 - 100, 0xff), 0, 4096 - 100, 100);
    closeSync(file);
  });
});

test("a full store refuses the write, keeps everything, and goes on when there is room", async (context) => {
  const path = join(folderFor(context), "store.db");
  const store = await open(context, path, { maxPages: 40 });
  await put(store, "kept", "x");
  const large = store.put("large", randomBytes(300_000));
  const small = put(store, "small", "x");
  await assert.rejects(large, { code: "store.full" });
  assert.equal(await small, true, "one that is too large does not fail those beside it");
  await assert.rejects(
    store.transaction(async (tx) => {
      tx.put("half", Buffer.from("x"));
      tx.put("other half", randomBytes(300_000));
    }),
    { code: "store.full" },
  );
  assert.deepEqual(await store.list(""), ["kept", "small"]);
  const roomy = await open(context, path);
  await roomy.put("large", randomBytes(300_000));
});

test("a disk that refuses to grow (ulimit -f): acknowledged writes stay", async (context) => {
  const path = join(folderFor(context), "store.db");
  const script = `
    import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    import { randomBytes } from "node:crypto";
    const store = await openSqliteStore({ path: process.argv[1] });
    let written = 0;
    try { for (; written < 1000; written++) await store.put("k" + written, randomBytes(2000)); }
    catch (error) { console.log(JSON.stringify({ written, code: error.code })); }
    process.exit(0);
  `;
  const result = spawnSync(
    "bash",
    [
      "-c",
      `trap '' XFSZ; ulimit -f 400; exec "$0" --input-type=module -e "$1" "$2"`,
      process.execPath,
      script,
      path,
    ],
    { encoding: "utf8" },
  );
  const { written, code } = JSON.parse(result.stdout) as { written: number; code: string };
  assert.equal(code, "store.full", result.stderr);
  assert.ok(written > 10);
  const store = await open(context, path);
  for (let i = 0; i < written; i++) assert.equal((await store.get(`k${i}`))?.value.length, 2000);
  await put(store, "after", "x");
});

test("a lock held too long is store.busy, and nothing is half done", async (context) => {
  const path = join(folderFor(context), "store.db");
  const store = await open(context, path, { busyTimeout: 50 });
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  await assert.rejects(put(store, "a", "1"), { code: "store.busy" });
  assert.equal(await store.get("a"), null, "reading goes on meanwhile");
  const waiting = await open(context, path);
  const patient = put(waiting, "b", "1");
  setTimeout(() => other.exec("ROLLBACK"), 100);
  assert.equal(await patient, true);
  other.close();
  assert.deepEqual(await store.list(""), ["b"]);
});

const filesIn = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

test("what was deleted is zeroed in the file even without a purge, once the log is folded in", async (context) => {
  const folder = folderFor(context);
  const path = join(folder, "store.db");
  const store = await openSqliteStore({ path });
  const [gone, kept] = [fake("planted-", 40), fake("planted-", 40)];
  for (const [key, value] of Object.entries({ gone, kept }))
    await put(store, key, Array.from({ length: 500 }, () => value).join(" "));
  assert.ok(filesIn(folder).includes(gone), "the control: it was there");
  await store.delete("gone");
  await store.close();
  assert.ok(filesIn(folder).includes(kept), "the control: the search finds what stays");
  assert.ok(!filesIn(folder).includes(gone));
});

test("after a purge no deleted or overwritten value is in any file", async (context) => {
  const folder = folderFor(context);
  const path = join(folder, "store.db");
  const store = await open(context, path);
  const other = await open(context, path);
  for (let round = 0; round < scale(2, 40); round++) {
    const gone = new Map<string, string>();
    const kept = new Map<string, string>();
    // small values in random order: SQLite moves them from page to page as pages fill, and leaves copies behind
    await store.transaction(async (tx) => {
      for (let i = 0; i < 2000; i++) {
        const key = `${round}/${Math.floor(Math.random() * 1e6)}-${i}`;
        const value = `planted-${randomBytes(15).toString("hex")}`;
        (i % 2 === 0 ? gone : kept).set(key, value);
        tx.put(key, Buffer.from(value + "x".repeat(Math.floor(Math.random() ** 8 * 9000))));
      }
    });
    const planted = /planted-[0-9a-f]{30}/g;
    const before = new Set(filesIn(folder).toString("latin1").match(planted));
    for (const value of gone.values()) assert.ok(before.has(value), "the control: it was there");
    const keys = [...gone.keys()];
    const half = keys.splice(0, keys.length / 2);
    await store.transaction(async (tx) => {
      for (const key of half) tx.delete(key);
    });
    await other.transaction(async (tx) => {
      for (const key of keys) tx.put(key, Buffer.from("new"));
    });
    await store.purge();
    const found = new Set(filesIn(folder).toString("latin1").match(planted));
    for (const value of kept.values())
      assert.ok(found.has(value), "the control: the search finds what stays");
    assert.deepEqual(
      [...gone.values()].filter((value) => found.has(value)),
      [],
    );
  }
  if (existsSync(`${path}-wal`)) assert.equal(statSync(`${path}-wal`).size, 0);
});

test("what another process commits between a transaction's first read and its look at the sequence is a conflict", async (context) => {
  const path = join(folderFor(context), "store.db");
  const store = await open(context, path);
  await store.put("a/k", Buffer.from("1"));
  const database = new DatabaseSync(path);
  const other = new DatabaseSync(path);
  context.after(() => {
    database.close();
    other.close();
  });
  const beside = new Rows(other);
  for (const first of ["get", "list", "children"] as const) {
    const rows = new Rows(database);
    const meanwhile = (): void => {
      const next = beside.sequence() + 1;
      beside.put("a/k", Buffer.from("theirs"), next);
      beside.put(`a/${next}`, Buffer.from("theirs"), next);
      beside.setSequence(next);
    };
    const seam: Rows = Object.assign(Object.create(rows) as Rows, {
      get: (key: string) => {
        const entry = rows.get(key);
        meanwhile();
        return entry;
      },
      list: (prefix: string, options: ListOptions) => {
        const names = rows.list(prefix, options);
        meanwhile();
        return names;
      },
      children: (prefix: string, options: ListOptions) => {
        const names = rows.children(prefix, options);
        meanwhile();
        return names;
      },
      version: (key: string) => rows.version(key),
      sequence: () => rows.sequence(),
    });
    let seams = 0;
    const tx = new OptimisticTransaction((read) =>
      Promise.resolve().then(() => read(seams++ === 0 ? seam : rows)),
    );
    const read = first === "get" ? tx.get("a/k") : first === "list" ? tx.list("a/") : tx.children("a/");
    // at once or at the commit, but never unseen
    await assert.rejects(
      read.then(() => {
        if (!tx.isCurrent(rows)) throw new Conflict();
      }),
      Conflict,
      first,
    );
  }
});
