/** Commands that look: scan, check, doctor, status, audit, providers, policies; their reports and exit codes. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, sandbox } from "./support.ts";

interface Sarif {
  readonly version: string;
  readonly runs: readonly { readonly results: readonly { readonly ruleId: string }[] }[];
}

test("scan: 0 clean, 3 findings, 4 incomplete, 0 when told so", (t) => {
  const { bulkhead, write, project } = sandbox(t);
  write("clean.py", "print('nothing')\n");
  assert.equal(bulkhead(["scan", "."]).code, 0);
  const value = fake("hf_", 34);
  write("leak.py", `token = "${value}"\n`);
  const found = bulkhead(["scan"]);
  assert.equal(found.code, 3);
  assert.match(found.stdout, /^ +leak\.py:1:10$/m);
  assert.ok(!found.stdout.includes(value), "never the whole value");
  assert.equal(bulkhead(["scan", "--exit-zero"]).code, 0);
  assert.equal(bulkhead(["scan", "clean.py"]).code, 0);
  assert.equal(bulkhead(["scan", "clean.py", "leak.py"]).code, 3);
  write("deep/er/leak.py", `token = "${fake("hf_", 34)}"\n`);
  for (const path of ["deep", "deep/er/leak.py", join(project, "deep")])
    assert.match(
      bulkhead(["scan", path]).stdout,
      /^ +deep\/er\/leak\.py:1:10$/m,
      "paths from where you stand",
    );
  assert.equal(bulkhead(["scan", "-"], { input: `x ${value}\n` }).code, 3);
  const missing = bulkhead(["scan", "no-such-folder"]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /cannot read no-such-folder/);
  if (process.getuid?.() === 0) return;
  chmodSync(write("closed.txt", "x"), 0);
  assert.equal(bulkhead(["scan", join(project, "closed.txt")]).code, 4);
});

test("scan writes text, JSON and SARIF, to a file as well", (t) => {
  const { bulkhead, write, project } = sandbox(t);
  write("leak.py", `token = "${fake("hf_", 34)}"\n`);
  const sarif = JSON.parse(bulkhead(["scan", "--format", "sarif"]).stdout) as Sarif;
  assert.equal(sarif.version, "2.1.0");
  assert.equal(sarif.runs[0]?.results.length, 1);
  JSON.parse(bulkhead(["scan", "--format", "json"]).stdout);
  const done = bulkhead(["scan", "--format", "sarif", "--output", "out.sarif"]);
  assert.deepEqual([done.code, done.stdout], [3, ""]);
  assert.deepEqual(
    (JSON.parse(readFileSync(join(project, "out.sarif"), "utf8")) as Sarif).runs[0]?.results.length,
    1,
  );
  assert.equal(statSync(join(project, "out.sarif")).mode & 0o077, 0);
  assert.match(bulkhead(["scan", "--output", "no/such/folder/x"]).stderr, /cannot write/);
});

test("scan names what the store knows, and makes no store to ask", (t) => {
  const { bulkhead, write, store } = sandbox(t);
  const value = fake("sk-proj-", 74) + fake("T3BlbkFJ", 74);
  write("bulkhead.yaml", SMALL);
  write("notebook.py", `key = "${value}"\n`);
  assert.equal(bulkhead(["scan"]).code, 3);
  assert.ok(!existsSync(store));
  assert.equal(bulkhead(["apply"]).code, 0);
  assert.equal(bulkhead(["secret", "put", "openai"], { input: value }).code, 0);
  const report = bulkhead(["scan", "--format", "json"]).stdout;
  assert.match(report, /"secret": ?"openai"/);
  assert.doesNotMatch(bulkhead(["scan", "--format", "json", "--no-identify"]).stdout, /"secret": ?"openai"/);
  chmodSync(join(store, "seal.key"), 0o644);
  const without = bulkhead(["scan"]);
  assert.equal(without.code, 3, "the scan goes on without the store");
  assert.match(without.stderr, /warning: stored secrets are not recognised/);
});

test("scan leaves out what git ignores unless told", (t) => {
  const { bulkhead, write, project } = sandbox(t);
  execFileSync("git", ["init", "-q", project]);
  write(".gitignore", "ignored.txt\n");
  write("ignored.txt", `token = "${fake("hf_", 34)}"\n`);
  assert.equal(bulkhead(["scan"]).code, 0);
  assert.equal(bulkhead(["scan", "--no-ignore"]).code, 3);
});

test("check is one page with one next step, and changes nothing", (t) => {
  const { bulkhead, json, write, project, store, home } = sandbox(t);
  const value = fake("hf_", 34);
  write("leak.py", `token = "${value}"\n`);
  write(".env", `WANDB_API_KEY=${fake("", 40, "hex")}\n`);
  const before = readdirSync(project);
  const { code, stdout } = bulkhead(["check"]);
  assert.equal(code, 3);
  assert.ok(!stdout.includes(value));
  assert.match(stdout, /leak\.py/);
  assert.ok(stdout.split("\n").length < 80);
  assert.equal(json<{ leaks: unknown[] }>(["check"]).leaks.length >= 1, true);
  assert.deepEqual(readdirSync(project), before);
  assert.ok(!existsSync(store) && readdirSync(home).length === 0);
});

test("doctor says ok, warn or fail with a next step, and exits with 1 only for failures", (t) => {
  const { bulkhead, json, write, project } = sandbox(t);
  const first = bulkhead(["doctor"]);
  assert.equal(first.code, 0, first.stdout);
  write(".env", "A=b\n");
  execFileSync("git", ["init", "-q", project]);
  const { results } = json<{ results: { name: string; state: string; next?: string }[] }>(["doctor"]);
  for (const { state, next, name } of results) assert.equal(next !== undefined, state !== "ok", name);
  assert.equal(results.find(({ name }) => name === ".env files")?.state, "warn");
  execFileSync("git", ["-C", project, "add", "-f", ".env"]);
  const committed = bulkhead(["doctor"]);
  assert.equal(committed.code, 1);
  assert.match(committed.stdout, /^fail {2}\.env files +\.env is committed/m);
});

test("a store folder in a repository is a failure of doctor", (t) => {
  const { bulkhead, project } = sandbox(t);
  execFileSync("git", ["init", "-q", project]);
  const env = { BULKHEAD_HOME: join(project, "store") };
  assert.equal(bulkhead(["policy", "list"], { env }).code, 0);
  assert.match(bulkhead(["doctor"], { env }).stdout, /fail {2}store folder .* lies in a git repository/);
});

test("status tells a fresh machine, an open store and its mounts", (t) => {
  const { bulkhead, json, store } = sandbox(t);
  const fresh = bulkhead(["status"]);
  assert.equal(fresh.code, 0);
  assert.match(fresh.stderr, /no local store yet/);
  assert.ok(!existsSync(store));
  assert.equal(json<{ initialized: boolean }>(["status"]).initialized, false);
  assert.equal(bulkhead(["operator", "rotate"]).code, 0);
  const open = json<{ sealed: boolean; mounts: { path: string }[] }>(["status"]);
  assert.equal(open.sealed, false);
  assert.ok(open.mounts.some(({ path }) => path === "bulkhead/runs/"));
});

test("the audit log shows what was done, without values, and a changed byte breaks it", (t) => {
  const { bulkhead, json, store } = sandbox(t);
  const value = fake("hf_", 34);
  assert.equal(bulkhead(["secret", "put", "secret/watched"], { input: value }).code, 0);
  const tail = bulkhead(["audit", "tail", "-n", "3"]);
  assert.equal(tail.stdout.trim().split("\n").length, 3);
  const all = bulkhead(["audit", "tail", "-n", "1000", "--json"]).stdout;
  assert.match(all, /secret\/data\/watched/);
  assert.ok(!all.includes(value) && all.includes("hmac-sha256:"));
  assert.equal(json<{ ok: boolean }>(["audit", "verify"]).ok, true);
  const [file = ""] = readdirSync(join(store, "audit")).filter((name) => name.endsWith(".jsonl"));
  const path = join(store, "audit", file);
  writeFileSync(path, readFileSync(path, "utf8").replace("secret/data/watched", "secret/data/w4tched"));
  const broken = bulkhead(["audit", "verify"]);
  assert.equal(broken.code, 3);
  assert.match(broken.stdout, /cannot be trusted/);
  assert.match(bulkhead(["doctor"]).stdout, /fail {2}audit log/);
});

test("policies are written, read, listed and deleted; mistakes name the line", (t) => {
  const { bulkhead, json, write } = sandbox(t);
  write("reader.hcl", 'path "secret/data/team/*" { capabilities = ["read"] }\n');
  assert.equal(bulkhead(["policy", "write", "reader", "reader.hcl"]).code, 0);
  assert.equal(
    bulkhead(["policy", "write", "piped", "-"], { input: 'path "a" { capabilities = ["read"] }' }).code,
    0,
  );
  assert.match(bulkhead(["policy", "read", "reader"]).stdout, /secret\/data\/team/);
  assert.deepEqual(
    json<string[]>(["policy", "list"])
      .filter((name) => name === "reader" || name === "piped")
      .sort(),
    ["piped", "reader"],
  );
  assert.equal(bulkhead(["policy", "delete", "reader"]).code, 0);
  assert.equal(bulkhead(["policy", "read", "reader"]).code, 1);
  const wrong = bulkhead(["policy", "write", "wrong", "-"], {
    input: 'path "a" {\n capabilities = ["flie"]\n}',
  });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /line 2/);
  assert.match(bulkhead(["policy", "write", "x", "no-such-file"]).stderr, /cannot read no-such-file/);
});

test("providers are listed, for people and for programs", (t) => {
  const { bulkhead, json } = sandbox(t);
  assert.match(bulkhead(["providers"]).stdout, /^openai +model API key +OPENAI_API_KEY/m);
  assert.ok(json<{ id: string }[]>(["providers"]).some(({ id }) => id === "huggingface"));
});

test("a damaged store is said to be one", (t) => {
  const { bulkhead, store } = sandbox(t);
  assert.equal(bulkhead(["policy", "list"]).code, 0);
  writeFileSync(join(store, "store.db"), "this is no database at all, but text of some length".repeat(100));
  const { code, stderr } = bulkhead(["policy", "list"]);
  assert.equal(code, 1);
  assert.match(stderr, /is not a Bulkhead store|is damaged/);
  assert.doesNotMatch(stderr, /inside Bulkhead/);
});

test("audit tail -f goes on with what is written later, each entry once, until it is stopped", async (t) => {
  const { bulkhead, env, project, atEnd } = sandbox(t);
  assert.equal(bulkhead(["secret", "put", "secret/before"], { input: "x1" }).code, 0);
  const child = spawn(process.execPath, [BIN, "audit", "tail", "-f", "-n", "2", "--json"], {
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  atEnd(() => child.kill("SIGKILL"));
  let out = "";
  const shows = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (out.includes(text)) resolve();
      };
      child.stdout.on("data", look);
      look();
    });
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  await shows("secret/data/before");
  assert.equal(bulkhead(["secret", "put", "secret/after"], { input: "x2" }).code, 0);
  await shows("secret/data/after");
  child.kill("SIGTERM");
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
  const places = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { segment: string; seq: number })
    .map(({ segment, seq }) => `${segment}:${seq}`);
  assert.equal(new Set(places).size, places.length);
});
