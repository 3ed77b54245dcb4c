/** The repository scans itself: nothing in it looks like a live key, but what says why it may; and the same scan finds a planted one. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { BIN } from "./cli/support.ts";
import { fake } from "./support/fake.ts";

const root = join(import.meta.dirname, "..");

function scan(): { readonly code: number | null; readonly said: string } {
  const args = [BIN, "scan", "--no-identify", "--severity", "low", "."];
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return { code: done.status, said: `${done.stdout}${done.stderr}` };
}

test("no file of the repository looks like it holds a live key", (t) => {
  const clean = scan();
  assert.equal(clean.code, 0, clean.said);
  const planted = join(root, `planted-${process.pid}.txt`);
  t.after(() => rmSync(planted, { force: true }));
  writeFileSync(planted, `token = "${fake("glpat-", 20)}"\n`);
  const found = scan();
  assert.equal(found.code, 3, found.said);
  assert.ok(found.said.includes("planted-"));
});
