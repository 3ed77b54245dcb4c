/** The secret commands over the local store: values only by standard input, exact bytes back, versions, import of .env files. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, sandbox } from "./support.ts";

test("a value comes back byte for byte, and stands nowhere in the store in clear", (t) => {
  const { bulkhead, json, store } = sandbox(t);
  const value = `${fake("hf_", 34)} "ünïcode"\n\ttail`;
  assert.equal(bulkhead(["secret", "put", "secret/team/key"], { input: `${value}\n` }).code, 0);
  assert.deepEqual(bulkhead(["secret", "get", "secret/team/key"]), { code: 0, stdout: value, stderr: "" });
  assert.equal(bulkhead(["secret", "get", "secret/data/team/key"]).stdout, value, "the API's own path");
  const got = json<{ path: string; version: number; fields: object }>(["secret", "get", "secret/team/key"]);
  assert.deepEqual([got.path, got.version, got.fields], ["secret/data/team/key", 1, { value }]);
  assert.equal(statSync(store).mode & 0o777, 0o700);
  const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  assert.ok(files.length >= 3);
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    assert.equal(statSync(path).mode & 0o077, 0, entry.name);
    assert.ok(!readFileSync(path).includes(value.slice(0, 30)), entry.name);
  }
});

test("fields are set one by one, and a field is asked for where there are several", (t) => {
  const { bulkhead, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  const none = bulkhead(["secret", "put", "aws"], { input: "x" });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /aws in dev has several fields: access_key_id, secret_access_key/);
  assert.equal(bulkhead(["secret", "put", "aws", "--field", "access_key_id"], { input: "id-one" }).code, 0);
  assert.equal(bulkhead(["secret", "put", "aws", "-f", "secret_access_key"], { input: "key-two" }).code, 0);
  assert.equal(bulkhead(["secret", "get", "aws", "--field", "access_key_id"]).stdout, "id-one");
  assert.equal(bulkhead(["secret", "get", "aws", "--field", "secret_access_key"]).stdout, "key-two");
  assert.match(bulkhead(["secret", "get", "aws"]).stderr, /has several fields/);
  assert.match(bulkhead(["secret", "get", "aws", "--field", "nope"]).stderr, /no field `nope`/);
  assert.match(
    bulkhead(["secret", "put", "aws", "--field", "nope"], { input: "x" }).stderr,
    /no field `nope`/,
  );
});

test("unknown secrets and environments name the near ones", (t) => {
  const { bulkhead, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  assert.match(
    bulkhead(["secret", "get", "openia"]).stderr,
    /`openia` is neither[\s\S]*did you mean openai\?/,
  );
  assert.match(
    bulkhead(["secret", "get", "openai", "--env", "prd"]).stderr,
    /no environment `prd`[\s\S]*did you mean prod\?/,
  );
  const empty = bulkhead(["secret", "get", "openai"]);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /no handler for route|there is no value of openai in dev/);
});

test("nothing, too much and bytes that are no text are refused", (t) => {
  const { bulkhead } = sandbox(t);
  assert.match(bulkhead(["secret", "put", "secret/x"]).stderr, /nothing was given for/);
  assert.match(
    bulkhead(["secret", "put", "secret/x"], { input: "a".repeat(1_100_000) }).stderr,
    /larger than 1048576 bytes/,
  );
  assert.match(
    bulkhead(["secret", "put", "secret/x"], { input: Buffer.from([0xff, 0xfe, 0x41]) }).stderr,
    /is not text/,
  );
  assert.match(bulkhead(["secret", "put", "secret"], { input: "x" }).stderr, /no bulkhead.yaml/);
  assert.match(
    bulkhead(["secret", "put", "secret/"], { input: "x" }).stderr,
    /a path names a mount and a secret/,
  );
});

test("versions: history, rollback, delete, undelete, destroy, all", (t) => {
  const { bulkhead, json } = sandbox(t);
  for (const input of ["one", "two", "three"])
    assert.equal(bulkhead(["secret", "put", "secret/v"], { input }).code, 0);
  assert.equal(bulkhead(["secret", "get", "secret/v", "--version", "1"]).stdout, "one");
  assert.equal(bulkhead(["secret", "rollback", "secret/v", "--to", "1"]).code, 0);
  assert.equal(bulkhead(["secret", "get", "secret/v"]).stdout, "one");
  assert.equal(json<{ current: number }>(["secret", "history", "secret/v"]).current, 4);
  assert.equal(bulkhead(["secret", "delete", "secret/v"]).code, 0);
  assert.equal(bulkhead(["secret", "get", "secret/v"]).code, 1);
  assert.equal(bulkhead(["secret", "delete", "secret/v", "--versions", "4", "--undelete"]).code, 0);
  assert.equal(bulkhead(["secret", "get", "secret/v"]).stdout, "one");
  const asked = bulkhead(["secret", "delete", "secret/v", "--destroy"]);
  assert.match(asked.stderr, /cancelled[\s\S]*--yes/);
  assert.equal(bulkhead(["secret", "get", "secret/v"]).stdout, "one", "nothing happened");
  assert.equal(bulkhead(["secret", "delete", "secret/v", "--versions", "1,2", "--destroy", "-y"]).code, 0);
  assert.match(bulkhead(["secret", "history", "secret/v"]).stdout, /^1 .*destroyed$/m);
  assert.equal(bulkhead(["secret", "delete", "secret/v", "--all", "--yes"]).code, 0);
  assert.equal(bulkhead(["secret", "history", "secret/v"]).code, 1);
  assert.equal(bulkhead(["secret", "delete", "secret/v", "--all", "--destroy"]).code, 2);
  assert.equal(bulkhead(["secret", "delete", "secret/v", "--versions", "a"]).code, 1);
});

test("no process ever carries the value in its arguments or environment", async (t) => {
  const { env, project } = sandbox(t);
  const value = fake("hf_", 34);
  const child = spawn(BIN, ["secret", "put", "secret/slow"], {
    cwd: project,
    env,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.stdin.write(value);
  await new Promise((resolve) => setTimeout(resolve, 150)); // it waits for the end of its input
  const seen = ["cmdline", "environ"].map((file) => readFileSync(`/proc/${child.pid}/${file}`, "latin1"));
  child.stdin.end();
  await new Promise((resolve) => child.once("close", resolve));
  assert.ok(seen[0]?.includes("secret\0put"), "control: the arguments were read");
  for (const text of seen) assert.ok(!text.includes(value));
  assert.ok(!execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).includes(value));
});

test("import maps variables to secrets, leaves the rest, and cleans up", (t) => {
  const { bulkhead, json, project, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  const [openai, key, id, other] = [
    fake("sk-proj-", 60),
    fake("", 40),
    fake("AKIA", 16, "upper"),
    fake("r8_", 37),
  ];
  write(
    ".env",
    `# keys\nexport OPENAI_API_KEY="${openai}"\nAWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY='${key}' # mine\nREPLICATE_API_TOKEN=${other}\nEPOCHS=60\nnot a line\n`,
    0o600,
  );
  execFileSync("git", ["init", "-q", project]);
  const dry = bulkhead(["secret", "import", "--dry-run"]);
  assert.equal(dry.code, 0);
  assert.match(dry.stdout, /OPENAI_API_KEY +openai +would be stored/);
  assert.ok(!existsSync(join(project, ".gitignore")));

  const done = bulkhead(["secret", "import", ".env", "--remove"]);
  assert.equal(done.code, 0, done.stderr);
  for (const value of [openai, key, id, other]) assert.ok(!`${done.stdout}${done.stderr}`.includes(value));
  assert.match(done.stdout, /AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY +aws +stored \(version 1\)/);
  assert.match(
    done.stdout,
    /REPLICATE_API_TOKEN +- +left: no secret is declared for it \(provider replicate\)/,
  );
  assert.match(done.stderr, /lines 7 could not be read/);
  assert.equal(bulkhead(["secret", "get", "openai"]).stdout, openai);
  assert.equal(bulkhead(["secret", "get", "aws", "--field", "secret_access_key"]).stdout, key);
  assert.equal(readFileSync(join(project, ".gitignore"), "utf8"), ".env\n");
  const rest = readFileSync(join(project, ".env"), "utf8");
  assert.equal(rest, `# keys\nREPLICATE_API_TOKEN=${other}\nEPOCHS=60\nnot a line\n`);
  const listed = json<{ secret: string; environment: string; version: number | null }[]>(["secret", "list"]);
  assert.equal(listed.find((one) => one.secret === "openai" && one.environment === "dev")?.version, 1);
  assert.equal(listed.find((one) => one.secret === "openai" && one.environment === "prod")?.version, null);
});

test("a file of which all is stored goes; without a terminal nothing is removed unasked", (t) => {
  const { bulkhead, project, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  write(".env", `OPENAI_API_KEY=${fake("sk-proj-", 60)}\n`);
  const kept = bulkhead(["secret", "import"]);
  assert.match(kept.stderr, /values still stand in .env; run again with --remove/);
  assert.ok(existsSync(join(project, ".env")));
  assert.equal(bulkhead(["secret", "import", "--remove"]).code, 0);
  assert.ok(!existsSync(join(project, ".env")));
  assert.equal(bulkhead(["secret", "import"]).code, 1, "and now there is none");
});

test("a file that is not text is left alone: its values would be stored wrongly", (t) => {
  const { bulkhead, project, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  const line = `OPENAI_API_KEY=${fake("sk-proj-", 60)}\n`;
  const latin = Buffer.concat([Buffer.from(line.trim()), Buffer.from([0xe9, 0x0a])]);
  for (const bytes of [
    latin,
    Buffer.from(`\ufeff${line}`, "utf16le"),
    Buffer.from(line.replace("_", "\0")),
  ]) {
    writeFileSync(write(".env", ""), bytes);
    const { code, stderr } = bulkhead(["secret", "import", "--remove"]);
    assert.equal(code, 2);
    assert.match(stderr, /\.env is not text/);
    assert.deepEqual(readFileSync(join(project, ".env")), bytes);
  }
});

test("lines are taken out of the file itself where the name is a link to it", (t) => {
  const { bulkhead, project, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  write("conf/keys", `OPENAI_API_KEY=${fake("sk-proj-", 60)}\nEPOCHS=3\n`);
  symlinkSync("conf/keys", join(project, ".env"));
  assert.equal(bulkhead(["secret", "import", "--remove"]).code, 0);
  assert.equal(readFileSync(join(project, "conf/keys"), "utf8"), "EPOCHS=3\n");
  assert.equal(readFileSync(join(project, ".env"), "utf8"), "EPOCHS=3\n", "the link still leads there");
});

test("a value of another environment is refused, and the line stays", (t) => {
  const { bulkhead, project, write } = sandbox(t);
  write("bulkhead.yaml", SMALL);
  const value = fake("sk-proj-", 60);
  assert.equal(bulkhead(["apply"]).code, 0);
  assert.equal(bulkhead(["secret", "put", "openai"], { input: value }).code, 0);
  const put = bulkhead(["secret", "put", "openai", "--env", "prod"], { input: value });
  assert.equal(put.code, 1);
  assert.match(put.stderr, /already stands in/);
  assert.ok(!put.stderr.includes(value));
  write(".env", `OPENAI_API_KEY=${value}\n`);
  const imported = bulkhead(["secret", "import", "--env", "prod", "--remove"]);
  assert.equal(imported.code, 1);
  assert.match(imported.stdout, /refused: .*already stands in/);
  assert.ok(readFileSync(join(project, ".env"), "utf8").includes(value));
});

test("several processes at once each store their value", async (t) => {
  const { bulkhead, env, project } = sandbox(t);
  const codes = await Promise.all(
    Array.from({ length: 6 }, (_, index) => {
      const child = spawn(process.execPath, [BIN, "secret", "put", `secret/at-once/${index}`], {
        cwd: project,
        env,
        stdio: ["pipe", "ignore", "inherit"],
      });
      child.stdin.end(`value ${index}`);
      return new Promise((resolve) => child.once("close", resolve));
    }),
  );
  assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
  for (const index of codes.keys())
    assert.equal(bulkhead(["secret", "get", `secret/at-once/${index}`]).stdout, `value ${index}`);
  assert.equal(bulkhead(["audit", "verify"]).code, 0);
});
