import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { testFolder } from "../../test/support/repository.ts";
import { loadRepository } from "./index.ts";
import { parseRemote, slugOf } from "./slug.ts";

const WORKFLOW = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: ls}]}}\n";

test("links that leave the repository are not followed, those inside are", () => {
  const outside = testFolder({ "w.yml": WORKFLOW, "flows/.github/workflows/x.yml": WORKFLOW });
  const folder = testFolder({ ".github/workflows/own.yml": WORKFLOW, "shared/w.yml": WORKFLOW });
  try {
    symlinkSync(join(outside.root, "w.yml"), join(folder.root, ".github/workflows/out.yml"));
    symlinkSync("../../shared/w.yml", join(folder.root, ".github/workflows/in.yml"));
    symlinkSync(join(outside.root, "flows"), join(folder.root, "linked"));
    symlinkSync("nowhere", join(folder.root, ".github/workflows/dead.yml"));
    mkdirSync(join(folder.root, ".bulkhead"));
    symlinkSync(join(outside.root, "w.yml"), join(folder.root, ".bulkhead/ci-lock.yaml"));
    const repository = loadRepository(folder.root);
    assert.deepEqual(
      repository.workflows.map(({ id }) => id),
      ["in", "own"],
    );
    assert.deepEqual(repository.diagnostics.map(({ id, span }) => [id, span.file.path]).sort(), [
      ["outside", ".bulkhead/ci-lock.yaml"],
      ["outside", ".github/workflows/dead.yml"],
      ["outside", ".github/workflows/out.yml"],
    ]);
    assert.ok(repository.files.every(({ path }) => !path.includes("out")));
  } finally {
    folder.remove();
    outside.remove();
  }
});

test("what is not UTF-8 is read and said; what is too large is not read", () => {
  const folder = testFolder({
    ".github/workflows/latin.yml": Buffer.concat([
      Buffer.from(WORKFLOW),
      Buffer.from([0x23, 0x20, 0xe9, 0x0a]),
    ]),
  });
  try {
    writeFileSync(join(folder.root, ".github/workflows/large.yml"), "#".repeat(10 * 2 ** 20 + 1));
    writeFileSync(join(folder.root, ".github/workflows/bom.yml"), `\uFEFF${WORKFLOW}`);
    const repository = loadRepository(folder.root);
    assert.deepEqual(
      repository.workflows.map(({ id }) => id),
      ["bom", "latin"],
    );
    assert.deepEqual(repository.diagnostics.map(({ id }) => id).sort(), ["not-utf8", "too-large"]);
  } finally {
    folder.remove();
  }
});

test("which repository it is", () => {
  const folder = testFolder({
    ".git/config":
      '[core]\n\turl = x\n[remote "up"]\n\turl = https://example.com/a/b\n[remote "origin"]\n\turl = git@github.com:acme/widgets.git\n',
  });
  try {
    assert.deepEqual(slugOf(folder.root), { host: "github.com", owner: "acme", name: "widgets" });
    assert.equal(slugOf(join(folder.root, ".git")), null);
  } finally {
    folder.remove();
  }
  for (const url of [
    "https://gitlab.com/g/sub/p.git",
    "ssh://git@gitlab.com:22/g/sub/p",
    "git@gitlab.com:g/sub/p.git",
    "https://user:x@gitlab.com/g/sub/p/",
  ])
    assert.deepEqual(parseRemote(url), { host: "gitlab.com", owner: "g/sub", name: "p" }, url);
  for (const url of ["/srv/git/x.git", "../x", "file:///a/b/c", "C:\\a"])
    assert.equal(parseRemote(url), null, url);
});
