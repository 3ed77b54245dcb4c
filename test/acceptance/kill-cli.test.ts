/** `kill -9` of processes that hold the store themselves, several at once on one store: the same promise. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { Ledger, checkHome, killCliOnce, killCliRounds } from "../support/kill-rounds.ts";

test("processes killed in the middle of their puts lose nothing, and leave no half a version", async (t) => {
  const counts = await killCliRounds(2);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.acknowledged > 0);
  assert.ok(counts.midWrite > 0, "puts were under way");
});

test("the same checks find a write that was lost, half a version, and an answer cut from the log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-control-"));
  const home = join(folder, "home");
  try {
    const ledger = new Ledger();
    while (ledger.acknowledged.length < 4)
      await killCliOnce(home, ledger, "r0", `p${ledger.acknowledged.length}`);
    await checkHome(home, ledger);
    const damaged = async (what: RegExp, damage: (copy: string, ledger: Ledger) => void): Promise<void> => {
      const copy = mkdtempSync(join(folder, "copy-"));
      cpSync(home, copy, { recursive: true });
      const known = new Ledger();
      for (const [path, values] of ledger.sent) for (const value of values) known.send(path, value);
      known.acknowledged.push(...ledger.acknowledged);
      damage(copy, known);
      await assert.rejects(checkHome(copy, known), what);
    };
    await damaged(/acknowledged and lost/, (_, known) => {
      const { path } = known.acknowledged[0] as { path: string };
      known.acknowledged.push({ path, value: fake("lost_", 20), version: 9 });
    });
    await damaged(/has lost its value|is named and not there/, (copy) => {
      const database = new DatabaseSync(join(copy, "store.db"));
      const gone = database.prepare("DELETE FROM entries WHERE key LIKE '%value/kill/r0/%'").run();
      assert.ok(gone.changes > 0);
      database.close();
    });
    const audit = (copy: string): string[] =>
      readdirSync(join(copy, "audit"))
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => join(copy, "audit", name));
    // what was cut off the log: the anchor tells
    await damaged(/the audit log holds no answer|deepStrictEqual|deep-equal/, (copy) => {
      for (const file of audit(copy)) {
        const lines = readFileSync(file, "utf8").trimEnd().split("\n");
        writeFileSync(file, `${lines.slice(0, -3).join("\n")}\n`);
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
