/** Templates: `bulkhead render`, and `template:` as a part of a run. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { type Sandbox, sandbox } from "./support.ts";

const DECLARED = `project: demo
environments: { dev: { people: true }, prod: { production: true } }
secrets:
  openai: { provider: openai, purpose: explains, owner: me }
  db: { kind: database, purpose: rows, owner: me, plain: [username] }
  other: { kind: database, purpose: rows, owner: me }
  minted: { kind: database, purpose: rows, owner: me, dynamic: database/creds/x }
stages:
  serve:
    run: sh serve.sh
    use:
      OPENAI_API_KEY: openai
      DB_PASSWORD: db.password
      CONFIG: { template: app.tpl, secrets: [openai, db], name: app.json }
  spare: { run: "true", use: { SPARE: other } }
  leased: { run: "true", use: { USER: minted.username } }
`.replace("USER:", "PGUSER:");
const TEMPLATE = `{ "key": "\${openai|json}", "db": "\${db.username}:\${db.password|json}" }\n`;

function prepared(box: Sandbox): { key: string; password: string; whole: string } {
  const [key, password] = [fake("sk-proj-", 60), `${fake("", 12)}"\\@ é`];
  box.write("bulkhead.yaml", DECLARED);
  box.write("app.tpl", TEMPLATE);
  const applied = box.bulkhead(["apply"]);
  assert.equal(applied.code, 0, applied.stderr);
  const put = (args: readonly string[], input: string): void => {
    const done = box.bulkhead(["secret", "put", ...args], { input });
    assert.equal(done.code, 0, done.stderr);
  };
  put(["openai"], key);
  put(["db", "--field", "password"], password);
  put(["db", "--field", "username"], "appuser");
  const whole = `{ "key": "${key}", "db": "appuser:${JSON.stringify(password).slice(1, -1)}" }\n`;
  return { key, password, whole };
}

test("a file is written from declared secrets alone, private, and never over another unless forced", (t) => {
  const box = sandbox(t);
  const { key, password, whole } = prepared(box);
  const render = (...args: string[]) => box.bulkhead(["render", "app.tpl", "--stage", "serve", ...args]);
  const done = render("-o", "app.json");
  assert.equal(done.code, 0, done.stderr);
  const path = join(box.project, "app.json");
  assert.equal(readFileSync(path, "utf8"), whole);
  assert.deepEqual((JSON.parse(whole) as { db: string }).db, `appuser:${password}`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!(done.stdout + done.stderr).includes(key));
  assert.match(render("-o", "app.json").stderr, /is there already[\s\S]*--force/);
  assert.equal(render("-o", "app.json", "--force").code, 0);
  assert.equal(render("-o", "-").stdout, whole);
  assert.equal(render().code, 2);
  assert.deepEqual(
    readdirSync(box.project).filter((name) => name.includes("partial")),
    [],
  );
  execFileSync("git", ["init", "-q"], { cwd: box.project, env: { ...process.env, ...box.env } });
  assert.match(render("-o", "app.json", "--force").stderr, /git does not ignore app.json/);

  box.write("bad.tpl", "fine\n${other.password}\n");
  const undeclared = box.bulkhead(["render", "bad.tpl", "--stage", "serve", "-o", "bad"]);
  assert.equal(undeclared.code, 2);
  assert.match(undeclared.stderr, /line 2: stage serve does not use other[\s\S]*it may use openai, db/);
  box.write("field.tpl", "${db.nosuch}");
  assert.match(
    box.bulkhead(["render", "field.tpl", "--stage", "serve", "-o", "bad"]).stderr,
    /db has no field `nosuch`/,
  );
  box.write("minted.tpl", "${minted.username}");
  assert.match(
    box.bulkhead(["render", "minted.tpl", "--stage", "leased", "-o", "bad"]).stderr,
    /minted is minted for a run and ends with it/,
  );
  assert.match(render("-o", "x", "--env", "prod").stderr, /prod is for automated identities/);
  assert.ok(!existsSync(join(box.project, "bad")));
});

test("a template as a part of a run: a file for the job alone, its whole and its parts masked", (t) => {
  const box = sandbox(t);
  const { key, whole } = prepared(box);
  box.write(
    "serve.sh",
    'echo "$CONFIG"; sha256sum < "$CONFIG" | cut -c1-64; cat "$CONFIG"; echo "$OPENAI_API_KEY"',
  );
  const { code, stdout, stderr } = box.bulkhead(["run", "serve"]);
  assert.equal(code, 0, stderr);
  const [path = "", sum] = stdout.split("\n");
  assert.match(path, /\/app\.json$/);
  assert.equal(sum, createHash("sha256").update(whole).digest("hex"));
  assert.ok(!stdout.includes(key));
  assert.ok(!existsSync(path));
  box.write("app.tpl", "${other.password}");
  const undeclared = box.bulkhead(["run", "serve"]);
  assert.equal(undeclared.code, 2);
  assert.match(undeclared.stderr, /line 1: stage serve does not use other/);
});
