/** `bulkhead ci fix`, `ci lock`, `ci pin`: what is written, what is only shown, and the exit codes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "node:test";
import { sandbox } from "./support.ts";

const W = ".github/workflows/w.yml";
const TEXT = `on: issues
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      # why
      - run: echo "\${{ github.event.issue.title }}"
`;
const MENDED = TEXT.replace(
  "- run:",
  "- env:\n          ISSUE_TITLE: ${{ github.event.issue.title }}\n        run:",
).replace('echo "${{ github.event.issue.title }}"', 'echo "${ISSUE_TITLE}"');

test("ci fix", (t) => {
  const box = sandbox(t);
  box.write(W, TEXT);
  const now = (): string => readFileSync(join(box.project, W), "utf8");

  const diff = box.bulkhead(["ci", "fix", "--diff"]);
  assert.equal(diff.code, 0, diff.stderr);
  assert.equal(now(), TEXT, "--diff writes nothing");
  execFileSync("git", ["apply", "--check", "-"], { cwd: box.project, input: diff.stdout });

  const check = box.bulkhead(["ci", "fix", "--check"]);
  assert.equal(check.code, 3);
  assert.equal(now(), TEXT, "--check writes nothing");

  const json = box.bulkhead(["ci", "fix", "--json"]);
  const { written, files, fixes } = JSON.parse(json.stdout) as {
    written: boolean;
    files: string[];
    fixes: { check: string; line: number }[];
  };
  assert.deepEqual(
    [written, files, fixes.map(({ check: id, line }) => [id, line])],
    [true, [W], [["template-injection", 8]]],
  );
  assert.equal(now(), MENDED);

  assert.equal(box.bulkhead(["ci", "fix", "--check"]).code, 0);
  assert.equal(box.bulkhead(["ci", "fix", "nowhere"]).code, 2);

  box.write(
    W,
    "on: push\npermissions: {}\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: terraform apply\n        env: {TF_TOKEN: '${{ secrets.TF }}'}\n",
  );
  const waiting = box.bulkhead(["ci", "fix"]);
  assert.match(waiting.stderr, /1 more can be mended/);
  assert.doesNotMatch(now(), /environment/);
  assert.equal(box.bulkhead(["ci", "fix", "--unsafe"]).code, 0);
  assert.match(now(), /ship:\n {4}environment: production\n/);
});

test("ci lock and ci pin", (t) => {
  const box = sandbox(t);
  box.write("server/who/knows/action.yml", "name: a\nruns: {using: node20, main: x.js}\n");
  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      [
        "-C",
        join(box.project, "server/who/knows"),
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        ...args,
      ],
      { encoding: "utf8" },
    ).trim();
  git("init", "--quiet");
  git("add", "-A");
  git("commit", "--quiet", "-m", "x");
  git("tag", "v1.2.3");
  const sha = git("rev-parse", "HEAD");
  box.write(
    `r/${W}`,
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: who/knows@v1.2.3\n",
  );
  const server = ["--server", pathToFileURL(join(box.project, "server")).href];

  const lock = box.bulkhead(["ci", "lock", ...server, "r"]);
  assert.equal(lock.code, 0, lock.stderr);
  assert.match(lock.stdout, new RegExp(`who/knows@v1\\.2\\.3 +${sha.slice(0, 12)} +v1\\.2\\.3 +yes`));
  const path = join(box.project, "r", W);
  const diff = box.bulkhead(["ci", "pin", "--diff", ...server, "r"]);
  assert.match(diff.stdout, new RegExp(`\\+ +- uses: who/knows@${sha} # v1\\.2\\.3`));
  assert.doesNotMatch(readFileSync(path, "utf8"), new RegExp(sha));
  assert.equal(box.bulkhead(["ci", "pin", ...server, "r"]).code, 0);
  assert.match(readFileSync(path, "utf8"), new RegExp(`who/knows@${sha} # v1\\.2\\.3\n`));
  assert.match(
    readFileSync(join(box.project, "r/.bulkhead/ci-lock.yaml"), "utf8"),
    new RegExp(`uses: who/knows@${sha}`),
  );

  box.write(`r/${W}`, "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: who/knows@v9}]}}\n");
  const missing = box.bulkhead(["ci", "lock", ...server, "r"]);
  assert.equal(missing.code, 4);
  assert.match(missing.stderr, /who\/knows@v9 names nothing/);
});
