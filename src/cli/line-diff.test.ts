import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { lineDiff } from "./line-diff.ts";

test("nothing changed, lines gone, a line changed", () => {
  assert.equal(lineDiff("f", "a\nb\n", "a\nb\n"), "");
  assert.equal(lineDiff("f", "a\nb\nc\n", "a\nc\n"), "--- f\n+++ f\n@@ -1,3 +1,2 @@\n a\n-b\n c\n");
  assert.equal(lineDiff("f", "a\nb\nc\n", "a\nB\nc\n"), "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
  assert.equal(lineDiff("f", "a\n", ""), "--- f\n+++ f\n@@ -1,1 +0,0 @@\n-a\n");
});

test("what it says, `patch` does", { skip: spawnSync("patch", ["--version"]).error && "no patch" }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-diff-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "f");
  for (let round = 0; round < 60; round++) {
    const old = Array.from({ length: randomInt(1, 40) }, () => "abcdef".charAt(randomInt(6)));
    const now = old
      .filter(() => randomInt(5) > 0)
      .map((line) => (randomInt(8) === 0 ? `${line}${randomInt(3)}` : line));
    const [from, to] = [`${old.join("\n")}\n`, now.length === 0 ? "" : `${now.join("\n")}\n`];
    const diff = lineDiff("f", from, to);
    writeFileSync(path, from);
    if (diff !== "") {
      const done = spawnSync("patch", ["-s", "--posix", path], { input: diff, encoding: "utf8" });
      assert.equal(done.status, 0, `${done.stdout}${done.stderr}\n${diff}`);
    }
    assert.equal(to === "" ? "" : readFileSync(path, "utf8"), to);
  }
});
