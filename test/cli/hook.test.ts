/** Hooks with real git: a key is stopped, whatever way it is committed, and what is clean passes. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { gitProject } from "./git-sandbox.ts";
import { BIN, sandbox } from "./support.ts";

const line = (): string => `token = "${fake("hf_", 34)}"\n`;
const who = {
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@b.c",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@b.c",
};

test("the commit hook stops a key and lets a clean commit pass; another hook runs first; removal restores it", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  commit("Ada", { "a.txt": "one\n" });
  const ran = join(box.root, "ran");
  const own = box.write(".git/hooks/pre-commit", `#!/bin/sh\necho yes >>${ran}\n`, 0o755);
  const before = readFileSync(own, "utf8");
  assert.equal(box.bulkhead(["hook", "install"]).code, 0);
  const tryCommit = (...args: string[]) =>
    spawnSync("git", ["-C", box.project, "commit", "-qm", "x", ...args], {
      env: { ...box.env, ...who },
      encoding: "utf8",
    });
  box.write("a.txt", "two\n");
  const clean = tryCommit("-a");
  assert.equal(clean.status, 0, clean.stderr);
  assert.equal(readFileSync(ran, "utf8"), "yes\n");
  box.write("a.txt", line());
  const all = tryCommit("-a");
  assert.notEqual(all.status, 0, "git commit -a, whose index is another");
  assert.match(all.stdout + all.stderr, /Hugging Face/);
  assert.notEqual(tryCommit("a.txt").status, 0, "git commit FILE");
  git("add", "a.txt");
  assert.notEqual(tryCommit().status, 0);
  assert.equal(box.bulkhead(["hook", "remove"]).code, 0);
  assert.equal(readFileSync(own, "utf8"), before);
  assert.equal(tryCommit().status, 0, "a control: nothing stops it now");
});

test("the push hook stops what the remote lacks, after another hook that read the same lines", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  const remote = join(box.root, "remote.git");
  execFileSync("git", ["init", "-q", "--bare", remote], { env: box.env });
  git("remote", "add", "origin", remote);
  commit("Ada", { "a.txt": "one\n" });
  const heard = join(box.root, "heard");
  box.write(".git/hooks/pre-push", `#!/bin/sh\ncat >${heard}\n`, 0o755);
  assert.equal(box.bulkhead(["hook", "install", "--push"]).code, 0);
  const push = () =>
    spawnSync("git", ["-C", box.project, "push", "-q", "origin", "main"], { env: box.env, encoding: "utf8" });
  const first = push();
  assert.equal(first.status, 0, first.stderr);
  assert.match(readFileSync(heard, "utf8"), /^refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40}\n/);
  git("config", "core.hooksPath", "/dev/null");
  commit("Ada", { "b.py": line() });
  commit("Ada", { "b.py": null });
  git("config", "--unset", "core.hooksPath");
  const second = push();
  assert.notEqual(second.status, 0, "the key is gone from the tree and still in a commit");
  assert.match(second.stdout + second.stderr, /b\.py:1/);
});

test("with core.hooksPath nothing is written, and the line to add is said", (t) => {
  const box = sandbox(t);
  const { git } = gitProject(box);
  git("config", "core.hooksPath", ".husky");
  const done = box.bulkhead(["hook", "install"]);
  assert.equal(done.code, 1);
  assert.match(done.stderr, /bulkhead scan --staged/);
  assert.ok(!existsSync(join(box.project, ".husky")));
});

test("the lines of .pre-commit-hooks.yaml run", (t) => {
  const box = sandbox(t);
  const { git } = gitProject(box);
  const text = readFileSync(join(import.meta.dirname, "..", "..", ".pre-commit-hooks.yaml"), "utf8");
  const entries = [...text.matchAll(/^ {2}entry: bulkhead (.+)$/gm)].map(([, words]) =>
    (words as string).split(" "),
  );
  assert.equal(entries.length, 3);
  box.write("a.py", line());
  const notebook = JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 });
  box.write("n.ipynb", notebook);
  const run = (args: readonly string[]) =>
    spawnSync(process.execPath, [BIN, ...args], { cwd: box.project, env: box.env }).status;
  const [scan = [], check = [], audit = []] = entries;
  assert.equal(run(scan), 0);
  git("add", "a.py");
  assert.equal(run(scan), 3);
  assert.equal(run([...check, "n.ipynb"]), 0);
  assert.equal(run(audit), 0);
  box.write(".github/workflows/w.yml", "on: push\npermissions: write-all\njobs: {}\n");
  assert.equal(run(audit), 3);
});
