/** Rule files that the user names, and the commands about rules. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { gitProject } from "./git-sandbox.ts";
import { sandbox } from "./support.ts";

const TOML = `[[rules]]
id = "acme-token"
description = "Acme token"
regex = '''acme-([0-9a-z]{20})'''
keywords = ["acme-"]
[allowlist]
description = "samples"
paths = ['''^samples/''']
`;

test("a rule file is used where it is named, in files, histories and threads; one that lies there is only named", (t) => {
  const box = sandbox(t);
  const { commit } = gitProject(box);
  const value = fake("acme-", 20, "lower");
  commit("Ada", { "a.txt": `x ${value} y\n`, "samples/b.txt": `${fake("acme-", 20, "lower")}\n` });
  commit("Ada", { "hf.py": `token = "${fake("hf_", 34)}"\n`, ".gitleaks.toml": TOML });
  const without = box.bulkhead(["scan"]);
  assert.match(without.stderr, /a \.gitleaks\.toml lies here and is not used: --rules \.gitleaks\.toml/);
  assert.ok(!without.stdout.includes("a.txt"));
  const named = box.bulkhead(["scan", "--rules", ".gitleaks.toml"]);
  assert.equal(named.code, 3);
  assert.match(named.stdout, /a\.txt:1:8/);
  assert.match(named.stdout, /hf\.py/);
  assert.match(named.stdout, /1 finding allowed by \.gitleaks\.toml/);
  const only = box.bulkhead([
    "scan",
    "--history",
    "--threads",
    "2",
    "--rules",
    ".gitleaks.toml",
    "--only-rules",
  ]);
  assert.match(only.stdout, /a\.txt:1:8/);
  assert.ok(!only.stdout.includes("hf.py"));
  assert.match(only.stdout, /1 finding allowed by \.gitleaks\.toml/);
  assert.equal(box.bulkhead(["scan", "--only-rules"]).code, 2);
  assert.equal(box.bulkhead(["scan", "--rules", "nothing.yaml"]).code, 1);
});

test("rules are listed, explained and tried", (t) => {
  const box = sandbox(t);
  const list = box.json<{ id: string; provider: string }[]>(["rules", "list", "--provider", "huggingface"]);
  assert.ok(list.length > 0 && list.every(({ provider }) => provider === "huggingface"));
  const id = list[0]?.id ?? "";
  const explained = box.bulkhead(["rules", "explain", id]);
  assert.match(explained.stdout, /holds one of: .*hf_/);
  const example = /made up \(fake, opens nothing\):\n {2}(\S+)\n/.exec(explained.stdout)?.[1] ?? "";
  const own = box.bulkhead(["rules", "test", "--rule", id, box.write("example.txt", example)]);
  assert.equal(own.code, 0, `the rule finds its own example: ${own.stdout}`);
  assert.equal(box.bulkhead(["rules", "explain", "nothing"]).code, 1);
  const tried = (input: string) => box.bulkhead(["rules", "test", "-", "--rule", id], { input });
  const good = tried(`\ntoken = "${fake("hf_", 34)}"\n`);
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /^2:10 {2}hugging/);
  assert.match(tried("nothing\n").stdout, /none of the rule's literals/);
  assert.match(tried(`token = "hf_${"a".repeat(34)}"\n`).stdout, /refused: its characters vary too little/);
  assert.match(tried("hf_ and no more\n").stdout, /the expression matches nowhere/);
});
