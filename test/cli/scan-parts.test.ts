/** Large scans through the release bundle: threads, shards, and reports put together. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { sandbox } from "./support.ts";

interface Report {
  readonly files: number;
  readonly secrets: readonly { readonly places: readonly { readonly path: string }[] }[];
}

test("one thread and two write the same report; shards put together are it too", (t) => {
  const box = sandbox(t);
  for (let i = 0; i < 260; i++) {
    const key = i % 9 === 0 ? `token = "${fake("hf_", 34, "alnum", `cli${i % 4}`)}"` : "nothing";
    box.write(`d${i % 3}/${i}.py`, `# ${i}\n${key}\n`);
  }
  const known = join(box.root, "known.jsonl");
  const salt = box.bulkhead(["scan", "--baseline", known, "--update-baseline", "d0/0.py"]);
  assert.equal(salt.code, 0, salt.stderr);
  const json = ["--format", "json", "--no-identify"];
  const scan = ["scan", ...json, "--baseline", known];
  const jsonl = ["scan", "--format", "jsonl", "--no-identify", "--threads"];
  const lines = (threads: string): string[] =>
    box
      .bulkhead([...jsonl, threads])
      .stdout.split("\n")
      .filter((line) => !line.startsWith('{"end"'));
  const [alone, shared] = [lines("1"), lines("2")];
  assert.equal(alone.length, 30);
  assert.deepEqual(shared, alone, "the same places in the same order");
  const whole = box.bulkhead([...scan, "--threads", "2"]);
  assert.equal(whole.code, 3, whole.stderr);
  assert.ok(!whole.stdout.includes("d0/0.py"), "the baseline knows it");
  const files = [1, 2, 3].map((i) => {
    const file = join(box.root, `part-${i}.json`);
    assert.equal(box.bulkhead([...scan, "--shard", `${i}/3`, "-o", file, "--exit-zero"]).code, 0);
    return file;
  });
  const merged = box.bulkhead(["scan", "merge", "--format", "json", ...files]);
  assert.deepEqual([merged.code, merged.stderr], [3, ""]);
  const brief = (text: string) => {
    const { files: count, secrets } = JSON.parse(text) as Report;
    return { count, secrets };
  };
  assert.deepEqual(brief(merged.stdout), brief(whole.stdout));
  assert.equal(brief(whole.stdout).secrets.length, 3);
  assert.match(box.bulkhead(["scan", "merge", "--format", "jsonl", ...files]).stdout, /^\{"rule/);
});

test("parts that are none, and reports that are none, are refused", (t) => {
  const box = sandbox(t);
  box.write("a.py", "x = 1\n");
  for (const flags of [
    ["--shard", "3/2"],
    ["--shard", "0/2"],
    ["--threads", "0"],
  ]) {
    const { code, stderr } = box.bulkhead(["scan", ...flags]);
    assert.equal(code, 2, stderr);
  }
  const { code, stderr } = box.bulkhead(["scan", "merge", "a.py"]);
  assert.deepEqual([code, /cannot read a\.py: it is not JSON/.test(stderr)], [1, true], stderr);
  assert.ok(readFileSync(join(box.project, "a.py"), "utf8").length > 0);
});
