/** `bulkhead ci reach` and `bulkhead ci diff` on a real clone. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { sandbox } from "./support.ts";

const SERVICE = join(import.meta.dirname, "../fixtures/ci-service");

test("ci reach: text, JSON, a picture, and what it does not know", (t) => {
  const box = sandbox(t);
  cpSync(SERVICE, box.project, { recursive: true });
  const text = box.bulkhead(["ci", "reach", "publish:build"]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /^publish to npm\n( {4}\S+publish\.yml:\d+:\d+: .+\n)+/m);
  assert.match(text.stdout, /afterwards, in this order\n\s+1\. disable \.github\/workflows\/publish\.yml/);
  const json = box.json<{ claims: { kind: string; path: { kind: string; place: string }[] }[] }>([
    "ci",
    "reach",
    "publish:build",
  ]);
  const publish = json.claims.find(({ kind }) => kind === "publish");
  assert.ok(
    ["upload", "needs", "download", "permission"].every((one) =>
      publish?.path.some(({ kind }) => kind === one),
    ),
  );
  assert.match(box.bulkhead(["ci", "reach", "--svg"]).stdout, /^<svg /);
  const action = box.bulkhead([
    "ci",
    "reach",
    "--if-compromised",
    "action:aws-actions/configure-aws-credentials",
  ]);
  assert.match(action.stdout, /deploy to Kubernetes/);
  assert.doesNotMatch(action.stdout, /publish to npm/);
  assert.match(box.bulkhead(["ci", "reach", "--if-compromised", "action:nobody/here"]).stdout, /^nothing/);
  assert.equal(box.bulkhead(["ci", "reach", "nothing"]).code, 2);
  assert.equal(box.bulkhead(["ci", "reach", "--if-compromised", "moon"]).code, 2);
});

test("ci diff: what a change adds and takes away", (t) => {
  const box = sandbox(t);
  cpSync(SERVICE, box.project, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", box.project, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
      stdio: "pipe",
    });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-qm", "one");
  const none = box.bulkhead(["ci", "diff", "main", "--fail-on-more"]);
  assert.deepEqual(
    [none.code, none.stdout],
    [0, "nothing is added to what jobs hold or reach\n"],
    none.stderr,
  );

  const file = ".github/workflows/ci.yml";
  const before = readFileSync(join(box.project, file), "utf8");
  box.write(file, `${before}        env:\n          OPENAI_API_KEY: \${{ secrets.OPENAI_API_KEY }}\n`);
  const more = box.bulkhead(["ci", "diff", "main"]);
  assert.equal(more.code, 0, more.stderr);
  assert.match(
    more.stdout,
    /^\+ +inventory +\S+ci\.yml:test +\S+ +it holds OPENAI_API_KEY for OpenAI without an environment$/m,
  );
  assert.match(more.stdout, /^\+ +reach +\S+ci\.yml +\S+ +it may exfiltrate OPENAI_API_KEY$/m);
  assert.doesNotMatch(more.stdout, /^-/m);
  assert.equal(box.bulkhead(["ci", "diff", "main", "--fail-on-more"]).code, 3);
  git("commit", "-qam", "two");
  box.write(file, before);
  const less = box.json<{ added: unknown[]; removed: { what: string }[] }>(["ci", "diff", "main"]);
  assert.deepEqual([less.added, less.removed.length > 0], [[], true]);
  assert.equal(box.bulkhead(["ci", "diff", "main", "--fail-on-more"]).code, 0);
  for (const wrong of ["nothing", "--output=x", "main:README"])
    assert.equal(box.bulkhead(["ci", "diff", "--", wrong]).code, 2, wrong);
});
