/** Stores of older formats are brought forward. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { checkMigrated, oldFormats } from "../contract-migration.ts";
import { FORMAT } from "./file.ts";
import { openSqliteStore } from "./index.ts";

const fixtures = oldFormats("sqlite");

test("there is a store of every older format", () => {
  assert.deepEqual(
    [...fixtures.keys()].sort(),
    Array.from({ length: FORMAT - 1 }, (_, at) => at + 1),
  );
});

for (const [format, statements] of fixtures)
  test(`a SQLite store of format ${format} is brought forward`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-migrate-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "store.db");
    const old = new DatabaseSync(path);
    old.exec(statements);
    await checkMigrated(() => openSqliteStore({ path }));
    assert.equal(
      old.prepare("PRAGMA user_version").get()?.user_version,
      FORMAT,
      "which the older version sees",
    );
    old.close();
  });
