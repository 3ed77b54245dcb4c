/** `bulkhead ci init`: what is written, what is only shown, and what stays. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { sandbox } from "./support.ts";

const W = ".github/workflows/bulkhead.yml";

test("ci init", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", "project: p\nstages: { train: { run: ls, use: [openai] }, later: {} }\n");
  const path = join(box.project, W);
  const now = (): string => readFileSync(path, "utf8");

  assert.equal(box.bulkhead(["ci", "init", "jenkins"]).code, 2);
  const shown = box.bulkhead(["ci", "init", "github", "--stdout"]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(box.bulkhead(["ci", "init", "github", "--diff"]).stdout, /^\+ {2}train:$/m);
  assert.equal(existsSync(path), false, "neither writes");

  const done = box.bulkhead(["ci", "init", "github"]);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /wrote \.github\/workflows\/bulkhead\.yml: 1 job/);
  assert.match(done.stderr, /stage later has no `run:`/);
  assert.match(done.stderr, /npm view|--integrity/);
  assert.match(done.stderr, /train: \{ prod: \{ github: /);
  assert.equal(now(), shown.stdout);
  assert.equal(box.bulkhead(["ci"]).code, 0, "the audit finds nothing");
  assert.equal(box.bulkhead(["ci", "init", "github"]).code, 0, "the same again is no overwriting");

  box.write(W, "mine: true\n");
  const refused = box.bulkhead(["ci", "init", "github"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /exists already/);
  assert.equal(now(), "mine: true\n");
  assert.match(box.bulkhead(["ci", "init", "github", "--diff"]).stdout, /^-mine: true$/m);
  assert.equal(box.bulkhead(["ci", "init", "github", "--force", "--integrity", "sha512-x"]).code, 0);
  assert.match(now(), /WANTED_INTEGRITY: sha512-x\n/);
});

test("ci init of a declaration below the repository's root, for GitLab", (t) => {
  const box = sandbox(t);
  mkdirSync(join(box.project, ".git"));
  box.write("ml/bulkhead.yaml", "project: p\nstages: { train: { run: ls } }\n");
  const cwd = join(box.project, "ml");
  const { written, path, jobs } = box.json<{
    written: boolean;
    path: string;
    jobs: { environment: string }[];
  }>(["ci", "init", "gitlab", "--env", "dev,staging"], { cwd });
  assert.deepEqual(
    [written, path, jobs.map(({ environment }) => environment)],
    [true, ".gitlab-ci.yml", ["dev", "staging"]],
  );
  assert.match(readFileSync(join(box.project, path), "utf8"), /- cd "ml"$/m);
  assert.equal(box.bulkhead(["ci", "audit", box.project]).code, 0);
  assert.equal(box.bulkhead(["ci", "init", "gitlab", "--env", "nowhere"], { cwd }).code, 2);
  box.write("ml/bulkhead.yaml", "project: p\nstages: { train: {} }\n");
  assert.equal(box.bulkhead(["ci", "init", "gitlab", "--stdout"], { cwd }).code, 2);
});
