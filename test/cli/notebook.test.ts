/** `bulkhead notebook` as git uses it: outputs never reach a commit, the working file keeps them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { type Sandbox, sandbox } from "./support.ts";

function withRepository(t: TestContext): Sandbox & { git(...args: string[]): string } {
  const box = sandbox(t);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@localhost", ...args], {
      cwd: box.project,
      env: box.env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  git("init", "-q", "-b", "main");
  return { ...box, git };
}

const notebook = (output: string, tags: readonly string[] = []): string =>
  `${JSON.stringify({ cells: [{ cell_type: "code", execution_count: 3, metadata: { tags }, outputs: [{ output_type: "stream", name: "stdout", text: [`${output}\n`] }], source: ["show()"] }], metadata: {}, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;

test("the filter keeps outputs out of commits and leaves the working file alone", (t) => {
  const { bulkhead, git, project, write } = withRepository(t);
  const key = fake("glpat-", 20);
  assert.equal(bulkhead(["notebook", "install"]).code, 0);
  const file = write("a.ipynb", notebook(key));
  const before = readFileSync(file, "utf8");
  git("add", ".");
  git("commit", "-q", "-m", "a notebook");
  const committed = git("show", "HEAD:a.ipynb");
  assert.ok(!committed.includes(key) && committed.includes('"outputs": []') && committed.includes("show()"));
  assert.equal(readFileSync(file, "utf8"), before, "the file worked with keeps its outputs");
  assert.equal(git("status", "--porcelain"), "", "and does not count as changed");
  assert.equal(readFileSync(join(project, ".gitattributes"), "utf8"), "*.ipynb filter=bulkhead-notebook\n");

  write("broken.ipynb", '{"cells": [');
  assert.throws(() => git("add", "broken.ipynb"), /not a notebook that can be cleaned/);

  assert.equal(bulkhead(["notebook", "install", "--remove"]).code, 0);
  write("b.ipynb", notebook(key));
  git("add", "b.ipynb");
  assert.ok(git("show", ":b.ipynb").includes(key), "without the filter it would have been committed");
});

test("a tag asked for at the installation keeps its cells", (t) => {
  const { bulkhead, git, write } = withRepository(t);
  assert.equal(bulkhead(["notebook", "install", "--keep-tag", "the figure's"]).code, 0);
  write("a.ipynb", notebook("kept", ["the figure's"]));
  git("add", ".");
  assert.ok(git("show", ":a.ipynb").includes("kept"));
});

test("clean and check: in place, as a filter, and with errors that name the file", (t) => {
  const { bulkhead, json, write } = sandbox(t);
  const file = write("deep/a.ipynb", notebook("x"), 0o640);
  write("node_modules/b.ipynb", notebook("x"));
  const found = bulkhead(["notebook", "check"]);
  assert.equal(found.code, 3);
  assert.equal(found.stdout, "deep/a.ipynb: 1 outputs, 1 counts\n");
  const rows = JSON.parse(bulkhead(["notebook", "check", "--json"]).stdout) as {
    path: string;
    outputs: number;
  }[];
  assert.deepEqual(
    rows.map(({ path, outputs }) => [path, outputs]),
    [["deep/a.ipynb", 1]],
  );
  const filtered = bulkhead(["notebook", "clean"], { input: notebook("x") });
  assert.equal(bulkhead(["notebook", "clean", file]).code, 0);
  assert.equal(readFileSync(file, "utf8"), filtered.stdout);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual(json(["notebook", "check"]), []);
  const big = notebook("y".repeat(3_000_000));
  assert.ok(!bulkhead(["notebook", "clean"], { input: big }).stdout.includes("yyy"));
  assert.equal(bulkhead(["notebook", "clean"], { input: "" }).stdout, "");
  for (const [args, says, code] of [
    [["notebook", "clean", "none.ipynb"], /cannot read none\.ipynb: ENOENT/, 1],
    [["notebook", "clean", "--keep", "cells"], /--keep takes outputs/, 2],
    [["notebook", "check", "none"], /no such file/, 1],
    [["notebook", "install"], /in no git repository/, 1],
  ] as const) {
    const done = bulkhead(args);
    assert.match(done.stderr, says);
    assert.equal(done.code, code, args.join(" "));
  }
});
