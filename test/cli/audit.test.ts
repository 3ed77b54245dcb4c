/** `bulkhead audit`: what it finds, what it proves, and its exit codes. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { fake } from "../support/fake.ts";
import { sandbox } from "./support.ts";

interface Record {
  readonly entry: { readonly type: string; readonly path?: string; readonly operation?: string };
}
const records = (stdout: string): Record[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record);

test("search finds by path, operation, time, caller and by a value that is nowhere in the log", (t) => {
  const box = sandbox(t);
  const value = fake("leaked-", 24);
  assert.equal(box.bulkhead(["secret", "put", "secret/one"], { input: value }).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "secret/two"], { input: fake("other-", 24) }).code, 0);
  assert.equal(box.bulkhead(["secret", "get", "secret/one"]).stdout, value);
  const search = (...args: string[]): Record[] =>
    records(box.bulkhead(["audit", "search", "--json", ...args]).stdout);
  const all = search();
  assert.ok(all.length > 6);
  const ones = search("--path", "secret/data/one");
  assert.ok(ones.length >= 4 && ones.every(({ entry }) => entry.path === "secret/data/one"));
  assert.equal(search("--path", "secret/data/*").length, search("--path", "secret/data").length);
  assert.equal(search("--path", "secret/+/one").length, ones.length);
  assert.equal(search("--path", "secret/+").length, 0);
  assert.ok(search("--path", "secret/data/one", "--operation", "read").length >= 2);
  assert.equal(search("--since", "1h").length, all.length);
  assert.equal(search("--until", "1h").length, 0);
  assert.equal(search("--since", "2020-01-01", "--until", "2020-01-02").length, 0);
  assert.equal(search("--denied").length, 0);
  assert.equal(search("--run", "none").length, 0);
  assert.equal(search("--metadata", "a=b").length, 0);
  const file = box.write("value", value, 0o600);
  const found = search("--value-from", file);
  assert.ok(found.length >= 2 && found.every(({ entry }) => entry.path === "secret/data/one"));
  const piped = box.bulkhead(["audit", "search", "--json", "--value-from", "-"], { input: value });
  assert.equal(records(piped.stdout).length, found.length);
  assert.equal(search("--value-from", box.write("none", "a value of nobody", 0o600)).length, 0);
  for (const bad of [
    ["--since", "soon"],
    ["--metadata", "x"],
    ["--value-from", box.write("open", value, 0o644)],
  ])
    assert.notEqual(box.bulkhead(["audit", "search", ...bad]).code, 0, bad.join(" "));
  const lines = box.bulkhead(["audit", "search", "--path", "secret/data/one"]);
  assert.match(lines.stdout, /^\d{4}-.* request +(create|update|read) +secret\/data\/one/m);
  assert.ok(!`${lines.stdout}${found.map((one) => JSON.stringify(one)).join()}`.includes(value));
  // compressed parts are searched too
  const name = join(box.store, "audit", "0001.00001.jsonl");
  const lastPart = readFileSync(name);
  writeFileSync(`${name}.gz`, gzipSync(lastPart));
  rmSync(name);
  assert.ok(search("--path", "secret/data/one").length >= ones.length);
});

test("verify: other nodes are named, all folders are covered, notes of a witness hold, forged ones are said", (t) => {
  const box = sandbox(t);
  assert.equal(box.bulkhead(["secret", "put", "secret/one"], { input: fake("a-", 20) }).code, 0);
  const log = join(box.store, "audit");
  const early = join(box.root, "early");
  cpSync(log, early, { recursive: true });
  assert.equal(box.bulkhead(["secret", "put", "secret/two"], { input: fake("b-", 20) }).code, 0);
  const note = box.bulkhead(["audit", "checkpoint"]);
  assert.equal(note.code, 0, note.stderr);
  assert.match(note.stderr, /^bulkhead\/[0-9a-f]{16}\+/m);
  const file = box.write("a.note", note.stdout);
  const good = box.bulkhead(["audit", "verify", "--note", file]);
  assert.equal(good.code, 0, good.stdout);
  const json = box.json<{ ok: boolean; anchors: object[]; elsewhere: object[] }>(["audit", "verify"]);
  assert.ok(json.ok && json.anchors.length > 0);
  assert.deepEqual(json.elsewhere, []);
  const forged = box.write("forged.note", note.stdout.replace(/\n(\d+)\n/, "\n1$1\n"));
  const refused = box.bulkhead(["audit", "verify", "--note", forged]);
  assert.deepEqual([refused.code, /did not sign/.test(refused.stdout)], [3, true]);
  // an older copy of the same node's folder ends too early
  const old = box.bulkhead(["audit", "verify", "--folder", early]);
  assert.equal(old.code, 3, old.stdout);
  assert.match(old.stdout, /is cut off/);
  // a folder of another node: its own chain holds, and what is not there is named
  const other = join(box.root, "other");
  cpSync(log, other, { recursive: true });
  for (const name of readdirSync(other)) if (name.endsWith(".jsonl")) rmSync(join(other, name));
  writeFileSync(join(other, "node"), "0123456789abcdef\n");
  const elsewhere = box.bulkhead(["audit", "verify", "--folder", other]);
  assert.equal(elsewhere.code, 0, elsewhere.stdout);
  assert.match(
    elsewhere.stdout,
    /^elsewhere, not looked at: node [0-9a-f]{16} \(.*audit\), 1 segment \(0001\)/m,
  );
  // a log of a node that the store has never heard of
  cpSync(join(log, "0001.00001.jsonl"), join(other, "0001.00001.jsonl"));
  const unknown = box.bulkhead(["audit", "verify", "--folder", other]);
  assert.equal(unknown.code, 4, unknown.stdout);
  assert.match(unknown.stdout, /nothing is known of node 0123456789abcdef/);
  rmSync(join(other, "0001.00001.jsonl"));
  const both = box.bulkhead(["audit", "verify", "--folder", other, "--folder", log]);
  assert.doesNotMatch(both.stdout, /elsewhere/);
  assert.equal(both.code, 0, both.stdout);
  const lines = readFileSync(join(log, "0001.00001.jsonl"), "utf8").split("\n");
  writeFileSync(
    join(log, "0001.00001.jsonl"),
    [lines[0]?.replace("request", "requesT"), ...lines.slice(1)].join("\n"),
  );
  assert.equal(box.bulkhead(["audit", "verify"]).code, 3);
});
