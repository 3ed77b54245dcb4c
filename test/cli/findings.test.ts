/** What becomes of findings, through the release bundle and over real HTTP: reports, baselines, allow lists, the store's record. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { reports } from "../../src/report/index.ts";
import { sandbox, startServer } from "./support.ts";

const hf = (): string => fake("hf_", 34);

test("every format is written, to a file too, and the exit code follows the severity", (t) => {
  const box = sandbox(t);
  const key = hf();
  box.write("a.py", `x = "${key}"\n`);
  for (const { id } of reports) {
    const shown = box.bulkhead(["scan", "--format", id]);
    assert.equal(shown.code, 3, shown.stderr);
    assert.match(shown.stdout, /Hugging Face/, id);
    assert.ok(!shown.stdout.includes(key.slice(0, 12)), id);
    const filed = box.bulkhead(["scan", "--format", id, "--output", join(box.root, "out"), "--exit-zero"]);
    assert.deepEqual([filed.code, filed.stdout], [0, ""], filed.stderr);
    assert.match(readFileSync(join(box.root, "out"), "utf8"), /Hugging Face/);
    assert.equal(statSync(join(box.root, "out")).mode & 0o777, 0o600);
  }
  box.write("a.py", `x = "redis://app:${fake("", 14)}@cache.internal/0"\n`);
  assert.equal(box.bulkhead(["scan", "--severity", "critical"]).code, 0, "a password in an address is less");
  assert.equal(box.bulkhead(["scan", "--severity", "low"]).code, 3);
  const show = box.bulkhead(["scan", "--show"]);
  assert.deepEqual([show.code, show.stdout], [2, ""]);
  assert.match(show.stderr, /--show writes values to a terminal only/);
});

test("a baseline hides what is known, keeps reasons, and drops only what is asked", (t) => {
  const box = sandbox(t);
  const [one, two] = [hf(), hf()];
  box.write("a.py", `x = "${one}"\n`);
  const file = ".bulkhead/baseline.jsonl";
  box.write(".bulkhead/.keep", "");
  const missing = box.bulkhead(["scan", "--baseline", file]);
  assert.equal(missing.code, 1, "a baseline that is not there is no empty one");
  const made = box.bulkhead(["scan", "--baseline", file, "--update-baseline"]);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /1 entry added, 0 kept/);
  const path = join(box.project, file);
  assert.ok(!readFileSync(path, "utf8").includes(one));
  box.write("a.py", "x = 1\n");
  box.write("moved/b.py", `\n\ny = "${one}"\n`);
  const clean = box.bulkhead(["scan", "--baseline", file]);
  assert.equal(clean.code, 0, clean.stdout);
  assert.match(clean.stdout, /1 secret known from the baseline \.bulkhead\/baseline\.jsonl/);
  box.write("c.py", `z = "${two}"\n`);
  assert.equal(box.bulkhead(["scan", "--baseline", file]).code, 3);
  box.write("moved/b.py", "");
  const updated = box.bulkhead(["scan", "--baseline", file, "--update-baseline"]);
  assert.match(updated.stderr, /1 entry added, 1 kept/);
  const pruned = box.bulkhead(["scan", "--baseline", file, "--update-baseline", "--prune"]);
  assert.match(pruned.stderr, /0 entries added, 1 kept, 1 dropped/);
  box.write("c.py", "");
  execFileSync("mkfifo", [join(box.root, "pipe")]);
  const partly = box.bulkhead([
    "scan",
    ".",
    join(box.root, "pipe"),
    "--baseline",
    file,
    "--update-baseline",
    "--prune",
  ]);
  assert.equal(partly.code, 4);
  assert.match(partly.stderr, /nothing is dropped from the baseline[^]*0 entries added, 1 kept\n/);
  for (const wrong of [["--update-baseline"], ["--prune"], ["--baseline", file, "--prune"]])
    assert.equal(box.bulkhead(["scan", ...wrong]).code, 2);
  box.write(file, "<<<<<<< HEAD\n");
  const broken = box.bulkhead(["scan", "--baseline", file]);
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /unfinished merge/);
});

test("what the tree allows is named with counts, from its top and from below; --no-allow reports all", (t) => {
  const box = sandbox(t);
  execFileSync("git", ["init", "-q", box.project]);
  box.write("src/a.py", `a = "${hf()}" # bulkhead:allow sample\nb = "${hf()}" # bulkhead:allow\n`);
  box.write("test/b.py", `a = "${hf()}"\nb = "${hf()}"\n`);
  box.write(".bulkhead/allow.yaml", 'allow:\n  - { path: "test/**", reason: made up }\n  - { path: x }\n');
  const all = box.bulkhead(["scan"]);
  assert.equal(all.code, 3);
  assert.match(all.stdout, /1 secret in 1 place/);
  assert.match(all.stdout, /bulkhead:allow gives no reason, so it does not count/);
  assert.match(all.stdout, /1 finding allowed by bulkhead:allow comments\n/);
  assert.match(all.stdout, /2 findings allowed by \.bulkhead\/allow\.yaml\n/);
  assert.match(all.stderr, /\.bulkhead\/allow\.yaml: entry 2 gives no reason/);
  const below = box.bulkhead(["scan", "test"]);
  assert.equal(below.code, 0, below.stdout);
  const inside = box.bulkhead(["scan", "."], { cwd: join(box.project, "test") });
  assert.equal(inside.code, 0, inside.stdout);
  assert.match(box.bulkhead(["scan", "--no-allow"]).stdout, /4 secrets in 4 places/);
  const list = join(box.root, "team.yaml");
  box.write("../team.yaml", "allow: [{ path: '*.py', reason: all }]\n");
  assert.equal(box.bulkhead(["scan", "--no-allow", "--allow", list]).code, 0);
  assert.equal(box.bulkhead(["scan", "--allow", "missing.yaml"]).code, 1);
});

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly stored: { readonly secret: string; readonly current: boolean } | null;
  readonly places: readonly { readonly source: string; readonly path: string }[];
}

test("a server names what it stores, keeps what was found, and people close it", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  const run = (...args: string[]) => box.bulkhead(args, { env });
  const [known, unknown] = [hf(), hf()];
  execFileSync("git", ["init", "-q", box.project]);
  const credential = fake("", 20);
  execFileSync("git", [
    "-C",
    box.project,
    "config",
    "remote.origin.url",
    `https://ci:${credential}@git.example/acme/fraud.git`,
  ]);
  box.bulkhead(["secret", "put", "secret/data/hub"], { input: known, env });
  box.write("a.ipynb", JSON.stringify({ cells: [{ source: [`k = "${known}"\n`], outputs: [] }] }));
  box.write("b.py", `u = "${unknown}"\n`);
  const first = run("scan", "--record");
  assert.equal(first.code, 3);
  assert.match(first.stdout, /this is secret\/hub \(version 1, in use\)/);
  assert.match(first.stderr, /recorded 2 new findings, 0 seen before \(git\.example\/acme\/fraud\)/);
  assert.match(run("scan", "--record").stderr, /recorded 0 new findings, 2 seen before/);
  assert.ok(!`${first.stdout}${first.stderr}`.includes(credential));

  const list = (...args: string[]): Listed[] => box.json<Listed[]>(["findings", "list", ...args], { env });
  const all = list();
  assert.equal(all.length, 2);
  const stored = all.find((one) => one.stored !== null);
  assert.deepEqual([stored?.stored?.current, stored?.places[0]?.path], [true, "a.ipynb"]);
  const text = run("findings", "list");
  assert.match(text.stdout, /Hugging Face/);
  const id = stored?.id ?? "";
  const shown = run("findings", "show", id.slice(0, 8));
  assert.match(shown.stdout, /git\.example\/acme\/fraud {2}a\.ipynb:1 {2}cell 1, source/, shown.stderr);

  box.bulkhead(["secret", "put", "secret/data/hub"], { input: hf(), env });
  assert.match(run("scan").stdout, /\(version 1, superseded\)/);
  assert.equal(run("findings", "close", id, "--as", "rotated", "--note", "dead").code, 0);
  run("scan", "--record");
  assert.deepEqual(
    list()
      .map((one) => one.id)
      .includes(id),
    false,
    "closed, though it was seen again",
  );
  assert.equal(list("--status", "resolved")[0]?.id, id);
  assert.equal(run("findings", "close", id, "--reopen").code, 0);
  assert.equal(list().length, 2);
  assert.equal(run("findings", "show", "0123").code, 1);
  for (const output of [text.stdout, shown.stdout, server.stderr()])
    for (const value of [known, unknown]) assert.ok(!output.includes(value.slice(0, 12)));

  const token = box.json<{ token?: string; client_token?: string }>(
    ["token", "create", "--policy", "default"],
    { env },
  );
  const denied = box.bulkhead(["scan"], {
    env: { ...env, BULKHEAD_TOKEN: token.token ?? token.client_token ?? "" },
  });
  assert.match(denied.stderr, /stored secrets are not recognised in what is found/);
  assert.doesNotMatch(denied.stdout, /this is/);
  assert.equal(existsSync(box.store), false, "nothing was asked of a store of its own");
});
