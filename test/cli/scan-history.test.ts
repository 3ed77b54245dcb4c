/** `bulkhead scan` over histories and what git is about to take, as people run it: the release bundle, real git. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { zipOf } from "../support/archives.ts";
import { fake } from "../support/fake.ts";
import { gitProject } from "./git-sandbox.ts";
import { BIN, type Result, sandbox } from "./support.ts";

interface Place {
  readonly path: string;
  readonly entry: string | null;
  readonly decoded: readonly string[];
  readonly commit: { readonly id: string; readonly author: string } | null;
  readonly last: { readonly id: string } | null;
  readonly current: boolean | null;
}
interface Report {
  readonly secrets: readonly { readonly rule: string; readonly places: readonly Place[] }[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}
const reportOf = ({ stdout }: Result): Report => JSON.parse(stdout) as Report;
const line = (key: string): string => `token = "${key}"\n`;

test("a key added, moved, packed and encoded, then deleted: one secret, its places, commits and authors", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  const key = fake("hf_", 34);
  const filler = "nothing to see\n".repeat(20);
  const first = commit("Ada", { "a.py": `${filler}${line(key)}`, "safe.txt": filler });
  const second = commit("Grace", { "a.py": filler, "b.py": `${filler}${filler}${line(key)}` });
  const zip = zipOf([{ name: "inner/c.py", content: Buffer.from(line(key)) }]);
  const third = commit("Alan", {
    "b.py": null,
    "d.zip": zip,
    "e.txt": `${Buffer.from(`export HF_TOKEN=${key}\n`).toString("base64")}\n`,
  });
  commit("Ada", { "d.zip": null, "e.txt": null });
  assert.equal(box.bulkhead(["scan"]).code, 0, "the tree is clean");
  const done = box.bulkhead(["scan", "--history", "--format", "json"]);
  assert.equal(done.code, 3, done.stderr);
  const { secrets, unreadable } = reportOf(done);
  assert.deepEqual(unreadable, []);
  assert.equal(secrets.length, 1);
  const seen = secrets[0]?.places.map(({ path, entry, decoded, commit: by, last, current }) => [
    entry === null ? path : `${path}!${entry}`,
    decoded.join(),
    by?.id,
    by?.author,
    last?.id,
    current,
  ]);
  assert.deepEqual(seen, [
    ["a.py", "", first, "Ada", first, false],
    ["b.py", "", second, "Grace", second, false],
    ["d.zip!inner/c.py", "", third, "Alan", third, false],
    ["e.txt", "base64", third, "Alan", third, false],
  ]);
  assert.ok(!done.stdout.includes(key));
  // the same in a bare clone, by threads, and of one range
  const bare = join(box.root, "bare.git");
  git("clone", "-q", "--bare", box.project, bare);
  const again = reportOf(box.bulkhead(["scan", "--history", "--threads", "2", "--format", "json", bare]));
  assert.equal(again.secrets[0]?.places.length, 4);
  const range = box.bulkhead(["scan", "--range", `${first}..${second}`, "--format", "json"]);
  assert.equal(range.code, 0, "the key stood there before it was moved");
  assert.match(range.stderr, /1 finding stood there before/);
  const both = box.bulkhead(["scan", "--range", second, "--format", "json"]);
  assert.deepEqual(
    reportOf(both).secrets[0]?.places.map(({ path }) => path),
    ["a.py", "b.py"],
    "a control: from the beginning it is found",
  );
  assert.equal(box.bulkhead(["scan", "--range", "nothing..here"]).code, 1);
  assert.equal(box.bulkhead(["scan", "--since", "some time"]).code, 2);
  const wrong = box.bulkhead(["scan", "--history", "--staged"]);
  assert.equal(wrong.code, 2);
});

test("a missing blob makes the scan incomplete and is named; so is a clone that is not whole", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  commit("Ada", { "a.txt": "one\n" });
  commit("Ada", { "a.txt": "two\n" });
  assert.equal(box.bulkhead(["scan", "--history"]).code, 0);
  const clone = join(box.root, "shallow");
  git("clone", "-q", "--depth=1", `file://${box.project}`, clone);
  const shallow = box.bulkhead(["scan", "--history", clone]);
  assert.equal(shallow.code, 4);
  assert.match(shallow.stdout, /the clone is shallow/);
  const id = git("rev-parse", "HEAD~1:a.txt");
  rmSync(join(box.project, ".git/objects", id.slice(0, 2), id.slice(2)));
  const done = box.bulkhead(["scan", "--history"]);
  assert.equal(done.code, 4);
  assert.ok(done.stdout.includes(`${id}: it is missing`), done.stdout);
});

test("a comment in the newest version allows a key of the history", (t) => {
  const box = sandbox(t);
  const { commit } = gitProject(box);
  const key = fake("hf_", 34);
  commit("Ada", { "a.py": line(key) });
  assert.equal(box.bulkhead(["scan", "--history"]).code, 3);
  commit("Ada", { "a.py": line(key).replace("\n", "  # bulkhead:allow revoked in 2024\n") });
  const done = box.bulkhead(["scan", "--history"]);
  assert.equal(done.code, 0, done.stdout);
  assert.match(done.stdout, /1 finding allowed by bulkhead:allow comments/);
});

test("--staged and --pushed see what is new and only that", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  const [old, fresh] = [fake("hf_", 34), fake("hf_", 34)];
  const base = commit("Ada", { "a.py": line(old) });
  box.write("a.py", `${line(old)}x = 1\n`);
  git("add", "a.py");
  assert.equal(box.bulkhead(["scan", "--staged"]).code, 0, "the old key is not staged");
  box.write("b.py", line(fresh));
  git("add", "b.py");
  const staged = box.bulkhead(["scan", "--staged"]);
  assert.equal(staged.code, 3);
  assert.match(staged.stdout, /b\.py:1:/);
  assert.ok(!staged.stdout.includes("a.py"));
  const head = commit("Ada", {});
  const pushed = (...lines: string[]): Result =>
    box.bulkhead(["scan", "--pushed"], { input: lines.map((one) => `${one}\n`).join("") });
  const zero = "0".repeat(40);
  const update = pushed(`refs/heads/main ${head} refs/heads/main ${base}`);
  assert.equal(update.code, 3);
  assert.match(update.stdout, /b\.py:1:/);
  assert.ok(!update.stdout.includes("a.py:"), update.stdout);
  const all = pushed(`refs/heads/main ${head} refs/heads/main ${zero}`);
  assert.match(all.stdout, /a\.py:1:/, "a new branch on a remote that has nothing brings everything");
  git("update-ref", "refs/remotes/origin/main", base);
  assert.ok(!pushed(`refs/heads/new ${head} refs/heads/new ${zero}`).stdout.includes("a.py:"));
  assert.equal(pushed(`(delete) ${zero} refs/heads/gone ${head}`).code, 0);
  assert.equal(pushed().code, 0);
  assert.equal(pushed("what is this").code, 2);
  // an index that git names, as for `git commit -a`
  box.write("c.py", line(fake("hf_", 34)));
  const index = join(box.root, "other-index");
  const env = { ...box.env, GIT_INDEX_FILE: index };
  execFileSync("git", ["-C", box.project, "read-tree", "HEAD"], { env });
  execFileSync("git", ["-C", box.project, "add", "c.py"], { env });
  assert.equal(box.bulkhead(["scan", "--staged"]).code, 0);
  assert.equal(box.bulkhead(["scan", "--staged"], { env: { GIT_INDEX_FILE: index } }).code, 3);
});

test("the release reads a large history by threads of its own", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  const key = fake("hf_", 34);
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, i) => [`f${i}.py`, `${fake("", 60, "lower", `${i}`)}\n`]),
  );
  commit("Ada", { ...files, "key.py": line(key), "rules.yaml": "rules: []\n" });
  git("repack", "-adq");
  const { code, stdout, stderr } = box.bulkhead(["scan", "--history", "--threads", "2", "--format", "json"]);
  assert.equal(code, 3, stderr);
  assert.equal(reportOf({ code, stdout, stderr }).secrets[0]?.places[0]?.path, "key.py");
  // without the file of the thread nothing is said to be clean
  const copy = join(box.root, "release");
  cpSync(dirname(BIN), copy, { recursive: true });
  for (const name of readdirSync(join(copy, "lib")))
    if (name.startsWith("scan-worker")) rmSync(join(copy, "lib", name));
  const broken = spawnSync(
    process.execPath,
    [join(copy, "bulkhead"), "scan", "--history", "--threads", "2"],
    {
      cwd: box.project,
      env: box.env,
    },
  );
  assert.equal(broken.status, 1);
});
