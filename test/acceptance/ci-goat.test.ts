/** The goat: every planted flaw is reported at the line that its README names, and the mended twin is clean. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { audit, loadRepository } from "../../src/ci/index.ts";

const goat = join(import.meta.dirname, "..", "..", "examples", "ci-goat");
const found = (folder: string): string[] => {
  const repository = loadRepository(join(goat, folder), { slug: null });
  assert.deepEqual(repository.diagnostics, []);
  const lines = audit(repository).map(
    ({ check, span }) =>
      `${span.file.path.replace(".github/", "")}:${span.file.position(span.start).line} ${check.id}`,
  );
  return [...new Set(lines)].sort();
};

test("every planted flaw is found where the table says, and nothing else", () => {
  const table = [
    ...readFileSync(join(goat, "README.md"), "utf8").matchAll(/^\| `([^`]+)` \| (\d+) \| `([^`]+)` \|/gm),
  ];
  const expected = table.map(([, file = "", line = "", check = ""]) => `${file}:${line} ${check}`);
  assert.ok(expected.length >= 20);
  assert.deepEqual(found("vulnerable"), expected.sort());
});

test("the mended twin is clean", () => assert.deepEqual(found("mended"), []));
